from datetime import date

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .plan_case import PlanCase

DAY = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestPlanFaults(PlanCase):
    """One bad plan is one exception in words; the others go on."""

    def assert_refused(self, plan, code, words, day=DAY):
        sound = self.prepare_plan(start_date=day)
        run = self.bill(day)
        self.assertTrue(self.invoices(sound), "the others go on")
        self.assertFalse(self.invoices(plan))
        row = self.inbox(plan)
        self.assertEqual(row.code, code)
        self.assertIn(words, row.message)
        self.assertTrue(row.hint)
        self.assertEqual((run.done_count, run.failed_count), (1, 1))

    def test_no_price(self):
        plan = self.prepare_plan({"price_unit": 0.0})
        self.assert_refused(plan, "plan.no_price", "has no price")
        plan.line_ids.is_free = True
        plan.line_ids = [(0, 0, self.line_vals())]
        self.inbox(plan).action_retry()
        self.bill(DAY)
        self.assertEqual(self.amounts(plan), [100.0])
        self.assertFalse(self.inbox(plan))

    def test_product_archived(self):
        product = self.env["product.product"].create({"name": "Old thing"})
        plan = self.prepare_plan({"product_id": product.id})
        product.active = False
        self.assert_refused(plan, "plan.product_archived", "is archived")

    def test_customer_archived(self):
        customer = self.customer.copy()
        plan = self.prepare_plan(partner_id=customer.id)
        customer.active = False
        self.assert_refused(plan, "plan.customer_archived", "is archived")

    def test_currency_without_rate(self):
        currency = self.env["res.currency"].create({"name": "XTX", "symbol": "x"})
        plan = self.prepare_plan(currency_id=currency.id)
        self.assert_refused(plan, "plan.no_rate", "no exchange rate")

    def test_journal_archived(self):
        journal = self.company_data["default_journal_sale"].copy()
        plan = self.prepare_plan(journal_id=journal.id)
        journal.active = False
        self.assert_refused(plan, "plan.journal_missing", "missing or archived")

    def test_no_sales_journal_at_all(self):
        plan = self.prepare_plan()
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.active = False
        self.bill(DAY)
        self.assertEqual(self.inbox(plan).code, "plan.journal_missing")

    def test_closed_period(self):
        plan = self.prepare_plan(late_date="scheduled")
        self.company.hard_lock_date = date(2026, 3, 31)
        self.assert_refused(plan, "plan.closed_period", "books are closed", date(2026, 4, 1))

    def test_years_in_one_night(self):
        plan = self.prepare_plan(unit="day", start_date=date(2010, 1, 1))
        self.assert_refused(plan, "plan.too_many_periods", "more than 24 unbilled periods")

    def test_a_rule_without_an_end_is_told_only_as_far_as_asked(self):
        plan = self.prepare_plan(alignment="rule", rule="FREQ=DAILY")
        self.assertEqual(len(list(plan.ar_upcoming(date(2026, 3, 10)))), 10)

    def test_a_rule_without_an_end_that_was_forgotten_for_years(self):
        plan = self.prepare_plan(
            alignment="rule", rule="FREQ=DAILY;INTERVAL=1", start_date=date(2001, 1, 1)
        )
        self.assert_refused(plan, "plan.too_many_periods", "more than 24 unbilled periods")

    def test_a_rule_that_never_comes_true_ends_in_words_and_in_time(self):
        with self.assertRaisesRegex(UserError, "rule|period"):
            self.prepare_plan(alignment="rule", rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
            self.bill(DAY)

    def test_29_february(self):
        plan = self.prepare_plan(unit="year", start_date=date(2028, 2, 29))
        counts = []
        for day in ((2028, 2, 29), (2029, 2, 27), (2029, 2, 28), (2029, 3, 1), (2032, 2, 28)):
            self.bill(date(*day))
            counts.append(len(self.invoices(plan)))
        self.assertEqual(counts, [1, 1, 2, 2, 4])
        self.bill(date(2032, 2, 29))
        self.assertEqual(
            [str(row.date_from) for row in plan.period_ids.sorted("date_from")],
            ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
        )

    def test_days_begin_at_midnight_of_the_company_when_the_clocks_change(self):
        self.company.partner_id.tz = "Europe/Brussels"
        for start, moments in (
            # at 1:00 UTC the clocks go forward, and on 25 October back
            ("2026-03-28", ("03-28 22:59", "03-28 23:01", "03-29 21:59", "03-29 22:01")),
            ("2026-10-24", ("10-24 21:59", "10-24 22:01", "10-25 22:59", "10-25 23:01")),
        ):
            plan, counts = self.prepare_plan(unit="day", start_date=start), []
            for moment in moments:
                with freeze_time(f"2026-{moment}:00"):
                    self.bill(None)
                counts.append(len(self.invoices(plan)))
            self.assertEqual(counts, [1, 2, 2, 3], start)
            plan.end_date = plan.period_ids.sorted("date_to")[-1:].date_to

    def test_a_journal_whose_numbers_cannot_be_read(self):
        journal = self.company_data["default_journal_sale"].copy({"code": "NUM"})
        plan, sound = self.prepare_plan(journal_id=journal.id), self.prepare_plan()
        self.env.cr.execute(
            "UPDATE account_journal SET sequence_override_regex = %s WHERE id = %s",
            ["^(?P<prefix1>.*)$", journal.id],
        )
        journal.invalidate_recordset()
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            self.bill(DAY)
        self.assertTrue(self.invoices(sound))
        self.assertFalse(self.invoices(plan) | plan.period_ids.move_id)
        [row] = self.inbox(plan)
        self.assertTrue(row.message and row.hint)

    def test_usage_that_was_forgotten(self):
        plan = self.prepare_plan(
            {"kind": "metered", "meter": "gb", "is_usage_required": True}, invoice_time="arrears"
        )
        self.assert_refused(plan, "plan.no_usage", "No usage of meter gb", date(2026, 4, 1))

    def test_what_core_refuses_stops_only_its_plan(self):
        account = self.env["account.account"].create(
            {"name": "Closed", "code": "CLOSED", "account_type": "income"}
        )
        product = self.env["product.product"].create(
            {"name": "Other thing", "property_account_income_id": account.id, "taxes_id": False}
        )
        plan, sound = self.prepare_plan({"product_id": product.id}), self.prepare_plan()
        account.active = False
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            run = self.bill(DAY)
        self.assertTrue(self.invoices(sound))
        self.assertFalse(self.invoices(plan) | plan.period_ids.move_id)
        self.assertEqual((run.done_count, run.failed_count), (1, 1))
        self.assertTrue(self.inbox(plan).message)

    def test_button_tells_the_same_words(self):
        plan = self.prepare_plan({"price_unit": 0.0}, start_date=date(2020, 1, 1), unit="year")
        with self.assertRaisesRegex(UserError, "has no price.*Enter its price"):
            plan.action_bill_now()


@tagged("post_install", "-at_install")
class TestUsage(PlanCase):
    def report(self, plan, *rows):
        rows = [
            {"plan": plan.name, "meter": "gb", "date": day, "quantity": used, "reference": ref}
            for day, used, ref in rows
        ]
        return self.env["ar.invoice.usage"].ar_record(self.company, rows)

    def metered(self, **values):
        tiers = [
            (0, 0, {"upper_quantity": 100, "price_unit": 1.0}),
            (0, 0, {"is_last": True, "price_unit": 0.5, "flat_amount": 10}),
        ]
        line = {"kind": "metered", "meter": "gb", "tier_ids": tiers, "name": "{quantity} GB"}
        return self.prepare_plan(line, **values)

    def test_usage_is_billed_once_and_late_reports_with_the_next(self):
        plan = self.metered(invoice_time="arrears")
        self.report(plan, ("2026-03-10", 100, "a"), ("2026-03-31", "50", "b"))
        self.assertEqual(
            self.report(plan, ("2026-03-31", 50, "b"), ("2026-04-01", 3, "c")),
            {"recorded": 1, "known": 1},
        )
        self.bill(date(2026, 4, 1))
        invoice = self.invoices(plan)
        self.assertEqual(invoice.invoice_line_ids.mapped("price_subtotal"), [100.0, 25.0, 10.0])
        self.assertEqual(invoice.invoice_line_ids[0].name, "100 GB")
        self.report(plan, ("2026-03-30", 1, "late"))
        self.bill(date(2026, 5, 1))
        self.assertEqual(self.amounts(plan), [135.0, 4.0])
        self.bill(date(2026, 6, 1))
        skipped = plan.period_ids.filtered(lambda row: row.state == "skipped")
        self.assertEqual(skipped.reason, "Nothing was used.")
        with self.assertRaisesRegex(UserError, "was billed with"):
            self.env["ar.invoice.usage"].search([("reference", "=", "a")]).quantity = 1

    def test_last_usage_of_a_plan_in_advance_is_billed_after_its_end(self):
        plan = self.metered(end_date=date(2026, 3, 31))
        self.bill(date(2026, 3, 1))
        self.report(plan, ("2026-03-20", 7, "a"))
        self.bill(date(2026, 4, 1))
        self.assertEqual(self.amounts(plan), [7.0])
        self.assertEqual(plan.state, "ended")

    def test_bad_rows_are_named_and_nothing_is_recorded(self):
        plan = self.metered()
        for row in (
            ("2026-13-01", 1, "x"),
            ("2026-03-01", "1,5", "x"),
            ("2026-03-01", "NaN", "x"),
            ("2026-03-01", 1, ""),
            ("", 1, "x"),
        ):
            with self.subTest(row), self.assertRaisesRegex(UserError, "Row 2"):
                self.report(plan, ("2026-03-01", 1, "good"), row)
        with self.assertRaisesRegex(UserError, "no plan PLAN/none"):
            self.env["ar.invoice.usage"].ar_record(
                self.company, [{"plan": "PLAN/none", "meter": "gb"}]
            )
        self.assertFalse(self.env["ar.invoice.usage"].search([]))
