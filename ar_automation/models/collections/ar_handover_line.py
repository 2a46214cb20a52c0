from odoo import fields, models


class ArHandoverLine(models.Model):
    """One open item of a case, with what was open when it was put in."""

    _name = "ar.handover.line"
    _description = "Item of a handed-over case"
    _order = "id"

    handover_id = fields.Many2one(
        "ar.handover", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        "Open item",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    due_date = fields.Date(related="move_line_id.date_maturity")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    amount = fields.Monetary("Open then", required=True, readonly=True)
    residual = fields.Monetary("Open now", related="move_line_id.amount_residual_currency")
    is_active = fields.Boolean(default=True, readonly=True, help="The case is not over.")

    _one_active = models.UniqueIndex(
        "(move_line_id) WHERE is_active", "An item is in one case at a time."
    )
