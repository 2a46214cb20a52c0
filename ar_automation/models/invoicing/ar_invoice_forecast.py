from dateutil.relativedelta import relativedelta
from odoo import api, fields, models

from ...exceptions import ArError
from .plan_batch import PlanBatch

HORIZON_MONTHS = 12
# Plans whose forecast is renewed while a person waits; the job does the others at night.
AT_ONCE = 500


class ArInvoiceForecast(models.Model):
    """An invoice that is to come: a period of a plan that is not billed yet.

    Rows are computed anew for plans that changed or were billed. What will be used is not known
    and not in them.
    """

    _name = "ar.invoice.forecast"
    _description = "Coming invoice"
    _order = "invoice_date, id"
    _rec_name = "plan_id"

    plan_id = fields.Many2one(
        "ar.invoice.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    invoice_date = fields.Date(required=True, readonly=True, index=True)
    date_from = fields.Date("First day", required=True, readonly=True)
    date_to = fields.Date("Last day", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="Fixed and one-off lines, untaxed.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_amount = fields.Monetary(
        "In company currency", currency_field="company_currency_id", readonly=True
    )
    company_currency_id = fields.Many2one(
        string="Company currency", related="company_id.currency_id", store=True
    )

    # === ACTION METHODS ===#

    @api.model
    def action_open(self):
        """Renew the forecast of plans that changed, and open it."""
        stale = self.env["ar.invoice.plan"].search(
            [("is_forecast_stale", "=", True), ("company_id", "in", self.env.companies.ids)],
            limit=AT_ONCE,
            order="next_invoice_date",
        )
        # sudo: whoever may read plans may see what they come to; nobody writes the rows by hand
        self.sudo().ar_renew(stale, fields.Date.context_today(self))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_invoice_forecast_action"
        )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_renew(self, plans, date):
        """Compute the invoices to come of ``plans`` anew, for twelve months.

        :return: ``{plan id: reason}`` of plans that cannot be told.
        """
        plans = plans.sudo()
        self.search([("plan_id", "in", plans.ids)]).unlink()
        until = date + relativedelta(months=HORIZON_MONTHS)
        rows, faults = [], {}
        batch = PlanBatch(plans, date)
        for plan in plans.filtered(lambda plan: plan.state == "active"):
            try:
                due = batch.estimate(plan, until)
            except ArError as error:
                faults[plan.id] = error
            else:
                rows += [self._prepare_vals(item, date) for item in due if item.charges]
        self.create(rows)
        plans.with_context(tracking_disable=True).write({"is_forecast_stale": False})
        return faults

    # === PRIVATE METHODS ===#

    def _prepare_vals(self, item, date):
        plan, amount = item.plan, float(item.amount)
        company = plan.company_id
        return {
            "plan_id": plan.id,
            "company_id": company.id,
            "partner_id": plan.partner_id.id,
            "user_id": plan.user_id.id,
            "invoice_date": max(item.due, date),
            "date_from": item.period.span.start,
            "date_to": item.last,
            "amount": amount,
            "currency_id": plan.currency_id.id,
            "company_amount": plan.currency_id._convert(amount, company.currency_id, company, date),
        }
