import doctest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.credit import approval, exposure, order_decision, order_turns
from ...engine.credit.check import CheckFacts, CheckRules, LimitLevel
from ...engine.credit.exposure import CountedComponents, Exposure
from ...engine.credit.order_decision import CreditPolicy
from ...engine.credit.order_turns import OrderTurn, decide_in_turn

UNITS = st.integers(-10_000_00, 10_000_00)
AMOUNTS = UNITS.map(lambda cents: Decimal(cents) / 100)


FACTS = ("late", "oldest_overdue_days", "is_prepaid")
TURN = ("standing", "ceiling")


def turn(amount, exposure, limit, **given):
    facts = {name: given.pop(name) for name in FACTS if name in given}
    order = {name: given.pop(name) for name in TURN if name in given}
    level = LimitLevel(Decimal(exposure), Decimal(limit))
    return OrderTurn(
        1,
        CheckFacts(amount=Decimal(amount), levels=(level,), **facts),
        CheckRules(CreditPolicy(**given)),
        **order,
    )


def decide(amount, exposure, limit, **given):
    return decide_in_turn([turn(amount, exposure, limit, **given)])[0]


@tagged("post_install", "-at_install")
class TestOrderDecision(BaseCase):
    def test_examples_in_the_docstrings(self):
        for module in (approval, exposure, order_decision, order_turns):
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
            facts = {"is_prepaid": True, "standing": standing, "late": Decimal(9)}
            self.assertEqual(decide(10, 500, 100, check_overdue=True, **facts).verdict, "pass")

    def test_orders_that_are_not_counted_add_nothing_to_the_next(self):
        decisions = decide_in_turn([turn(60, 0, 100, counts_orders=False)] * 2)
        self.assertEqual([decision.verdict for decision in decisions], ["pass", "pass"])

    def test_customers_of_one_group_share_its_limit(self):
        shared = LimitLevel(Decimal(0), Decimal(100), group="Acme")
        orders = [
            OrderTurn(
                customer,
                CheckFacts(Decimal(60), (LimitLevel(Decimal(0), Decimal(0)), shared)),
                CheckRules(CreditPolicy()),
            )
            for customer in (1, 2)
        ]
        decisions = decide_in_turn(orders)
        self.assertEqual([decision.verdict for decision in decisions], ["pass", "hold"])
        self.assertEqual(decisions[1].reasons[0].code, "group_over_limit")

    def test_ceiling_of_a_release_for_a_time(self):
        late = {"late": Decimal(9), "check_overdue": True}
        self.assertEqual(decide(10, 500, 100, ceiling=Decimal(510), **late).verdict, "pass")
        self.assertEqual(decide(11, 500, 100, ceiling=Decimal(510), **late).verdict, "hold")

    @given(
        st.lists(st.integers(1, 500).map(Decimal), max_size=20),
        AMOUNTS,
        st.integers(1, 2000).map(Decimal),
    )
    def test_what_passes_never_exceeds_the_limit(self, amounts, exposure, limit):
        decisions = decide_in_turn([turn(amount, exposure, limit) for amount in amounts])
        passed = sum(a for a, d in zip(amounts, decisions, strict=True) if d.verdict == "pass")
        if passed:
            self.assertLessEqual(exposure + passed, limit)
        for amount, decision in zip(amounts, decisions, strict=True):
            if decision.verdict == "hold":
                self.assertGreater(exposure + passed + amount, limit)

    @given(st.tuples(UNITS, UNITS, UNITS, UNITS), st.tuples(*[st.booleans()] * 4))
    def test_total_is_the_sum_of_what_counts(self, amounts, counts):
        exposure = Exposure(
            **dict(zip(("open", "draft", "orders", "credit"), amounts, strict=True))
        )
        expected = sum(amount for amount, counted in zip(amounts, counts, strict=True) if counted)
        self.assertEqual(exposure.total(CountedComponents(*counts)), expected)
