from odoo import fields, models


class ArInvoicePlanTier(models.Model):
    """A step in the price of a metered line."""

    _name = "ar.invoice.plan.tier"
    _description = "Tier of a plan's line"
    _order = "line_id, is_last, upper_quantity"
    _rec_name = "upper_quantity"

    line_id = fields.Many2one("ar.invoice.plan.line", required=True, index=True, ondelete="cascade")
    is_last = fields.Boolean("Without limit", help="The tier for everything above the others.")
    upper_quantity = fields.Float(
        "Up to", digits="Product Unit", help="Largest quantity of the tier."
    )
    price_unit = fields.Float("Price of a unit", min_display_digits="Product Price", required=True)
    flat_amount = fields.Float(
        "Plus", min_display_digits="Product Price", help="Charged once when the tier is reached."
    )
