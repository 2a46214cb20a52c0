from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.dunning.decision import decide, next_level
from ...engine.dunning.facts import (
    Customer,
    Level,
    NoReminder,
    OpenItem,
    Policy,
    Reminder,
    ask_undisputed,
)

TODAY = date(2026, 6, 30)
LEVELS = (Level(11, 3), Level(12, 15), Level(13, 30))


def item(days, reached=0, amount="100", item_id=1, **kwargs):
    return OpenItem(
        item_id,
        f"INV/{item_id}",
        TODAY - timedelta(days=days),
        "EUR",
        Decimal(amount),
        Decimal(amount),
        reached,
        **kwargs,
    )


def decide_items(*items, policy=None, **kwargs):
    return decide(Customer(tuple(items), **kwargs), policy or Policy(LEVELS), TODAY)


class TestDecision(BaseCase):
    """The rules of dunning, without a database."""

    def test_a_payment_that_waits_to_be_matched_stops_the_reminder(self):
        found = decide_items(item(5), receipts=Decimal(20))
        self.assertEqual((found.reason, found.amount), ("receipt_waiting", Decimal(20)))

    def test_a_level_is_reached_on_its_day_and_not_before(self):
        self.assertEqual(decide_items(item(2)).reason, "nothing_due")
        self.assertEqual(decide_items(item(3)).number, 1)

    def test_no_level_is_skipped_however_old_the_item_is(self):
        self.assertEqual(decide_items(item(400)).number, 1)
        self.assertEqual(decide_items(item(400, reached=1)).number, 2)

    def test_an_item_that_went_through_all_levels_is_left(self):
        self.assertEqual(decide_items(item(400, reached=3)).reason, "nothing_due")

    def test_the_whole_overdue_list_in_the_words_of_the_worst_level(self):
        decision = decide_items(
            item(40, reached=2, item_id=1),
            item(5, item_id=2),
            item(1, item_id=3),
            item(-5, item_id=4),
        )
        self.assertEqual(decision.number, 3)
        self.assertEqual(
            [(entry.item.id, entry.number, entry.is_raised) for entry in decision.items],
            [(1, 3, True), (2, 1, True), (3, 0, False)],
        )
        self.assertEqual(decision.total, Decimal(300))

    def test_contact_cap_counts_from_the_last_reminder(self):
        policy = Policy(LEVELS, days_between=7)
        early = decide_items(
            item(20, reached=1), policy=policy, last_reminded=TODAY - timedelta(days=6)
        )
        self.assertEqual((early.reason, early.day), ("too_soon", TODAY + timedelta(days=1)))
        self.assertIsInstance(
            decide_items(
                item(20, reached=1), policy=policy, last_reminded=TODAY - timedelta(days=7)
            ),
            Reminder,
        )

    def test_credit_that_covers_all_stops_the_reminder(self):
        self.assertEqual(decide_items(item(5), credit=Decimal(100)).reason, "covered_by_credit")
        self.assertEqual(decide_items(item(5), credit=Decimal("99.99")).credit, Decimal("99.99"))

    def test_minimum_amount_after_credit(self):
        policy = Policy(LEVELS, minimum_amount=Decimal(50))
        self.assertEqual(
            decide_items(item(5), policy=policy, credit=Decimal("50.01")).reason, "below_minimum"
        )
        self.assertIsInstance(decide_items(item(5), policy=policy, credit=Decimal(50)), Reminder)

    def test_excluded_items_are_neither_listed_nor_counted(self):
        decision = decide_items(item(5, item_id=1), item(5, item_id=2, excluded="no_followup"))
        self.assertEqual([entry.item.id for entry in decision.items], [1])
        self.assertEqual(decide_items(item(5, excluded="blocked")).reason, "excluded")

    def test_hold_ends_after_its_last_day(self):
        self.assertEqual(decide_items(item(5), on_hold=True).reason, "on_hold")
        self.assertEqual(decide_items(item(5), on_hold=True, hold_until=TODAY).reason, "on_hold")
        self.assertIsInstance(
            decide_items(item(5), on_hold=True, hold_until=TODAY - timedelta(days=1)), Reminder
        )

    def test_a_policy_without_levels_reminds_nobody(self):
        self.assertEqual(decide_items(item(50), policy=Policy(())).reason, "nothing_due")

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        days=st.lists(st.integers(-60, 200), min_size=1, max_size=6),
        gaps=st.lists(st.integers(1, 40), min_size=1, max_size=40),
    )
    def test_each_item_climbs_every_level_once_and_in_order(self, days, gaps):
        reached = dict.fromkeys(range(len(days)), 0)
        today, last = TODAY, None
        for gap in gaps:
            items = tuple(
                OpenItem(
                    number,
                    str(number),
                    TODAY - timedelta(days=age),
                    "EUR",
                    Decimal(10),
                    Decimal(10),
                    reached[number],
                )
                for number, age in enumerate(days)
            )
            decision = decide(
                Customer(items, last_reminded=last), Policy(LEVELS, days_between=7), today
            )
            if isinstance(decision, Reminder):
                self.assertTrue(last is None or (today - last).days >= 7)
                for entry in (entry for entry in decision.items if entry.is_raised):
                    self.assertEqual(entry.number, reached[entry.item.id] + 1)
                    self.assertGreaterEqual(entry.days_overdue, LEVELS[entry.number - 1].days)
                    reached[entry.item.id] = entry.number
                last = today
            today += timedelta(days=gap)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        amounts=st.lists(st.decimals("0.01", "99999.99", places=2), min_size=1, max_size=8),
        credit=st.decimals("0", "99999.99", places=2),
    )
    def test_total_is_exact_and_reminders_ask_for_more_than_the_credit(self, amounts, credit):
        items = [item(5, amount=amount, item_id=number) for number, amount in enumerate(amounts)]
        decision = decide_items(*items, credit=credit)
        self.assertEqual(isinstance(decision, Reminder), sum(amounts) > credit)
        if isinstance(decision, Reminder):
            self.assertEqual(decision.total, sum(amounts))
        else:
            self.assertIsInstance(decision, NoReminder)

    def test_next_level_never_goes_back(self):
        self.assertEqual(next_level(item(1, reached=2), Policy(LEVELS), TODAY), 0)

    # --- before the due date

    def test_a_level_before_the_due_date_is_passed_over_once_it_is_too_late(self):
        policy = Policy((Level(1, -7), Level(2, -1), *LEVELS))
        found = {days: next_level(item(days), policy, TODAY) for days in (-8, -7, -2, -1, 0, 1, 3)}
        self.assertEqual(found, {-8: 0, -7: 1, -2: 1, -1: 2, 0: 2, 1: 0, 3: 3})

    def test_what_comes_due_is_announced_without_what_is_late(self):
        policy = Policy((Level(1, -7), *LEVELS))
        decision = decide_items(item(40, reached=4, item_id=1), item(-3, item_id=2), policy=policy)
        self.assertEqual(decision.number, 1)
        self.assertEqual([entry.item.id for entry in decision.items], [2])

    # --- by customer

    def test_the_worst_item_takes_all_that_is_late_with_it(self):
        policy = Policy(LEVELS, basis="customer")
        decision = decide_items(
            item(20, reached=1, item_id=1), item(2, item_id=2), item(-1, item_id=3), policy=policy
        )
        self.assertEqual(decision.number, 2)
        self.assertEqual(
            [(entry.item.id, entry.number, entry.is_raised) for entry in decision.items],
            [(1, 2, True), (2, 2, True)],
        )
        later = decide_items(item(20, reached=2, item_id=1), item(10, item_id=2), policy=policy)
        self.assertEqual(later.reason, "nothing_due")

    def test_a_worst_item_that_is_excluded_drives_nothing(self):
        policy = Policy(LEVELS, basis="customer")
        found = decide_items(
            item(40, item_id=1, excluded="disputed"), item(2, item_id=2), policy=policy
        )
        self.assertEqual(found.reason, "excluded")

    # --- limits

    def test_reminders_within_days_are_limited(self):
        policy = Policy(LEVELS, max_contacts=2, contact_days=30)
        recent = (TODAY - timedelta(days=25), TODAY - timedelta(days=10))
        found = decide_items(item(20, reached=1), policy=policy, recent=recent)
        self.assertEqual((found.reason, found.day), ("too_many", TODAY + timedelta(days=5)))
        self.assertIsInstance(
            decide_items(item(20, reached=1), policy=policy, recent=recent[1:]), Reminder
        )

    def test_nothing_is_sent_on_a_day_without_business(self):
        policy = Policy(LEVELS, workdays_only=True, country="DE")
        owed = OpenItem(1, "1", date(2026, 9, 1), "EUR", Decimal(10), Decimal(10))
        unity_day = decide(Customer((owed,)), policy, date(2026, 10, 3))
        self.assertEqual((unity_day.reason, unity_day.day), ("not_workday", date(2026, 10, 5)))
        self.assertIsInstance(decide(Customer((owed,)), policy, date(2026, 10, 5)), Reminder)

    def test_what_is_left_out_is_told(self):
        decision = decide_items(item(5, item_id=1), item(5, item_id=2, excluded="disputed"))
        self.assertEqual([entry.excluded for entry in decision.left_out], ["disputed"])

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        residual=st.decimals("0.01", "99999.99", places=2),
        rate=st.decimals("0.01", "100", places=4),
        share=st.decimals("0", "1.5", places=4),
    )
    def test_what_is_contested_is_never_asked_for(self, residual, rate, share):
        company = (residual * rate).quantize(Decimal("0.01")) or Decimal("0.01")
        disputed = (company * share).quantize(Decimal("0.01"))
        own, asked = ask_undisputed(residual, company, disputed, 2)
        self.assertEqual(asked, max(company - disputed, Decimal(0)))
        self.assertTrue(0 <= own <= residual)
