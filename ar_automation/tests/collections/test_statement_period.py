import doctest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.collections import statement_period
from ...engine.collections.statement_period import FREQUENCY_MONTHS, Period, due_period

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@tagged("post_install", "-at_install")
class TestStatementPeriod(BaseCase):
    def test_examples_of_the_module(self):
        self.assertEqual(doctest.testmod(statement_period).failed, 0)

    @given(DAYS, st.sampled_from(sorted(FREQUENCY_MONTHS)))
    def test_periods_are_whole_over_and_next_to_each_other(self, today, frequency):
        period = due_period(frequency, today)
        self.assertLess(period.last, today)
        self.assertEqual((period.first.day, (period.last + timedelta(days=1)).day), (1, 1))
        before = due_period(frequency, period.last)
        self.assertEqual(before.last + timedelta(days=1), period.first)

    def test_an_unknown_frequency_is_an_error(self):
        with self.assertRaises(KeyError):
            due_period("weekly", date(2026, 1, 1))

    def test_a_statement_begins_where_the_last_one_ended(self):
        march = Period(date(2026, 3, 1), date(2026, 3, 31))
        self.assertEqual(march.joined_to(None), march)
        self.assertEqual(march.joined_to(date(2026, 2, 28)), march)
        self.assertEqual(march.joined_to(date(2026, 1, 31)).first, date(2026, 2, 1))
