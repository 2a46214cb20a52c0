from odoo import api, fields, models

from .order_check import OrderCheck, today
from .sale_order_guard import STOPPING


class SaleOrder(models.Model):
    """The first checkpoint: what the policy says when a quotation is written and sent."""

    _inherit = "sale.order"

    ar_credit_warning = fields.Text(
        "Credit warning",
        compute="_compute_ar_credit_warning",
        groups="base.group_user",
        help="What confirming this quotation would break, as the credit policy sees it now.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_invoice_id", "order_line.price_total", "ar_credit_state", "state")
    @api.depends_context("uid")
    def _compute_ar_credit_warning(self):
        self.ar_credit_warning = False
        undecided = self._origin.filtered(
            lambda order: order.state in ("draft", "sent") and order.ar_credit_state == "none"
        )
        for orders in undecided.grouped("company_id").values():
            check = OrderCheck(orders, "quotation")
            decided = check.decide(today(self), lock=False) if check.is_needed() else {}
            for order in self.filtered(lambda order, known=decided: order._origin.id in known):
                order.ar_credit_warning = order._ar_word(decided[order._origin.id])

    def _ar_word(self, found):
        """The reasons of a decision, with the figures for those who may see them."""
        return found.sentence if self._ar_may_see_figures() else found.notice

    # === ACTION METHODS ===#

    def action_quotation_send(self):
        """Open the mail of the quotations, unless one of them may not be sent."""
        return self._ar_hold_quotations() or super().action_quotation_send()

    def action_quotation_sent(self):
        """Mark quotations as sent, except those that may not be sent."""
        if self.env.su:
            # a payment has begun: the customer has the quotation already
            return super().action_quotation_sent()
        stopped = self._ar_hold_quotations()
        return stopped or super().action_quotation_sent()

    # === PRIVATE METHODS ===#

    def _ar_hold_quotations(self):
        """Put on hold what the policy keeps from being sent.

        :return: the action that tells so, None if everything may be sent.
        """
        held = self.browse()
        undecided = self.filtered(lambda order: order.state == "draft")
        for orders in undecided.grouped("company_id").values():
            check = OrderCheck(orders, "quotation")
            decided = check.decide(today(self)) if check.is_needed() else {}
            stopped = orders.filtered(
                lambda order, known=decided: (
                    order.id in known and known[order.id].decision.verdict in STOPPING
                )
            )
            fresh = stopped.filtered(lambda order: order.ar_credit_state in ("none", "released"))
            fresh._ar_put_on_hold(decided, "quotation")
            held |= stopped
        return held._ar_tell_not_sent() if held else None

    def _ar_tell_not_sent(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("On credit hold"),
                "message": self.env._(
                    "%(orders)s cannot be sent yet: a credit manager has to release it first.",
                    orders=", ".join(self.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
