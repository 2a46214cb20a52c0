from odoo import fields, models


class ArDunningLevel(models.Model):
    _inherit = "ar.dunning.level"

    fee_currency_id = fields.Many2one(related="company_id.currency_id")
    fee_amount = fields.Monetary(
        "Fee",
        currency_field="fee_currency_id",
        help="Claimed once this reminder was sent, where the company claims late interest and "
        "fees. In company currency; 0 for none.",
    )
    fee_per = fields.Selection(
        [("notice", "Reminder"), ("item", "Invoice")],
        "Fee for each",
        required=True,
        default="notice",
        help="Once for the reminder, or for each invoice that it brings onto this level.",
    )

    _fee_not_negative = models.Constraint(
        "CHECK (fee_amount IS NULL OR fee_amount >= 0)", "The fee of a reminder is not negative."
    )
