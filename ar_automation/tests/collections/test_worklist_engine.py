import doctest
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.dunning import worklist, worklist_assignment
from ...engine.dunning.worklist import Pause, Standing, rank_customers, weigh
from ...engine.dunning.worklist_assignment import (
    Absence,
    CollectorRule,
    Debtor,
    choose_collector,
    find_cover,
)

TODAY = date(2026, 6, 30)
days = st.integers(0, 2000).map(lambda count: TODAY - timedelta(days=count))
standings = st.builds(
    Standing,
    customer_id=st.integers(1, 10**6),
    amount=st.decimals(0, 10**7, places=2),
    oldest_due=st.none() | days,
    chance_late=st.none() | st.decimals(0, 1, places=4),
    broken=st.integers(0, 20),
    last_contact=st.none() | days,
    touched_today=st.booleans(),
    next_action=st.none() | days,
    paused=st.none() | st.just(Pause("hold")),
)


class TestWorklistEngine(BaseCase):
    """Whom a collector calls first, without a database."""

    def test_doctests(self):
        for module in (worklist, worklist_assignment):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def assertNeverLess(self, standing, **more):
        self.assertGreaterEqual(weigh(replace(standing, **more), TODAY), weigh(standing, TODAY))

    @given(standings, st.decimals(0, 10**6, places=2))
    def test_more_money_never_counts_less(self, standing, more):
        self.assertNeverLess(standing, amount=standing.amount + more)

    @given(standings, st.decimals(0, 1, places=4))
    def test_a_higher_chance_of_being_late_never_counts_less(self, standing, chance):
        known = replace(standing, chance_late=min(chance, standing.chance_late or chance))
        self.assertNeverLess(known, chance_late=chance)

    @given(standings, st.integers(0, 500))
    def test_older_never_counts_less(self, standing, more):
        due = (standing.oldest_due or TODAY) - timedelta(days=more)
        self.assertNeverLess(standing, oldest_due=due)

    @given(standings, st.integers(0, 10))
    def test_more_broken_promises_never_count_less(self, standing, more):
        self.assertNeverLess(standing, broken=standing.broken + more)

    @given(standings, st.integers(0, 60))
    def test_a_longer_silence_never_counts_less(self, standing, more):
        if standing.last_contact:
            self.assertNeverLess(
                standing, last_contact=standing.last_contact - timedelta(days=more)
            )
            self.assertNeverLess(standing, last_contact=None)

    @given(standings)
    def test_credit_makes_no_negative_value(self, standing):
        self.assertEqual(weigh(replace(standing, amount=-standing.amount), TODAY), 0)

    @given(st.lists(standings, max_size=12, unique_by=lambda one: one.customer_id))
    def test_everybody_once_in_the_order_of_bands(self, found):
        ranks = rank_customers(found, TODAY)
        self.assertEqual(
            sorted(rank.customer_id for rank in ranks), sorted(one.customer_id for one in found)
        )
        places = [worklist.BANDS.index(rank.band) for rank in ranks]
        self.assertEqual(places, sorted(places))
        for one, after in zip(ranks, ranks[1:], strict=False):
            if one.band == after.band:
                self.assertGreaterEqual(one.value, after.value)
        self.assertEqual(rank_customers(reversed(found), TODAY), ranks)

    def test_every_place_has_a_reason(self):
        held = Standing(1, Decimal(0), paused=Pause("promise", "2026-07-03"))
        (rank,) = rank_customers([held], TODAY)
        self.assertEqual(rank.band, "paused")
        self.assertIn(("promise", "2026-07-03"), {(one.code, one.figure) for one in rank.reasons})

    def test_later_work_waits(self):
        tomorrow = Standing(1, Decimal(900), next_action=TODAY + timedelta(days=1))
        tried = Standing(2, Decimal(900), touched_today=True)
        bands = [rank.band for rank in rank_customers([tomorrow, tried], TODAY)]
        self.assertEqual(bands, ["later", "later"])


class TestAssignmentEngine(BaseCase):
    """Who works whom."""

    def test_every_condition_counts(self):
        rule = CollectorRule(
            5,
            tags=frozenset({1, 2}),
            countries=frozenset({10}),
            risk_classes=frozenset("DE"),
            amount_from=Decimal(100),
            amount_below=Decimal(200),
        )
        fits = Debtor("Any", frozenset({2}), 10, "E", Decimal(100))
        self.assertEqual(choose_collector(fits, [rule]), 5)
        for change in (
            {"tags": frozenset({3})},
            {"country": 11},
            {"risk_class": ""},
            {"overdue": Decimal("99.99")},
            {"overdue": Decimal(200)},
        ):
            self.assertIsNone(choose_collector(replace(fits, **change), [rule]))

    def test_the_alphabet_as_in_a_telephone_book(self):
        rules = [
            CollectorRule(1, first_letter="A", last_letter="K"),
            CollectorRule(2, first_letter="L"),
        ]
        for name, collector in (
            ("Ärzte", 1), ("kurz", 1), ("\"Quoted\"", 2), ("Łódź", 2), ("zebra", 2), ("3M", None),
        ):  # fmt: skip
            self.assertEqual(choose_collector(Debtor(name), rules), collector, name)

    @given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=8))
    def test_cover_ends_and_never_with_an_absent_one_but_in_a_circle(self, pairs):
        absences = [Absence(away, TODAY, TODAY, cover) for away, cover in pairs if away != cover]
        away = {absence.collector_id for absence in absences}
        for collector in range(1, 6):
            cover = find_cover(collector, absences, TODAY)
            self.assertTrue(cover not in away or cover == collector)
            self.assertEqual(find_cover(collector, absences, TODAY + timedelta(days=1)), collector)
