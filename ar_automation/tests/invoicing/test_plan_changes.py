import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .plan_case import PlanCase

DAY = date(2026, 3, 22)


@tagged("post_install", "-at_install")
class TestAmend(PlanCase):
    def open_wizard(self, plan, day, **changes):
        wizard = (
            self.env["ar.invoice.plan.amend"]
            .with_context(default_plan_id=plan.id, amend_date=day)
            .create({"date": day, "reason": "by mail"})
        )
        wizard.line_ids[:1].write(changes)
        return wizard

    def test_a_change_within_a_billed_period_is_put_right_with_the_next_invoice(self):
        plan = self.prepare_plan({"price_unit": 31.0, "quantity": 10})
        self.bill(date(2026, 3, 1))
        with freeze_time("2026-03-20"):
            wizard = self.open_wizard(plan, date(2026, 3, 22), quantity=12)
            wizard.action_preview()
            self.assertIn("392.00", wizard.preview)
            self.assertEqual(len(plan.line_ids), 1, "a preview changes nothing")
            wizard.action_apply()
        self.assertEqual(plan.amount, 372.0)
        self.bill(date(2026, 4, 1))
        invoice = self.invoices(plan)[1]
        self.assertEqual(invoice.invoice_line_ids.mapped("price_subtotal"), [372.0, -100.0, 120.0])
        self.assertIn("03/22/2026 to 03/31/2026", invoice.invoice_line_ids[1].name)
        self.bill(date(2026, 5, 1))
        self.assertEqual(self.invoices(plan)[2].amount_untaxed, 372.0)

    def test_a_line_changed_in_the_browser_keeps_what_it_does_not_show(self):
        terms = {"is_revised": True, "price_date": date(2025, 3, 1)}
        plan = self.prepare_plan(
            terms, revision_kind="percent", revision_percent=10, revision_months=12
        )
        wizards = self.env["ar.invoice.plan.amend"]
        with Form(wizards.with_context(default_plan_id=plan.id, amend_date=DAY)) as form:
            form.date, form.reason = DAY, "one more"
            with form.line_ids.edit(0) as line:
                line.quantity = 2
        form.record.action_apply()
        self.bill(date(2026, 4, 1))
        self.assertEqual(plan.amount, 220.0, "revised as before")

    def test_a_line_that_ends_and_one_that_is_added(self):
        plan = self.prepare_plan({}, {"price_unit": 60.0, "name": "Extra"})
        wizard = self.open_wizard(plan, date(2026, 3, 16))
        wizard.line_ids[1].unlink()
        wizard.line_ids = [
            Command.create({"product_id": self.product.id, "price_unit": 31.0, "name": "New"})
        ]
        wizard.action_apply()
        self.bill(date(2026, 3, 1))
        amounts = self.invoices(plan).invoice_line_ids.mapped("price_subtotal")
        self.assertEqual(sorted(amounts), [16.0, 29.03, 100.0])

    def test_an_amendment_without_changes_is_refused(self):
        plan = self.prepare_plan()
        with self.assertRaisesRegex(UserError, "Nothing is changed"):
            self.open_wizard(plan, date(2026, 3, 5)).action_apply()

    def test_without_proration_a_change_counts_from_the_next_period(self):
        plan = self.prepare_plan(is_prorated=False)
        self.bill(date(2026, 3, 1))
        self.open_wizard(plan, date(2026, 3, 10), price_unit=150.0).action_apply()
        self.bill(date(2026, 4, 1))
        self.assertEqual(self.amounts(plan), [100.0, 150.0])

    def test_money_back_waits_for_a_person_as_a_credit_note(self):
        plan = self.prepare_plan({"price_unit": 310.0}, {"kind": "once", "price_unit": 1.0})
        self.bill(date(2026, 3, 1))
        plan.end_date = date(2026, 4, 1)
        self.open_wizard(plan, date(2026, 3, 2), price_unit=10.0).action_apply()
        self.bill(date(2026, 4, 1))
        credit = self.invoices(plan)[1]
        self.assertEqual((credit.move_type, credit.state), ("out_refund", "draft"))
        self.assertIn("gives money back", credit.ar_review_reason)
        self.assertAlmostEqual(credit.amount_untaxed, 300.0 - 9.68 - 0.33, 2)


@tagged("post_install", "-at_install")
class TestAnalytic(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dimension = cls.env["account.analytic.plan"].sudo().create({"name": "Projects"})
        accounts = cls.env["account.analytic.account"].sudo()
        cls.project = accounts.create({"name": "P", "plan_id": dimension.id})
        cls.shares = {str(cls.project.id): 100.0}

    def test_invoices_are_analysed_as_the_lines_say(self):
        plan = self.prepare_plan({"analytic_distribution": self.shares}, {"price_unit": 7.0})
        self.bill(date(2026, 3, 1))
        lines = self.invoices(plan).invoice_line_ids
        self.assertEqual(lines.mapped("analytic_distribution"), [self.shares, False])
        self.assertEqual(lines.sudo().analytic_line_ids.mapped("amount"), [100.0])

    def test_without_a_word_the_distribution_models_decide(self):
        self.env["account.analytic.distribution.model"].sudo().create(
            {"partner_id": self.customer.id, "analytic_distribution": self.shares}
        )
        plan = self.prepare_plan()
        self.bill(date(2026, 3, 1))
        self.assertEqual(self.invoices(plan).invoice_line_ids.analytic_distribution, self.shares)

    def test_an_amendment_keeps_it_also_for_what_is_put_right(self):
        plan = self.prepare_plan({"price_unit": 31.0, "analytic_distribution": self.shares})
        self.bill(date(2026, 3, 1))
        wizard = (
            self.env["ar.invoice.plan.amend"]
            .with_context(default_plan_id=plan.id, amend_date=date(2026, 3, 22))
            .create({"date": date(2026, 3, 22), "reason": "by mail"})
        )
        wizard.line_ids.quantity = 2
        wizard.action_apply()
        self.bill(date(2026, 4, 1))
        lines = self.invoices(plan)[1].invoice_line_ids
        self.assertEqual(len(lines), 3)
        self.assertEqual({str(line.analytic_distribution) for line in lines}, {str(self.shares)})

    def test_a_plan_takes_it_over_from_its_order(self):
        self.product.ar_recurrence = "month"
        line = {"product_id": self.product.id, "analytic_distribution": self.shares}
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        )
        order.action_confirm()
        self.assertEqual(order.ar_plan_ids.line_ids.analytic_distribution, self.shares)


@tagged("post_install", "-at_install")
class TestForecast(PlanCase):
    def test_twelve_months_with_revision_and_end(self):
        plan = self.prepare_plan(
            unit="quarter", revision_kind="percent", revision_percent=10, revision_months=6
        )
        with freeze_time("2026-03-01"):
            self.env["ar.invoice.forecast"].action_open()
        rows = self.env["ar.invoice.forecast"].search([("plan_id", "=", plan.id)])
        self.assertEqual(rows.mapped("amount"), [100.0, 100.0, 110.0, 110.0, 121.0])
        self.assertFalse(plan.is_forecast_stale)
        self.bill(date(2026, 3, 1))
        self.assertTrue(plan.is_forecast_stale)
        job = self.env["ar.job.invoicing.forecast"].sudo()
        self.assertEqual(job.ar_run_job(self.company, date(2026, 3, 1)).done_count, 1)
        rows = self.env["ar.invoice.forecast"].search([("plan_id", "=", plan.id)])
        self.assertEqual(rows.mapped("amount"), [100.0, 110.0, 110.0, 121.0])

    def test_plan_that_cannot_be_told_is_left_to_the_job_that_bills(self):
        index = self.env["ar.price.index"].create({"name": "CPI"})
        plan = self.prepare_plan(
            revision_kind="index", revision_index_id=index.id, revision_months=1
        )
        index.value_ids = [Command.create({"date": date(2026, 3, 1), "value": 100})]
        plan.line_ids.price_date = date(2020, 1, 1)
        job = self.env["ar.job.invoicing.forecast"].sudo()
        run = job.ar_run_job(self.company, date(2026, 3, 1))
        self.assertEqual(run.left_count, 1)


@tagged("post_install", "-at_install")
class TestPlansFromOrders(PlanCase):
    def order_with(self, *lines):
        self.product.ar_recurrence = "month"
        once = self.env["product.product"].create(
            {"name": "Set-up", "invoice_policy": "order", "type": "service", "taxes_id": False}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "date_order": "2026-03-01 10:00:00",
                "client_order_ref": "PO-7",
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 3}),
                    Command.create({"product_id": once.id, "price_unit": 40.0}),
                ],
            }
        )
        order.action_confirm()
        return order

    def test_recurring_lines_become_a_plan_and_are_not_invoiced_with_the_order(self):
        with freeze_time("2026-03-01"):
            order = self.order_with()
        plan = order.ar_plan_ids
        self.assertRecordValues(
            plan, [{"state": "active", "unit": "month", "reference": "PO-7", "amount": 300.0}]
        )
        self.env["sale.order"].sudo().ar_invoice_due(self.company, date(2026, 3, 1))
        self.assertEqual(order.invoice_ids.amount_untaxed, 40.0)
        self.bill(plan.start_date)
        self.assertEqual(self.amounts(plan), [300.0])
        self.assertEqual(self.invoices(plan).ref, "PO-7")
        self.env["sale.order"].sudo().ar_invoice_due(self.company, date(2026, 3, 2))
        self.assertEqual(len(order.invoice_ids), 1)

    def test_cancelling_an_order_takes_its_unbilled_plan_away(self):
        order = self.order_with()
        order._action_cancel()
        self.assertFalse(order.ar_plan_ids)

    def test_a_salesperson_makes_the_plan_but_does_not_change_it(self):
        seller = new_test_user(
            self.env, login="plan-seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.product.ar_recurrence = "year"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order.with_user(seller).action_confirm()
        self.assertEqual(order.ar_plan_count, 1)
        with self.assertRaises(AccessError):
            order.ar_plan_ids.with_user(seller).reference = "x"


@tagged("post_install", "-at_install")
class TestPlanScreens(PlanCase):
    def test_form(self):
        with Form(self.env["ar.invoice.plan"]) as form:
            form.partner_id = self.customer
            form.start_date = date(2026, 3, 1)
            with form.line_ids.new() as line:
                line.product_id = self.product
                line.quantity = 2
        plan = form.record
        self.assertTrue(plan.name.startswith("PLAN/"))
        self.assertEqual(plan.line_ids.price_unit, 100.0)
        plan.action_activate()
        self.assertEqual((plan.amount, plan.mrr), (200.0, 200.0))
        self.assertEqual(plan.action_view_forecast()["res_model"], "ar.invoice.forecast")
        self.assertEqual(plan.action_view_periods()["res_model"], "ar.invoice.period")

    def test_import_of_usage(self):
        plan = self.prepare_plan({"kind": "metered", "meter": "gb"})

        def load(content):
            wizard = self.env["ar.invoice.usage.import"].create({"file": base64.b64encode(content)})
            return wizard.action_import()["params"]["message"]

        head = b"\xef\xbb\xbfplan;meter;date;quantity;reference\n"
        rows = f"{plan.name};gb;2026-03-02;5;a\n{plan.name};gb;2026-03-03;1.5;b\n".encode()
        self.assertEqual(load(head + rows), "2 rows recorded, 0 were known already.")
        self.assertEqual(load(head + rows), "0 rows recorded, 2 were known already.")
        for content, words in (
            (b"plan,meter\nx,y\n", "lacks the columns"),
            (b"\xff\xfe\x00", "not in UTF-8"),
            (b"\n", "lacks the columns"),
            (head + b"x;y;2026-03-02;1;c\n", "Row 1: no plan x"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                load(content)
