import doctest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.credit import exposure, order_decision
from ...engine.credit.exposure import CountedComponents, Exposure
from ...engine.credit.order_decision import CreditPolicy, OrderFacts, decide_order, decide_orders

AMOUNTS = st.integers(-10_000_00, 10_000_00).map(lambda cents: Decimal(cents) / 100)


def decide(amount, exposure, limit, **facts_and_rules):
    facts = {
        name: facts_and_rules.pop(name)
        for name in list(facts_and_rules)
        if name in OrderFacts.__slots__
    }
    return decide_order(
        OrderFacts(amount=Decimal(amount), exposure=Decimal(exposure), **facts),
        CreditPolicy(limit=Decimal(limit), **facts_and_rules),
    )


@tagged("post_install", "-at_install")
class TestOrderDecision(BaseCase):
    def test_examples_in_the_docstrings(self):
        for module in (exposure, order_decision):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def test_up_to_the_limit_passes_and_a_cent_more_is_held(self):
        self.assertEqual(decide("100.00", "900.00", "1000").verdict, "pass")
        decision = decide("100.01", "900.00", "1000")
        self.assertEqual(decision.verdict, "hold")
        self.assertEqual(decision.reasons[0].excess, Decimal("0.01"))

    def test_no_limit(self):
        self.assertEqual(decide(1_000_000, 1_000_000, 0).verdict, "pass")

    def test_negative_limit_lets_nothing_through(self):
        self.assertEqual(decide(1, 0, -1).verdict, "hold")

    def test_larger_tolerance_counts(self):
        rules = {"tolerance_amount": Decimal(50), "tolerance_percent": Decimal(10)}
        self.assertEqual(decide(100, 1000, 1000, **rules).verdict, "pass")
        self.assertEqual(decide(101, 1000, 1000, **rules).verdict, "hold")
        rules["tolerance_amount"] = Decimal(200)
        self.assertEqual(decide(200, 1000, 1000, **rules).verdict, "pass")

    def test_order_that_adds_nothing_passes(self):
        self.assertEqual(decide(0, 5000, 1000).verdict, "pass")
        self.assertEqual(decide(-10, 5000, 1000).verdict, "pass")

    def test_late_customer_is_held_without_any_limit(self):
        rules = {"check_overdue": True, "overdue_days": 30, "overdue_amount": Decimal(100)}
        self.assertEqual(decide(10, 500, 0, late=Decimal(100), **rules).verdict, "pass")
        decision = decide(10, 500, 0, late=Decimal("100.01"), oldest_overdue_days=43, **rules)
        self.assertEqual([reason.code for reason in decision.reasons], ["too_late"])

    def test_both_reasons_are_given(self):
        decision = decide(10, 500, 100, late=Decimal(1), check_overdue=True)
        self.assertEqual([reason.code for reason in decision.reasons], ["over_limit", "too_late"])

    def test_earlier_decisions_stand(self):
        self.assertEqual(decide(10, 500, 100, standing="released").verdict, "pass")
        self.assertEqual(decide(10, 0, 100, standing="rejected").verdict, "rejected")

    def test_paid_online_passes_always(self):
        for standing in ("new", "rejected"):
            facts = {"is_paid_online": True, "standing": standing, "late": Decimal(9)}
            self.assertEqual(decide(10, 500, 100, check_overdue=True, **facts).verdict, "pass")

    def test_orders_that_are_not_counted_add_nothing_to_the_next(self):
        orders = [OrderFacts(amount=Decimal(60), exposure=Decimal(0))] * 2
        verdicts = [
            d.verdict
            for d in decide_orders(orders, CreditPolicy(limit=Decimal(100), counts_orders=False))
        ]
        self.assertEqual(verdicts, ["pass", "pass"])

    @given(
        st.lists(st.integers(1, 500).map(Decimal), max_size=20),
        AMOUNTS,
        st.integers(1, 2000).map(Decimal),
    )
    def test_what_passes_never_exceeds_the_limit(self, amounts, exposure, limit):
        facts = [OrderFacts(amount=amount, exposure=exposure) for amount in amounts]
        decisions = decide_orders(facts, CreditPolicy(limit=limit))
        passed = sum(a for a, d in zip(amounts, decisions, strict=True) if d.verdict == "pass")
        if passed:
            self.assertLessEqual(exposure + passed, limit)
        for amount, decision in zip(amounts, decisions, strict=True):
            if decision.verdict == "hold":
                self.assertGreater(exposure + passed + amount, limit)

    @given(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), st.tuples(*[st.booleans()] * 4))
    def test_total_is_the_sum_of_what_counts(self, amounts, counts):
        exposure = Exposure(
            **dict(zip(("open", "draft", "orders", "credit"), amounts, strict=True))
        )
        expected = sum(amount for amount, counted in zip(amounts, counts, strict=True) if counted)
        self.assertEqual(exposure.total(CountedComponents(*counts)), expected)
