"""Stripe: a payout is what it consists of, to the cent, or it is refused."""

import logging
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.contract import RemoteAccount
from ....banking.connectors.stripe_payouts.connector import StripeConnector
from ....banking.connectors.stripe_payouts.mapping import to_amount, to_lines
from .feed_case import context_of, read_all, refusal, window
from .loopback_server import Reply, serving

SECRET = "rk_test_51Secret"
MARCH_2 = 1772445600  # 2026-03-02 10:00 UTC
EUR = RemoteAccount("balance:EUR", currency="EUR")


def item(identifier, amount, fee=0, **values):
    return {
        "id": identifier,
        "object": "balance_transaction",
        "type": "charge",
        "reporting_category": "charge",
        "amount": amount,
        "fee": fee,
        "net": amount - fee,
        "currency": "eur",
        "created": MARCH_2,
        "available_on": MARCH_2 + 86400,
        "description": None,
        "exchange_rate": None,
        "source": f"src_{identifier}",
        **values,
    }


def payout(identifier, amount, **values):
    return {
        "id": identifier,
        "amount": amount,
        "currency": "eur",
        "created": MARCH_2 + 3600,
        "arrival_date": MARCH_2 + 2 * 86400,
        "automatic": True,
        "reconciliation_status": "completed",
        "status": "paid",
        "statement_descriptor": "ACME",
        "failure_balance_transaction": None,
        **values,
    }


CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 10000,
    "currency": "eur",
    "description": "INV/2026/0042",
    "payment_intent": "pi_1",
    "customer": "cus_9",
    "metadata": {"order": "S00017"},
    "billing_details": {"name": "Jenny Rosen", "email": "jenny@example.com"},
}
CONTENTS = [
    item("txn_1", 10000, 320, source=CHARGE),
    item("txn_2", -2000, type="refund", reporting_category="refund"),
    item("txn_3", -500, 1500, type="adjustment", reporting_category="dispute"),
    item("txn_4", 0, 100, type="stripe_fee", reporting_category="fee"),
    item("txn_p", -5580, type="payout", reporting_category="payout"),
]


def stripe(payouts, contents, size=100):
    def answer(request):
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return Reply({"error": {"type": "invalid_request_error"}}, 401)
        if request.path == "/v1/balance":
            return Reply({"available": [{"currency": "usd"}, {"currency": "eur"}]})
        if request.path == "/v1/payouts":
            records = payouts
        else:
            records = contents.get(request.query["payout"], [])
        names = [each["id"] for each in records]
        after = request.query.get("starting_after")
        first = names.index(after) + 1 if after else 0
        part = records[first : first + size]
        return Reply({"data": part, "has_more": first + size < len(records)})

    return answer


def open_stripe(server, secret=SECRET):
    return StripeConnector(context_of(test_address=server.url, secret_key=secret))


def fetch(payouts, contents, **options):
    with serving(stripe(payouts, contents, **options)) as server:
        return read_all(open_stripe(server), window(EUR))


def test_there_is_an_account_per_currency():
    with serving(stripe([], {})) as server:
        accounts = open_stripe(server).list_accounts()
    assert [account.currency for account in accounts] == ["EUR", "USD"]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_the_lines_of_a_payout_make_zero(size):
    pages, lines = fetch([payout("po_1", 5580)], {"po_1": CONTENTS}, size=size)
    assert [(line.provider_id, str(line.transaction.amount)) for line in lines] == [
        ("txn_1", "100.00"),
        ("txn_1:fee", "-3.20"),
        ("txn_2", "-20.00"),
        ("txn_3", "-5.00"),
        ("txn_3:fee", "-15.00"),
        ("txn_4:fee", "-1.00"),
        ("po_1", "-55.80"),
    ]
    assert sum(line.transaction.amount for line in lines) == 0
    assert [page.cursor for page in pages] == ["2026-03-02", ""]


def test_a_charge_names_what_it_pays():
    _pages, lines = fetch([payout("po_1", 5580)], {"po_1": CONTENTS})
    charge, fee = lines[0].transaction, lines[1].transaction
    assert charge.remittance.lines == ("INV/2026/0042", "order: S00017")
    assert (charge.identifiers.end_to_end_id, charge.identifiers.transaction_id) == ("pi_1", "ch_1")
    assert (charge.counterparty.name, charge.additional_info) == (
        "Jenny Rosen",
        "cus_9 jenny@example.com",
    )
    assert (charge.booking_date, charge.value_date) == (date(2026, 3, 2), date(2026, 3, 3))
    assert fee.remittance.text == "Stripe fee for INV/2026/0042"
    transfer = lines[-1].transaction
    assert (transfer.remittance.lines, transfer.value_date) == (
        ("Payout po_1", "ACME"),
        date(2026, 3, 4),
    )


def test_payouts_come_oldest_first_and_in_their_currency():
    later = payout("po_2", 0, created=MARCH_2 + 90000)
    other = payout("po_3", 100, currency="usd")
    pages, _lines = fetch([later, other, payout("po_1", 5580)], {"po_1": CONTENTS})
    assert [page.lines[-1].provider_id for page in pages[:-1]] == ["po_1", "po_2"]


@pytest.mark.parametrize(
    "values", [{"status": "pending"}, {"reconciliation_status": "in_progress"}]
)
def test_a_payout_that_is_not_complete_waits(values):
    _pages, lines = fetch([payout("po_1", 5580, **values)], {"po_1": CONTENTS})
    assert lines == []


def test_a_failed_payout_comes_back_and_is_paid_out_again_once():
    back = item("txn_b", 5580, type="payout_failure", reporting_category="payout_reversal")
    failed = payout(
        "po_1",
        5580,
        status="failed",
        failure_balance_transaction=back,
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
    )
    again = payout("po_2", 5580, created=MARCH_2 + 90000)
    _pages, lines = fetch([again, failed], {"po_1": CONTENTS, "po_2": [back]})
    unique = {line.provider_id: line.transaction for line in lines}
    assert len(unique) == len(lines) - 1  # the money that came back is told twice, by one name
    assert sum(line.amount for line in unique.values()) == 0
    first = next(line for line in lines if line.provider_id == "txn_b").transaction
    assert first.is_reversal
    assert first.return_reason.code == "account_closed"


def test_a_manual_payout_says_that_its_contents_are_unknown():
    manual = payout("po_1", 5580, automatic=False, reconciliation_status="not_applicable")
    _pages, [line] = fetch([manual], {})
    assert "Manual payout" in line.transaction.additional_info


@given(units=st.integers(-(10**15), 10**15), currency=st.sampled_from(["JPY", "EUR", "KWD"]))
@settings(deadline=None)
def test_the_smallest_unit_is_stripes(units, currency):
    factor = {"JPY": 1, "EUR": 100, "KWD": 1000}[currency]
    assert to_amount(units, currency, "x") * factor == units


@given(gross=st.integers(-(10**9), 10**9), fee=st.integers(-(10**6), 10**6))
@settings(deadline=None)
def test_gross_and_fee_make_the_net(gross, fee):
    lines = to_lines(item("txn", gross, fee), "po")
    total = sum((line.transaction.amount for line in lines), Decimal(0))
    assert total * 100 == gross - fee
    assert all(line.transaction.amount for line in lines)


def test_foreign_money_is_told():
    source = {**CHARGE, "amount": 1200, "currency": "jpy"}
    [line] = to_lines(item("txn", 700, source=source, exchange_rate=Decimal("0.0058")), "po")
    exchange = line.transaction.exchange
    assert (exchange.foreign.amount, exchange.foreign.currency, exchange.rate) == (
        1200,
        "JPY",
        Decimal("0.0058"),
    )


@pytest.mark.parametrize(
    ("record", "contents", "words"),
    [
        (payout("po_1", 5581), CONTENTS, "55.81 EUR were paid, its contents make 55.80"),
        (payout("po_1", 5580), CONTENTS[1:], "its contents make"),
        (payout("po_1", 100), [item("t", 100, currency="usd")], "in USD"),
        (payout("po_1", 100), [item("t", 100, net=99)], "less a fee"),
        (payout("po_1", 100), [item("t", 100, created=None)], "created"),
        (payout("po_1", 1.5), [], "no whole number"),
        (payout("po_1", True), [], "no whole number"),
        (payout("po_1", 100, arrival_date=-1), [], "arrival_date"),
        (payout("po_1", 100, created="x"), [], "created"),
    ],
)
def test_what_does_not_add_up_is_refused(record, contents, words):
    with serving(stripe([record], {"po_1": contents})) as server:
        error = refusal("protocol", open_stripe(server).fetch, window(EUR))
    assert words in str(error)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"error": {"type": "invalid_request_error"}}, 401), "auth"),
        (Reply({"error": {"code": "more_permissions_required"}}, 403), "auth"),
        (Reply({}, 429), "rate_limited"),
        (Reply({}, 503), "unavailable"),
        (Reply(b"["), "protocol"),
        (Reply({"data": None}), "protocol"),
        (Reply({"data": [], "has_more": True}), "protocol"),
        (Reply({"data": [{"id": "po_1"}], "has_more": True}), "protocol"),
    ],
)
def test_every_failure_has_its_kind(reply, kind):
    with serving(lambda request: reply) as server:
        refusal(kind, open_stripe(server).fetch, window(EUR), secret=SECRET)


def test_a_publishable_key_is_refused():
    with serving(stripe([], {})) as server:
        error = refusal("config", open_stripe(server, "pk_live_1").list_accounts)
    assert "rk_live_" in error.hint


def test_no_secret_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    fetch([payout("po_1", 5580)], {"po_1": CONTENTS})
    assert "/v1/balance_transactions" in caplog.text
    assert SECRET not in caplog.text
