"""Banks that are described by data: TBC Bank, and others made up for the test."""

import base64
import gzip
import json
import logging
from decimal import Decimal

import pytest

from bank_simulator import Fault
from bank_simulator.faces.tbc import PASSWORD, USERNAME, TbcBank

from ....banking.connectors.contract import FetchRequest
from ....banking.connectors.soap.generic.connector import (
    TBC_DESCRIPTION,
    GenericSoapConnector,
    open_tbc,
)
from ....banking.connectors.soap.generic.description import read_description
from ....banking.connectors.soap.generic.values import read_amount, read_day
from ..connectors.loopback_server import Reply, serving
from .soap_case import FIRST_DAY, IBAN, NOW, context_of, make_bank, refusing, serving_bank

TODAY = NOW.date()
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def settings(address, **changes):
    return {
        "username": USERNAME,
        "password": PASSWORD,
        "accounts": f"{IBAN} EUR",
        "test_address": address,
        **changes,
    }


def window(connector):
    return FetchRequest(connector.list_accounts()[0], FIRST_DAY, TODAY)


def described(**changes):
    return json.dumps({**json.loads(TBC_DESCRIPTION.read_text()), **changes})


def test_tbc_tells_every_booked_movement_with_its_id():
    with serving_bank(TbcBank(), make_bank(60, modified=0.1, removed=0.1)) as (bank, address):
        connector = open_tbc(context_of(settings(address)))
        pages = list(connector.fetch(window(connector)))
    told = [
        (line.provider_id, line.transaction.amount, line.transaction.booking_date)
        for page in pages
        for line in page.lines
    ]
    shown = [
        (line.identifier, line.amount, line.booking_date)
        for line in bank.ledger.show(IBAN, NOW, status="booked")
    ]
    assert told == shown
    assert pages[-1].is_last
    first = pages[0].lines[0]
    movement = bank.ledger.show(IBAN, NOW, status="booked")[0].movement
    assert first.transaction.currency == "EUR"
    assert first.transaction.counterparty.name == movement.party.name
    assert first.transaction.remittance.text == movement.text
    assert "movementId" in first.raw


def test_pages_follow_one_another_until_one_is_short():
    text = described(
        parameters={
            "accountMovementFilterIo": {
                "pager": {"pageIndex": "{page}", "pageSize": 7},
                "accountNumber": "{account}",
                "periodFrom": "{from_date}T00:00:00",
                "periodTo": "{to_date}T23:59:59",
            }
        },
        paging={"first": 0, "size": 7},
    )
    with serving_bank(TbcBank()) as (bank, address):
        connector = GenericSoapConnector(context_of(settings(address, description=text)))
        pages = list(connector.fetch(window(connector)))
        count = len(bank.ledger.show(IBAN, NOW, status="booked"))
        assert [len(page.lines) for page in pages[:-1]] == [7] * (len(pages) - 1)
        assert sum(len(page.lines) for page in pages) == count
        bank.scenario.switch([Fault("duplicate_page")])
        with refusing("protocol") as caught:
            list(connector.fetch(window(connector)))
    assert "again and again" in caught.value.message


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("auth", "auth"),
        ("hostile_xml", "protocol"),
        ("garbage", "protocol"),
        ("truncated", "protocol"),
        ("server_error", "unavailable"),
        ("rate_limited", "rate_limited"),
        ("bomb", "protocol"),
    ],
)
def test_a_fault_is_named_by_its_kind(kind, expected):
    with serving_bank(TbcBank()) as (bank, address):
        connector = open_tbc(context_of(settings(address)))
        bank.scenario.switch([Fault(kind)])
        with refusing(expected):
            connector.list_accounts()


def test_the_password_is_in_no_log_and_no_error(caplog):
    caplog.set_level(logging.DEBUG)
    with serving_bank(TbcBank()) as (bank, address):
        connector = open_tbc(context_of(settings(address)))
        list(connector.fetch(window(connector)))
        bank.settings["tbc.password"] = "another"
        with refusing("auth") as caught:
            connector.list_accounts()
    assert PASSWORD not in caplog.text
    assert PASSWORD not in f"{caught.value}{caught.value.hint}"


def answering(body):
    text = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
    return lambda _request: Reply(text.encode(), headers={"Content-Type": "text/xml"})


def fetch_from(body, text):
    with serving(answering(body)) as server:
        values = settings(server.url, description=text)
        connector = GenericSoapConnector(context_of(values))
        pages = list(connector.fetch(window(connector)))
        return pages, server.requests


LINES = {
    "path": ".//m",
    "amount": "@sum",
    "booking_date": "day",
    "text": "text",
    "decimal": ",",
    "date_format": "%d.%m.%Y",
}


def without(name):
    data = json.loads(described())
    del data[name]
    return data


def test_amounts_and_dates_are_read_as_described():
    text = json.dumps({**without("paging"), "lines": LINES})
    body = "<r><m sum='-1 250,50'><day>02.03.2026</day><text>a<!-- b -->c</text></m></r>"
    [page], requests = fetch_from(body, text)
    [line] = page.lines
    assert line.transaction.amount == Decimal("-1250.50")
    assert line.transaction.booking_date.isoformat() == "2026-03-02"
    assert line.transaction.remittance.text == "ac"
    assert line.provider_id == ""
    assert b"PasswordText" in requests[0].body
    assert "GetAccountMovements" in requests[0].headers["soapaction"]


def test_a_statement_file_may_be_in_the_answer():
    content = b"<Document/>"
    for encoding, packed, text in (
        ("base64", True, base64.b64encode(gzip.compress(content)).decode()),
        ("base64", False, base64.b64encode(content).decode()),
        ("text", False, "&lt;Document/&gt;"),
    ):
        data = {**without("lines"), "paging": {"size": 1}}
        data["file"] = {"path": ".//f", "encoding": encoding, "packed": packed, "reference": ".//n"}
        [page], _requests = fetch_from(f"<r><n>7</n><f>{text}</f></r>", json.dumps(data))
        [document] = page.documents
        assert (document.reference, document.content) == ("7", content)
        assert page.is_last
    [page], _requests = fetch_from("<r><n>7</n></r>", json.dumps(data))
    assert not page.documents


def test_a_gzip_bomb_inside_the_answer_is_refused():
    bomb = base64.b64encode(gzip.compress(bytes(300_000_000), 1)).decode()
    data = {**without("lines"), "file": {"path": ".//f", "packed": True}}
    with refusing("protocol"):
        fetch_from(f"<r><f>{bomb}</f></r>", json.dumps(data))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<r><m><day>02.03.2026</day></m></r>", "amount"),
        ("<r><m sum='1e400'><day>02.03.2026</day></m></r>", "amount"),
        ("<r><m sum='NaN'><day>02.03.2026</day></m></r>", "amount"),
        ("<r><m sum='1.000,00'><day>02.03.2026</day></m></r>", "amount"),
        ("<r><m sum='1,00'><day>00.00.0000</day></m></r>", "date"),
        ("<r><m sum='1,00'/></r>", "date"),
    ],
)
def test_values_that_cannot_be_are_refused(body, words):
    text = json.dumps({**without("paging"), "lines": LINES})
    with refusing("protocol") as caught:
        fetch_from(body, text)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"operation": 5}, "must have a text as 'operation'"),
        ({"lines": {"path": ".//d:m"}}, "lacks the entry 'amount'"),
        ({"file": {"path": "x"}}, "one of 'lines' and 'file'"),
        ({"parameters": {"a": ["{today}"]}}, "placeholder '{today}'"),
        ({"paging": {"size": 0}}, "'size'"),
        ({"security": {"kind": "magic"}}, "'kind'"),
        ({"namespaces": {}}, "prefix 'd'"),
        ({"namespaces": {"d": 1}}, "namespaces"),
        ({"lines": {"path": "//m[1]", "amount": "a", "booking_date": "b"}}, "no" + "ne in"),
        ({"lines": {"path": "m", "amount": "document('x')", "booking_date": "b"}}, "lines.amount"),
        ({"surprise": 1}, "unknown entry 'surprise'"),
    ],
)
def test_a_mistake_in_a_description_is_named(changes, words):
    with refusing("config") as caught:
        read_description(described(**changes))
    assert words in caught.value.message


def test_what_is_no_description_is_refused():
    for text in ("", "[]", "{", "[" * 100_000, "x" * 600_000):
        with refusing("config"):
            read_description(text)


def test_an_operation_or_parameter_that_the_wsdl_lacks_is_named():
    for changes, words in (
        ({"operation": "Nothing"}, "no operation 'Nothing'"),
        ({"service": "Nothing"}, "no service"),
        ({"port": "Nothing"}, "no port"),
        ({"wsdl": "nothing.wsdl"}, "no WSDL called"),
        ({"parameters": {"surprise": "1"}}, "cannot be called with these parameters"),
    ):
        values = settings("http://127.0.0.1:9", description=described(**changes))
        connector = GenericSoapConnector(context_of(values))
        with refusing("config") as caught:
            connector.list_accounts()
        assert words in caught.value.message


def test_amounts_and_days():
    assert read_amount("+12.30", ".") == Decimal("12.30")
    assert read_day("2026-03-02Z", "").isoformat() == "2026-03-02"
    for text in ("", "1,5", "0x10", "1" * 30, "--1"):
        with refusing("protocol"):
            read_amount(text, ".")
    for text in ("", "2026-02-30", "20260302", "2026-03-02x"):
        with refusing("protocol"):
            read_day(text, "")
