from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from .credit_wording import CreditWording
from .order_check import OrderCheck, today
from .res_partner import EXPOSURE_GROUPS
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
        CREDIT_STATES,
        "Credit",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    ar_credit_reason = fields.Text(
        "Reason of the hold",
        readonly=True,
        copy=False,
        groups=EXPOSURE_GROUPS,
        help="Why the order was held when somebody confirmed it, with the figures.",
    )
    ar_credit_checkpoint = fields.Selection(
        [("quotation", "Quotation"), ("order", "Confirmation")],
        "Held when",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Whether it was held when somebody wanted to send the quotation, or to confirm it.",
    )
    ar_credit_codes = fields.Char(
        "Reasons by code", readonly=True, copy=False, groups="base.group_user"
    )
    ar_credit_notice = fields.Text(
        "Why it is held",
        compute="_compute_ar_credit_notice",
        groups="base.group_user",
        help="The reason of the hold; without the figures for those who may not see what the "
        "customer owes.",
    )
    ar_credit_partner_id = fields.Many2one(
        "res.partner",
        "Decided for customer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    ar_credit_currency_id = fields.Many2one(
        "res.currency",
        "Decided in currency",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    ar_credit_amount = fields.Monetary(
        "Decided on amount",
        currency_field="ar_credit_currency_id",
        readonly=True,
        copy=False,
        groups="base.group_user",
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
        groups=EXPOSURE_GROUPS,
        help="What the customer owed, as the credit policy counts it, before this order.",
    )
    ar_credit_limit = fields.Monetary(
        "Limit",
        currency_field="ar_company_currency_id",
        readonly=True,
        copy=False,
        groups=EXPOSURE_GROUPS,
        help="Credit limit at that moment.",
    )
    ar_credit_held_at = fields.Datetime(
        "On hold since", readonly=True, copy=False, groups="base.group_user"
    )
    ar_credit_held_by_id = fields.Many2one(
        "res.users", "Confirmed by", readonly=True, copy=False, groups="base.group_user"
    )
    ar_credit_decided_at = fields.Datetime(
        "Decided at", readonly=True, copy=False, groups="base.group_user"
    )
    ar_credit_decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, groups="base.group_user"
    )
    ar_credit_decision = fields.Text(
        "Decision",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Why it was released or rejected.",
    )
    ar_credit_until_date = fields.Date(
        "Released until",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="After this day the release counts no more, for an order that is confirmed anew. "
        "Empty: it stands.",
    )

    _credit_held_idx = models.Index("(company_id) WHERE ar_credit_state = 'held'")

    # === COMPUTE METHODS ===#

    @api.depends("ar_credit_reason", "ar_credit_codes")
    @api.depends_context("uid")
    def _compute_ar_credit_notice(self):
        may_see = self._ar_may_see_figures()
        notices = {} if may_see else self._ar_get_notices()
        for order in self:
            order.ar_credit_notice = (
                order.sudo().ar_credit_reason if may_see else notices.get(order.id)
            )

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Confirm the orders; what is over the limit stays a quotation, on hold."""
        held = self._ar_hold_over_limit()
        if held and held == self:
            return True
        return super(SaleOrder, self - held).action_confirm()

    # === BUSINESS METHODS ===#

    @api.model
    def ar_count_on_hold(self, company):
        """Number of orders on credit hold in ``company``."""
        return self.sudo().search_count(self._ar_on_hold_domain(company))

    @api.model
    def _ar_may_see_figures(self):
        """Whether the user may know what customers owe."""
        return self.env.su or self.env.user.has_groups(EXPOSURE_GROUPS)

    def _ar_get_notices(self):
        """``{order id: why it is held}`` for everybody who may see the orders.

        With the figures only if the credit policy lets salespeople know them.
        """
        notices = dict.fromkeys(self.ids, "")
        held = self.sudo().filtered("ar_credit_codes")
        for company, orders in held.grouped("company_id").items():
            policy = self.env["ar.credit.policy"].ar_get_policy(company).sudo()
            wording = CreditWording(self.env, company.currency_id)
            for order in orders:
                notices[order.id] = (
                    order.ar_credit_reason
                    if policy.tell_salespeople
                    else wording.notice(order.ar_credit_codes.split(","))
                )
        return notices

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
        warned = self.filtered(lambda order: verdicts[order.id] == "warn")
        warned._ar_log_warning(decided)
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

    def _ar_log_warning(self, decided):
        """Note what the policy wants people to be warned of, and lets pass."""
        if not self:  # else the author would be read for nothing
            return
        self.sudo()._message_log_batch(
            {
                order.id: self.env._("Credit warning: %(reason)s.", reason=decided[order.id].notice)
                for order in self
            }
        )

    def _ar_put_on_hold(self, decided, checkpoint="order"):
        """Mark orders as held, with the evidence, and call the credit manager once."""
        if not self:
            return
        now = fields.Datetime.now()
        fresh = self.filtered(lambda order: order.ar_credit_state != "held")
        changed = fresh | self.filtered(
            lambda order: order.sudo().ar_credit_reason != decided[order.id].sentence
        )
        for order in self.sudo():
            found = decided[order.id]
            order.write(
                {
                    **PROTECTED,
                    "ar_credit_state": "held",
                    **found.prepare_order_vals(),
                    "ar_credit_checkpoint": checkpoint,
                    "ar_credit_held_at": order.ar_credit_held_at
                    if order.ar_credit_state == "held"
                    else now,
                    "ar_credit_held_by_id": self.env.uid,
                    **order._ar_prepare_scope(),
                }
            )
        # Everybody who reads the order reads its chatter: no figures there.
        changed.sudo()._message_log_batch(
            {
                order.id: self.env._("On credit hold: %(reason)s.", reason=decided[order.id].notice)
                for order in changed
            }
        )
        self._ar_open_requests(decided)
        changed._ar_audit("credit.order_held", self.env._("%(order)s on credit hold: %(reason)s"))
        fresh._ar_call_credit_manager()

    def _ar_refresh_hold(self, decided):
        """Keep the evidence of orders that stay on hold up to date."""
        for order in self.sudo():
            found = decided[order.id]
            if order.ar_credit_reason != found.sentence:
                order.write(found.prepare_order_vals())
        self._ar_open_requests(decided)

    def _ar_end_hold(self):
        """Note that the reason of the hold has disappeared; the orders are released."""
        paid = self.filtered(lambda order: order._ar_is_paid())
        paid._ar_note_end_of_hold(self.env._("The customer has paid what was demanded first."))
        (self - paid)._ar_note_end_of_hold(
            self.env._(
                "The reason for the hold has disappeared: the order is within what the customer "
                "may owe."
            )
        )

    def _ar_note_end_of_hold(self, why):
        if not self:
            return
        self._ar_move_credit(("held",), "released", why, by_itself=True)
        # whoever happened to pay or to confirm again has not decided it
        self.with_user(SUPERUSER_ID)._message_log_batch({order.id: why for order in self})
        self._ar_audit(
            "credit.order_released",
            self.env._("%(order)s released from credit hold: %(reason)s"),
            why,
        )

    def _ar_drop_hold(self):
        """Cancelled orders wait for nobody."""
        held = self.filtered(lambda order: order.ar_credit_state == "held")
        held._ar_move_credit(("held",), "none", False)

    def _ar_forget_decision(self):
        """What was decided in one company does not bind another one."""
        decided = self.filtered(lambda order: order.sudo().ar_credit_state != "none")
        decided._ar_move_credit(("held", "released", "rejected"), "none", False)

    def _send_order_notification_mail(self, mail_template, *args, **kwargs):
        # EXTENDS 'sale': addons that confirm orders mail the confirmation of held ones as well
        self.ensure_one()
        receipt = self.env.ref("sale.mail_template_sale_payment_executed", raise_if_not_found=False)
        is_open = self.ar_credit_state in ("held", "rejected") and self.state in OPEN_STATES
        if is_open and mail_template != receipt:
            return None
        return super()._send_order_notification_mail(mail_template, *args, **kwargs)

    # === STATE ===#

    def _ar_move_credit(self, allowed, target, decision, until=None, *, by_itself=False):
        """The one way in which an order's credit state moves, apart from being held.

        :param tuple allowed: states that it may come from.
        :param decision: why, in words; False when nothing was decided.
        :param datetime.date until: until when a release stands; None is for good.
        :param bool by_itself: nobody has decided it; the reason of the hold has disappeared.
        """
        orders = self.sudo()
        orders._ar_refuse_undecidable(allowed)
        decider = self.env.uid if decision and not by_itself else False
        for order in orders:
            order.write(
                {
                    "ar_credit_state": target,
                    "ar_credit_decision": decision,
                    "ar_credit_decided_at": fields.Datetime.now() if decision else False,
                    "ar_credit_decided_by_id": decider,
                    "ar_credit_until_date": until,
                    **order._ar_prepare_scope(),
                }
            )
        if orders:
            orders._ar_settle_requests(target, decision, decider)
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
        until = self.ar_credit_until_date
        is_valid = not until or until >= today(self)
        if self.ar_credit_state == "released" and difference in (-1, 0) and is_valid:
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

    def _ar_is_paid(self):
        """Paid before it is confirmed: online, or by the invoice of its down payment."""
        self.ensure_one()
        return self._ar_is_paid_online() or self._ar_is_prepaid()

    def _ar_is_paid_online(self):
        """Paid online, in full or as far as the quotation demands before it is confirmed."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_paid, 0.0) <= 0:
            return False
        return self._is_paid() or (self.require_payment and self._is_confirmation_amount_reached())
