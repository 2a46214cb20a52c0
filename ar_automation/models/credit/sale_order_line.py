from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create lines; a confirmed order does not grow past the credit check."""
        order_ids = {vals.get("order_id") for vals in vals_list if not vals.get("is_expense")}
        orders = self.env["sale.order"].browse(sorted(order_ids - {None, False}))
        with orders._ar_guard_growth():
            return super().create(vals_list)

    def write(self, vals):
        """Write lines; a confirmed order does not grow past the credit check."""
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id") or ())
        with orders._ar_guard_growth():
            return super().write(vals)
