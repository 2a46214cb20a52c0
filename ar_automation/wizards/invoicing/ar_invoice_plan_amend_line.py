from odoo import fields, models


class ArInvoicePlanAmendLine(models.TransientModel):
    """One fixed line of a plan as it is to be from a day on."""

    _name = "ar.invoice.plan.amend.line"
    _description = "Line of an amendment"

    amend_id = fields.Many2one("ar.invoice.plan.amend", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="amend_id.plan_id.currency_id")
    plan_line_id = fields.Many2one("ar.invoice.plan.line", "Line", readonly=True)
    product_id = fields.Many2one("product.product", required=True)
    name = fields.Text("Description")
    quantity = fields.Float(default=1.0, digits="Product Unit")
    price_unit = fields.Float(
        "Unit price",
        min_display_digits="Product Price",
        help="As it was agreed on its day. Where the price stays, the revisions since then are "
        "charged as before; a new price holds from the day of the amendment.",
    )
    discount = fields.Float("Discount (%)", digits="Discount")

    def _is_changed(self):
        line = self.plan_line_id
        return any(
            self[name] != line[name]
            for name in ("product_id", "quantity", "price_unit", "discount")
        )

    def _prepare_line_vals(self, date):
        """Values of the plan's line from ``date`` on; a price that stays keeps its own date."""
        line = self.plan_line_id
        vals = {
            "plan_id": self.amend_id.plan_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "date_from": date,
        }
        if line and self.price_unit == line.price_unit:
            vals["price_date"] = line.price_date or line._ar_valid().start
        if line:
            vals |= {
                "sequence": line.sequence,
                "date_to": line.date_to,
                "discount_until": line.discount_until,
                "is_revised": line.is_revised,
                "is_free": line.is_free,
                "tax_ids": [(6, 0, line.tax_ids.ids)],
                "analytic_distribution": line.analytic_distribution,
                "sale_line_id": line.sale_line_id.id,
            }
        name = line.name if line and line.product_id == self.product_id else self.name
        return vals | ({"name": name} if name else {})
