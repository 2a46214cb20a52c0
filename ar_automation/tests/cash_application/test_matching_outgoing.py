"""Refunds among the money that went out, and hostile texts, decided without a database."""

from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...engine.matching.facts import Customer, Knowledge, OpenItem, Payment
from ...engine.matching.lessons import Done, draw_lessons
from ...engine.matching.outgoing import Owed, decide_outgoing
from ...engine.matching.references.numbers import named_keys
from ...engine.matching.references.scan import NumberIndex, read_texts

PEOPLE = Knowledge((Customer(7, ("Alder Ltd",)), Customer(8, ("Birch Ltd",))))


def item(number, owed, customer=7, name=None):
    name = name or f"PBNK2026{number:05d}"
    keys = ((name, "payment"),)
    return OpenItem(number, name, customer, Decimal(-owed), "EUR", 5, keys)


def out(amount, text, payer="Alder Ltd"):
    return Payment(1, Decimal(-amount), "EUR", (text,), payer_name=payer)


def decided(payment, *items, waiting=(), foreign=()):
    owed = Owed(items, frozenset(waiting), frozenset(foreign))
    return decide_outgoing([payment], owed, PEOPLE)[0]


def test_a_waiting_refund_is_booked_with_the_sign_of_the_bank():
    decision = decided(out(80, "PBNK/2026/00001"), item(1, 80), waiting=[1])
    assert decision.verdict == "matched"
    assert decision.proposals[0].allocation == ((1, Decimal(-80)),)
    assert decision.proposals[0].residual == -80


def test_open_credit_is_proposed():
    decision = decided(out(80, "PBNK/2026/00001"), item(1, 80))
    assert decision.verdict == "proposed"
    assert decision.proposals[0].evidence[-1].code == "credit_open"


def test_what_a_vendor_is_owed_is_left_alone():
    decision = decided(
        out(80, "PBNK/2026/00002", "Birch Ltd"),
        item(1, 80),
        item(2, 80, 8),
        waiting=[1],
        foreign=[2],
    )
    assert decision.verdict == "unmatched" and decision.is_vendors
    assert not decision.proposals


def test_money_to_somebody_else_is_no_refund_of_this_customer():
    decision = decided(out(80, "transfer", "Birch Ltd"), item(1, 80), waiting=[1])
    assert decision.verdict == "unmatched"


@given(
    st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.sampled_from([7, 8])), max_size=6),
    st.integers(1, 5),
    st.sampled_from(["PBNK/2026/00000", "PBNK/2026/00001", "thanks"]),
)
def test_only_waiting_refunds_are_booked_and_to_the_cent(rows, amount, text):
    items = [item(number, owed, customer) for number, (owed, _w, customer) in enumerate(rows)]
    waiting = {number for number, row in enumerate(rows) if row[1]}
    decision = decided(out(amount, text), *items, waiting=waiting)
    if decision.verdict == "matched":
        best = decision.proposals[0]
        assert best.item_ids <= waiting
        assert sum(share for _item, share in best.allocation) == -amount


HOSTILE = [
    "1" * 10_000,
    "A1" * 5_000,
    "1 " * 5_000,
    "INV/2026/00012-" * 666,
    "00012-15," * 1_111,
    "-" * 10_000,
    "RF18" * 2_500,
    "1/2/26 " * 1_400,
    "+++090/9337/55493+++" * 500,
    "(" * 10_000,
    "\N{LATIN SMALL LETTER SHARP S}" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_no_text_takes_long_to_read(text):
    """Ten times what the worst of these took when measured, in processor time."""
    numbers = [(n, ((f"INV2026{n:05d}", "invoice number"),), f"INV/2026/{n:05d}") for n in range(9)]
    index = NumberIndex(numbers, {})
    started = process_time()
    named_keys(text)
    read_texts((text,), index)
    draw_lessons(Done((text,), Decimal(5), text, "DE02", 7, (text,), ("INV/2026/00012",)))
    assert process_time() - started < 1
