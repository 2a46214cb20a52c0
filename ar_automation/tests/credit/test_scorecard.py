import doctest
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.credit import early_warning, limit_proposal, scorecard
from ...engine.credit.early_warning import Ending, OpenLate, WarningFacts, find_signals
from ...engine.credit.limit_proposal import (
    AutomaticBand,
    Needs,
    propose_limit,
    propose_start,
    round_limit,
)
from ...engine.credit.scorecard import RiskClass, ScoreRule, classify, score

RULES = [
    ScoreRule("days_late", 30, best=0, worst=30),
    ScoreRule("turnover_trend", 10, best=20, worst=-50),
    ScoreRule("rating", 20, best=100, worst=0),
]
VALUE = st.one_of(st.none(), st.floats(-1e6, 1e6))
MONEY = st.decimals(0, 10**9, places=2)


@tagged("post_install", "-at_install")
class TestScorecard(BaseCase):
    def test_examples_in_the_docstrings(self):
        for module in (scorecard, limit_proposal, early_warning):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    @given(VALUE, VALUE, VALUE)
    def test_index_is_the_sum_of_its_factors(self, days, trend, rating):
        scored = score({"days_late": days, "turnover_trend": trend, "rating": rating}, RULES)
        self.assertTrue(0 <= scored.index <= 100)
        for factor in scored.factors:
            self.assertTrue(0 <= factor.points <= factor.weight)
        reachable = sum(factor.weight for factor in scored.factors)
        if reachable:
            reached = sum(factor.points for factor in scored.factors)
            self.assertAlmostEqual(scored.index, 100 * reached / reachable, delta=0.06)

    @given(st.floats(-100, 200), st.floats(0, 100))
    def test_paying_later_never_helps(self, days, more):
        before, after = (score({"days_late": value}, RULES).index for value in (days, days + more))
        self.assertLessEqual(after, before)

    def test_costliest_factor_comes_first(self):
        scored = score({"days_late": 30.0, "turnover_trend": 20.0, "rating": 50.0}, RULES)
        self.assertEqual(
            [f.code for f in scored.factors], ["days_late", "rating", "turnover_trend"]
        )

    def test_nothing_known_is_zero_and_not_an_error(self):
        self.assertEqual(score({}, RULES).index, 0.0)
        self.assertEqual(score({"days_late": 3.0}, [ScoreRule("days_late", 0, 0, 1)]).index, 0.0)

    def test_rule_with_one_threshold_is_all_or_nothing(self):
        rule = ScoreRule("tenure", 10, best=12, worst=12)
        self.assertEqual([rule.grade(11.9), rule.grade(12)], [0.0, 1.0])

    def test_lowest_class_takes_the_rest(self):
        classes = [RiskClass("E", 10), RiskClass("A", 80)]
        self.assertEqual(classify(3, classes).code, "E")
        self.assertEqual(classify(80, classes).code, "A")
        with self.assertRaises(ValueError):
            classify(50, [])

    @given(MONEY, st.integers(0, 4000), st.integers(0, 120), st.floats(-50, 300), MONEY)
    def test_proposed_limit_stays_within_need_and_cap(self, turnover, known, terms, late, cap):
        risk = RiskClass("C", 0, trust=Decimal("0.5"), cap=cap, max_terms=30)
        proposal = propose_limit(Needs(turnover, known, terms, late), risk)
        self.assertTrue(0 <= proposal.limit <= cap)
        self.assertLessEqual(proposal.limit, proposal.need)
        self.assertLessEqual(proposal.terms, 30)

    def test_no_trust_means_no_credit(self):
        needs = Needs(Decimal(100_000), 365, 30, 0)
        self.assertEqual(propose_limit(needs, RiskClass("E", 0, trust=Decimal(0))).limit, 0)
        negative = propose_limit(Needs(Decimal(-500), 365, 30, 0), RiskClass("A", 0))
        self.assertEqual(negative.limit, 0)

    def test_start_is_capped_by_its_class(self):
        proposal = propose_start(
            Decimal(5000), 60, RiskClass("C", 0, cap=Decimal(3000), max_terms=14)
        )
        self.assertEqual((proposal.limit, proposal.terms), (Decimal(3000), 14))

    @given(MONEY)
    def test_rounding_never_raises_a_limit(self, amount):
        rounded = round_limit(amount)
        self.assertTrue(rounded <= amount)
        self.assertTrue(amount < 1 or rounded > amount * Decimal("0.5"))

    def test_band_leaves_first_and_last_limits_to_people(self):
        band = AutomaticBand(percent=Decimal(50), up_to=Decimal(1000))
        self.assertFalse(band.holds(Decimal(0), Decimal(10)))
        self.assertFalse(band.holds(Decimal(100), Decimal(0)))
        self.assertTrue(band.holds(Decimal(100), Decimal(50)))
        self.assertFalse(band.holds(Decimal(900), Decimal(1001)))
        self.assertFalse(AutomaticBand().holds(Decimal(100), Decimal(101)))

    def test_signals(self):
        late = OpenLate(5, "INV/5", late=21, usual=3.0, spread=4.0)
        facts = WarningFacts(
            1,
            paid_count=9,
            late=(late,),
            orders_recent=901.0,
            orders_usual=300.0,
            order_count=6,
            month="2026-03",
            group=4,
            group_late=(1, 2),
            ending=(Ending(8, "Insurer", date(2026, 4, 1)),),
        )
        self.assertEqual(
            [signal.key for signal in find_signals(facts)],
            ["slower:5", "order_spike:2026-03", "group_late:4:1,2", "cover_ending:8:2026-04-01"],
        )

    def test_what_is_usual_is_no_signal(self):
        late = OpenLate(5, "INV/5", late=10, usual=3.0, spread=4.0)
        facts = WarningFacts(
            1,
            paid_count=9,
            late=(late,),
            orders_recent=900.0,
            orders_usual=300.0,
            order_count=6,
            group=4,
            group_late=(2, 3),
            first_late=True,
            punctual_before=1,
        )
        self.assertEqual(list(find_signals(facts)), [])
        self.assertEqual(list(find_signals(WarningFacts(1))), [])
