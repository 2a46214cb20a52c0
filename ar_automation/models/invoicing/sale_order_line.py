from odoo import api, fields, models

from .product_template import RECURRENCES


class SaleOrderLine(models.Model):
    """Lines that are invoiced again and again by a plan, not by their order."""

    _inherit = "sale.order.line"

    ar_recurrence = fields.Selection(
        RECURRENCES,
        "Invoiced again",
        compute="_compute_ar_recurrence",
        store=True,
        readonly=False,
        help="The line is invoiced by a recurring plan, once per period, instead of with the "
        "order.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("product_id")
    def _compute_ar_recurrence(self):
        for line in self:
            line.ar_recurrence = line.product_id.ar_recurrence

    @api.depends("ar_recurrence")
    def _compute_qty_to_invoice(self):
        # EXTENDS 'sale': the plan invoices the line
        result = super()._compute_qty_to_invoice()
        self.filtered("ar_recurrence").qty_to_invoice = 0.0
        return result

    @api.depends("ar_recurrence")
    def _compute_untaxed_amount_to_invoice(self):
        # EXTENDS 'sale'
        result = super()._compute_untaxed_amount_to_invoice()
        self.filtered("ar_recurrence").untaxed_amount_to_invoice = 0.0
        return result
