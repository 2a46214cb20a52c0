from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import InvoicingCase

DAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestMilestones(InvoicingCase):
    def order_with(self, *milestones, **values):
        lines = [
            Command.create({"name": f"M{n}", "percentage": percentage, **vals})
            for n, (percentage, vals) in enumerate(milestones)
        ]
        return self.create_order(price=1000.0, ar_milestone_ids=lines, **values)

    def run_job(self, day=DAY):
        job = self.env["ar.job.invoicing.milestones"].sudo()
        return job.ar_run_job(self.company, day)

    def test_parts_on_their_day_when_reached_and_the_rest_at_the_end(self):
        order = self.order_with(
            (30, {"due_date": DAY}), (20, {}), (50, {"due_date": date(2026, 4, 1)})
        )
        self.env["sale.order"].sudo().ar_invoice_due(self.company, DAY)
        self.assertFalse(order.invoice_ids, "the milestones say when")
        run = self.run_job()
        self.assertEqual((run.done_count, run.amount), (1, 300.0))
        self.assertEqual(order.ar_amount_left, 700.0, "less what was invoiced before")
        self.assertFalse(self.run_job().done_count)
        order.ar_milestone_ids[1].is_reached = True
        self.run_job()
        self.run_job(date(2026, 4, 1))
        invoices = order.ar_milestone_ids.move_id
        self.assertEqual(invoices.mapped("amount_untaxed"), [300.0, 200.0, 500.0])
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertEqual((order.invoice_status, order.ar_amount_left), ("invoiced", 0.0))
        self.env["sale.order"].sudo().ar_invoice_due(self.company, date(2026, 4, 2))
        self.assertEqual(len(order.invoice_ids), 3)

    def test_what_is_left_below_all_is_invoiced_by_policy(self):
        order = self.order_with((40, {"due_date": DAY}))
        self.run_job()
        self.env["sale.order"].sudo().ar_invoice_due(self.company, DAY)
        self.assertEqual(sorted(order.invoice_ids.mapped("amount_untaxed")), [400.0, 600.0])

    def test_more_than_all_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "more than all"):
            self.order_with((60, {}), (50, {}))

    def test_an_invoiced_milestone_stays(self):
        order = self.order_with((40, {"due_date": DAY}))
        self.run_job()
        with self.assertRaisesRegex(UserError, "invoiced already"):
            order.ar_milestone_ids.unlink()

    def test_goods_that_are_not_delivered_are_invoiced_by_milestones_all_the_same(self):
        order = self.order_with(
            (50, {"due_date": DAY}), (50, {"due_date": DAY}), product=self.delivered_product
        )
        self.run_job()
        invoices = order.ar_milestone_ids.move_id
        self.assertEqual(invoices.mapped("move_type"), ["out_invoice", "out_invoice"])
        self.assertEqual(invoices.mapped("amount_untaxed"), [500.0, 500.0])

    @settings(
        deadline=None,
        max_examples=12,
        suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
    )
    @given(
        st.lists(st.integers(1, 100), min_size=1, max_size=5),
        st.integers(1, 99_999),
        st.integers(1, 7),
        st.booleans(),
    )
    def test_milestones_make_up_the_order_to_the_cent(self, weights, cents, quantity, is_taxed):
        parts = [10_000 * weight // sum(weights) for weight in weights]
        parts[-1] += 10_000 - sum(parts)
        order = self.create_order(price=cents / 100, quantity=quantity)
        order.order_line.tax_ids = self.tax_sale_a if is_taxed else False
        order.ar_milestone_ids = [
            Command.create({"name": f"M{n}", "percentage": part / 100, "due_date": DAY})
            for n, part in enumerate(filter(None, parts))
        ]
        self.run_job()
        self.assertEqual(set(order.ar_milestone_ids.mapped("state")), {"invoiced"})
        self.assertAlmostEqual(
            sum(order.ar_milestone_ids.mapped("amount")), order.amount_total, places=2
        )
        self.assertAlmostEqual(
            sum(order.invoice_ids.mapped("amount_total_signed")), order.amount_total, places=2
        )
        self.assertEqual(order.invoice_status, "invoiced")
