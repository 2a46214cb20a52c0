from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestDunning(DunningCommon):
    """Who is reminded of what, day after day."""

    def test_every_company_starts_with_three_levels(self):
        self.assertRecordValues(
            self.levels,
            [
                {"days": 3, "create_activity": False},
                {"days": 15, "create_activity": False},
                {"days": 30, "create_activity": True},
            ],
        )
        company = self.env["res.company"].create({"name": "New company"})
        self.assertEqual(company.ar_dunning_policy_id.company_id, company)
        self.assertEqual(len(company.ar_dunning_policy_id.level_ids), 3)

    def test_one_mail_per_customer_with_all_that_is_overdue(self):
        first, second = self.late_invoice(20), self.late_invoice(1, amount=50.0)
        run = self.run_day()
        notice = run.notice_ids
        self.assertRecordValues(
            notice,
            [
                {
                    "partner_id": self.partner_a.id,
                    "state": "sent",
                    "level_id": self.levels[0].id,
                    "amount": 150.0,
                    "recipient": "a@example.com",
                }
            ],
        )
        self.assertRecordValues(
            notice.line_ids,
            [
                {
                    "move_id": first.id,
                    "level_id": self.levels[0].id,
                    "days_overdue": 20,
                    "residual": 100.0,
                },
                {"move_id": second.id, "level_id": False, "days_overdue": 1, "residual": 50.0},
            ],
        )
        self.assertIn(first.name, notice.body)
        self.assertIn(second.name, notice.body)
        self.assertIn("20 days overdue", notice.evidence)
        self.assertEqual(run.decision_run_id.ar_count_by_kind(), {"reminded": 1})
        self.assertEqual(run.delivery_run_id.ar_count_by_kind(), {"sent": 1})
        message = self.partner_a.message_ids.filtered(
            lambda message: message.subject == notice.subject
        )
        self.assertEqual(message.attachment_ids, notice.attachment_id)
        self.assertEqual(
            (first.ar_dunning_level_id, first.ar_dunning_date), (self.levels[0], TODAY)
        )
        self.assertEqual(self.partner_a.ar_dunning_level_id, self.levels[0])

    def test_same_day_twice_changes_nothing(self):
        self.late_invoice(20)
        self.assertEqual(len(self.run_day().notice_ids), 1)
        self.assertFalse(self.run_day().notice_ids)

    def test_levels_follow_each_other_and_then_end(self):
        self.late_invoice(3)
        sent = {}
        for offset in range(60):
            for notice in self.run_day(TODAY + timedelta(days=offset)).notice_ids:
                sent[offset] = notice.level_id
        self.assertEqual(sent, {0: self.levels[0], 12: self.levels[1], 27: self.levels[2]})

    def test_ten_missed_days_are_made_up_by_one_reminder(self):
        self.late_invoice(35)
        self.late_invoice(16)
        run = self.run_day()
        self.assertEqual(len(run.notice_ids), 1)
        self.assertEqual(run.notice_ids.level_id, self.levels[0])
        again = self.run_day(TODAY + timedelta(days=1))
        self.assertIn("Reminded recently", self.skipped(again)[self.partner_a.id])
        week = self.run_day(TODAY + timedelta(days=7))
        self.assertEqual(week.notice_ids.level_id, self.levels[1])
        self.assertEqual(week.notice_ids.line_ids.level_id, self.levels[1])

    def test_final_notice_asks_a_person_to_act(self):
        self.late_invoice(3)
        for offset in (0, 12, 27):
            self.run_day(TODAY + timedelta(days=offset))
        self.assertEqual(len(self.partner_a.activity_ids), 1)
        self.assertIn("Final notice", self.partner_a.activity_ids.summary)

    def test_a_call_that_nobody_made_is_asked_for_once(self):
        self.levels[:1].create_activity = True
        for offset in (0, 10, 20):
            self.late_invoice(3 - offset)
            self.run_day(TODAY + timedelta(days=offset))
        self.assertEqual(len(self.partner_a.activity_ids), 1)
        self.partner_a.activity_ids.action_feedback("Called them.")
        self.late_invoice(-27)
        self.run_day(TODAY + timedelta(days=30))
        self.assertEqual(len(self.partner_a.activity_ids), 1)
        self.assertEqual(self.env["ar.dunning.notice"].search_count([("state", "=", "sent")]), 4)

    def test_reasons_for_leaving_a_customer_in_peace_are_kept(self):
        self.late_invoice(20).no_followup = True
        self.late_invoice(20, partner=self.partner_b)
        self.partner_b.ar_hold_dunning(self.company, "Complaint", TODAY + timedelta(days=3))
        skipped = self.skipped(self.run_day())
        self.assertIn("excluded", skipped[self.partner_a.id])
        self.assertIn("hold", skipped[self.partner_b.id])

    def test_blocked_invoice_is_not_reminded(self):
        blocked, other = self.late_invoice(20), self.late_invoice(5)
        blocked.action_toggle_block_payment()
        notice = self.run_day().notice_ids
        self.assertEqual(notice.line_ids.move_id, other)

    def test_stale_bank_data_stops_all(self):
        self.late_invoice(20)
        self.bank_line(TODAY - timedelta(days=5))
        run = self.run_day()
        self.assertFalse(run.notice_ids)
        self.assertIn("out of date", self.skipped(run)[self.partner_a.id])
        self.bank_line(TODAY - timedelta(days=4))
        self.assertEqual(len(self.run_day().notice_ids), 1)

    def test_company_without_bank_lines_says_so(self):
        self.late_invoice(20)
        self.assertIn("no bank lines", self.run_day().message)

    def test_unapplied_credit_that_covers_all_stops_the_reminder(self):
        self.late_invoice(20, amount=100.0)
        credit_note = self._create_invoice_one_line(
            move_type="out_refund",
            partner_id=self.partner_a,
            price_unit=100.0,
            tax_ids=[],
            post=True,
        )
        self.assertIn("covers", self.skipped(self.run_day())[self.partner_a.id])
        credit_note.button_draft()
        credit_note.invoice_line_ids.price_unit = 40.0
        credit_note.action_post()
        notice = self.run_day(TODAY + timedelta(days=1)).notice_ids
        self.assertRecordValues(notice, [{"amount": 100.0, "credit": 40.0}])
        self.assertIn("not yet applied", notice.body)

    def test_a_payment_that_waits_to_be_matched_stops_the_reminder(self):
        invoice = self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        line = self.bank_line(TODAY)
        line.write({"payment_ref": invoice.name, "amount": 60.0})
        line.ar_apply_cash()
        self.assertEqual(line.ar_match_state, "proposed")
        run = self.run_day()
        self.assertIn("60.00", self.skipped(run)[self.partner_a.id])
        self.assertEqual(run.notice_ids.partner_id, self.partner_b)
        line.ar_best_proposal_id.action_apply()
        notice = self.run_day(TODAY + timedelta(days=1)).notice_ids
        self.assertRecordValues(notice, [{"partner_id": self.partner_a.id, "amount": 40.0}])

    def test_minimum_amount(self):
        self.policy.minimum_amount = 100.01
        self.late_invoice(20)
        self.assertIn("below", self.skipped(self.run_day())[self.partner_a.id])

    def test_instalments_are_late_one_by_one(self):
        self._create_invoice_one_line(
            partner_id=self.partner_a,
            invoice_date=TODAY - timedelta(days=10),
            invoice_payment_term_id=self.pay_terms_b,
            price_unit=100.0,
            tax_ids=[],
            post=True,
        )
        line = self.run_day().notice_ids.line_ids
        self.assertRecordValues(line, [{"days_overdue": 10, "residual": 30.0}])

    def test_two_currencies_are_listed_apart_and_summed_in_company_currency(self):
        currency = self.setup_other_currency("CHF", rates=[("2016-01-01", 2.0)])
        self.late_invoice(20, amount=100.0)
        self.late_invoice(20, amount=80.0, currency_id=currency)
        notice = self.run_day().notice_ids
        self.assertEqual(notice.amount, 140.0)
        self.assertIn(" + ", notice.amount_by_currency)
        self.assertEqual(sorted(notice.line_ids.mapped("residual")), [80.0, 100.0])

    def test_two_companies_remind_the_same_customer_each_for_itself(self):
        other = self.setup_other_company()
        self.late_invoice(20)
        self._create_invoice_one_line(
            partner_id=self.partner_a,
            company_id=other["company"],
            journal_id=other["default_journal_sale"],
            account_id=other["default_account_revenue"],
            invoice_date=TODAY - timedelta(days=50),
            invoice_date_due=TODAY - timedelta(days=20),
            invoice_payment_term_id=False,
            price_unit=70.0,
            tax_ids=[],
            post=True,
        )
        self.assertEqual(self.run_day().notice_ids.mapped("amount"), [100.0])
        self.assertEqual(self.run_day(company=other["company"]).notice_ids.mapped("amount"), [70.0])
        self.partner_a.ar_hold_dunning(self.company, "Here only")
        self.assertTrue(self.partner_a.with_company(self.company).ar_dunning_hold)
        self.assertFalse(self.partner_a.with_company(other["company"]).ar_dunning_hold)

    def test_text_is_in_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.levels[0].template_id.with_context(
            lang="fr_FR"
        ).subject = "Rappel de {{ object.company_id.name }}"
        self.partner_a.lang = "en_US"
        self.env["res.partner"].create(
            {
                "parent_id": self.partner_a.id,
                "type": "invoice",
                "name": "Compta",
                "email": "compta@example.com",
                "lang": "fr_FR",
            }
        )
        self.late_invoice(20)
        notice = self.run_day().notice_ids
        self.assertRecordValues(notice, [{"recipient": "compta@example.com", "lang": "fr_FR"}])
        self.assertTrue(notice.subject.startswith("Rappel de"))

    def test_dunning_contact_comes_before_the_invoice_address(self):
        children = self.env["res.partner"].create(
            [
                {
                    "parent_id": self.partner_a.id,
                    "type": "invoice",
                    "name": "Invoices",
                    "email": "invoices@example.com",
                },
                {
                    "parent_id": self.partner_a.id,
                    "type": "contact",
                    "name": "Boss",
                    "email": "boss@example.com",
                },
            ]
        )
        self.assertEqual(self.partner_a.ar_get_dunning_contact(), children[0])
        self.partner_a.ar_dunning_contact_id = children[1]
        self.assertEqual(children[0].ar_get_dunning_contact(), children[1])

    def test_preview_shows_all_and_leaves_nothing(self):
        self.late_invoice(20)
        messages = len(self.partner_a.message_ids)
        preview = self.run_day(dry_run=True)
        self.assertRecordValues(preview, [{"dry_run": True, "notice_count": 1, "amount": 100.0}])
        self.assertRecordValues(
            preview.notice_ids, [{"state": "simulated", "attachment_id": False, "mail_id": False}]
        )
        self.assertTrue(preview.notice_ids.subject)
        self.assertEqual(len(self.partner_a.message_ids), messages)
        self.assertFalse(self.partner_a.ar_dunning_level_id)
        self.assertEqual(len(self.run_day().notice_ids), 1)

    def test_the_database_lets_an_item_onto_a_level_once(self):
        self.late_invoice(20)
        line = self.run_day().notice_ids.line_ids
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            line.sudo().copy({"notice_id": line.notice_id.id})

    def test_queries_do_not_grow_with_the_number_of_customers(self):
        job = self.env["ar.job.collections.dunning"].with_company(self.company)

        def count(number):
            partners = self.env["res.partner"].create([{"name": f"P{i}"} for i in range(number)])
            for partner in partners:
                self.late_invoice(20, partner=partner)
            self.env.flush_all()
            self.env.invalidate_all()
            self.policy._get_rules()
            before = self.env.cr.sql_log_count
            job._decide(partners, self.company, TODAY)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(12))

    def test_cron_runs_only_where_it_is_switched_on(self):
        self.late_invoice(20)
        cron = self.env["ar.job.collections.dunning"]
        self.assertFalse(cron._job_is_enabled(self.company))
        self.company.ar_dunning_auto = True
        self.assertTrue(cron._job_is_enabled(self.company))

    def test_levels_must_come_one_after_the_other(self):
        with self.assertRaises(ValidationError):
            self.policy.level_ids = [(1, self.levels[1].id, {"days": 3})]

    def test_default_policy_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.policy.unlink()

    def test_a_failing_statement_parks_one_reminder_only(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        original = type(self.partner_a).ar_render_statements

        def fail_for_a(partners, *args, **kwargs):
            if self.partner_a in partners:
                raise ValueError("no printer")
            return original(partners, *args, **kwargs)

        with (
            patch.object(type(self.partner_a), "ar_render_statements", fail_for_a),
            mute_logger("odoo.addons.ar_automation.models.automation.job_runner"),
        ):
            run = self.run_day()
        states = {notice.partner_id: notice.state for notice in run.notice_ids}
        self.assertEqual(states, {self.partner_a: "ready", self.partner_b: "sent"})
        held = run.notice_ids.filtered(lambda notice: notice.partner_id == self.partner_a)
        row = self.env["ar.exception"].search(
            [("res_model", "=", held._name), ("res_id", "=", held.id)]
        )
        self.assertIn("no printer", row.message)

    def test_company_without_a_policy_is_told_what_to_do(self):
        self.company.ar_dunning_policy_id = False
        with self.assertRaisesRegex(UserError, "no dunning policy"):
            self.run_day()

    def test_old_previews_are_cleared_away(self):
        self.late_invoice(20)
        preview = self.run_day(dry_run=True)
        self.env.cr.execute(
            "UPDATE ar_dunning_run SET create_date = %s", [TODAY - timedelta(days=8)]
        )
        self.env["ar.dunning.run"].invalidate_model()
        self.env["ar.dunning.run"].sudo()._gc_previews()
        self.assertFalse(preview.exists())
