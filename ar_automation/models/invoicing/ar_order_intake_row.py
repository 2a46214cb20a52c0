from odoo import fields, models


class ArOrderIntakeRow(models.Model):
    """One row of an order file, as it was understood."""

    _name = "ar.order.intake.row"
    _description = "Row of an order file"
    _order = "number, id"
    _rec_name = "number"

    intake_order_id = fields.Many2one(
        "ar.order.intake.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    intake_id = fields.Many2one(
        "ar.order.intake", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Integer("Row", readonly=True, help="As a spreadsheet counts it.")
    reference = fields.Char("Order number", readonly=True)
    product_text = fields.Char("Product (file)", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    quantity = fields.Float(readonly=True, digits="Product Unit")
    has_price = fields.Boolean(readonly=True)
    price = fields.Float("Unit price", readonly=True, digits="Product Price")
    discount = fields.Float("Discount (%)", readonly=True, digits="Discount")
    description = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    problem = fields.Char(readonly=True, help="Why the row cannot be taken.")
