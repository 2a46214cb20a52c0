from odoo import api, models

# What decides on the quantity, beside what core looks at.
BASIS = ("order_id.ar_invoice_timing", "order_id.ar_milestone_ids.percentage")


class SaleOrderLine(models.Model):
    """Quantities to invoice where the order, and not the product, says when."""

    _inherit = "sale.order.line"

    # === COMPUTE METHODS ===#

    @api.depends(*BASIS)
    def _compute_qty_to_invoice(self):
        # EXTENDS 'sale'
        result = super()._compute_qty_to_invoice()
        for line, delta in self._ar_quantities_beyond_product():
            line.qty_to_invoice += delta
        return result

    @api.depends(*BASIS)
    def _compute_untaxed_amount_to_invoice(self):
        # EXTENDS 'sale'
        result = super()._compute_untaxed_amount_to_invoice()
        for line, delta in self._ar_quantities_beyond_product():
            line.untaxed_amount_to_invoice += delta * line.price_reduce_taxexcl
        return result

    @api.depends(*BASIS)
    def _compute_amount_to_invoice(self):
        # EXTENDS 'sale'
        result = super()._compute_amount_to_invoice()
        for line, delta in self._ar_quantities_beyond_product():
            line.amount_to_invoice += delta * line.price_reduce_taxinc
        return result

    # === PRIVATE METHODS ===#

    def _ar_quantities_beyond_product(self):
        """``(line, quantity)`` by which the order's own timing differs from the product's."""
        for line in self:
            basis = line._ar_quantity_basis()
            if basis and basis != line.product_id.invoice_policy:
                ahead = line.product_uom_qty - line.qty_delivered
                yield line, ahead if basis == "order" else -ahead

    def _ar_quantity_basis(self):
        """``order`` or ``delivery``; None where the product decides."""
        if (
            self.state != "sale"
            or self.display_type
            or self.is_downpayment
            or self.ar_recurrence
            or self.product_id.type == "combo"
        ):
            return None
        if self.order_id._ar_is_invoiced_by_milestones():
            return "order"
        timing = self.order_id.ar_invoice_timing
        return {"ordered": "order", "delivered": "delivery", "complete": "delivery"}.get(timing)
