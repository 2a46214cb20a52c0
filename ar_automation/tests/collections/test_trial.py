from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, Form, freeze_time, tagged

from ...engine.dunning.facts import Level, Policy
from ...engine.dunning.replay import PastItem, replay
from ...engine.dunning.trial import Side, compare, find_interval, is_challenger
from .common import TODAY, DunningCommon

START = date(2026, 1, 1)
END = date(2026, 12, 31)


class TestTrialPure(BaseCase):
    """The statistics of a trial, and the replay of the past."""

    def test_intervals_of_the_literature(self):
        """Newcombe 1998, the example 56/70 and 48/80."""
        found = compare(Side(80, 48), Side(70, 56))
        self.assertAlmostEqual(found.lower, 0.0524, places=4)
        self.assertAlmostEqual(found.upper, 0.3339, places=4)
        self.assertEqual(found.verdict, "challenger")

    def test_shares_near_the_ends_stay_within_them(self):
        for count in (0, 10):
            lower, upper = find_interval(count, 10)
            self.assertTrue(0 <= lower < upper <= 1)
        self.assertEqual(find_interval(0, 0), (0.0, 1.0))
        self.assertEqual(compare(Side(0, 0), Side(0, 0)).verdict, "open")

    @given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
    def test_the_difference_lies_within_its_limits(self, first, paid, second, won):
        champion, challenger = Side(first + paid, paid), Side(second + won, won)
        found = compare(champion, challenger)
        self.assertTrue(-1.0001 <= found.lower <= found.difference <= found.upper <= 1.0001)
        self.assertAlmostEqual(compare(challenger, champion).lower, -found.upper)

    @given(st.integers(1, 10**6), st.integers(1, 1000), st.integers(1, 98))
    def test_who_is_on_the_small_side_is_on_the_larger_one_too(self, customer, trial, share):
        if is_challenger(customer, trial=trial, share=share):
            self.assertTrue(is_challenger(customer, trial=trial, share=share + 1))

    @settings(deadline=None)
    @given(
        days=st.lists(st.integers(0, 300), min_size=1, max_size=5),
        paid_after=st.integers(1, 90),
        between=st.integers(0, 14),
    )
    def test_a_replay_sends_each_level_once_and_nothing_after_the_payment(
        self, days, paid_after, between
    ):
        policy = Policy((Level(1, 3), Level(2, 15), Level(3, 30)), days_between=between)
        dues = [START + timedelta(days=day) for day in days]
        items = tuple(
            PastItem(n, due, Decimal(10), ((due + timedelta(days=paid_after), Decimal(10)),))
            for n, due in enumerate(dues)
        )
        sent = list(replay(items, policy, START, END))
        self.assertLessEqual(len(sent), 3 * len(items))
        self.assertEqual(sent, sorted(sent, key=lambda one: one.day))
        for one in sent:
            self.assertLessEqual(one.day, max(dues) + timedelta(days=paid_after))
        for before, after in zip(sent, sent[1:], strict=False):
            self.assertGreaterEqual((after.day - before.day).days, max(between, 1))

    def test_a_replay_equals_a_day_by_day_run(self):
        """The days that are skipped are those on which nothing could happen."""
        policy = Policy(
            (Level(1, -3), Level(2, 3), Level(3, 15)), days_between=7, workdays_only=True
        )
        items = tuple(
            PastItem(n, START + timedelta(days=11 * n), Decimal(10 + n)) for n in range(20)
        )
        found = [(sent.day, sent.number) for sent in replay(items, policy, START, END)]
        self.assertTrue(all(day.weekday() < 5 for day, _number in found))
        numbers = [number for _day, number in found]
        self.assertEqual(set(numbers), {1, 2, 3})


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTrial(DunningCommon):
    """A trial on real customers, and a simulation on their past."""

    def new_challenger(self):
        return self.policy.copy({"name": "Challenger"})

    def new_trial(self, **values):
        return self.env["ar.dunning.trial"].create(
            {
                "name": "Firmer",
                "policy_id": self.policy.id,
                "challenger_id": self.new_challenger().id,
                "share": 50,
                "date_from": TODAY,
                "date_to": TODAY + timedelta(days=30),
                "days": 14,
                **values,
            }
        )

    def test_customers_are_split_and_counted(self):
        trial = self.new_trial()
        partners = self.env["res.partner"].create(
            [{"name": f"T{n}", "email": f"t{n}@example.com"} for n in range(12)]
        )
        trial.policy_id.level_ids.attach_statement = False
        trial.challenger_id.level_ids.attach_statement = False
        invoices = {partner: self.late_invoice(5, partner=partner) for partner in partners}
        notices = self.run_day().notice_ids
        for notice in notices:
            self.assertEqual(notice.policy_id.id, trial._choose(notice.partner_id.id))
        challenged = notices.filtered(lambda notice: notice.policy_id == trial.challenger_id)
        self.assertTrue(0 < len(challenged) < len(notices))
        with freeze_time(TODAY + timedelta(days=5)):
            for notice in challenged:
                self._register_payment(
                    invoices[notice.partner_id], payment_date=TODAY + timedelta(days=5)
                )
        self.assertEqual(trial.challenger_reminded, 0)
        with freeze_time(TODAY + timedelta(days=20)):
            trial.invalidate_recordset()
            self.assertRecordValues(
                trial,
                [
                    {
                        "champion_reminded": 12 - len(challenged),
                        "champion_paid": 0,
                        "challenger_reminded": len(challenged),
                        "challenger_paid": len(challenged),
                    }
                ],
            )
            self.assertIn("challenger", trial.verdict)

    def test_a_policy_is_in_one_trial_at_a_time(self):
        trial = self.new_trial()
        with self.assertRaises(ValidationError):
            self.new_trial(name="Second")
        with self.assertRaises(ValidationError):
            trial.challenger_id = self.policy
        trial.active = False
        self.new_trial(name="Third")

    def test_a_trial_that_is_over_splits_nobody(self):
        self.new_trial(date_from=TODAY - timedelta(days=9), date_to=TODAY - timedelta(days=1))
        self.late_invoice(5)
        self.assertEqual(self.run_day().notice_ids.policy_id, self.policy)

    def test_simulation_of_the_past_year(self):
        self.late_invoice(100)
        paid = self.late_invoice(60, partner=self.partner_b)
        self._register_payment(paid, payment_date=TODAY - timedelta(days=50))
        with Form(self.env["ar.dunning.simulation"].with_company(self.company)) as form:
            form.policy_id = self.policy
        wizard = form.record
        wizard.action_simulate()
        found = wizard.line_ids.filtered(lambda line: line.kind == "simulated")
        self.assertEqual(
            found.filtered(lambda line: line.partner_id == self.partner_a).mapped("level"),
            ["Friendly reminder", "Firm reminder", "Final notice"],
        )
        later = found.filtered(lambda line: line.partner_id == self.partner_b)
        self.assertEqual(later.mapped("level"), ["Friendly reminder"])
        self.assertEqual(later.date, TODAY - timedelta(days=57))
        self.run_day()
        wizard.action_simulate()
        self.assertEqual(len(wizard.line_ids.filtered(lambda line: line.kind == "sent")), 1)
        self.assertFalse(self.env["ar.dunning.notice"].search([("state", "=", "simulated")]))

    def test_simulation_leaves_out_who_another_policy_takes(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        self.run_day()
        other = self.policy.copy(
            {"name": "Others", "partner_ids": [Command.set(self.partner_b.ids)]}
        )
        for policy, partner in ((self.policy, self.partner_a), (other, self.partner_b)):
            wizard = self.env["ar.dunning.simulation"].create({"policy_id": policy.id})
            wizard.action_simulate()
            self.assertEqual(wizard.line_ids.partner_id, partner)
            self.assertEqual(set(wizard.line_ids.mapped("kind")), {"simulated", "sent"})

    def test_simulation_of_nonsense(self):
        wizard = self.env["ar.dunning.simulation"].create(
            {"policy_id": self.policy.id, "date_from": TODAY, "date_to": TODAY - timedelta(days=1)}
        )
        with self.assertRaises(UserError):
            wizard.action_simulate()
