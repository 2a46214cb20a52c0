import doctest
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...engine.matching import candidates, decide, references
from ...engine.matching.decide import decide as decide_batch
from ...engine.matching.facts import OpenItem, Payment
from ...engine.matching.references.numbers import is_telling, named_keys
from ...engine.matching.text import normalise_key

CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)


def item(number, amount, *, item_id=None, customer=1, currency="EUR", name=None):
    name = name or f"INV/2026/{number:05d}"
    keys = ((normalise_key(name), "invoice number"),)
    return OpenItem(item_id or number, name, customer, Decimal(amount), currency, 9, keys)


def pay(amount, *texts, payment_id=1, payers=(), currency="EUR", rejected=()):
    return Payment(
        payment_id, Decimal(amount), currency, texts, frozenset(payers), frozenset(rejected)
    )


def verdict(payment, *items):
    return decide_batch([payment], items)[0].verdict


@pytest.mark.parametrize("module", [candidates, decide, references])
def test_the_examples_in_the_module_texts_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "text",
    [
        "INV/2026/00012",
        "payment for inv-2026-00012, thanks",
        "Rechnung INV 2026 00012 vom 3.2.",
        "INV202600012",
        "/INV/2026/00012/EREF+NOTPROVIDED",
        "RE:INV.2026.00012",
    ],
)
def test_a_number_is_found_as_people_write_it(text):
    assert verdict(pay("100", text), item(12, "100")) == "matched"


@pytest.mark.parametrize(
    "text", ["INV/2026/000121", "INV/2026/0001", "XINV/2026/00012", "2026", "invoice", ""]
)
def test_another_number_is_not_taken_for_it(text):
    assert verdict(pay("77", text), item(12, "100")) == "unmatched"


@given(st.text(string.ascii_letters + string.digits + " /-.,", max_size=60), CENTS)
def test_a_text_never_books_an_item_of_another_amount(text, amount):
    other = item(12, amount + Decimal("0.01"))
    assert verdict(pay(str(amount), text, "INV/2026/00012"), other) == "proposed"


@given(st.text(max_size=200))
def test_any_text_has_keys_that_are_telling(text):
    assert all(is_telling(key) for key in named_keys(text))


@given(st.lists(CENTS, min_size=1, max_size=6))
def test_several_named_invoices_are_booked_when_their_sum_is_paid(amounts):
    items = [item(number, amount) for number, amount in enumerate(amounts, 1)]
    text = ", ".join(entry.name for entry in items)
    found = decide_batch([pay(str(sum(amounts)), text)], items)[0]
    assert found.verdict == "matched"
    assert found.proposals[0].residual == sum(amounts)


def test_a_named_credit_note_is_deducted():
    invoice, credit = item(1, "100"), item(2, "-30", name="RINV/2026/00002")
    assert verdict(pay("70", "INV/2026/00001 ./. RINV/2026/00002"), invoice, credit) == "matched"


def test_a_short_payment_is_proposed_with_the_difference():
    found = decide_batch([pay("90", "INV/2026/00012")], [item(12, "100")])[0]
    facts = {fact.code: dict(fact.params) for fact in found.proposals[0].evidence}
    assert found.verdict == "proposed"
    assert facts["amount_short"]["difference"] == "10"


def test_an_unknown_payer_does_not_speak_for_the_match():
    found = decide_batch([pay("100", "INV/2026/00012")], [item(12, "100")])[0]
    favours = {fact.code: fact.favourable for fact in found.proposals[0].evidence}
    assert found.verdict == "matched"
    assert favours["payer_unknown"] is False


def test_another_currency_is_proposed():
    assert verdict(pay("100", "INV/2026/00012"), item(12, "100", currency="USD")) == "proposed"


def test_the_account_of_another_customer_is_proposed():
    assert verdict(pay("100", "INV/2026/00012", payers=[8]), item(12, "100")) == "proposed"
    assert verdict(pay("100", "INV/2026/00012", payers=[1, 8]), item(12, "100")) == "matched"


def test_items_of_two_customers_are_proposed():
    items = item(1, "50"), item(2, "50", customer=2)
    assert verdict(pay("100", "INV/2026/00001 INV/2026/00002"), *items) == "proposed"


def test_two_items_of_one_number_are_proposed():
    twins = item(12, "100"), item(12, "100", item_id=13, customer=2)
    assert verdict(pay("100", "INV/2026/00012"), *twins) == "proposed"


def test_the_instalment_whose_amount_fits_is_meant():
    instalments = item(12, "40", item_id=1), item(12, "60", item_id=2)
    found = decide_batch([pay("60", "INV/2026/00012")], instalments)[0]
    assert found.verdict == "matched"
    assert found.proposals[0].item_ids == {2}


def test_one_of_several_named_invoices_is_only_likely():
    items = item(1, "100"), item(2, "50")
    found = decide_batch([pay("100", "INV/2026/00001 and INV/2026/00002")], items)[0]
    assert found.verdict == "proposed"
    assert found.proposals[0].item_ids == {1}


def test_equal_instalments_are_a_choice_for_a_person():
    instalments = item(12, "50", item_id=1), item(12, "50", item_id=2)
    assert verdict(pay("50", "INV/2026/00012"), *instalments) == "proposed"


def test_a_payer_and_an_amount_are_a_proposal():
    assert verdict(pay("100", "thank you", payers=[1]), item(12, "100")) == "proposed"


def test_a_payer_who_pays_all_that_is_open_is_a_proposal():
    found = decide_batch([pay("150", "all", payers=[1])], [item(1, "100"), item(2, "50")])[0]
    assert found.verdict == "proposed"
    assert found.proposals[0].item_ids == {1, 2}


def test_an_amount_alone_is_a_weak_proposal_and_many_say_nothing():
    assert verdict(pay("100", "hello"), item(1, "100")) == "proposed"
    assert verdict(pay("100", "hello"), *[item(n, "100") for n in range(1, 9)]) == "unmatched"


def test_an_item_that_another_payment_settles_is_not_proposed():
    payments = [pay("100", "INV/2026/00012"), pay("100", "hello", payment_id=2)]
    found = decide_batch(payments, [item(12, "100")])
    assert [decision.verdict for decision in found] == ["matched", "unmatched"]


def test_what_a_person_refused_is_not_offered_again():
    refused = pay("100", "INV/2026/00012", rejected=[frozenset({12})])
    assert verdict(refused, item(12, "100")) == "unmatched"


@given(st.integers(2, 5), CENTS)
def test_payments_that_claim_one_item_are_all_proposed(count, amount):
    payments = [pay(str(amount), "INV/2026/00012", payment_id=n) for n in range(count)]
    verdicts = {found.verdict for found in decide_batch(payments, [item(12, amount)])}
    assert verdicts == {"proposed"}


@given(st.lists(st.tuples(st.integers(1, 6), CENTS), max_size=8), st.data())
def test_no_item_is_ever_booked_twice_and_every_booking_balances(rows, data):
    items = [item(number, amount, item_id=n) for n, (number, amount) in enumerate(rows, 1)]
    amounts = st.sampled_from([amount for _number, amount in rows] or [Decimal(5)])
    payments = [
        pay(
            str(data.draw(amounts)),
            " ".join(f"INV/2026/{data.draw(st.integers(1, 6)):05d}" for _n in range(2)),
            payment_id=n,
        )
        for n in range(data.draw(st.integers(0, 6)))
    ]
    booked = []
    for found in decide_batch(payments, items):
        if found.verdict == "matched":
            assert len(found.proposals) == 1
            assert found.proposals[0].residual == found.payment.amount
            booked += found.proposals[0].item_ids
    assert len(booked) == len(set(booked))
