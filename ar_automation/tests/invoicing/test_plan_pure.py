import doctest
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.invoicing import (
    catch_up,
    charges,
    invoice_day,
    markers,
    periods,
    plan_terms,
    price_revision,
    proration,
    spans,
    tiers,
)
from ...engine.invoicing.charges import LineFacts, charge_line
from ...engine.invoicing.invoice_day import InvoiceDayRule
from ...engine.invoicing.periods import Schedule, ScheduleError, check_rule, iter_periods
from ...engine.invoicing.plan_terms import Terms, earliest_end
from ...engine.invoicing.price_revision import Revision, RevisionError, revised_price
from ...engine.invoicing.proration import share
from ...engine.invoicing.spans import Span, without
from ...engine.invoicing.tiers import Tier, check_tiers, split

CENT = Decimal("0.01")
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
RULES = ["FREQ=MONTHLY;BYDAY=-1FR", "FREQ=WEEKLY;INTERVAL=4", "FREQ=YEARLY;BYMONTH=2,8"]
SCHEDULES = st.builds(
    Schedule,
    start=DAYS,
    unit=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    count=st.integers(1, 5),
    alignment=st.sampled_from(["start", "calendar", "day", "rule"]),
    day=st.integers(1, 31),
    rule=st.sampled_from(RULES),
)
PRICES = st.decimals("-1e6", "1e6", places=2)
MODULES = (
    catch_up,
    charges,
    invoice_day,
    markers,
    periods,
    plan_terms,
    price_revision,
    proration,
    spans,
    tiers,
)


def starts(schedule, count=5):
    return [str(period.span.start) for period in islice(iter_periods(schedule), count)]


class TestExamples(BaseCase):
    def test_examples_in_the_texts_are_true(self):
        for module in MODULES:
            with self.subTest(module.__name__):
                result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)


class TestPeriods(BaseCase):
    @settings(deadline=None, max_examples=200)  # a busy machine is no failure
    @given(SCHEDULES, st.integers(0, 900))
    def test_no_day_is_missing_and_none_is_twice(self, schedule, length):
        end = schedule.start + timedelta(days=length)
        found = list(islice(iter_periods(schedule), 40))
        self.assertEqual(found[0].span.start, schedule.start)
        for one, other in pairwise(found):
            self.assertEqual(one.span.end, other.span.start)
        ended = Schedule(
            schedule.start,
            schedule.unit,
            schedule.count,
            schedule.alignment,
            schedule.day,
            schedule.rule,
            end,
        )
        covered = sum(period.span.days for period in iter_periods(ended))
        self.assertEqual(covered, length)

    @settings(deadline=None, max_examples=100)
    @given(SCHEDULES)
    def test_only_the_first_and_the_last_are_parts(self, schedule):
        for period in islice(iter_periods(schedule), 1, 20):
            self.assertEqual(period.span, period.whole)

    @settings(deadline=None, max_examples=100)
    @given(SCHEDULES, st.integers(0, 8))
    def test_a_cursor_goes_on_where_the_one_before_stopped(self, schedule, number):
        found = list(islice(iter_periods(schedule), 10))
        self.assertEqual(next(iter_periods(schedule, found[number].span.start)), found[number])

    def test_last_day_of_the_month(self):
        schedule = Schedule(date(2027, 12, 31), alignment="day", day=31)
        self.assertEqual(
            starts(schedule, 4), ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]
        )

    def test_29_february(self):
        schedule = Schedule(date(2028, 2, 29), "year")
        self.assertEqual(
            starts(schedule), ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
        )

    def test_every_four_weeks_over_the_change_of_clocks(self):
        schedule = Schedule(date(2026, 3, 9), "week", 4)
        self.assertEqual(starts(schedule, 3), ["2026-03-09", "2026-04-06", "2026-05-04"])

    def test_quarters_of_the_calendar(self):
        schedule = Schedule(date(2026, 2, 10), "quarter", alignment="calendar")
        self.assertEqual(starts(schedule, 3), ["2026-02-10", "2026-04-01", "2026-07-01"])

    def test_rule_that_begins_after_the_start(self):
        schedule = Schedule(date(2026, 1, 10), alignment="rule", rule="FREQ=MONTHLY;BYDAY=1MO")
        self.assertEqual(starts(schedule, 3), ["2026-01-10", "2026-02-02", "2026-03-02"])

    def test_rules_that_are_refused(self):
        for rule in (
            "",
            "FREQ=SECONDLY",
            "FREQ=DAILY;COUNT=3",
            "FREQ=MONTHLY;UNTIL=20300101",
            "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",  # dateutil would search until the year 9999
            "FREQ=DAILY;INTERVAL=0",
            "DTSTART:20200101\nRRULE:FREQ=DAILY",
            "FREQ=MONTHLY;BYDAY=XX",
            "FREQ=DAILY;" * 40,
        ):
            with self.subTest(rule), self.assertRaises(ScheduleError):
                check_rule(rule)
        for rule in RULES:
            check_rule(rule)

    @settings(deadline=None, max_examples=100)
    @given(st.text(alphabet="FREQ=DAILYMONTHBY;,-+0123456789SU", max_size=40))
    def test_any_text_is_refused_in_words_or_taken(self, rule):
        try:
            check_rule(rule)
        except ScheduleError as error:
            self.assertTrue(str(error))


class TestProration(BaseCase):
    @settings(deadline=None, max_examples=200)
    @given(
        PRICES,
        DAYS,
        st.lists(st.integers(0, 400), min_size=2, max_size=8),
        st.sampled_from(["0.01", "1", "0.05"]),
    )
    def test_parts_make_up_the_whole(self, price, start, cuts, rounding):
        days = [start + timedelta(days=cut) for cut in sorted({0, *cuts, 401})]
        parts = [Span(a, b) for a, b in pairwise(days)]
        whole, unit = Span(days[0], days[-1]), Decimal(rounding)
        together = sum(share(price, whole, [part], unit) for part in parts)
        self.assertEqual(together, share(price, whole, parts, unit))
        self.assertEqual(together, share(price, whole, [whole], unit))

    @settings(deadline=None, max_examples=100)
    @given(DAYS, st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 40)), max_size=4))
    def test_what_is_paused_and_what_is_charged_make_up_all_days(self, start, holes):
        whole = Span(start, start + timedelta(days=50))
        pauses = [Span(start + timedelta(days=a), start + timedelta(days=a + n)) for a, n in holes]
        left = {
            span.start + timedelta(days=n)
            for span in without([whole], pauses)
            for n in range(span.days)
        }
        paused = {pause.start + timedelta(days=n) for pause in pauses for n in range(pause.days)}
        every = {start + timedelta(days=n) for n in range(50)}
        self.assertEqual(left, every - paused)

    @settings(deadline=None, max_examples=100)
    @given(
        st.decimals("0.01", "1e5", places=2),
        st.integers(1, 500),
        st.decimals(0, 99, places=1),
        st.integers(1, 30),
    )
    def test_price_times_quantity_is_the_amount(self, price, quantity, discount, days):
        march = Span(date(2026, 3, 1), date(2026, 4, 1))
        line = LineFacts(
            1,
            Decimal(quantity),
            price,
            Span(date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=days)),
            discount=discount,
        )
        (charge,) = charge_line(line, periods.Period(march, march), CENT)
        shown = charge.quantity * charge.price * (1 - charge.discount / 100)
        self.assertEqual(round(shown, 2), charge.amount)


class TestTiers(BaseCase):
    @settings(deadline=None)
    @given(
        st.lists(st.integers(1, 10_000), unique=True, max_size=5),
        st.decimals("0.01", "30000", places=2),
    )
    def test_graduated_parts_make_up_the_quantity(self, limits, quantity):
        steps = [Tier(Decimal(limit), Decimal(1)) for limit in sorted(limits)]
        ladder = (*steps, Tier(None, Decimal(2)))
        self.assertEqual(check_tiers(ladder), "")
        self.assertEqual(sum(p.quantity for p in split(quantity, ladder, "graduated")), quantity)
        self.assertEqual(len(split(quantity, ladder, "volume")), 1)

    def test_unsound_tiers(self):
        one, last = Tier(Decimal(5), Decimal(1)), Tier(None, Decimal(1))
        self.assertEqual(check_tiers(()), "no_last")
        self.assertEqual(check_tiers((one,)), "no_last")
        self.assertEqual(check_tiers((last, last)), "two_last")
        self.assertEqual(check_tiers((one, one, last)), "not_rising")


class TestRevision(BaseCase):
    def test_before_the_first_anniversary_nothing_changes(self):
        revision = Revision(date(2024, 2, 29), percent=Decimal(10))
        self.assertEqual(revised_price(Decimal(100), date(2025, 2, 27), revision, CENT), 100)
        self.assertEqual(revised_price(Decimal(100), date(2025, 3, 1), revision, CENT), 110)

    def test_index_that_is_missing_or_old_is_told(self):
        revision = Revision(date(2024, 1, 1), index={date(2024, 1, 1): Decimal(100)})
        with self.assertRaises(RevisionError):
            revised_price(Decimal(100), date(2026, 6, 1), revision, CENT)
        with self.assertRaises(RevisionError):
            revised_price(
                Decimal(9), date(2025, 1, 1), Revision(date(2023, 1, 1), index=revision.index), CENT
            )

    @settings(deadline=None)
    @given(DAYS, st.integers(1, 36), st.integers(0, 3000))
    def test_revisions_only_grow(self, base, months, days):
        revision = Revision(base, months)
        day = base + timedelta(days=days)
        one, other = (
            price_revision.revisions_until(d, revision) for d in (day, day + timedelta(1))
        )
        self.assertIn(other - one, (0, 1))


class TestTerms(BaseCase):
    @settings(deadline=None)
    @given(
        DAYS,
        st.integers(0, 36),
        st.integers(0, 24),
        st.integers(0, 180),
        st.integers(-100, 4000),
    )
    def test_notice_is_kept_and_nobody_is_bound_longer_than_agreed(
        self, start, minimum, renewal, notice, later
    ):
        told = start + timedelta(days=later)
        terms = Terms(start, minimum, renewal, notice)
        end = earliest_end(terms, told)
        self.assertGreaterEqual(end, told + timedelta(days=notice))
        if minimum == 0 and renewal == 0 and later + notice >= 0:
            self.assertEqual(end, told + timedelta(days=notice))


class TestInvoiceDay(BaseCase):
    def test_conventions(self):
        whit_monday = Span(date(2026, 5, 25), date(2026, 6, 1))
        for convention, day in (
            ("none", 25),
            ("following", 26),
            ("preceding", 22),
            ("modified", 26),
        ):
            rule = InvoiceDayRule(convention=convention, country="DE")
            self.assertEqual(invoice_day.invoice_day(whit_monday, rule).day, day)
        end_of_month = Span(date(2026, 5, 30), date(2026, 6, 30))
        rule = InvoiceDayRule(convention="modified", country="DE")
        self.assertEqual(invoice_day.invoice_day(end_of_month, rule), date(2026, 5, 29))

    def test_a_country_without_known_holidays_has_weekends(self):
        saturday = Span(date(2026, 5, 30), date(2026, 6, 30))
        rule = InvoiceDayRule(convention="following", country="XX")
        self.assertEqual(invoice_day.invoice_day(saturday, rule), date(2026, 6, 1))
