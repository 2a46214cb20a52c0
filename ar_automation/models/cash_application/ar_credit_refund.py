from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ...engine.matching.refund import RefundFacts, may_approve

STATES = [
    ("to_approve", "To approve"),
    ("approved", "Approved"),
    ("prepared", "Payment prepared"),
    ("paid", "Paid"),
    ("refused", "Refused"),
]
OPEN_STATES = ("to_approve", "approved", "prepared")
# What a person approves, and what says so: changed by the actions only.
DECIDED = frozenset(
    {"company_id", "partner_id", "credit_ids", "currency_id", "amount", "reason", "state"}
    | {"requested_by_id", "decided_by_id", "payment_id"}
)
DESTINATION = frozenset({"bank_account_id", "journal_id"})
REQUESTERS = "ar_automation.ar_automation_group_collector,account.group_account_invoice"
APPROVERS = "ar_automation.ar_automation_group_supervisor"


class ArCreditRefund(models.Model):
    """A customer's open credit that is paid back: asked for, approved, prepared, paid.

    While it is under way its credits are reserved: nothing else is set against them by itself.
    """

    _name = "ar.credit.refund"
    _description = "Refund of credit"
    _inherit = ["mail.thread", "mail.activity.mixin", "ar.guarded.state"]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    credit_ids = fields.Many2many(
        "account.move.line",
        "ar_credit_refund_item_rel",
        "refund_id",
        "item_id",
        string="Credits",
        readonly=True,
        help="The overpayments and credit notes that are paid back.",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, tracking=True)
    open_amount = fields.Monetary(
        "Still open", compute="_compute_open_amount", help="What of the credits is open now."
    )
    reason = fields.Char(required=True, readonly=True, help="Why the money is paid back.")
    bank_account_id = fields.Many2one(
        "res.partner.bank",
        "Pay to",
        domain="[('partner_id', '=', partner_id)]",
        tracking=True,
        help="The customer's bank account that the money goes to.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Pay from",
        check_company=True,
        domain=[("type", "in", ("bank", "cash", "credit"))],
        help="Bank journal that the payment is prepared in. Empty: the company's first one.",
    )
    state = fields.Selection(
        STATES, required=True, default="to_approve", readonly=True, index=True, tracking=True
    )
    requested_by_id = fields.Many2one("res.users", "Asked for by", required=True, readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    payment_id = fields.Many2one("account.payment", readonly=True, index="btree_not_null")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a refund must be positive."
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "amount", "currency_id")
    def _compute_display_name(self):
        for refund in self:
            amount = refund.currency_id.format(refund.amount) if refund.currency_id else ""
            refund.display_name = f"{refund.partner_id.display_name or ''}: {amount}"

    @api.depends("credit_ids.amount_residual_currency")
    def _compute_open_amount(self):
        for refund in self:
            refund.open_amount = -sum(refund.credit_ids.mapped("amount_residual_currency"))

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS base: what is approved can neither be changed nor approved by a plain write.

        Where the money goes is part of what is approved: later only who may approve says it.
        """
        if not self.env.su and DECIDED & vals.keys():
            raise AccessError(
                self.env._("A refund is not edited. Refuse it and ask for another one.")
            )
        if not self.env.su and DESTINATION & vals.keys():
            for refund in self.filtered(lambda refund: refund.state != "to_approve"):
                refund._check_destination_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("Refunds are kept as a record and cannot be deleted. Refuse them.")
        )

    # === ACTION METHODS ===#

    def action_approve(self):
        """Approve, and prepare the payment where the customer's bank account is known."""
        for refund in self:
            refund._check_may_approve()
            refund._check_open()
            refund._update_state({"to_approve"}, "approved")
            if refund.bank_account_id:
                refund.action_prepare()

    def action_prepare(self):
        """Prepare the outgoing payment as a draft; posting it settles the credits."""
        self._check_approver()
        for refund in self:
            if not refund.bank_account_id:
                raise UserError(
                    self.env._(
                        "Choose first to which bank account %s is paid.", refund.display_name
                    )
                )
            refund._check_open()
            payment = self.env["account.payment"].create(refund._prepare_payment_vals())
            refund.sudo().payment_id = payment
            refund._update_state({"approved"}, "prepared")

    def action_refuse(self):
        """Refuse; the credits are free again."""
        self._check_approver()
        for refund in self:
            refund._update_state({"to_approve", "approved"}, "refused")

    def action_undo(self):
        """Take an approval back: the payment is gone, the credit open, and it waits again.

        :raises UserError: if the bank has paid already.
        """
        self._check_approver()
        for refund in self:
            payment = refund.payment_id
            if payment.is_matched and payment.state not in ("draft", "canceled"):
                raise UserError(
                    self.env._(
                        "The bank has paid %s already. Undo the match of the bank's line first.",
                        refund.display_name,
                    )
                )
            refund.sudo().payment_id = False
            refund._update_state({"approved", "prepared", "paid"}, "to_approve")
            if payment.state in ("in_process", "paid"):
                payment.action_draft()
            payment.unlink()

    def action_open_payment(self):
        """Open the payment."""
        self.ensure_one()
        return self.payment_id._get_records_action()

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_request(self, credits_, reason, *, amount=None, bank_account=None):
        """Ask for a customer's credit to be paid back.

        :param credits_: open receivable items of one customer, account and currency, in the
            customer's favour.
        :param str reason: why.
        :param float amount: in the currency of the credits; all of it if not given.
        :param bank_account: ``res.partner.bank`` to pay to, by default the customer's first.
        :return: the ``ar.credit.refund``, which waits for approval.
        :raises UserError: if the credits do not fit together, were used or are reserved, or hold
            less than the amount.
        """
        if not self.env.su and not self.env.user.has_groups(REQUESTERS):
            raise AccessError(self.env._("Only people who work on receivables ask for refunds."))
        credits_.check_access("read")
        self._check_credits(credits_)
        partner = credits_.partner_id.commercial_partner_id
        open_amount = -sum(credits_.mapped("amount_residual_currency"))
        currency = credits_.currency_id
        # sudo: a collector asks, and writes nothing else
        refund = self.sudo().create(
            {
                "company_id": credits_.company_id.id,
                "partner_id": partner.id,
                "credit_ids": [Command.set(credits_.ids)],
                "currency_id": currency.id,
                "amount": currency.round(open_amount if amount is None else amount),
                "reason": reason,
                "bank_account_id": (bank_account or partner.bank_ids[:1]).id,
                "requested_by_id": self.env.uid,
            }
        )
        refund._check_open()
        refund._log("requested")
        return refund.with_env(self.env)

    @api.model
    @api.private
    def ar_find_reserved(self, credits_):
        """The items among ``credits_`` that a refund under way is to pay back."""
        refunds = self.sudo().search(
            [("credit_ids", "in", credits_.ids), ("state", "in", OPEN_STATES)]
        )
        return credits_ & refunds.credit_ids.with_env(credits_.env)

    # === PRIVATE METHODS ===#

    def _check_credits(self, credits_):
        try:
            credits_.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is settling the same items now. Try again in a moment.")
            ) from error
        usable = credits_.filtered(
            lambda item: (
                item.account_type == "asset_receivable"
                and item.parent_state == "posted"
                and item.amount_residual_currency < 0
            )
        )
        if not credits_ or usable != credits_:
            raise UserError(
                self.env._("Choose open credits only: what is to be paid back must be open.")
            )
        same = (
            credits_.partner_id.commercial_partner_id,
            credits_.account_id,
            credits_.currency_id,
            credits_.company_id,
        )
        if any(len(one) != 1 for one in same):
            raise UserError(
                self.env._("Choose credits of one customer, in one currency and on one account.")
            )
        reserved = self.ar_find_reserved(credits_)
        if reserved:
            raise UserError(
                self.env._(
                    "%s is to be paid back already.", ", ".join(reserved.move_id.mapped("name"))
                )
            )

    def _check_open(self):
        """The credits must still hold what is to be paid back."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.open_amount, self.amount) < 0:
            raise UserError(
                self.env._(
                    "Of the credits of %(customer)s only %(open)s is open, less than the "
                    "%(amount)s to be paid back. Refuse the refund and ask for the rest.",
                    customer=self.partner_id.display_name,
                    open=self.currency_id.format(self.open_amount),
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _check_approver(self):
        if not self.env.su and not self.env.user.has_groups(APPROVERS):
            raise AccessError(self.env._("Only receivables supervisors decide on refunds."))
        self.check_access("write")

    def _check_may_approve(self):
        self._check_approver()
        policy = self.env["ar.cash.policy"].ar_get_policy(self.company_id).sudo()
        worth = self.currency_id._convert(
            self.amount, self.company_id.currency_id, self.company_id, fields.Date.today()
        )
        facts = RefundFacts(
            amount=Decimal(str(worth)),
            requested_by=self.requested_by_id.id,
            approver=self.env.uid,
            alone_up_to=Decimal(str(policy.refund_alone_amount)),
        )
        if not may_approve(facts):
            raise UserError(
                self.env._(
                    "You asked for %s yourself: another supervisor has to approve it.",
                    self.display_name,
                )
            )

    def _check_destination_may_change(self):
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "The payment of %s is prepared already. Undo it to change where it goes.",
                    self.display_name,
                )
            )
        self._check_may_approve()

    def _prepare_payment_vals(self):
        journals = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "parent_of", self.company_id.id)], limit=1
        )
        return {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.id,
            "partner_bank_id": self.bank_account_id.id,
            "company_id": self.company_id.id,
            "journal_id": (self.journal_id or journals).id,
            "currency_id": self.currency_id.id,
            "amount": self.amount,
            "date": fields.Date.context_today(self),
            "memo": self.reason,
            "destination_account_id": self.credit_ids.account_id.id,
        }

    def _settle(self):
        """Set the credits against the payment that was posted."""
        for refund in self:
            refund._check_open()
            paid = refund.payment_id.move_id.line_ids.filtered(
                lambda item, account=refund.credit_ids.account_id: item.account_id == account
            )
            (paid | refund.credit_ids).reconcile()
            refund._update_state({"prepared"}, "paid")

    def _unsettle(self):
        """The payment is a draft again: the credits are open, which core leaves settled."""
        for refund in self:
            refund.payment_id.move_id.line_ids.remove_move_reconcile()
            refund._update_state({"paid"}, "prepared")

    def _lose_payment(self):
        """The payment was cancelled or deleted: another one may be prepared."""
        for refund in self.filtered(lambda refund: refund.state in ("prepared", "paid")):
            refund._update_state({"prepared", "paid"}, "approved")
        self.payment_id = False

    def _update_state(self, allowed, target):
        """The only way a refund changes its state.

        :raises UserError: from a state that is not allowed.
        """
        self.ensure_one()
        self._check_state(allowed, target)
        self.sudo().write({"state": target, "decided_by_id": self.env.uid})
        self._log(target)

    def _log(self, what):
        event = {
            "code": f"cash_application.refund_{what}",
            "summary": f"{self.display_name}: {self.reason}",
            "record": self,
            "details": {
                "credits": self.credit_ids.move_id.mapped("name"),
                "payment": self.payment_id.id or 0,
            },
        }
        self.env["ar.audit.event"].ar_append(self.company_id, [event])
