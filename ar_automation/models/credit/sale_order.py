from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .order_check import OrderCheck, today
from .sale_order_guard import PROTECTED

CREDIT_STATES = [
    ("none", "Not on hold"),
    ("held", "On credit hold"),
    ("released", "Released"),
    ("rejected", "Rejected"),
]
OPEN_STATES = ("draft", "sent")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    ar_credit_state = fields.Selection(
        CREDIT_STATES, "Credit", default="none", required=True, readonly=True, copy=False
    )
    ar_credit_reason = fields.Text(
        "Reason of the hold",
        readonly=True,
        copy=False,
        help="Why the order was held when somebody confirmed it.",
    )
    ar_credit_partner_id = fields.Many2one(
        "res.partner", "Decided for customer", readonly=True, copy=False, index="btree_not_null"
    )
    ar_credit_currency_id = fields.Many2one(
        "res.currency", "Decided in currency", readonly=True, copy=False
    )
    ar_credit_amount = fields.Monetary(
        "Decided on amount",
        currency_field="ar_credit_currency_id",
        readonly=True,
        copy=False,
        help="Total of the order when it was held, released or rejected. A release does not cover "
        "more than this.",
    )
    ar_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    ar_credit_exposure = fields.Monetary(
        "Exposure before",
        currency_field="ar_company_currency_id",
        readonly=True,
        copy=False,
        help="What the customer owed, as the credit policy counts it, before this order.",
    )
    ar_credit_limit = fields.Monetary(
        "Limit",
        currency_field="ar_company_currency_id",
        readonly=True,
        copy=False,
        help="Credit limit at that moment.",
    )
    ar_credit_held_at = fields.Datetime("On hold since", readonly=True, copy=False)
    ar_credit_held_by_id = fields.Many2one("res.users", "Confirmed by", readonly=True, copy=False)
    ar_credit_decided_at = fields.Datetime("Decided at", readonly=True, copy=False)
    ar_credit_decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False)
    ar_credit_decision = fields.Text(
        "Decision", readonly=True, copy=False, help="Why it was released or rejected."
    )

    _credit_held_idx = models.Index("(company_id) WHERE ar_credit_state = 'held'")

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Confirm the orders; what is over the limit stays a quotation, on hold."""
        held = self._ar_hold_over_limit()
        if held and held == self:
            return True
        return super(SaleOrder, self - held).action_confirm()

    def action_ar_release_credit(self):
        """Ask for the reason and release the orders."""
        return self._ar_open_decision("release", self.env._("Release from credit hold"))

    def action_ar_reject_credit(self):
        """Ask for the reason and reject the orders."""
        return self._ar_open_decision("reject", self.env._("Reject on credit grounds"))

    # === BUSINESS METHODS ===#

    def ar_release_credit(self, reason):
        """Release orders from credit hold and confirm them.

        A release covers the order's customer and total: for another customer or a bigger
        amount the order is checked again.

        :param str reason: why, kept with the order and in the audit trail.
        :raises AccessError: unless the user is a credit manager.
        :raises UserError: when an order is not on hold (or rejected), or the reason is missing.
        """
        orders = self._ar_prepare_decision(reason)
        orders._ar_move_credit(("held", "rejected"), "released", reason)
        orders._ar_notify_salesperson(
            self.env._("Released from credit hold: %(reason)s", reason=reason)
        )
        orders._ar_audit(
            "credit.order_released",
            self.env._("%(order)s released from credit hold: %(reason)s"),
            reason,
        )
        orders.action_confirm()

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

    @api.model
    def ar_count_on_hold(self, company):
        """Number of orders on credit hold in ``company``."""
        return self.sudo().search_count(self._ar_on_hold_domain(company))

    # === HOLDING ===#

    @api.model
    def _ar_on_hold_domain(self, company):
        return (
            Domain("company_id", "=", company.id)
            & Domain("ar_credit_state", "=", "held")
            & Domain("state", "in", OPEN_STATES)
        )

    def _ar_hold_over_limit(self):
        """Decide these orders; put on hold what may not pass.

        :return: the orders that are not to be confirmed: on hold now, or rejected before.
        """
        undecided = self.filtered(lambda order: order.state in OPEN_STATES)
        stopped = self.browse()
        for company_orders in undecided.grouped("company_id").values():
            check = OrderCheck(company_orders)
            decided = check.decide(today(self)) if check.is_needed() else {}
            stopped |= company_orders._ar_apply(decided)
        self._ar_passed_ids().update((undecided - stopped).ids)
        return stopped

    def _ar_apply(self, decided):
        """Carry out decisions; what is in none of them passes."""
        verdicts = {
            order.id: decided[order.id].decision.verdict if order.id in decided else "pass"
            for order in self
        }
        held = self.filtered(lambda order: verdicts[order.id] == "hold")
        rejected = self.filtered(lambda order: verdicts[order.id] == "rejected")
        held._ar_refuse_unconfirmable()
        held._ar_put_on_hold(decided)
        passing = self - held - rejected
        passing.filtered(lambda order: order.ar_credit_state == "held")._ar_end_hold()
        stale = passing.filtered(
            lambda order: (
                order.ar_credit_state == "rejected"
                or (
                    order.ar_credit_state == "released" and order._ar_get_credit_standing() == "new"
                )
            )
        )
        stale._ar_move_credit(("released", "rejected"), "none", False)
        return held | rejected

    def _ar_put_on_hold(self, decided):
        """Mark orders as held, with the evidence, and call the credit manager once."""
        now = fields.Datetime.now()
        fresh = self.filtered(lambda order: order.ar_credit_state != "held")
        changed = fresh | self.filtered(
            lambda order: order.ar_credit_reason != decided[order.id].sentence
        )
        for order in self.sudo():
            found = decided[order.id]
            order.write(
                {
                    **PROTECTED,
                    "ar_credit_state": "held",
                    "ar_credit_reason": found.sentence,
                    "ar_credit_exposure": float(found.exposure),
                    "ar_credit_limit": float(found.limit),
                    "ar_credit_held_at": order.ar_credit_held_at
                    if order.ar_credit_state == "held"
                    else now,
                    "ar_credit_held_by_id": self.env.uid,
                    **order._ar_prepare_scope(),
                }
            )
        changed.sudo()._message_log_batch(
            {
                order.id: self.env._("On credit hold: %(reason)s.", reason=order.ar_credit_reason)
                for order in changed
            }
        )
        changed._ar_audit("credit.order_held", self.env._("%(order)s on credit hold: %(reason)s"))
        fresh._ar_call_credit_manager()

    def _ar_refresh_hold(self, decided):
        """Keep the evidence of orders that stay on hold up to date."""
        for order in self.sudo():
            found = decided[order.id]
            if order.ar_credit_reason != found.sentence:
                order.write(
                    {
                        "ar_credit_reason": found.sentence,
                        "ar_credit_exposure": float(found.exposure),
                        "ar_credit_limit": float(found.limit),
                    }
                )

    def _ar_end_hold(self):
        """Note that the reason of the hold has disappeared; the orders are released."""
        why = self.env._(
            "The reason for the hold has disappeared: the order is within what the customer may "
            "owe."
        )
        self._ar_move_credit(("held",), "released", why)
        self.sudo()._message_log_batch({order.id: why for order in self})
        self._ar_audit(
            "credit.order_released",
            self.env._("%(order)s released from credit hold: %(reason)s"),
            why,
        )

    def _ar_drop_hold(self):
        """Cancelled orders wait for nobody."""
        held = self.filtered(lambda order: order.ar_credit_state == "held")
        held._ar_move_credit(("held",), "none", False)

    def _send_order_notification_mail(self, mail_template, *args, **kwargs):
        # EXTENDS 'sale': addons that confirm orders mail the confirmation of held ones as well
        self.ensure_one()
        receipt = self.env.ref("sale.mail_template_sale_payment_executed", raise_if_not_found=False)
        is_open = self.ar_credit_state in ("held", "rejected") and self.state in OPEN_STATES
        if is_open and mail_template != receipt:
            return None
        return super()._send_order_notification_mail(mail_template, *args, **kwargs)

    # === STATE ===#

    def _ar_move_credit(self, allowed, target, decision):
        """The one way in which an order's credit state moves, apart from being held.

        :param tuple allowed: states that it may come from.
        :param decision: why, in words; False when nothing was decided.
        """
        orders = self.sudo()
        for order in orders:
            if order.ar_credit_state not in allowed:
                states = dict(self._fields["ar_credit_state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(order)s: credit is “%(state)s”, so this cannot be decided now. Reload "
                        "the order to see what happened.",
                        order=order.name,
                        state=states[order.ar_credit_state],
                    )
                )
            order.write(
                {
                    "ar_credit_state": target,
                    "ar_credit_decision": decision,
                    "ar_credit_decided_at": fields.Datetime.now() if decision else False,
                    "ar_credit_decided_by_id": self.env.uid if decision else False,
                    **order._ar_prepare_scope(),
                }
            )
        orders._ar_end_activities()

    def _ar_prepare_scope(self):
        """What a decision on the order is about."""
        self.ensure_one()
        return {
            "ar_credit_partner_id": self.partner_invoice_id.commercial_partner_id.id,
            "ar_credit_currency_id": self.currency_id.id,
            "ar_credit_amount": self.amount_total,
        }

    def _ar_get_credit_standing(self):
        """What an earlier decision says about the order as it is now."""
        self.ensure_one()
        difference = self._ar_compare_scope()
        if self.ar_credit_state == "released" and difference in (-1, 0):
            return "released"
        if self.ar_credit_state == "rejected" and difference == 0:
            return "rejected"
        return "new"

    def _ar_compare_scope(self):
        """-1, 0 or 1: the total against the one decided on; None for another customer."""
        self.ensure_one()
        customer = self.partner_invoice_id.commercial_partner_id
        if customer != self.ar_credit_partner_id or self.currency_id != self.ar_credit_currency_id:
            return None
        return self.currency_id.compare_amounts(self.amount_total, self.ar_credit_amount)

    def _ar_is_paid_online(self):
        """Paid online, in full or as far as the quotation demands before it is confirmed."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_paid, 0.0) <= 0:
            return False
        return self._is_paid() or (self.require_payment and self._is_confirmation_amount_reached())

    # === PEOPLE ===#

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
        orders.partner_invoice_id.commercial_partner_id._ar_lock_credit()
        return orders

    def _ar_open_decision(self, decision, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.credit.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_decision": decision, "default_order_ids": self.ids},
        }
