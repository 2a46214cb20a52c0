from odoo import fields, models
from odoo.tools import SQL

from .exposure_statements import array, flush, rests_statement
from .res_partner import EXPOSURE_GROUPS


class SaleOrder(models.Model):
    """What a confirmed order adds to the exposure of its customer."""

    _inherit = "sale.order"

    ar_exposure_delivered = fields.Monetary(
        "Delivered, not invoiced",
        currency_field="ar_company_currency_id",
        compute="_compute_ar_exposure_parts",
        groups=EXPOSURE_GROUPS,
        help="What was delivered and is on no invoice yet, taxes included, at today's rate.",
    )
    ar_exposure_undelivered = fields.Monetary(
        "Ordered, not delivered",
        currency_field="ar_company_currency_id",
        compute="_compute_ar_exposure_parts",
        groups=EXPOSURE_GROUPS,
        help="What is still to be delivered and invoiced, taxes included, at today's rate.",
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_exposure_parts(self):
        today, rests = fields.Date.context_today(self), self._ar_read_rests()
        for order in self:
            amount, delivered = rests.get(order.id, (0.0, 0.0))
            own = order.ar_company_currency_id
            order.ar_exposure_delivered, order.ar_exposure_undelivered = (
                order.currency_id._convert(value, own, order.company_id, today)
                for value in (delivered, amount - delivered)
            )

    # === PRIVATE METHODS ===#

    def _ar_read_rests(self):
        """``{order id: (not invoiced yet, its delivered part)}`` in the order's currency."""
        flush(self.env)
        rows = self.env.execute_query(rests_statement(SQL("o.id = ANY(%s)", array(self.ids))))
        return {
            order_id: (float(amount), float(delivered))
            for _partner, order_id, _currency, amount, delivered in rows
        }
