from odoo import fields, models


class ArInvoicePolicy(models.Model):
    """The fee that an invoice carries, and which invoices do."""

    _inherit = "ar.invoice.policy"

    fee_scope = fields.Selection(
        [("orders", "Orders only"), ("all", "Milestones and recurring plans, too")],
        "Fee on",
        required=True,
        default="orders",
        tracking=True,
        help="Which of the invoices that the app makes carry the fee.",
    )

    # === PRIVATE METHODS ===#

    def _charges_fee_beyond_orders(self):
        """Whether invoices of milestones and recurring plans carry the fee."""
        return bool(self.fee_product_id) and self.fee_scope == "all"

    def _prepare_fee_vals(self, currency, date):
        """Values of the invoice line with the fee.

        :param res.currency currency: of the invoice.
        :param date: of the invoice, for the rate; today's if there is none.
        """
        own, product = self.company_id.currency_id, self.fee_product_id
        price = own._convert(self.fee_amount or product.lst_price, currency, self.company_id, date)
        return {"product_id": product.id, "quantity": 1.0, "price_unit": price}
