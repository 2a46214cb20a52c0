from odoo import fields, models


class ArWriteoffLine(models.Model):
    """One open item of a write-off request, with what was open when it was asked for."""

    _name = "ar.writeoff.line"
    _description = "Item of a write-off"
    _order = "id"

    request_id = fields.Many2one(
        "ar.writeoff.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
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
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_currency = fields.Monetary("Written off", required=True, readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount = fields.Monetary(
        "In company currency",
        currency_field="company_currency_id",
        required=True,
        readonly=True,
        help="At the rate of the invoice, so that no difference of exchange arises.",
    )
    tax_amount = fields.Monetary("Tax in it", currency_field="company_currency_id", readonly=True)
    is_open = fields.Boolean(default=True, readonly=True, help="The request is not decided yet.")

    _one_open = models.UniqueIndex(
        "(move_line_id) WHERE is_open", "An item is asked to be written off once at a time."
    )
