from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ArInvoiceCorrectLine(models.TransientModel):
    """How much of a line is credited."""

    _name = "ar.invoice.correct.line"
    _description = "Line to credit"

    correct_id = fields.Many2one("ar.invoice.correct", required=True, ondelete="cascade")
    line_id = fields.Many2one("account.move.line", required=True, readonly=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    name = fields.Char(related="line_id.name", string="Description")
    invoiced = fields.Float(related="line_id.quantity", string="Invoiced")
    invoiced_price = fields.Float(related="line_id.price_unit", string="Invoiced at")
    quantity = fields.Float(
        "To credit", digits="Product Unit", help="Quantity that is credited; 0 leaves the line out."
    )
    price_unit = fields.Float(
        "At",
        digits="Product Price",
        help="Credited per unit: the invoiced price for returned goods, the difference for a "
        "price that was too high.",
    )

    def _check_amount(self):
        """Refuse to give back more than was invoiced."""
        credited, invoiced = self.quantity * self.price_unit, self.invoiced * self.invoiced_price
        if self.quantity < 0 or float_compare(credited, invoiced, precision_digits=6) > 0:
            raise UserError(
                self.env._(
                    "“%s”: no more can be credited than was invoiced.",
                    self.line_id.name or self.line_id.product_id.display_name,
                )
            )
