from odoo import Command, api, fields, models


class SaleOrder(models.Model):
    """Orders with recurring lines become plans when they are confirmed."""

    _inherit = "sale.order"

    ar_plan_ids = fields.One2many("ar.invoice.plan", "sale_order_id", "Recurring plans")
    ar_milestone_ids = fields.One2many(
        "ar.invoice.milestone",
        "order_id",
        "Milestones",
        copy=True,
        help="Parts of the order that are invoiced on a day, or once they are reached. While one "
        "waits, nothing else of the order is invoiced by itself.",
    )
    ar_plan_count = fields.Integer(compute="_compute_ar_plan_count")

    # === COMPUTE METHODS ===#

    @api.depends("ar_plan_ids")
    def _compute_ar_plan_count(self):
        for order in self:
            # sudo: who sees the order may know that there are plans
            order.ar_plan_count = len(order.sudo().ar_plan_ids)

    # === ACTION METHODS ===#

    def action_ar_view_plans(self):
        """Open the plans that came of the order."""
        return self.ar_plan_ids._get_records_action(name=self.env._("Recurring plans"))

    # === BUSINESS METHODS ===#

    @api.private
    def ar_create_plans(self):
        """Create and activate one plan per recurrence of the orders' lines.

        :return: the plans.
        """
        recurring = self.order_line.filtered(
            lambda line: line.ar_recurrence and line.product_id and not line.display_type
        )
        vals_list = [
            order._ar_prepare_plan_vals(unit, lines)
            for order, order_lines in recurring.grouped("order_id").items()
            if not order.ar_plan_ids
            for unit, lines in order_lines.grouped("ar_recurrence").items()
        ]
        if not vals_list:  # most orders
            return self.env["ar.invoice.plan"]
        plans = self.env["ar.invoice.plan"].create(vals_list)
        plans.action_activate()
        return plans

    # === PRIVATE METHODS ===#

    def _action_confirm(self):
        # EXTENDS 'sale'
        result = super()._action_confirm()
        # sudo: a salesperson's order creates the plan; only accountants change it
        self.sudo().ar_create_plans()
        return result

    def _action_cancel(self):
        # EXTENDS 'sale': a plan that billed nothing goes with its order, others are given notice
        plans = self.sudo().ar_plan_ids
        plans.filtered(lambda plan: not plan.period_ids).unlink()
        for plan in plans.exists().filtered(lambda plan: plan.state in ("active", "paused")):
            plan.ar_give_notice(fields.Date.context_today(self))
        return super()._action_cancel()

    def _ar_prepare_plan_vals(self, unit, lines):
        start = self.commitment_date or self.date_order
        return {
            "partner_id": self.partner_id.id,
            "invoice_partner_id": self.partner_invoice_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "user_id": self.user_id.id,
            "reference": self.client_order_ref,
            "journal_id": self.journal_id.id,
            "payment_term_id": self.payment_term_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "sale_order_id": self.id,
            "start_date": fields.Datetime.context_timestamp(self, start).date(),
            "unit": unit,
            "line_ids": [Command.create(self._ar_prepare_plan_line_vals(line)) for line in lines],
        }

    def _ar_prepare_plan_line_vals(self, line):
        return {
            "product_id": line.product_id.id,
            "name": f"{line.name}\n{{period_start}} – {{period_end}}"
            if "{" not in line.name
            else line.name,
            "quantity": line.product_uom_qty,
            "price_unit": line.price_unit,
            "is_free": line.currency_id.is_zero(line.price_unit),
            "discount": min(line.discount, 99.99),
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
            "sale_line_id": line.id,
        }
