import doctest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.kpi import aging, dso
from ...engine.kpi.aging import BUCKETS, bucket_of
from ...engine.kpi.dso import SalesPeriod, count_back, periods_before, simple_dso

money = st.decimals(min_value=0, max_value=10_000_000, places=2)
sales = st.decimals(min_value=-1_000_000, max_value=10_000_000, places=2)
periods = st.lists(st.builds(SalesPeriod, st.integers(1, 31), sales), max_size=36)
gains = st.lists(st.builds(SalesPeriod, st.integers(1, 31), money), max_size=36)
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@tagged("post_install", "-at_install")
class TestEngineKpi(BaseCase):
    def test_examples_in_the_documentation_hold(self):
        for module in (aging, dso):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_countback_equals_the_published_example(self):
        months = [SalesPeriod(30, Decimal(s)) for s in (100_000, 80_000, 70_000)]
        self.assertAlmostEqual(count_back(Decimal(212_000), months).days, Decimal("73.714"), 3)

    def test_countback_counts_real_month_lengths(self):
        months = [SalesPeriod(31, Decimal(100)), SalesPeriod(28, Decimal(100))]
        self.assertEqual(count_back(Decimal(150), months).days, Decimal(45))

    def test_countback_says_what_sales_do_not_explain(self):
        result = count_back(Decimal(500), [SalesPeriod(30, Decimal(100))])
        self.assertEqual((result.days, result.unexplained), (Decimal(30), Decimal(400)))

    def test_refunds_of_a_month_have_to_be_explained_by_older_sales(self):
        months = [SalesPeriod(10, Decimal(-20)), SalesPeriod(30, Decimal(100))]
        self.assertEqual(count_back(Decimal(80), months).days, Decimal(40))

    def test_nothing_outstanding_is_zero_days(self):
        for receivables in (Decimal(0), Decimal(-5)):
            self.assertEqual(count_back(receivables, [SalesPeriod(30, Decimal(100))]).days, 0)
        self.assertEqual(count_back(Decimal(0), []).days, 0)

    @given(receivables=money, history=periods)
    @settings(max_examples=200, deadline=None)
    def test_countback_stays_within_the_days_handed_in(self, receivables, history):
        result = count_back(receivables, history)
        self.assertLessEqual(0, result.days)
        self.assertLessEqual(result.days, sum(period.days for period in history))
        self.assertGreaterEqual(result.unexplained, 0)

    @given(receivables=money, more=money, history=gains)
    @settings(max_examples=200, deadline=None)
    def test_who_is_owed_more_waits_longer(self, receivables, more, history):
        less, greater = count_back(receivables, history), count_back(receivables + more, history)
        self.assertLessEqual(less.days, greater.days + Decimal("1e-18"))

    @given(history=gains, scale=st.integers(2, 1000), receivables=money)
    @settings(max_examples=100, deadline=None)
    def test_countback_does_not_depend_on_the_currency_unit(self, history, scale, receivables):
        scaled = [SalesPeriod(period.days, period.sales * scale) for period in history]
        self.assertAlmostEqual(
            count_back(receivables, history).days, count_back(receivables * scale, scaled).days, 12
        )

    def test_simple_dso(self):
        self.assertEqual(simple_dso(Decimal(300), Decimal(900), 90), 30)
        self.assertIsNone(simple_dso(Decimal(300), Decimal(0), 90))

    @given(due=days, as_of=days)
    @settings(max_examples=300, deadline=None)
    def test_every_item_falls_into_exactly_one_bucket(self, due, as_of):
        holding = [bucket for bucket in BUCKETS if bucket.holds((as_of - due).days)]
        self.assertEqual(holding, [bucket_of(due, as_of=as_of)])

    def test_bucket_edges(self):
        day = date(2026, 7, 1)
        edges = {
            0: "not_due",
            1: "1_30",
            30: "1_30",
            31: "31_60",
            60: "31_60",
            61: "61_90",
            90: "61_90",
            91: "91_120",
        }
        for late, key in {
            **edges,
            120: "91_120",
            121: "120_plus",
            -400: "not_due",
            4000: "120_plus",
        }.items():
            self.assertEqual(bucket_of(day - timedelta(days=late), as_of=day).key, key)

    @given(day=days, sold=st.dictionaries(days, sales, max_size=30))
    @settings(max_examples=100, deadline=None)
    def test_periods_lie_end_to_end_and_hold_all_sales_before_the_day(self, day, sold):
        found = periods_before(day, sold, months=400)
        past = {d: amount for d, amount in sold.items() if d <= day}
        self.assertEqual(sum(p.sales for p in found), sum(past.values()))
        if past:
            first = min(past).replace(day=1)
            self.assertEqual(sum(p.days for p in found), (day - first).days + 1)
        else:
            self.assertEqual(found, [])
