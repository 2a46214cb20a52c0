from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.dunning.assignment import Rule, Traits, choose_policy
from ...engine.dunning.epc import build_epc_payload
from ...engine.dunning.facts import Level, Policy
from ...engine.dunning.quiet import is_quiet
from ...engine.dunning.schedule import find_cutoffs, find_reach_date
from ...engine.dunning.workdays import add_workdays, is_workday

IBAN = "DE89370400440532013000"
UTC = timezone.utc
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
LEVELS = st.builds(
    Level,
    st.just(1),
    st.integers(-30, 60),
    in_workdays=st.booleans(),
    weekday=st.none() | st.integers(0, 6),
)


class TestSchedule(BaseCase):
    """When a level is reached, and at what hour it may be sent."""

    @settings(deadline=None)
    @given(level=LEVELS, grace=st.integers(0, 10), today=DAYS)
    def test_one_date_answers_for_all_items(self, level, grace, today):
        policy = Policy((level,), grace_days=grace, country="FR")
        [latest] = find_cutoffs(policy, today)
        self.assertLessEqual(find_reach_date(latest, level, policy), today)
        self.assertGreater(find_reach_date(latest + timedelta(days=1), level, policy), today)

    @settings(deadline=None)
    @given(level=LEVELS, due=DAYS)
    def test_who_is_due_later_is_reached_later(self, level, due):
        policy = Policy((level,), country="DE")
        following = find_reach_date(due + timedelta(days=1), level, policy)
        self.assertLessEqual(find_reach_date(due, level, policy), following)

    @given(level=LEVELS, due=DAYS)
    def test_a_weekday_is_kept(self, level, due):
        day = find_reach_date(due, level, Policy((level,)))
        if level.weekday is not None:
            self.assertEqual(day.weekday(), level.weekday)
        if level.is_before_due:
            self.assertLessEqual(day, due)

    @given(day=DAYS, count=st.integers(-40, 40))
    def test_days_of_business_are_counted_there_and_back(self, day, count):
        moved = add_workdays(day, count, "GB")
        self.assertEqual((moved - day).days > 0, count > 0)
        if count and is_workday(day, "GB"):
            self.assertTrue(is_workday(moved, "GB"))
            self.assertEqual(add_workdays(moved, -count, "GB"), day)

    def test_an_unknown_country_has_weekends(self):
        self.assertTrue(is_workday(date(2026, 12, 25), "XX"))
        self.assertFalse(is_workday(date(2026, 12, 26), "XX"))


class TestQuietHours(BaseCase):
    """The customer's clock."""

    def test_over_midnight(self):
        hours = [datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in range(24)]
        found = [is_quiet(hour, "UTC", 20, 8) for hour in hours]
        self.assertEqual(found, [hour >= 20 or hour < 8 for hour in range(24)])

    def test_half_hours_and_within_a_day(self):
        self.assertTrue(is_quiet(datetime(2026, 1, 5, 12, 29, tzinfo=UTC), "UTC", 12, 12.5))
        self.assertFalse(is_quiet(datetime(2026, 1, 5, 12, 30, tzinfo=UTC), "UTC", 12, 12.5))

    def test_the_nights_on_which_clocks_change(self):
        """Eight in the evening is eight on the wall, before and after the change."""
        for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)):
            for hour, quiet in ((19, False), (20, True), (7, True), (8, False)):
                wall = datetime.combine(day, time(hour), ZoneInfo("Europe/Berlin"))
                self.assertEqual(is_quiet(wall.astimezone(UTC), "Europe/Berlin", 20, 8), quiet)

    def test_an_unknown_zone_counts_as_utc(self):
        now = datetime(2026, 1, 5, 21, tzinfo=UTC)
        for name in ("Mars/Olympus", "", "../../etc/passwd"):
            self.assertTrue(is_quiet(now, name, 20, 8))


class TestAssignment(BaseCase):
    """Which policy a customer falls under."""

    def test_every_condition_must_be_met(self):
        rule = Rule(
            1,
            tags=frozenset({5}),
            countries=frozenset({9}),
            risk_classes=frozenset("DE"),
            amount_from=Decimal(100),
        )
        fits = Traits(7, frozenset({5, 6}), 9, "D", Decimal(100))
        self.assertEqual(choose_policy(fits, [rule], default=2), 1)
        for other in (
            Traits(7, frozenset({6}), 9, "D", Decimal(100)),
            Traits(7, frozenset({5}), 8, "D", Decimal(100)),
            Traits(7, frozenset({5}), 9, "", Decimal(100)),
            Traits(7, frozenset({5}), 9, "E", Decimal("99.99")),
        ):
            self.assertEqual(choose_policy(other, [rule], default=2), 2)

    def test_named_customers_come_first_and_the_order_decides_the_rest(self):
        rules = [
            Rule(1, countries=frozenset({9})),
            Rule(2, amount_from=Decimal(1)),
            Rule(3, customers=frozenset({7})),
        ]
        self.assertEqual(choose_policy(Traits(7, country=9), rules), 3)
        self.assertEqual(choose_policy(Traits(8, country=9, overdue=Decimal(5)), rules), 1)

    def test_a_policy_without_conditions_takes_nobody(self):
        self.assertEqual(choose_policy(Traits(7), [Rule(1)], default=4), 4)


class TestPaymentCode(BaseCase):
    """What the code on a letter holds."""

    @given(
        amount=st.decimals("0.01", "999999999.99", places=2),
        text=st.text(max_size=300),
        payee=st.text(max_size=100),
    )
    def test_lines_cannot_be_forged(self, amount, text, payee):
        payload = build_epc_payload(payee, IBAN, amount, text)
        if not payee.split():
            return
        lines = payload.split("\n")
        self.assertLessEqual(len(lines), 11)
        self.assertEqual((lines[0], lines[6]), ("BCD", IBAN))
        self.assertEqual(lines[7], f"EUR{amount:.2f}")

    def test_no_code_for_what_the_guideline_does_not_allow(self):
        for amount in ("0", "-1", "1000000000"):
            self.assertEqual(build_epc_payload("Acme", IBAN, Decimal(amount), ""), "")
        self.assertEqual(build_epc_payload("", IBAN, Decimal(1), ""), "")
        self.assertEqual(build_epc_payload("Acme", "12345678", Decimal(1), ""), "")
