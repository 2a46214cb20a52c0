from odoo import api, fields, models

from ...engine.invoicing.track import Moment, merge_moments
from .account_move_track import show_track
from .ar_o2c_source import MOVE, ORDER

EXPECTED = ("received", "confirmed", "invoiced", "sent", "due", "paid")


class SaleOrder(models.Model):
    """The way of an order to the money, with its invoices."""

    _inherit = "sale.order"

    ar_track = fields.Json(
        "Order to cash",
        compute="_compute_ar_track",
        groups="base.group_user",
        help="The stages of the order and its invoices, with their dates.",
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_track(self):
        moments = self._origin._ar_read_moments()
        for order in self:
            known = moments.get(order._origin.id) if order.state != "cancel" else None
            order.ar_track = show_track(self.env, known, EXPECTED) if known else False

    # === BUSINESS METHODS ===#

    @api.private
    def ar_get_portal_track(self):
        """The steps that the customer sees: no credit checks, holds, reminders or disputes."""
        self.ensure_one()
        # a quotation was not received from anybody, unless the customer wants it and waits
        if self.state != "sale" and not self._ar_get_portal_step():
            return []
        moments = self.sudo()._ar_read_moments()[self.id]
        return show_track(self.env, moments, EXPECTED, is_neutral=True)

    # === PRIVATE METHODS ===#

    def _ar_read_moments(self):
        """``{order id: moments}`` of the orders with their invoices, in three statements."""
        # sudo: who sees the order sees its way, without rights on deliveries or reminders
        source, orders = self.env["ar.o2c.source"].sudo(), self.sudo()
        invoices = {
            order.id: order.invoice_ids.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_invoice"
            ).ids
            for order in orders
        }
        own = source._read_moments(ORDER, orders.ids)
        theirs = source._read_moments(MOVE, {i for ids in invoices.values() for i in ids})
        return {
            order.id: [
                *(Moment(*row) for row in own[order.id] if row[0] != "invoiced"),
                *merge_moments(
                    [[Moment(*row) for row in theirs[i]] for i in invoices[order.id]],
                    is_whole=order.invoice_status in ("invoiced", "upselling"),
                ),
            ]
            for order in orders
        }
