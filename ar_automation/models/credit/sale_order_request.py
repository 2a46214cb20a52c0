from odoo import fields, models
from odoo.fields import Domain

from .ar_credit_request import WAITING
from .res_partner import EXPOSURE_GROUPS

# What becomes of the request when its order's credit state moves.
REQUEST_STATE_OF = {"released": "approved", "rejected": "rejected", "none": "closed"}


class SaleOrder(models.Model):
    """An order's place in the queue of credit requests, and who may decide it."""

    _inherit = "sale.order"

    ar_credit_request_ids = fields.One2many(
        "ar.credit.request",
        "order_id",
        "Credit requests",
        readonly=True,
        copy=False,
        groups=EXPOSURE_GROUPS,
    )

    # === ACTION METHODS ===#

    def action_ar_view_credit_requests(self):
        """Open what was asked and decided about the order."""
        return self.ar_credit_request_ids._get_records_action(
            name=self.env._("Credit requests of %(order)s", order=self.name)
        )

    # === PORTAL ===#

    def _ar_get_portal_step(self):
        """What the customer is told: ``waiting``, ``contact`` or nothing; never why."""
        self.ensure_one()
        order = self.sudo()
        is_hidden = order.ar_credit_checkpoint == "quotation" and not order.signature
        # of an offer that ran out, Odoo tells what to do: it is not confirmed by itself
        if order.state not in ("draft", "sent") or is_hidden or order.is_expired:
            return None
        return {"held": "waiting", "rejected": "contact"}.get(order.ar_credit_state)

    # === THE QUEUE ===#

    def _ar_open_requests(self, decided):
        """One open request per order on hold, with the latest figures.

        :param dict decided: ``{order id: DecidedOrder}``.
        """
        waiting = self._ar_get_waiting_requests()
        vals_list = []
        for order in self.sudo():
            figures = order._ar_prepare_request_figures(decided[order.id])
            if order.id in waiting:
                waiting[order.id].write(figures)
            else:
                vals_list.append({**figures, **order._ar_prepare_request_vals()})
        quietly = self.env["ar.credit.request"].sudo().with_context(mail_create_nolog=True)
        quietly.create(vals_list)

    def _ar_prepare_request_figures(self, found):
        self.ensure_one()
        return {
            "amount": float(found.amount),
            "exposure": float(found.decision.exposure),
            "limit": float(found.limit),
            "reason": found.sentence,
            "partner_id": self.ar_credit_partner_id.id,
        }

    def _ar_prepare_request_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "kind": "order",
            "company_id": self.company_id.id,
            "order_id": self.id,
            # a signature on the portal, without a login, is nobody's
            "requested_by_id": not self.env.user._is_public() and self.env.uid,
        }

    def _ar_get_waiting_requests(self):
        """``{order id: its open request}``."""
        requests = (
            self.env["ar.credit.request"]
            .sudo()
            .search(Domain("order_id", "in", self.ids) & Domain("state", "in", WAITING))
        )
        return {request.order_id.id: request for request in requests}

    def _ar_get_latest_requests(self):
        """``{order id: its last request}``, open or not."""
        requests = self.env["ar.credit.request"].sudo().search([("order_id", "in", self.ids)])
        return {request.order_id.id: request for request in requests.sorted("id")}

    def _ar_settle_requests(self, target, decision, decider):
        """Let the requests follow their orders.

        :param str target: the orders' new credit state.
        :param decision: why, in words; False when nothing was decided.
        :param decider: id of the user who decided; False where it came by itself.
        """
        latest = self._ar_get_latest_requests().values()
        requests = self.env["ar.credit.request"].sudo().union(*latest)
        if target != "released":
            unpaid = requests.filtered(lambda r: r.state == "prepayment")
            unpaid.prepayment_move_id._ar_withdraw_prepayment()
        reopened = requests.filtered(lambda r: r.state == "rejected" and target == "released")
        moved = reopened | requests.filtered(lambda r: r.state in WAITING)
        moved.write(
            {
                "state": REQUEST_STATE_OF[target],
                "decision": decision,
                "decided_by_id": decider,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _ar_clear_customers(self, until):
        """Let the customers' orders pass up to what the releases of these orders accepted.

        :param datetime.date until: the last day on which they do.
        """
        for request in self._ar_get_latest_requests().values():
            request.write({"until_date": until, "ceiling": request.exposure + request.amount})
