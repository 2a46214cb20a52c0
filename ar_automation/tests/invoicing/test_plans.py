from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .plan_case import PlanCase


@tagged("post_install", "-at_install")
class TestPlans(PlanCase):
    def test_a_period_is_billed_once_on_its_day(self):
        plan = self.prepare_plan()
        self.assertEqual(plan.next_invoice_date, date(2026, 3, 1))
        self.assertFalse(self.bill(date(2026, 2, 28)).done_count)
        run = self.bill(date(2026, 3, 1))
        self.assertEqual((run.done_count, run.amount), (1, 100.0))
        invoice = self.invoices(plan)
        self.assertEqual((invoice.state, invoice.ar_delivery_state), ("posted", "queued"))
        self.assertEqual(invoice.invoice_date, date(2026, 3, 1))
        self.assertEqual(plan.next_invoice_date, date(2026, 4, 1))
        self.bill(date(2026, 3, 1))
        self.bill(date(2026, 3, 31))
        self.assertEqual(self.invoices(plan), invoice)
        self.assertEqual(self.periods(plan), [("2026-03-01", "2026-03-31")])

    def test_missed_periods_are_made_up_one_by_one(self):
        plan = self.prepare_plan()
        self.bill(date(2026, 5, 15))
        self.assertEqual(self.amounts(plan), [100.0] * 3)
        self.assertEqual(set(self.invoices(plan).mapped("invoice_date")), {date(2026, 5, 15)})
        self.assertEqual(plan.next_period_start, date(2026, 6, 1))

    def test_missed_periods_are_made_up_on_one_invoice_dated_when_due(self):
        plan = self.prepare_plan(catch_up="merge", late_date="scheduled")
        self.bill(date(2026, 5, 15))
        invoice = self.invoices(plan)
        self.assertEqual((len(invoice.invoice_line_ids), invoice.amount_untaxed), (3, 300.0))
        self.assertEqual(invoice.invoice_date, date(2026, 5, 1))
        self.assertEqual(len(plan.period_ids), 3)

    def test_arrears_and_end_with_prorated_last_period(self):
        plan = self.prepare_plan(invoice_time="arrears", end_date=date(2026, 4, 15))
        self.bill(date(2026, 3, 31))
        self.assertFalse(self.invoices(plan))
        self.bill(date(2026, 4, 1))
        self.bill(date(2026, 4, 16))
        self.assertEqual(self.amounts(plan), [100.0, 50.0])
        self.assertRecordValues(
            plan,
            [{"state": "ended", "next_invoice_date": False, "lost_mrr": 100.0, "mrr": 0.0}],
        )
        self.assertEqual(plan.ended_on, date(2026, 4, 15))

    def test_trial_and_calendar_alignment(self):
        plan = self.prepare_plan({"price_unit": 310.0}, trial_days=14, alignment="calendar")
        self.bill(date(2026, 3, 14))
        self.assertFalse(self.invoices(plan))
        self.bill(date(2026, 4, 1))
        self.assertEqual(self.amounts(plan), [170.0, 310.0])

    def test_line_that_begins_within_a_period_costs_its_share(self):
        plan = self.prepare_plan(
            {"price_unit": 31.0, "quantity": 3, "date_to": date(2026, 3, 10)},
            {"price_unit": 62.0, "discount": 50, "date_from": date(2026, 3, 11)},
        )
        self.bill(date(2026, 3, 1))
        lines = self.invoices(plan).invoice_line_ids
        self.assertEqual(lines.mapped("price_subtotal"), [30.0, 21.0])
        self.assertEqual(lines.mapped("quantity"), [3.0, 1.0])

    def test_once_lines_are_billed_once(self):
        plan = self.prepare_plan({}, {"kind": "once", "price_unit": 50.0, "name": "Set-up"})
        self.bill(date(2026, 4, 1))
        self.assertEqual(self.amounts(plan), [150.0, 100.0])

    def test_price_revision_discount_end_and_text(self):
        plan = self.prepare_plan(
            {
                "name": "{product} {period_start} to {period_end}, {period_year} {quantity}",
                "discount": 10,
                "discount_until": date(2026, 3, 31),
            },
            unit="year",
            revision_kind="percent",
            revision_percent=5,
        )
        self.bill(date(2026, 3, 1))
        self.bill(date(2027, 3, 1))
        self.assertEqual(self.amounts(plan), [90.0, 105.0])
        self.assertEqual(
            self.invoices(plan)[1].invoice_line_ids.name,
            "Thing 03/01/2027 to 02/29/2028, 2027 1",
        )

    def test_index_table(self):
        index = self.env["ar.price.index"].create(
            {
                "name": "CPI",
                "value_ids": [
                    Command.create({"date": date(2026, 1, 1), "value": 120}),
                    Command.create({"date": date(2027, 1, 1), "value": 126}),
                ],
            }
        )
        plan = self.prepare_plan(unit="year", revision_kind="index", revision_index_id=index.id)
        self.bill(date(2026, 3, 1))
        self.bill(date(2027, 3, 1))
        self.assertEqual(self.amounts(plan), [100.0, 105.0])
        self.bill(date(2029, 3, 1))
        self.assertIn("CPI, which has no value for 2028-03-01", self.inbox(plan).message)

    def test_pause_leaves_out_whole_periods_and_shares_of_others(self):
        plan = self.prepare_plan({"price_unit": 310.0})
        self.bill(date(2026, 3, 1))
        with self.assertRaisesRegex(UserError, "billed until 2026-03-31"):
            plan.ar_pause(date(2026, 3, 15))
        plan.ar_pause(date(2026, 4, 1), "renovation")
        self.assertFalse(self.bill(date(2026, 5, 2)).done_count)
        plan.ar_resume(date(2026, 5, 11))
        self.bill(date(2026, 5, 11))
        self.assertEqual(self.amounts(plan), [310.0, 210.0])
        skipped = plan.period_ids.filtered(lambda row: row.state == "skipped")
        self.assertEqual(
            (str(skipped.date_from), skipped.reason), ("2026-04-01", "The plan was paused.")
        )

    def test_notice(self):
        plan = self.prepare_plan(minimum_months=12, renewal_months=6, notice_days=30)
        self.assertEqual(plan.ar_give_notice(date(2026, 9, 1), "price"), date(2027, 2, 28))
        self.assertEqual(plan.ar_give_notice(date(2027, 2, 20)), date(2027, 8, 31))
        self.assertEqual(plan.end_reason, "price")
        plan.action_withdraw_notice()
        self.assertFalse(plan.end_date)

    def test_dry_run_changes_nothing(self):
        plan = self.prepare_plan()
        run = self.bill(date(2026, 3, 1), dry_run=True)
        self.assertEqual((run.done_count, run.amount), (1, 100.0))
        self.assertFalse(self.invoices(plan) | plan.period_ids.move_id)
        self.assertEqual(plan.next_period_start, date(2026, 3, 1))

    def test_released_period_is_billed_again(self):
        plan = self.prepare_plan({}, {"kind": "once", "price_unit": 7.0})
        self.bill(date(2026, 4, 1))
        first = self.invoices(plan)[0]
        period = plan.period_ids.filtered(lambda row: row.move_id == first)
        with self.assertRaisesRegex(UserError, "billed twice"):
            period.action_release()
        first.button_draft()
        first.button_cancel()
        period.action_release()
        self.assertEqual(plan.next_period_start, date(2026, 3, 1))
        self.bill(date(2026, 4, 1))
        self.assertEqual(self.amounts(plan), [107.0, 100.0, 107.0])
        self.assertEqual(plan.next_period_start, date(2026, 5, 1))

    def test_the_database_refuses_a_second_bill_of_a_period(self):
        plan = self.prepare_plan()
        self.bill(date(2026, 3, 1))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            plan.period_ids.sudo().copy({"state": "billed"})

    def test_schedule_is_fixed_once_billed(self):
        plan = self.prepare_plan()
        self.bill(date(2026, 3, 1))
        plan.unit = "month"
        with self.assertRaisesRegex(UserError, "divided anew"):
            plan.unit = "quarter"
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            plan.unlink()

    def test_amounts_per_period_and_month(self):
        currency = self.setup_other_currency("CHF", rates=[("2026-01-01", 2.0)])
        plan = self.prepare_plan(
            {"quantity": 3}, {"kind": "once"}, unit="quarter", currency_id=currency.id
        )
        self.assertRecordValues(plan, [{"amount": 300.0, "mrr": 50.0}])

    def test_drafts_by_policy_and_failing_checks(self):
        plan = self.prepare_plan(posting="draft")
        self.customer.email = False
        other = self.prepare_plan()
        run = self.bill(date(2026, 3, 1))
        self.assertEqual(
            (self.invoices(plan) | self.invoices(other)).mapped("state"), ["draft"] * 2
        )
        self.assertIn("e-mail", self.invoices(other).ar_review_reason)
        self.assertEqual(run.ar_count_by_kind(), {"drafted": 2})

    def test_bad_texts_tiers_and_rules_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "no marker {env.cr}"):
            self.prepare_plan({"name": "{env.cr}"})
        with self.assertRaisesRegex(ValidationError, "never comes again"):
            self.prepare_plan(alignment="rule", rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
        with self.assertRaisesRegex(ValidationError, "last tier"):
            tier = Command.create({"upper_quantity": 5, "price_unit": 1})
            self.prepare_plan({"kind": "metered", "meter": "m", "tier_ids": [tier]})
        with self.assertRaisesRegex(ValidationError, "needs a meter"):
            self.prepare_plan({"kind": "metered"})

    def test_queries_per_invoice_are_constant(self):
        self.prepare_plan()
        self.bill(date(2026, 3, 1))

        def queries(count):
            for _n in range(count):
                self.prepare_plan(start_date=date(2026, 3, 5))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.bill(date(2026, 3, 5))
            return self.env.cr.sql_log_count - before

        few, many = queries(5), queries(25)
        self.assertLess((many - few) / 20, 9, "queries per additional invoice")

    def test_roles_and_companies(self):
        plan = self.prepare_plan()
        for group in ("collector", "credit_manager", "auditor"):
            user = new_test_user(
                self.env, login=f"plan-{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            self.assertEqual(plan.with_user(user).amount, 100.0)
            with self.assertRaises(AccessError):
                plan.with_user(user).action_pause()
            with self.assertRaises(AccessError):
                plan.with_user(user).ar_run(self.company, date(2026, 3, 1))
        accountant = new_test_user(
            self.env, login="plan-acc", groups="account.group_account_invoice"
        )
        plan.with_user(accountant).action_bill_now()
        self.assertTrue(self.invoices(plan))
        with self.assertRaises(AccessError):
            plan.period_ids.with_user(accountant).unlink()
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            login="plan-stranger",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["ar.invoice.plan"].with_user(stranger).search([]))
        self.assertFalse(self.env["ar.invoice.period"].with_user(stranger).search([]))
        self.assertFalse(self.env["ar.invoice.plan.line"].with_user(stranger).search([]))

    def test_other_company_is_left_alone(self):
        other = self.setup_other_company()["company"]
        plan = self.prepare_plan()
        foreign = (
            self.env["ar.invoice.plan"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "start_date": date(2026, 3, 1),
                    "line_ids": [Command.create(self.line_vals(tax_ids=False))],
                }
            )
        )
        foreign.action_activate()
        self.bill(date(2026, 3, 1))
        self.assertTrue(self.invoices(plan))
        self.assertFalse(self.invoices(foreign))
        self.env["ar.invoice.plan"].sudo().ar_run(other, date(2026, 3, 1))
        self.assertEqual(self.invoices(foreign).company_id, other)
        self.assertEqual(self.invoices(foreign).journal_id.company_id, other)
