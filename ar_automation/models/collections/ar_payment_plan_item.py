from odoo import fields, models


class ArPaymentPlanItem(models.Model):
    """One open item that a payment plan pays off."""

    _name = "ar.payment.plan.item"
    _description = "Item of a payment plan"
    _order = "is_interest, due_date, id"
    _rec_name = "move_line_id"

    plan_id = fields.Many2one(
        "ar.payment.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", "Open item", readonly=True, ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    due_date = fields.Date(readonly=True)
    open_amount = fields.Monetary(
        "Open then", readonly=True, help="What was open when the plan was made."
    )
    is_interest = fields.Boolean(readonly=True, help="The invoice of the plan's own interest.")
    is_live = fields.Boolean(
        readonly=True, default=True, help="The plan is prepared, offered or running."
    )

    _one_live = models.UniqueIndex(
        "(move_line_id) WHERE is_live AND move_line_id IS NOT NULL",
        "An open item is in one payment plan at a time.",
    )
