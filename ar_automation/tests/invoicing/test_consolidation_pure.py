from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.invoicing.consolidation import ConsolidationRule, OrderFacts, consolidate
from ...engine.invoicing.invoicing_dates import InvoiceCalendar, find_date, iter_dates, last_date
from ...engine.invoicing.milestones import split_total

DAYS = st.dates(date(2023, 12, 20), date(2025, 3, 10))
CALENDARS = st.builds(
    InvoiceCalendar,
    weekday=st.none() | st.integers(0, 6),
    days=st.lists(st.integers(1, 31), min_size=1, max_size=2).map(tuple),
    cut_off_days=st.integers(0, 9),
    convention=st.sampled_from(["none", "following", "preceding", "modified"]),
    country=st.sampled_from(["", "DE", "BE"]),
)
RULES = st.builds(
    ConsolidationRule,
    calendar=st.none() | CALENDARS,
    minimum=st.integers(0, 300).map(Decimal),
    max_wait=st.integers(0, 4),
)


@st.composite
def order_lists(draw):
    count = draw(st.integers(0, 12))
    return [
        OrderFacts(
            key,
            draw(st.sampled_from("ABC")),
            draw(DAYS),
            Decimal(draw(st.integers(-50, 200))),
            is_complete=draw(st.booleans()),
        )
        for key in range(count)
    ]


class TestConsolidation(BaseCase):
    @settings(deadline=None)
    @given(order_lists(), RULES, DAYS, st.frozensets(DAYS, max_size=3))
    def test_every_order_is_on_one_invoice_or_waits(self, orders, rule, today, made):
        found = consolidate(orders, rule, today, made)
        keys = Counter(key for invoice in found.invoices for key in invoice.keys)
        keys.update(wait.key for wait in found.waits)
        self.assertEqual(keys, Counter(order.key for order in orders))

    @settings(deadline=None)
    @given(order_lists(), RULES, DAYS)
    def test_an_invoice_holds_one_group_and_nothing_that_was_not_ready(self, orders, rule, today):
        by_key = {order.key: order for order in orders}
        for invoice in consolidate(orders, rule, today).invoices:
            members = [by_key[key] for key in invoice.keys]
            self.assertEqual(invoice.amount, sum(order.amount for order in members))
            if rule.calendar is None:
                self.assertEqual(len(members), 1)
                continue
            self.assertEqual(len({order.group for order in members}), 1)
            self.assertLessEqual(invoice.on.day, today)
            self.assertLessEqual(max(order.ready for order in members), invoice.on.cut_off)

    @settings(deadline=None)
    @given(order_lists(), RULES, DAYS)
    def test_nothing_waits_longer_than_the_rule_allows(self, orders, rule, today):
        by_key = {order.key: order for order in orders}
        for wait in consolidate(orders, rule, today).waits:
            if wait.reason == "incomplete":
                self.assertFalse(by_key[wait.key].is_complete)
                continue
            self.assertGreater(wait.until, today)
            first = find_date(rule.calendar, by_key[wait.key].ready)
            if wait.reason == "date":
                self.assertEqual(first.day, wait.until)
                continue
            self.assertTrue(0 <= wait.amount < rule.minimum)
            passed = [
                on
                for on, _n in zip(
                    iter_dates(rule.calendar, first.nominal), range(200), strict=False
                )
                if on.day <= today
            ]
            self.assertLessEqual(len(passed), rule.max_wait)

    @settings(deadline=None)
    @given(order_lists(), RULES, DAYS)
    def test_the_order_of_the_facts_does_not_matter(self, orders, rule, today):
        found = consolidate(orders, rule, today)
        turned = consolidate(orders[::-1], rule, today)
        self.assertEqual(set(found.invoices), set(turned.invoices))
        self.assertEqual(set(found.waits), set(turned.waits))

    @settings(deadline=None, max_examples=40)
    @given(order_lists(), RULES)
    def test_missed_nights_are_made_up_as_if_none_was_missed(self, orders, rule):
        """Invoicing every night, or once at the end, makes the same invoices."""
        rule = replace(rule, minimum=Decimal(0))
        nights = [date(2024, 1, 1) + timedelta(days=n) for n in range(100)]
        orders = [
            replace(order, ready=nights[order.ready.toordinal() % 100], is_complete=True)
            for order in orders
        ]
        at_once = {invoice.keys for invoice in consolidate(orders, rule, nights[-1]).invoices}
        nightly, left = set(), orders
        for night in nights:
            known = [order for order in left if order.ready <= night]
            for invoice in consolidate(known, rule, night).invoices:
                nightly.add(invoice.keys)
                left = [order for order in left if order.key not in invoice.keys]
        self.assertEqual(at_once, nightly)

    @settings(deadline=None)
    @given(CALENDARS, DAYS)
    def test_the_last_date_is_the_one_before_the_next(self, calendar, today):
        last = last_date(calendar, today)
        self.assertLessEqual(last.day, today)
        following = next(
            on for on in iter_dates(calendar, last.nominal) if on.nominal > last.nominal
        )
        self.assertGreater(following.day, today)

    def test_what_comes_after_the_invoice_of_its_day_goes_on_the_next(self):
        month_end = InvoiceCalendar()
        day = date(2026, 3, 31)
        self.assertEqual(find_date(month_end, day).day, day)
        self.assertEqual(find_date(month_end, day, {day}).day, date(2026, 4, 30))
        earlier = date(2026, 3, 30)
        self.assertEqual(find_date(month_end, earlier, {day}).day, day, "it was forgotten")

    def test_what_is_owed_to_the_customer_does_not_wait(self):
        rule = ConsolidationRule(InvoiceCalendar(), Decimal(100), 5)
        orders = [OrderFacts(1, "", date(2026, 3, 2), Decimal(-10))]
        self.assertEqual(len(consolidate(orders, rule, date(2026, 3, 31)).invoices), 1)


class TestMilestoneShares(BaseCase):
    @settings(deadline=None)
    @given(
        st.integers(0, 10**9),
        st.lists(st.integers(1, 10_000), min_size=1, max_size=8),
        st.sampled_from(["0.01", "1", "0.05", "0.001"]),
    )
    def test_shares_make_up_the_total(self, units, weights, rounding):
        rounding = Decimal(rounding)
        total = units * rounding
        hundredths = [10_000 * weight // sum(weights) for weight in weights]
        hundredths[-1] += 10_000 - sum(hundredths)
        percentages = [Decimal(part) / 100 for part in hundredths]
        shares = split_total(total, percentages, rounding)
        self.assertEqual(sum(shares), total)
        self.assertTrue(all(share % rounding == 0 for share in shares))
