import base64
import json
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.contract import RemoteAccount
from ....banking.connectors.enable_banking import PROVIDER
from ....banking.connectors.enable_banking_records import map_line
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.json_record import Record
from .certificates import key_pem, new_key
from .feed_case import NOW, context_of, read_all, refusal, window
from .loopback_server import Reply, serving

KEY = new_key()
ACCOUNT = RemoteAccount("uid-1", "FI2112345600000785", "EUR")
BOOKED = {
    "entry_reference": "E-1",
    "transaction_id": "changes",
    "transaction_amount": {"currency": "EUR", "amount": "250.10"},
    "credit_debit_indicator": "CRDT",
    "status": "BOOK",
    "booking_date": "2026-03-02",
    "value_date": "2026-03-03",
    "debtor": {"name": "Matti Oy", "postal_address": {"address_line": ["Katu 1"], "country": "FI"}},
    "debtor_account": {"iban": "FI49 5000 9420 0287 30"},
    "debtor_agent": {"bic_fi": "OKOYFIHH"},
    "remittance_information": ["Lasku 7", "kiitos"],
    "reference_number": "RF18539007547034",
    "bank_transaction_code": {"code": "PMNT", "sub_code": "RCDT", "description": "Credit"},
    "exchange_rate": {
        "unit_currency": "USD",
        "exchange_rate": "1.0800",
        "instructed_amount": {"currency": "USD", "amount": "270.11"},
    },
}
PENDING = {
    "transaction_amount": {"currency": "EUR", "amount": 5},
    "credit_debit_indicator": "DBIT",
    "status": "PDNG",
    "remittance_information": "Card",
}
BALANCE = {
    "balance_amount": {"currency": "EUR", "amount": "1000.00"},
    "balance_type": "CLBD",
    "reference_date": "2026-03-09",
}


class Bank:
    """Answers as Enable Banking does; ``pages`` by continuation key."""

    def __init__(self, pages=None, status="AUTHORIZED"):
        self.pages = pages or {"": {"transactions": [BOOKED, PENDING]}}
        self.status = status
        self.sent = []

    def __call__(self, request):
        self.sent.append(request)
        path = request.path
        if path.endswith("/transactions"):
            return Reply(self.pages[request.query.get("continuation_key", "")])
        answers = {
            "/accounts/uid-1/balances": {"balances": [BALANCE]},
            "/accounts/uid-2/details": {"account_id": {"iban": "FI99"}, "currency": "SEK"},
            "/aspsps": {
                "aspsps": [
                    {"name": "Nordea", "country": "FI", "maximum_consent_validity": 7776000},
                    {"name": "OP", "country": "FI", "maximum_consent_validity": 99999999},
                ]
            },
            "/auth": {"url": "https://bank.example/login"},
            "/sessions": {
                "session_id": "session-1",
                "accounts": [
                    {
                        "uid": "uid-1",
                        "account_id": {"iban": "FI21 1234 5600 0007 85"},
                        "name": "Our Oy",
                        "details": "Main",
                        "currency": "EUR",
                        "account_servicer": {"bic_fi": "NDEAFIHH"},
                    }
                ],
                "access": {"valid_until": "2026-08-30T12:00:00.123456+00:00"},
            },
            "/sessions/session-1": {
                "status": self.status,
                "accounts": ["uid-1", "uid-2"],
                "access": {"valid_until": "2026-08-30T12:00:00.123456+00:00"},
            },
        }
        return Reply(answers[path])


def connect(server, **values):
    keys = {"application_id": "app-1", "private_key": key_pem(KEY), "test_address": server.url}
    context = context_of(**{**keys, "session_id": "session-1", **values})
    return PROVIDER.open(context), context.credentials


def test_transactions_are_mapped():
    with serving(Bank()) as server:
        pages, (booked, pending) = read_all(connect(server)[0], window(ACCOUNT))
    line = booked.transaction
    assert (booked.provider_id, line.bank_reference, line.status) == ("E-1", "E-1", "booked")
    assert (line.amount, line.currency) == (Decimal("250.10"), "EUR")
    assert (line.booking_date, line.value_date) == (date(2026, 3, 2), date(2026, 3, 3))
    party = line.counterparty
    assert (party.name, party.account, party.bic, party.address, party.country) == (
        "Matti Oy",
        "FI4950009420028730",
        "OKOYFIHH",
        "Katu 1",
        "FI",
    )
    assert line.remittance.lines == ("Lasku 7", "kiitos")
    assert [part.value for part in line.remittance.references] == ["RF18539007547034"]
    assert (line.exchange.rate, line.exchange.instructed.amount) == (
        Decimal("1.0800"),
        Decimal("270.11"),
    )
    assert json.loads(booked.raw) == BOOKED
    line = pending.transaction
    assert (line.amount, line.status, line.booking_date) == (
        Decimal(-5),
        "pending",
        date(2026, 3, 10),
    )
    assert line.remittance.lines == ("Card",)
    [balance] = pages[-1].balances
    assert (balance.amount, balance.kind) == (Decimal("1000.00"), "CLBD")


def test_the_window_is_asked_for_and_nobody_is_said_to_be_present():
    with serving(bank := Bank()) as server:
        read_all(connect(server)[0], window(ACCOUNT))
    [request] = [sent for sent in bank.sent if sent.path.endswith("/transactions")]
    assert request.query == {"date_from": "2026-03-01", "date_to": "2026-03-10"}
    assert not [name for name in request.headers if name.startswith("psu-")]


def test_an_empty_page_with_a_key_is_not_the_end():
    pages = {
        "": {"transactions": [], "continuation_key": "k1"},
        "k1": {"transactions": [BOOKED], "continuation_key": "k2"},
        "k2": {"transactions": [{**BOOKED, "entry_reference": "E-2"}], "continuation_key": None},
    }
    with serving(Bank(pages)) as server:
        found, lines = read_all(connect(server)[0], window(ACCOUNT))
    assert [line.provider_id for line in lines] == ["E-1", "E-2"]
    assert {page.cursor for page in found} == {""}


def test_keys_that_lead_in_a_circle_are_refused():
    pages = {
        "": {"transactions": [], "continuation_key": "k1"},
        "k1": {"transactions": [], "continuation_key": "k1"},
    }
    with serving(Bank(pages)) as server:
        refusal("protocol", connect(server)[0].fetch, window(ACCOUNT))


def test_one_reference_on_two_transactions_names_neither():
    twins = {"transactions": [BOOKED, {**BOOKED, "value_date": "2026-03-04"}]}
    with serving(Bank({"": twins})) as server:
        _pages, lines = read_all(connect(server)[0], window(ACCOUNT))
    assert [line.provider_id for line in lines] == ["", ""]


def test_a_transaction_told_twice_keeps_its_reference():
    with serving(Bank({"": {"transactions": [BOOKED, BOOKED]}})) as server:
        _pages, lines = read_all(connect(server)[0], window(ACCOUNT))
    assert [line.provider_id for line in lines] == ["E-1", "E-1"]


def test_references_are_left_out_where_the_bank_changes_them():
    with serving(Bank()) as server:
        _pages, lines = read_all(connect(server, identifier="content")[0], window(ACCOUNT))
    assert [(line.provider_id, line.transaction.bank_reference) for line in lines] == [
        ("", ""),
        ("", ""),
    ]


def test_requests_carry_a_token_that_our_public_key_verifies():
    with serving(bank := Bank()) as server:
        connect(server)[0].read_consent()
    header, claims, signature = bank.sent[0].headers["authorization"].split(" ")[1].split(".")
    KEY.public_key().verify(
        decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert json.loads(decoded(header)) == {"typ": "JWT", "alg": "RS256", "kid": "app-1"}
    issued = int(NOW.timestamp())
    assert json.loads(decoded(claims)) == {
        "iss": "enablebanking.com",
        "aud": "api.enablebanking.com",
        "iat": issued,
        "exp": issued + 3600,
    }


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_owner_allows_reading_and_comes_back_with_a_code():
    with serving(bank := Bank()) as server:
        connector, credentials = connect(server, session_id="", bank="nordea", country="fi")
        refusal("consent_expired", connector.list_accounts)
        url = connector.start_authorisation("https://odoo.example/back", "state-1")
        assert url == "https://bank.example/login"
        assert bank.sent[-1].json == {
            "access": {"valid_until": "2026-06-08T11:59:00+00:00"},
            "aspsp": {"name": "Nordea", "country": "FI"},
            "state": "state-1",
            "redirect_url": "https://odoo.example/back",
            "psu_type": "business",
        }
        connector.finish_authorisation({"code": "c-1", "state": "state-1"})
        assert credentials.get("session_id") == "session-1"
        first, second = connector.list_accounts()
        consent = connector.read_consent()
    assert first == RemoteAccount(
        "uid-1", "FI2112345600000785", "EUR", "Main", "Our Oy", "NDEAFIHH"
    )
    assert (second.number, second.currency) == ("FI99", "SEK")
    assert consent.valid_until == datetime(2026, 8, 30, 12, 0, 0, 123456, tzinfo=timezone.utc)


def test_no_consent_is_asked_for_longer_than_the_law_allows():
    with serving(bank := Bank()) as server:
        connect(server, bank="OP", country="FI")[0].start_authorisation("https://x", "s")
    assert bank.sent[-1].json["access"]["valid_until"] == "2026-09-06T11:59:00+00:00"


def test_a_bank_that_is_not_listed_is_named_with_those_that_are_near():
    with serving(Bank()) as server:
        connector, _credentials = connect(server, bank="Nordea Business", country="FI")
        error = refusal("config", connector.start_authorisation, "https://x", "s")
    assert "Nordea" in error.hint


def test_an_owner_who_says_no_is_told_so():
    with serving(Bank()) as server:
        error = refusal(
            "consent_expired",
            connect(server)[0].finish_authorisation,
            {"error": "access_denied", "state": "s"},
        )
    assert "access_denied" in str(error)


def test_a_session_that_the_bank_closed_has_ended():
    with serving(Bank(status="CLOSED")) as server:
        refusal("consent_expired", connect(server)[0].read_consent)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "EXPIRED_SESSION", "consent_expired"),
        (401, "CLOSED_SESSION", "consent_expired"),
        (401, "UNAUTHORIZED", "auth"),
        (403, "", "auth"),
        (404, "SESSION_DOES_NOT_EXIST", "consent_expired"),
        (422, "WRONG_TRANSACTIONS_PERIOD", "config"),
        (400, "ASPSP_ERROR", "unavailable"),
        (400, "SOMETHING_NEW", "protocol"),
        (502, "", "unavailable"),
    ],
)
def test_refusals_are_understood(status, code, kind):
    with serving(lambda request: Reply({"code": status, "error": code}, status)) as server:
        refusal(kind, connect(server)[0].fetch, window(ACCOUNT), secret="PRIVATE KEY")


def test_the_banks_daily_limit_is_left_to_the_next_sync():
    reply = Reply({"error": "ASPSP_RATE_LIMIT_EXCEEDED"}, 429)
    with serving(lambda request: reply) as server:
        error = refusal("rate_limited", connect(server)[0].fetch, window(ACCOUNT))
        assert len(server.requests) == 1
    assert error.retry_after == 6 * 3600


@pytest.mark.parametrize(
    "change",
    [
        {"transaction_amount": {"currency": "EUR", "amount": "1,00"}},
        {"transaction_amount": {"currency": "EUR", "amount": "NaN"}},
        {"transaction_amount": {"currency": "EUR", "amount": "9" * 20}},
        {"transaction_amount": {"currency": "EURO", "amount": "1"}},
        {"transaction_amount": None},
        {"credit_debit_indicator": "BOTH"},
        {"credit_debit_indicator": None},
        {"transaction_amount": {"currency": "EUR", "amount": "-1"}},
        {"booking_date": "0000-00-00"},
        {"booking_date": "2026-02-30"},
        {"booking_date": None, "value_date": None},
        {"debtor": "Matti"},
        {"remittance_information": {"text": "x"}},
    ],
)
def test_a_transaction_that_makes_no_sense_refuses_the_page(change):
    page = {"transactions": [BOOKED, {**BOOKED, **change}]}
    with serving(Bank({"": page})) as server:
        refusal("protocol", connect(server)[0].fetch, window(ACCOUNT))


def test_a_key_that_is_none_is_our_own_fault():
    with serving(Bank()) as server:
        connector, _credentials = connect(server, private_key="rubbish")
        refusal("config", connector.list_accounts, secret="rubbish")


@given(
    amount=st.decimals(0, 10**12, places=2),
    direction=st.sampled_from(["CRDT", "DBIT"]),
    as_text=st.booleans(),
)
def test_the_sign_follows_from_the_direction_alone(amount, direction, as_text):
    stated = {"currency": "EUR", "amount": str(amount) if as_text else amount}
    record = Record(
        {**BOOKED, "transaction_amount": stated, "credit_debit_indicator": direction}, "1"
    )
    mapped = map_line(record, undated=date(2026, 3, 1), has_ids=True).transaction.amount
    assert mapped == (amount if direction == "CRDT" else -amount)


@settings(max_examples=40)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_any_rubbish_is_refused_in_words(rubbish):
    for name in BOOKED:
        record = Record({**BOOKED, name: rubbish}, "1")
        try:
            map_line(record, undated=date(2026, 3, 1), has_ids=True)
        except ConnectorError as error:
            assert error.kind == "protocol"
