"""The Finnish channel against a bank on loopback that shares no code with us."""

import logging

import pytest

from bank_simulator import Fault
from bank_simulator.faces.finnish import TRANSFER_KEY, FinnishBank

from ....banking.connectors.contract import Context, FetchRequest, RemoteAccount
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.soap.finnish.certificates import (
    fetch_certificate,
    make_request,
    renew_certificate,
)
from ....banking.connectors.soap.finnish.connector import FinnishConnector
from ....banking.connectors.soap.trust import not_after
from ....banking.formats.detection import parse_statements
from .soap_case import (
    FIRST_DAY,
    IBAN,
    NOW,
    Credentials,
    context_of,
    load,
    make_bank,
    refusing,
    serving_bank,
    soon,
)

FACE = FinnishBank()
TODAY = NOW.date()


def settings(address, **changes):
    keys = FACE.keys(NOW)
    return {
        "bank": "op",
        "customer_id": "11111111",
        "environment": "TEST",
        "test_address": address,
        "certificate": keys.customer.certificate_pem,
        "private_key": keys.customer.key_pem,
        "bank_certificates": keys.bank.certificate_pem,
        **changes,
    }


def connect(address, now=lambda: NOW, **changes):
    return FinnishConnector(context_of(settings(address, **changes), now))


def request_of(connector, cursor=""):
    account = connector.list_accounts()[0]
    return FetchRequest(account, FIRST_DAY, TODAY, cursor)


def lines_of(pages):
    statements = [
        statement
        for page in pages
        for document in page.documents
        for statement in parse_statements(document.content, document.filename)
    ]
    assert all(statement.balance_gap == 0 for statement in statements)
    return [line for statement in statements for line in statement.transactions]


def test_every_movement_arrives_once_and_accounts_are_known():
    with serving_bank(FACE) as (bank, address):
        connector = connect(address)
        [account] = connector.list_accounts()
        pages = list(connector.fetch(request_of(connector)))
    assert (account.number, account.currency, account.bic) == (IBAN, "EUR", "SIMUDEFF")
    told = [(line.bank_reference, line.amount, line.booking_date) for line in lines_of(pages)]
    shown = [
        (line.identifier, line.amount, line.booking_date)
        for line in bank.ledger.show(IBAN, NOW, status="booked")
        if line.movement.booked_at.date() < TODAY
    ]
    assert sorted(told) == sorted(shown)
    assert len(told) > 30
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]


def test_what_was_stored_is_not_fetched_again_and_what_was_not_is():
    with serving_bank(FACE) as (bank, address):
        connector = connect(address)
        first, second, *_rest = pages = list(connector.fetch(request_of(connector)))
        [after_all] = connector.fetch(request_of(connector, pages[-1].cursor))
        after_first = list(connector.fetch(request_of(connector, first.cursor)))
        bank.clock.advance(days=1)
        later = connect(address, now=bank.clock.now)
        again = list(later.fetch(request_of(later, pages[-1].cursor)))
    assert after_all.is_last and not after_all.documents
    assert after_first[0].documents == second.documents
    assert len(again) <= 2


def test_nothing_new_is_no_error():
    with serving_bank(FACE, make_bank(count=0)) as (_bank, address):
        connector = connect(address)
        [page] = connector.fetch(request_of(connector))
    assert page.is_last and not page.documents and not page.cursor


def test_the_consent_ends_with_our_certificate():
    connector = connect("http://127.0.0.1:9")
    certificate = FACE.keys(NOW).customer.certificate
    assert connector.read_consent().valid_until == not_after(certificate)


def test_an_uploaded_file_arrives_as_it_was():
    with serving_bank(FACE) as (bank, address):
        connect(address).upload_file(b"<pain/>", "pain.008.001.02")
    assert bank.memory[("finnish", "uploads")] == [("pain.008.001.02", "PHBhaW4vPg==")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("auth", "auth"),
        ("consent_expired", "auth"),
        ("not_ready", "unavailable"),
        ("wrong_signature", "auth"),
        ("altered", "protocol"),
        ("hostile_xml", "protocol"),
        ("garbage", "protocol"),
        ("truncated", "protocol"),
        ("cut", "unavailable"),
        ("server_error", "unavailable"),
        ("rate_limited", "rate_limited"),
        ("redirect", "protocol"),
        ("bomb", "protocol"),
        ("huge", "protocol"),
    ],
)
def test_a_fault_is_named_by_its_kind_and_nothing_is_used(kind, expected):
    with serving_bank(FACE) as (bank, address):
        connector = connect(address)
        bank.scenario.switch([Fault(kind, location="http://127.0.0.1:9/")])
        with refusing(expected) as caught:
            connector.list_accounts()
    assert caught.value.hint


def test_an_answer_of_another_time_is_refused():
    with serving_bank(FACE) as (bank, address):
        connector = connect(address)
        # The bank's clock is behind by more than a message may be old, yet takes our request.
        bank.clock.advance(minutes=-8)
        with refusing("protocol", "auth"):
            connector.list_accounts()


def test_another_bank_s_certificate_is_refused_with_its_fingerprint():
    stranger = FACE.keys(NOW).customer
    with serving_bank(FACE) as (_bank, address):
        connector = connect(address, bank_certificates=stranger.certificate_pem)
        with refusing("auth") as caught:
            connector.list_accounts()
    assert "Simulated Bank" in caught.value.message
    assert "SHA-256" in caught.value.message


def test_the_issuer_s_certificate_may_be_pinned_instead():
    authority = FACE.keys(NOW).authority.root
    with serving_bank(FACE) as (_bank, address):
        assert connect(address, bank_certificates=authority.certificate_pem).list_accounts()


def test_no_setting_leads_elsewhere_than_to_the_bank():
    values = {**settings(""), "address": "https://evil.example/services/CorporateFileService"}
    opened = []

    def open_http(base_url, **_options):
        opened.append(base_url)
        raise ConnectorError("unavailable", "not called in this test")

    for changes in ({}, {"environment": "PRODUCTION"}, {"bank": "nordea"}):
        credentials = Credentials({**values, **changes})
        context = Context(credentials, open_http, lambda: NOW, is_test=False)
        with refusing("unavailable"):
            FinnishConnector(context).list_accounts()
    assert opened == [
        "https://wsk.asiakastesti.op.fi",
        "https://wsk.op.fi",
        "https://filetransfer.nordea.com",
    ]


def test_what_is_missing_or_does_not_fit_is_named():
    other = FACE.keys(NOW).bank
    for changes, words in (
        ({"certificate": "no"}, "Our certificate"),
        ({"private_key": "no"}, "Our private key"),
        ({"private_key": other.key_pem}, "do not belong together"),
        ({"bank": "unknown"}, "no bank"),
    ):
        with refusing("config") as caught:
            connect("http://127.0.0.1:9", **changes)
        assert words in caught.value.message
    with refusing("config") as caught:
        connect("http://127.0.0.1:9", bank_certificates="").list_accounts()
    assert "The bank's certificate" in caught.value.message
    with refusing("config"):
        values = {**settings(""), "bank": "other"}
        FinnishConnector(context_of(values)).list_accounts()


def test_a_bank_that_tells_no_accounts_offers_all_of_them_as_one():
    with serving_bank(FACE) as (_bank, address):
        connector = connect(address, bank="samlink", environment="PRODUCTION")
        accounts = connector.list_accounts()
        pages = list(connector.fetch(FetchRequest(accounts[0], FIRST_DAY, TODAY)))
    assert accounts == [RemoteAccount("*", name="All accounts of 11111111")]
    assert lines_of(pages)


def test_a_first_certificate_is_made_by_transfer_key_and_renewed_by_signature():
    with serving_bank(FACE) as (_bank, address):
        context = context_of(settings(address))
        first = make_request("11111111", "Nordwind Components Oy")
        certificate = fetch_certificate(context, first, "1234 5678 9012 3456")
        changed = {"certificate": certificate, "private_key": first.private_key}
        renewing = context_of(settings(address, **changed))
        second = make_request("11111111", "Nordwind Components Oy")
        renewed = renew_certificate(renewing, second)
        changed = {"certificate": renewed, "private_key": second.private_key}
        assert connect(address, **changed).list_accounts()
    assert load(certificate).public_key() != load(renewed).public_key()
    assert TRANSFER_KEY == "1234567890123456"


def test_a_wrong_transfer_key_is_refused():
    with serving_bank(FACE) as (_bank, address), refusing("auth"):
        fetch_certificate(context_of(settings(address)), make_request("11111111", "Nordwind"), "0")


def test_no_secret_and_no_payload_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    with serving_bank(FACE) as (_bank, address):
        connector = connect(address)
        list(connector.fetch(request_of(connector)))
    key = FACE.keys(NOW).customer.key_pem.splitlines()[1]
    assert key not in caplog.text
    assert "ApplicationRequest" not in caplog.text
    assert "Envelope" not in caplog.text


def test_an_own_certificate_that_has_expired_is_refused_by_the_bank():
    with serving_bank(FACE) as (_bank, address):
        connector = connect(address, now=lambda: soon(days=2))
        with refusing("auth", "protocol"):
            connector.list_accounts()
