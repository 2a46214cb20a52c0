from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .order_check import today

OPEN_STATES = ("draft", "sent")


class SaleOrder(models.Model):
    """Deciding orders on credit hold: release, reject, or release against a prepayment."""

    _inherit = "sale.order"

    # === ACTION METHODS ===#

    def action_ar_release_credit(self):
        """Ask for the reason and release the orders."""
        return self._ar_open_decision("release", self.env._("Release from credit hold"))

    def action_ar_reject_credit(self):
        """Ask for the reason and reject the orders."""
        return self._ar_open_decision("reject", self.env._("Reject on credit grounds"))

    def action_ar_demand_prepayment(self):
        """Ask how much is to be paid before the orders are confirmed."""
        return self._ar_open_decision("prepay", self.env._("Release against prepayment"))

    # === BUSINESS METHODS ===#

    def ar_release_credit(self, reason, until=None, *, for_customer=True):
        """Release orders from credit hold and confirm them.

        A release covers the order's customer and total: for another customer or a bigger
        amount the order is checked again. Where the approval matrix asks for two people,
        the first release is noted only and the order stays on hold for the second.

        :param str reason: why, kept with the order and in the audit trail.
        :param datetime.date until: the release also stands for the customer: until the end
            of this day its orders pass, late or not, as long as it owes no more than with
            this order. Not given: it is for this order alone, and stands.
        :param bool for_customer: with ``until``: False releases these orders alone, and no longer
            than until then. After it they are checked again if they are confirmed anew.
        :raises AccessError: unless the user is a credit manager who decides such amounts.
        :raises UserError: when an order is not on hold (or rejected), the reason is missing,
            ``until`` has passed, or the user has given the first of two releases already.
        """
        orders = self._ar_prepare_decision(reason)
        self._ar_check_until(until)
        final = orders._ar_collect_approvals(reason)
        final._ar_grant(("held", "rejected"), reason, until, for_customer=for_customer)
        final._ar_confirm_released()

    def ar_reject_credit(self, reason):
        """Reject orders on credit hold: they stay quotations until somebody changes them.

        :param str reason: why, kept with the order and in the audit trail.
        :raises AccessError: unless the user is a credit manager.
        :raises UserError: when an order is not on hold, or the reason is missing.
        """
        orders = self._ar_prepare_decision(reason)
        orders._ar_move_credit(("held",), "rejected", reason)
        orders._ar_notify_salesperson(
            self.env._("Rejected on credit grounds: %(reason)s", reason=reason)
        )
        orders._ar_audit(
            "credit.order_rejected",
            self.env._("%(order)s rejected on credit grounds: %(reason)s"),
            reason,
        )

    # === RELEASING ===#

    def _ar_grant(self, allowed, reason, until=None, *, for_customer=True):
        """Move orders to *released* and say so to everybody concerned."""
        if not self:
            return
        self._ar_move_credit(allowed, "released", reason, until)
        if until and for_customer:
            self._ar_clear_customers(until)
        self._ar_notify_salesperson(
            self.env._("Released from credit hold: %(reason)s", reason=reason)
        )
        self._ar_audit(
            "credit.order_released",
            self.env._("%(order)s released from credit hold: %(reason)s"),
            reason,
        )

    def _ar_confirm_released(self):
        """Confirm what somebody has confirmed; a quotation that was to be sent stays one."""
        confirmed = self.filtered(lambda order: order.ar_credit_checkpoint != "quotation")
        if confirmed:
            confirmed.action_confirm()

    # === PEOPLE ===#

    @api.model
    def _ar_check_until(self, until):
        if until and until < today(self):
            raise UserError(
                self.env._(
                    "%(date)s has passed: a release until then releases nothing. Choose today or "
                    "a later day.",
                    date=until,
                )
            )

    def _ar_prepare_decision(self, reason):
        """Check that the user may decide these orders now, and lock them."""
        if not self.env.user.has_group("ar_automation.ar_automation_group_credit_manager"):
            raise AccessError(
                self.env._(
                    "Only credit managers release or reject orders on credit hold. Ask one of "
                    "them to decide."
                )
            )
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why: the reason is kept with the order and in the audit trail.")
            )
        self.check_access("read")
        orders = self.sudo()
        orders.lock_for_update(allow_referencing=True)
        closed = orders.filtered(lambda order: order.state not in OPEN_STATES)
        if closed:
            raise UserError(
                self.env._(
                    "%(orders)s: no longer a quotation, so there is nothing to decide.",
                    orders=", ".join(closed.mapped("name")),
                )
            )
        orders._ar_refuse_undecidable(("held", "rejected"))
        orders.partner_invoice_id.commercial_partner_id._ar_lock_credit()
        return orders

    def _ar_refuse_undecidable(self, allowed):
        """Refuse orders that are in none of the allowed credit states."""
        states = dict(self._fields["ar_credit_state"]._description_selection(self.env))
        for order in self:
            if order.ar_credit_state not in allowed:
                raise UserError(
                    self.env._(
                        "%(order)s: credit is “%(state)s”, so this cannot be decided now. Reload "
                        "the order to see what happened.",
                        order=order.name,
                        state=states[order.ar_credit_state],
                    )
                )

    def _ar_collect_approvals(self, reason, prepaid=0.0):
        """Note first approvals; return the orders that need no further one.

        :param float prepaid: what is paid first and needs no credit, in the order's currency.
        :raises AccessError: when an amount is beyond what the user decides.
        :raises UserError: when the user has given the first of two approvals already.
        """
        requests = self._ar_get_latest_requests()
        final = self.browse()
        for order in self:
            request = requests[order.id]
            amount = order._ar_get_amount_to_decide(prepaid)
            verdict = request.with_user(self.env.user)._judge(amount)
            if verdict == "first":
                request._note_first_approval(amount, reason)
            else:
                final |= order
        (self - final)._ar_ask_second(reason)
        return final

    def _ar_ask_second(self, reason):
        """Tell the second approver, and everybody else, that one approval is there."""
        if not self:
            return
        self._ar_audit(
            "credit.order_first_approval",
            self.env._("%(order)s: first of two releases from credit hold: %(reason)s"),
            reason,
        )
        self._message_log_batch(
            {
                order.id: self.env._(
                    "Released by the first of two people: %(reason)s", reason=reason
                )
                for order in self
            }
        )
        self._ar_end_activities()
        self._ar_call_credit_manager(besides=self.env.user)

    def _ar_get_amount_to_decide(self, prepaid=0.0):
        """The order's total, less what is paid first, in the company's currency."""
        self.ensure_one()
        return self.currency_id._convert(
            self.amount_total - prepaid, self.company_id.currency_id, self.company_id, today(self)
        )

    def _ar_open_decision(self, decision, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.credit.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_decision": decision, "default_order_ids": self.ids},
        }
