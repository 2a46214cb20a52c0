"""What keeps orders and milestones from being invoiced: the others go on, the reason is told."""

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, InvoicingCase


@tagged("post_install", "-at_install")
class TestOrderFaults(InvoicingCase):
    def run_orders(self):
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            return self.env["sale.order"].sudo().ar_invoice_due(self.company, DAY)

    def run_milestones(self):
        job = self.env["ar.job.invoicing.milestones"].sudo()
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            return job.ar_run_job(self.company, DAY)

    def milestone_order(self, **values):
        part = Command.create({"name": "Start", "percentage": 40, "due_date": DAY})
        return self.create_order(ar_milestone_ids=[part], **values)

    def journal(self, code):
        return self.company_data["default_journal_sale"].copy({"name": code, "code": code})

    def test_a_journal_whose_numbers_cannot_be_read(self):
        broken = self.journal("NUM")
        bad, good = self.create_order(journal_id=broken.id), self.create_order()
        self.env.cr.execute(
            "UPDATE account_journal SET sequence_override_regex = %s WHERE id = %s",
            ["^(?P<prefix1>.*)$", broken.id],
        )
        broken.invalidate_recordset()
        run = self.run_orders()
        self.assertEqual(run.ar_count_by_kind(), {"invoiced": 1, "failed": 1})
        self.assertEqual(good.invoice_ids.state, "posted")
        self.assertFalse(bad.invoice_ids, "nothing half made")
        [row] = self.inbox(bad)
        self.assertTrue(row.message and row.hint)

    def test_no_sales_journal(self):
        order = self.create_order()
        self.env["account.journal"].search([("type", "=", "sale")]).active = False
        self.run_orders()
        self.assertFalse(order.invoice_ids)
        [row] = self.inbox(order)
        self.assertIn("journal", row.message)
        self.assertTrue(row.hint)

    def test_what_was_ordered_before_its_product_was_archived_is_invoiced(self):
        product = self.product.copy({"name": "Old thing"})
        order = self.create_order(product=product)
        product.active = False
        self.run_orders()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_what_a_customer_ordered_before_it_was_archived_is_invoiced(self):
        customer = self.customer.copy()
        order = self.create_order(customer)
        customer.active = False
        self.run_orders()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_in_a_closed_period_the_entry_goes_into_the_next_open_one(self):
        order, milestones = self.create_order(), self.milestone_order()
        self.company.hard_lock_date = DAY
        self.run_orders()
        self.run_milestones()
        for invoice in order.invoice_ids | milestones.invoice_ids:
            self.assertEqual(invoice.state, "posted")
            self.assertGreater(invoice.date, DAY)

    def test_one_milestone_that_cannot_be_invoiced_stops_no_other(self):
        broken = self.journal("MST")
        bad, good = self.milestone_order(journal_id=broken.id), self.milestone_order()
        general = self.env["account.journal"].create(
            {"name": "No sales", "type": "general", "code": "NOS"}
        )
        self.env.cr.execute(
            "UPDATE sale_order SET journal_id = %s WHERE id = %s", [general.id, bad.id]
        )
        bad.invalidate_recordset()
        self.run_milestones()
        self.assertEqual(good.ar_milestone_ids.state, "invoiced")
        self.assertEqual(bad.ar_milestone_ids.state, "waiting")
        self.assertFalse(bad.invoice_ids)
        self.assertEqual(len(self.inbox(bad.ar_milestone_ids)), 1)
