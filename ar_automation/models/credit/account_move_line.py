from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    ar_disputed_amount = fields.Monetary(
        "Disputed",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="The part of what is open that the customer contests.",
    )

    _ar_disputed_idx = models.Index("(partner_id) WHERE ar_disputed_amount > 0")
