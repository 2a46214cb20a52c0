from odoo import api, fields, models
from odoo.tools import clean_context

from ...models.collections.ar_payment_plan import EVERY


class ArPaymentPlanPropose(models.TransientModel):
    """Divide what a customer owes into instalments."""

    _name = "ar.payment.plan.propose"
    _description = "New payment plan"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    item_ids = fields.Many2many(
        "account.move.line",
        string="Pays off",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', open_item_ids)]",
        help="The open items that the instalments pay off.",
    )
    open_item_ids = fields.Many2many("account.move.line", compute="_compute_open_item_ids")
    currency_id = fields.Many2one("res.currency", compute="_compute_amount", store=True)
    amount = fields.Monetary(
        "Debt",
        compute="_compute_amount",
        store=True,
        readonly=False,
        required=True,
        help="What of the chosen items is paid off; not more than is open.",
    )
    interest = fields.Monetary(
        help="Flat, for the whole plan; invoiced without tax when the customer accepts."
    )
    count = fields.Integer("Instalments", required=True, default=3)
    first_date = fields.Date(
        "First one on", required=True, default=lambda self: fields.Date.context_today(self)
    )
    every = fields.Selection(EVERY, required=True, default="month")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id")
    def _compute_open_item_ids(self):
        for wizard in self:
            wizard.open_item_ids = wizard.partner_id._ar_get_open_items(wizard.company_id)

    @api.depends("partner_id", "company_id")
    def _compute_item_ids(self):
        for wizard in self:
            items = wizard.partner_id._ar_get_open_items(wizard.company_id)
            currency = items[:1].currency_id
            wizard.item_ids = items.filtered(lambda item, own=currency: item.currency_id == own)

    @api.depends("item_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.currency_id = wizard.item_ids.currency_id[:1] or wizard.company_id.currency_id
            wizard.amount = sum(wizard.item_ids.mapped("amount_residual_currency"))

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Make the plan as a draft, to be looked at and offered."""
        self.ensure_one()
        plans = self.env["ar.payment.plan"].with_context(clean_context(self.env.context))
        plan = plans.ar_propose(
            self.item_ids._origin,
            self.count,
            self.first_date,
            every=self.every,
            interest=self.interest,
            amount=self.amount,
        )
        return plan._get_records_action()
