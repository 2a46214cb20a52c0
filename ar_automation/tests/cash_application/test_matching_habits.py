"""Habits of payers that the second labelled set brought to light."""

from decimal import Decimal

import pytest

from ...engine.matching.decide import decide
from ...engine.matching.facts import Advised, Customer, Knowledge, OpenItem, Payment
from ...engine.matching.text import normalise_key

PEOPLE = (Customer(1, ("Solar Nord UG (haftungsbeschränkt)",)),)


def item(number, name, amount, **facts):
    keys = ((normalise_key(name), "invoice number"),)
    return OpenItem(number, name, 1, Decimal(amount), "EUR", 9, keys, **facts)


def best(items, amount, text, **facts):
    facts = {"payer_ids": frozenset({1}), **facts}
    payment = Payment(1, Decimal(amount), "EUR", (text,), **facts)
    return decide([payment], items, Knowledge(PEOPLE))[0].proposals[0]


@pytest.mark.parametrize(
    "tail",
    [" vom 2026-08-07", " (2026-08-07)", "; 07/08/26", " 07 Aug 2026", " EUR 208,07", "/AMT:8.07"],
)
def test_parts_of_a_date_or_an_amount_are_no_counters(tail):
    others = [item(n, f"SFA-000{n}", "311.40") for n in (2007, 2008, 2026, 2208, 2207)]
    meant = item(1, "SFA-0002201", "84.55")
    found = best([*others, meant], "84.55", f"Rechnung SFA-0002201{tail}")
    assert found.book
    assert found.item_ids == {1}
    assert all(fact.favourable for fact in found.evidence)


def test_counters_are_completed_where_the_year_stands_last():
    items = [item(n, f"{n:05d}/26", n) for n in (6147, 6149, 6150)]
    found = best(items, "18446", "06147/26, 06149 + 06150")
    assert found.book
    assert found.item_ids == {6147, 6149, 6150}


def test_a_payment_of_twice_the_item_is_asked():
    found = best([item(1, "FV/0147/26", "260")], "3363.06", "FV/0147/26 y algo mas")
    assert found.action == "overpay"
    assert not found.book


def test_a_name_that_the_bank_cut_within_brackets_is_the_customers():
    facts = {"payer_ids": frozenset(), "payer_name": "SOLAR NORD UG (HAFTUNGSBESCH"}
    found = best([item(1, "FV/0147/26", "261.17")], "261.17", "danke", **facts)
    assert found.book
    assert "payer_name" in {fact.code for fact in found.evidence}


def test_a_quoted_counter_makes_up_for_a_round_amount():
    items = [item(1, "INV03608", "2500"), item(2, "INV03777", "19.90")]
    facts = {"payer_ids": frozenset(), "payer_name": "Solar Nord UG"}
    assert best(items, "2500", "fra 03608", **facts).book


def test_an_advice_says_what_is_paid_of_each_item():
    items = [item(1, "FV/0147/26", "100"), item(2, "FV/0148/26", "50")]
    advised = (Advised("FV/0147/26", Decimal(70)), Advised("FV 0148 26", Decimal(50)))
    found = best(items, "120", "see advice", advised=advised)
    assert found.action == "partial"
    assert dict(found.allocation) == {1: Decimal(70), 2: Decimal(50)}
    assert "amount_advised" in {fact.code for fact in found.evidence}


def test_an_advice_that_does_not_add_up_does_not_split_the_payment():
    items = [item(1, "FV/0147/26", "100"), item(2, "FV/0148/26", "50")]
    advised = (Advised("FV/0147/26", Decimal(70)), Advised("FV/0148/26", Decimal(40)))
    found = best(items, "120", "see advice", advised=advised)
    assert dict(found.allocation) == {1: Decimal(100), 2: Decimal(20)}
