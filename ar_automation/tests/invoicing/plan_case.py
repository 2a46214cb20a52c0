from datetime import date

from odoo import Command

from .common import InvoicingCase


class PlanCase(InvoicingCase):
    """A company with customers who are invoiced again and again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans_job = cls.env["ar.job.invoicing.plans"].sudo()

    def prepare_plan(self, *lines, active=True, **values):
        plan = self.env["ar.invoice.plan"].create(
            {
                "partner_id": self.customer.id,
                "start_date": date(2026, 3, 1),
                "line_ids": [Command.create(self.line_vals(**line)) for line in lines or ({},)],
                **values,
            }
        )
        if active:
            plan.action_activate()
        return plan

    def line_vals(self, **values):
        return {
            "product_id": self.product.id,
            "name": "Hosting",
            "price_unit": 100.0,
            **values,
        }

    def bill(self, day, **kwargs):
        return self.env["ar.invoice.plan"].sudo().ar_run(self.company, day, **kwargs)

    def invoices(self, plan):
        return self.env["account.move"].search([("ar_plan_id", "=", plan.id)], order="id")

    def amounts(self, plan):
        return self.invoices(plan).mapped("amount_untaxed")

    def periods(self, plan):
        return [
            (str(row.date_from), str(row.date_to))
            for row in plan.period_ids.sorted(lambda row: (row.date_from, row.id))
        ]
