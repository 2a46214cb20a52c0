"""A bank that is described by data: every key works, every fault is named."""

import json
import logging
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.contract import RemoteAccount
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.generic_rest.connector import EXAMPLE, GenericRestConnector
from ....banking.connectors.generic_rest.description import AmountField
from ....banking.connectors.generic_rest.mapping import read_amount
from ....banking.connectors.generic_rest.reading import read_description
from ....banking.connectors.json_path import parse_path
from .feed_case import ACCOUNT, context_of, read_all, refusal, window
from .loopback_server import Reply, serving
from .plain_bank import PLAIN, SECRET, described


def open_bank(server, description, secret=SECRET):
    text = json.dumps({**description, "base_url": f"{server.url}/api"})
    return GenericRestConnector(context_of(description=text, username="user", secret=secret))


def read(answer, description, request=None):
    """Return the lines that a bank's behaviour gives, and what it was asked."""
    with serving(answer) as server:
        pages, lines = read_all(open_bank(server, description), request)
        return pages, lines, server.requests


def read_one(record, **changes):
    description = described(**changes)
    _pages, [line], _requests = read(lambda request: Reply({"items": [record]}), description)
    return line.transaction


def one(**values):
    return {"id": "t1", "day": "2026-03-02", "amount": "12.50", **values}


def numbered(count):
    return [one(id=f"t{number}") for number in range(count)]


# -- the shipped example -----------------------------------------------------------------------


def example_bank(request):
    if request.path == "/oauth/token":
        return Reply({"access_token": "t0ken", "expires_in": 300})
    if request.headers.get("authorization") != "Bearer t0ken":
        return Reply({}, 401)
    if request.path == "/v1/accounts":
        account = {"id": "a 1", "iban": "DE89 3704 0044 0532 0130 00", "currency": "eur"}
        return Reply({"accounts": [{**account, "product": "Giro", "holder": {"name": "ACME"}}]})
    if request.path.endswith("/balances"):
        return Reply(
            {
                "balances": [
                    {"type": "BOOKED", "amount": {"cents": -1050, "currency": "EUR"}},
                    {"type": "EXPECTED", "amount": {"cents": 1, "currency": "EUR"}},
                ]
            }
        )
    first = {
        "id": "t1",
        "bookedAt": "2026-03-02T23:30:00Z",
        "valueDate": "04.03.2026",
        "amount": {"cents": 1250, "currency": "EUR"},
        "direction": "OUT",
        "partner": {"name": "Blue Ltd", "iban": "de12 3456", "bic": "COBADEFFXXX"},
        "purpose": "Invoice 7",
        "notes": [{"text": "Thank you"}, {"text": "Invoice 7"}],
        "creditorReference": "RF18539007547034",
        "endToEndId": "NOTPROVIDED",
        "type": "SCT",
        "status": "BOOKED",
    }
    if request.query.get("after") == "c2":
        pending = {**first, "id": "t2", "direction": "IN", "status": "PENDING", "partner": None}
        refused = {**first, "id": "t3", "status": "REJECTED"}
        return Reply({"transactions": [pending, refused], "paging": {"more": False, "next": "c3"}})
    return Reply({"transactions": [first], "paging": {"more": True, "next": "c2"}})


def test_the_shipped_example_reads_a_bank():
    text = EXAMPLE.read_text()
    with serving(example_bank) as server:
        text = text.replace("https://api.example-bank.example", server.url)
        text = text.replace("https://login.example-bank.example", server.url)
        context = context_of(description=text, username="id", secret=SECRET)
        connector = GenericRestConnector(context)
        [account] = connector.list_accounts()
        pages, [first, second] = read_all(connector, window(account))
        asked = [request for request in server.requests if "transactions" in request.path]
    assert account == RemoteAccount("a 1", "DE89370400440532013000", "EUR", "Giro", "ACME")
    assert asked[0].path == "/v1/accounts/a%201/transactions"
    assert asked[0].query == {"from": "2026-03-01", "to": "2026-03-10", "limit": "200"}
    found = first.transaction
    assert (found.amount, found.currency) == (Decimal("-12.50"), "EUR")
    assert (found.booking_date, found.value_date) == (date(2026, 3, 3), date(2026, 3, 4))
    assert found.remittance.lines == ("Invoice 7", "Thank you")
    assert found.remittance.references[0].value == "RF18539007547034"
    assert (found.counterparty.account, found.identifiers.end_to_end_id) == ("DE123456", "")
    assert (second.provider_id, second.transaction.status, second.transaction.amount) == (
        "t2",
        "pending",
        Decimal("12.50"),
    )
    assert [(b.kind, b.amount) for b in pages[-1].balances] == [("CLBD", Decimal("-10.50"))]


# -- paging ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paging", "query"),
    [
        ({"kind": "page", "size": 2}, {"p": "{page}"}),
        ({"kind": "page", "size": 2, "first": 0}, {"p0": "{page}"}),
        ({"kind": "page", "size": 2, "total": "pages"}, {"p": "{page}"}),
        ({"kind": "page", "size": 2, "has_more": "more"}, {"p": "{page}"}),
        ({"kind": "offset", "size": 2}, {"o": "{offset}", "n": "{page_size}"}),
        ({"kind": "offset", "size": 2, "total": "total"}, {"o": "{offset}"}),
        ({"kind": "cursor", "path": "next"}, {"c": "{cursor}"}),
        ({"kind": "next_link", "path": "links.next"}, {}),
        ({"kind": "link_header"}, {}),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_every_kind_of_paging_reads_each_item_once(paging, query, count):
    records = numbered(count)

    def answer(request):
        asked = request.query
        first = int(asked.get("o", 0)) or 2 * (int(asked.get("p", 1)) - 1)
        first = int(asked.get("c", 0)) or 2 * int(asked.get("p0", 0)) or first
        following = first + 2 if first + 2 < count else None
        link = f"/api/transactions?o={following}"
        body = {
            "items": records[first : first + 2],
            "pages": (count + 1) // 2,
            "total": count,
            "more": following is not None,
            "next": following,
            "links": {"next": link if following else None},
        }
        headers = {"Link": f'<{link}>; rel="next", <x>; rel="last"'} if following else {}
        return Reply(body, headers=headers)

    description = described(transactions__paging=paging, transactions__query=query)
    _pages, lines, _requests = read(answer, description)
    assert [line.provider_id for line in lines] == [each["id"] for each in records]


@pytest.mark.parametrize(
    ("paging", "body"),
    [
        ({"kind": "cursor", "path": "next"}, {"next": "same"}),
        ({"kind": "next_link", "path": "next"}, {"next": "/api/transactions?x=1"}),
        ({"kind": "next_link", "path": "next"}, {"next": "https://evil.example/x"}),
        ({"kind": "offset", "total": "total"}, {"total": 7}),
        ({"kind": "page", "total": "total"}, {"total": "many"}),
        ({"kind": "cursor", "path": "next"}, {"next": {"a": 1}}),
    ],
)
def test_paging_that_leads_nowhere_is_refused(paging, body):
    description = described(transactions__paging=paging)
    with serving(lambda request: Reply({"items": [], **body})) as server:
        refusal("protocol", open_bank(server, description).fetch, window())


# -- logging in, and what is asked -------------------------------------------------------------


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"kind": "header", "header": "X-Key", "value": "k {secret}"}, "x-key", f"k {SECRET}"),
        ({"kind": "bearer"}, "authorization", f"Bearer {SECRET}"),
        ({"kind": "basic"}, "authorization", "Basic dXNlcjpzM2NyZXQgb2YgdGhlIGJhbms="),
        ({"kind": "none"}, "authorization", None),
    ],
)
def test_every_kind_of_login_is_sent(auth, header, value, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    _pages, _lines, [request] = read(lambda _request: Reply({"items": []}), described(auth=auth))
    assert request.headers.get(header) == value
    assert SECRET not in caplog.text


def test_a_login_without_its_secret_is_named():
    with serving(lambda request: Reply({"items": []})) as server:
        bank = open_bank(server, described(auth={"kind": "bearer"}), secret="")
        refusal("config", bank.fetch, window())


def test_a_body_is_filled():
    body = {
        "account": "{number}",
        "page": "{page:number}",
        "since": ["{from_date}"],
        "cursor": "{cursor}",
        "all": True,
    }
    description = described(
        transactions__method="POST",
        transactions__body=body,
        transactions__headers={"X-Currency": "{currency}"},
        transactions__date_format="%d.%m.%Y",
        transactions__is_end_exclusive=True,
        transactions__query={"to": "{to_date}"},
    )
    _pages, _lines, [request] = read(lambda _request: Reply({"items": []}), description)
    assert request.json == {
        "account": "NL02ABNA0123456789",
        "page": 1,
        "since": ["01.03.2026"],
        "all": True,
    }
    assert (request.query["to"], request.headers["x-currency"]) == ("11.03.2026", "EUR")


def test_an_account_cannot_leave_its_place_in_the_path():
    account = RemoteAccount("../admin?x=1", currency="EUR")
    description = described(transactions__path="/accounts/{account}/x")
    _pages, _lines, [request] = read(
        lambda _request: Reply({"items": []}), description, window(account)
    )
    assert request.path == "/api/accounts/..%2Fadmin%3Fx%3D1/x"


@pytest.mark.parametrize(
    ("pattern", "written"),
    [("iso", "2026-03-01"), ("unix", "1772323200"), ("unix_ms", "1772323200000")],
)
def test_days_are_written_as_the_bank_wants(pattern, written):
    description = described(
        transactions__date_format=pattern, transactions__query={"f": "{from_date}"}
    )
    _pages, _lines, [request] = read(lambda _request: Reply({"items": []}), description)
    assert request.query["f"] == written


# -- values ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "record", "expected"),
    [
        ({"path": "a"}, {"a": Decimal("-1.5")}, "-1.5"),
        ({"path": "a", "is_inverted": True}, {"a": "5"}, "-5"),
        ({"path": "a", "decimal_mark": ","}, {"a": "-1.234,50"}, "-1234.50"),
        ({"path": "a"}, {"a": "1,234.50"}, "1234.50"),
        ({"path": "a"}, {"a": "1'234.50"}, "1234.50"),
        ({"path": "a", "minor_units": 2}, {"a": 1250}, "12.50"),
        ({"path": "a", "minor_units": 3}, {"a": "-1"}, "-0.001"),
        ({"credit_path": "c", "debit_path": "d"}, {"c": "", "d": "7.10"}, "-7.10"),
        ({"credit_path": "c", "debit_path": "d"}, {"c": "7.10", "d": None}, "7.10"),
        ({"credit_path": "c", "debit_path": "d"}, {"d": "-7.10"}, "-7.10"),
    ],
)
def test_every_way_to_write_an_amount(spec, record, expected):
    description = read_description(json.dumps(described(transactions__fields__amount=spec)))
    amount = read_amount(record, description.transactions.fields.amount, "t")
    assert amount == Decimal(expected)


@given(cents=st.integers(-(10**15), 10**15), sign=st.sampled_from(["C", "D"]))
@settings(deadline=None)
def test_minor_units_and_indicator_give_the_signed_amount(cents, sign):
    field = AmountField(
        path=parse_path("a"),
        indicator=parse_path("s"),
        debit_values=frozenset("D"),
        credit_values=frozenset("C"),
        minor_units=2,
    )
    found = read_amount({"a": cents, "s": sign}, field, "t")
    assert found * 100 == (abs(cents) if sign == "C" else -abs(cents))


@given(text=st.text(max_size=20))
@settings(deadline=None)
def test_any_text_is_an_amount_or_refused(text):
    try:
        amount = read_amount({"a": text}, AmountField(path=parse_path("a")), "t")
    except ConnectorError as error:
        assert error.kind == "protocol"
    else:
        assert amount.is_finite()


@pytest.mark.parametrize(
    ("spec", "value", "expected"),
    [
        ({}, "2026-03-02", date(2026, 3, 2)),
        ({}, "2026-03-02T23:59:59Z", date(2026, 3, 2)),
        ({"time_zone": "Asia/Tokyo"}, "2026-03-02T23:59:59Z", date(2026, 3, 3)),
        ({"format": "%d/%m/%y"}, "02/03/26", date(2026, 3, 2)),
        ({"format": "unix"}, 1772445600, date(2026, 3, 2)),
        ({"format": "unix_ms"}, "1772445600999", date(2026, 3, 2)),
        ({"format": "unix", "time_zone": "Pacific/Auckland"}, 1772449200, date(2026, 3, 3)),
    ],
)
def test_every_way_to_write_a_day(spec, value, expected):
    found = read_one(one(day=value), transactions__fields__booking_date={"path": "day", **spec})
    assert found.booking_date == expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount": "x"}, "transaction t1: amount: 'x' is no amount"),
        ({"amount": None}, "amount"),
        ({"amount": "1" * 20}, "amount"),
        ({"day": "0000-00-00"}, "day"),
        ({"day": 20260302}, "day"),
        ({"id": {"a": 1}}, "id"),
    ],
)
def test_a_broken_value_is_refused_in_words(values, words):
    with serving(lambda request: Reply({"items": [one(**values)]})) as server:
        error = refusal("protocol", open_bank(server, PLAIN).fetch, window())
    assert words in str(error)


@pytest.mark.parametrize(
    "record",
    [{"c": "1", "d": "2"}, {"c": "x"}],
)
def test_columns_that_contradict_each_other_are_refused(record):
    field = AmountField(credit=parse_path("c"), debit=parse_path("d"))
    refusal("protocol", read_amount, record, field, "t")


def test_an_unknown_direction_is_refused():
    spec = {"path": "amount", "indicator": "s", "debit_values": ["D"], "credit_values": ["C"]}
    description = described(transactions__fields__amount=spec)
    with serving(lambda request: Reply({"items": [one(s="X")]})) as server:
        error = refusal("protocol", open_bank(server, description).fetch, window())
    assert "neither debit nor credit" in str(error)


# -- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"code": "ENDED"}, 403), "consent_expired"),
        (Reply({"code": "OTHER"}, 403), "auth"),
        (Reply(b"<html>", 403), "auth"),
        (Reply({}, 404), "config"),
        (Reply({}, 429), "rate_limited"),
        (Reply({}, 502), "unavailable"),
        (Reply(b"{"), "protocol"),
        (Reply([]), "protocol"),
        (Reply({"items": {}}), "protocol"),
    ],
)
def test_every_failure_has_its_kind(reply, kind):
    description = described(
        errors=[{"kind": "consent_expired", "path": "code", "values": ["ENDED"]}]
    )
    with serving(lambda request: reply) as server:
        refusal(kind, open_bank(server, description).fetch, window(), secret=SECRET)


def test_the_account_gives_the_currency_where_the_bank_does_not():
    assert read_one(one()).currency == ACCOUNT.currency
