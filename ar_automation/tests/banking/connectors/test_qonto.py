"""Qonto: what is asked, what is read, and what is refused."""

import logging
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.qonto import PAGE_SIZE, QontoConnector, to_line
from .feed_case import context_of, read_all, refusal, window
from .loopback_server import Reply, serving

SECRET = "k3y-of-qonto"
BANK_ACCOUNT = {
    "id": "acc-1",
    "slug": "acme-1",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "bic": "QNTOFRP1XXX",
    "currency": "EUR",
    "balance": 1234.56,
    "authorized_balance": 1200.06,
}


def record(identifier="t1", **values):
    return {
        "id": identifier,
        "transaction_id": f"slug-{identifier}",
        "amount": 50.01,
        "currency": "EUR",
        "local_amount": 50.01,
        "local_currency": "EUR",
        "side": "credit",
        "operation_type": "income",
        "status": "completed",
        "label": "Blue Ltd",
        "reference": "INV/2026/0001",
        "note": None,
        "settled_at": "2026-03-02T09:00:00.000Z",
        "emitted_at": "2026-03-01T22:30:00.000Z",
        "updated_at": "2026-03-02T09:00:01.123Z",
        "subject_type": "Income",
        **values,
    }


def qonto(records, size=PAGE_SIZE):
    """Return a server's behaviour: organisation and transactions in pages."""

    def answer(request):
        if request.headers.get("authorization") != f"acme:{SECRET}":
            return Reply({"errors": [{"code": "unauthorized"}]}, 401)
        if request.path == "/v2/organization":
            return Reply({"organization": {"bank_accounts": [BANK_ACCOUNT]}})
        number = int(request.query["current_page"])
        part = records[(number - 1) * size : number * size]
        following = number + 1 if number * size < len(records) else None
        return Reply({"transactions": part, "meta": {"next_page": following}})

    return answer


def open_qonto(server, secret=SECRET):
    return QontoConnector(context_of(test_address=server.url, login="acme", secret_key=secret))


def test_accounts_are_listed():
    with serving(qonto([])) as server:
        [account] = open_qonto(server).list_accounts()
    assert (account.identifier, account.number) == ("acc-1", "FR7630006000011234567890189")
    assert (account.currency, account.bic) == ("EUR", "QNTOFRP1XXX")


def test_all_pages_are_read_in_the_order_of_change():
    records = [record(f"t{number}") for number in range(5)]
    with serving(qonto(records, size=2)) as server:
        pages, lines = read_all(open_qonto(server))
        asked = [request for request in server.requests if request.path == "/v2/transactions"]
    assert [line.provider_id for line in lines] == ["t0", "t1", "t2", "t3", "t4"]
    assert [page.cursor for page in pages] == ["2026-03-02T09:00:01.123000+00:00"] * 2 + [""]
    assert [(b.kind, b.amount) for b in pages[-1].balances] == [
        ("ITBD", Decimal("1234.56")),
        ("ITAV", Decimal("1200.06")),
    ]
    # The window begins at midnight in Paris.
    assert asked[0].query["updated_at_from"] == "2026-02-28T23:00:00.000000Z"
    assert asked[0].query["sort_by"] == "updated_at:asc"


def test_reading_goes_on_from_a_cursor():
    with serving(qonto([])) as server:
        read_all(open_qonto(server), window(cursor="2026-03-02T09:00:01.123000+00:00"))
        asked = server.requests[0].query["updated_at_from"]
    assert asked == "2026-03-02T09:00:01.123000Z"


def test_what_changed_but_lies_outside_of_the_window_is_left_out():
    records = [record("old", settled_at="2026-02-01T09:00:00Z"), record("new")]
    with serving(qonto(records)) as server:
        _pages, lines = read_all(open_qonto(server))
    assert [line.provider_id for line in lines] == ["new"]


def test_a_declined_transaction_is_withdrawn():
    records = [record("t1", status="declined"), record("t2", status="pending", settled_at=None)]
    with serving(qonto(records)) as server:
        pages, lines = read_all(open_qonto(server))
    assert pages[0].removed_ids == ("t1",)
    [line] = lines
    assert (line.transaction.status, line.transaction.booking_date) == ("pending", date(2026, 3, 1))


def test_a_line_tells_all_that_qonto_tells():
    line = to_line(
        record(
            amount=Decimal("50.01"),
            side="debit",
            local_amount=60,
            local_currency="USD",
            note="for the office",
            settled_at="2026-03-02T23:30:00Z",
            transfer={
                "counterparty_account_number": "nl93 RABO 3730 9767 96",
                "counterparty_bank_identifier": "RABONL2U",
            },
        )
    )
    transaction = line.transaction
    assert transaction.booking_date == date(2026, 3, 3)  # half past midnight in Paris
    assert (transaction.amount, transaction.remittance.text) == (Decimal("-50.01"), "INV/2026/0001")
    assert transaction.counterparty.account == "NL93RABO3730976796"
    assert (transaction.exchange.foreign.amount, transaction.exchange.foreign.currency) == (
        -60,
        "USD",
    )
    assert transaction.additional_info == "for the office"
    assert '"INV/2026/0001"' in line.raw


@given(
    amount=st.decimals(0, 10**12, places=2),
    side=st.sampled_from(["credit", "debit"]),
)
@settings(deadline=None)
def test_amount_and_side_give_the_signed_amount(amount, side):
    found = to_line(record(amount=amount, side=side)).transaction.amount
    assert found == (amount if side == "credit" else -amount)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount": None}, "transaction t1: amount"),
        ({"amount": "12.3.4"}, "is no amount"),
        ({"amount": -1}, "direction"),
        ({"side": ""}, "direction"),
        ({"currency": "EURO"}, "currency"),
        ({"settled_at": "yesterday"}, "settled_at"),
        ({"id": None}, "id: it is missing"),
        ({"updated_at": None}, "updated_at"),
        ({"label": ["x"]}, "label"),
    ],
)
def test_a_broken_transaction_is_refused_in_words(values, words):
    with serving(qonto([record(**values)])) as server:
        error = refusal("protocol", open_qonto(server).fetch, window())
    assert words in str(error)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({}, 401), "auth"),
        (Reply({}, 403), "auth"),
        (Reply({}, 404), "config"),
        (Reply({}, 422), "protocol"),
        (Reply({}, 429, headers={"Retry-After": "3600"}), "rate_limited"),
        (Reply({}, 500), "unavailable"),
        (Reply(b"<html>"), "protocol"),
        (Reply(b'{"transactions": [{"id": "t1"'), "protocol"),
        (Reply({"transactions": {}, "meta": {}}), "protocol"),
        (Reply({"transactions": []}), "protocol"),
        (Reply({"transactions": [], "meta": {"next_page": 1}}), "protocol"),
    ],
)
def test_every_failure_has_its_kind(reply, kind):
    with serving(lambda request: reply) as server:
        error = refusal(kind, open_qonto(server).fetch, window(), secret=SECRET)
    if kind == "rate_limited":
        assert error.retry_after == 3600


def test_missing_and_unknown_accounts_are_named():
    with serving(qonto([])) as server:
        refusal("config", open_qonto(server, secret="").list_accounts)
        other = window()
        account = type(other.account)("gone", "FR00", "EUR")
        error = refusal("config", open_qonto(server).fetch, window(account))
    assert "FR00" in str(error)


def test_no_secret_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    with serving(qonto([record()])) as server:
        read_all(open_qonto(server))
    assert "/v2/transactions" in caplog.text
    assert SECRET not in caplog.text
