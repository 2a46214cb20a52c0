from odoo import fields, models

RECURRENCES = [
    ("week", "Every week"),
    ("month", "Every month"),
    ("quarter", "Every quarter"),
    ("year", "Every year"),
]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    ar_recurrence = fields.Selection(
        RECURRENCES,
        "Invoiced again",
        help="Empty: invoiced once. Otherwise the price is for a period, and confirming an "
        "order with the product creates a recurring plan.",
    )
