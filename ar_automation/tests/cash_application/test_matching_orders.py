"""Orders that are paid before they are invoiced, decided without a database."""

from decimal import Decimal

import pytest

from ...engine.matching.decide import decide
from ...engine.matching.facts import Customer, Knowledge, OpenItem, Order, Payment, Policy

PEOPLE = (Customer(7, ("Alder Ltd",)), Customer(8, ("Birch Ltd",)))
AMOUNTS = (("total", Decimal(1200)), ("prepayment", Decimal(300)))
ORDER = Order(3, "S00042", 7, "EUR", AMOUNTS, ("S00042", "PO778812"))
ALLOWED = Policy(actions=Policy().actions | {"prepayment"})


def pay(amount, text, payer="Alder Ltd", number=1):
    return Payment(number, Decimal(amount), "EUR", (text,), payer_name=payer)


def decided(*payments, orders=(ORDER,), policy=ALLOWED, items=()):
    return decide(list(payments), items, Knowledge(PEOPLE, policy=policy, orders=orders))


@pytest.mark.parametrize(("amount", "text"), [(1200, "order S00042"), (300, "our PO 77 88 12")])
def test_number_and_amount_say_so(amount, text):
    (decision,) = decided(pay(amount, text))
    best = decision.proposals[0]
    assert (decision.verdict, best.action, best.names) == ("matched", "prepayment", ("S00042",))
    assert best.customer_id == 7


def test_it_is_asked_unless_the_policy_allows_it():
    (decision,) = decided(pay(300, "S00042"), policy=Policy())
    assert decision.verdict == "proposed"
    assert decision.proposals[0].action == "prepayment"


@pytest.mark.parametrize(("amount", "text"), [(1199, "S00042"), (1200, "thanks"), (1200, "S00043")])
def test_anything_else_is_no_prepayment(amount, text):
    (decision,) = decided(pay(amount, text))
    assert all(proposal.action != "prepayment" for proposal in decision.proposals)


@pytest.mark.parametrize("payer", ["Birch Ltd", "Nobody knows"])
def test_whoever_else_pays_is_asked_about(payer):
    (decision,) = decided(pay(1200, "S00042", payer))
    assert decision.verdict == "proposed"
    assert not decision.proposals[0].evidence[-1].favourable


def test_two_payments_of_one_order_are_one_too_many():
    found = decided(pay(1200, "S00042"), pay(1200, "S00042 again", number=2))
    assert [decision.verdict for decision in found] == ["proposed", "proposed"]


def test_two_orders_of_one_number_are_not_told_apart():
    twin = Order(4, "S00077", 7, "EUR", AMOUNTS, ("PO778812",))
    (decision,) = decided(pay(1200, "PO 778812"), orders=(ORDER, twin))
    assert all(proposal.action != "prepayment" for proposal in decision.proposals)


def test_an_open_item_of_that_amount_is_a_second_reading():
    item = OpenItem(1, "INV/2026/00001", 7, Decimal(1200), "EUR", 5)
    (decision,) = decided(pay(1200, "S00042"), items=[item])
    assert not any(p.book for p in decision.proposals if p.action == "prepayment")
    assert len(decision.proposals) > 1 or decision.proposals[0].items


def test_an_invoice_of_the_order_goes_first():
    keys = (("S00042", "order number"),)
    item = OpenItem(1, "INV/2026/00001", 7, Decimal(1200), "EUR", 5, keys)
    (decision,) = decided(pay(1200, "S00042"), items=[item])
    assert decision.verdict == "matched"
    assert decision.proposals[0].item_ids == {1}
