from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.matching.facts import Policy
from .booking import BOOKABLE

CREDIT_MODES = [
    ("oldest", "To the oldest invoices"),
    ("same_order", "To invoices of the same order"),
    ("ask", "Propose it to a person"),
    ("never", "Leave it open"),
]
RECEIPT_MODES = [
    ("never", "Send none"),
    ("on_request", "To customers who want them"),
    ("always", "To every customer"),
]


class ArCashPolicy(models.Model):
    """What cash application may book in a company, and where differences are booked.

    Every company has one policy; a customer may have tolerances of its own.
    """

    _name = "ar.cash.policy"
    _description = "Cash application policy"
    _inherit = ["ar.company.policy", "mail.thread", "analytic.mixin"]

    name = fields.Char(
        required=True, translate=True, default=lambda self: self.env._("Cash application policy")
    )
    book_from = fields.Float(
        "Book from",
        default=0.99,
        tracking=True,
        aggregator=None,
        help="How probable a match must be to be booked without asking. Whatever is ambiguous is "
        "never booked, however probable it is.",
    )
    propose_from = fields.Float(
        "Propose from",
        default=0.02,
        tracking=True,
        aggregator=None,
        help="Matches less probable than this are not even proposed.",
    )
    rounding_amount = fields.Monetary(
        "Rounding up to",
        default=0.05,
        tracking=True,
        help="Differences up to this are differences of rounding. Without an account they stay "
        "open on the invoice.",
    )
    rounding_account_id = fields.Many2one(
        "account.account",
        "Rounding account",
        check_company=True,
        tracking=True,
        help="Where differences of rounding are booked.",
    )
    charge_amount = fields.Monetary(
        "Bank charges up to",
        default=50,
        tracking=True,
        help="So much may be missing because banks on the way kept their charges.",
    )
    charge_percent = fields.Float(
        "Bank charges up to (%)",
        default=5.0,
        tracking=True,
        aggregator=None,
        help="Missing bank charges are at most this share of what is paid. Of the amount and the "
        "percentage the smaller counts.",
    )
    charge_account_id = fields.Many2one(
        "account.account",
        "Bank charge account",
        check_company=True,
        tracking=True,
        help="Where charges of banks on the way are booked. Empty: what is missing stays open on "
        "the invoice.",
    )
    payout_fee_percent = fields.Float(
        "Fee of payment providers up to (%)",
        default=3.0,
        tracking=True,
        aggregator=None,
        help="So much of what customers paid by card or online a payment provider may keep when "
        "it pays out. The fee is booked to the bank charge account; without asking only if "
        "earlier payouts of the provider kept as much.",
    )
    payout_fee_is_exact = fields.Boolean(
        "Providers keep exactly this",
        tracking=True,
        help="The percentage is agreed with the provider: a payout that lacks exactly this share "
        "is booked without an earlier one, and one that lacks another is proposed to a person.",
    )
    tolerance_short = fields.Monetary(
        "Write off up to",
        tracking=True,
        help="So much may be missing for whatever reason and is written off.",
    )
    tolerance_over = fields.Monetary(
        "Keep up to",
        tracking=True,
        help="So much may be paid too much and is kept as income. More becomes the customer's "
        "credit.",
    )
    tolerance_percent = fields.Float(
        "At most (%)",
        tracking=True,
        aggregator=None,
        help="Both are at most this share of what is paid; 0: no such limit.",
    )
    write_off_account_id = fields.Many2one(
        "account.account",
        "Write-off account",
        check_company=True,
        tracking=True,
        help="Where differences within the tolerance are booked, with the analytic distribution "
        "and the taxes below.",
    )
    write_off_tax_ids = fields.Many2many(
        "account.tax",
        string="Write-off taxes",
        check_company=True,
        domain=[("type_tax_use", "=", "sale")],
        help="Taxes contained in what is written off; they are corrected as for a credit note.",
    )
    currency_percent = fields.Float(
        "Exchange rate off by (%)",
        default=3.0,
        tracking=True,
        aggregator=None,
        help="How far a payment in another currency may be from the rate of its day.",
    )
    discount_grace_days = fields.Integer(
        "Discount grace (days)",
        tracking=True,
        help="How many days late an early-payment discount may still be taken.",
    )
    book_prepayments = fields.Boolean(
        "Book prepayments of orders",
        tracking=True,
        help="A payment that names an order which is not invoiced yet, and pays its total or the "
        "prepayment it asks for, becomes the customer's credit without asking. Off: it is "
        "proposed to a person.",
    )
    credit_mode = fields.Selection(
        CREDIT_MODES,
        "Open credit",
        required=True,
        default="ask",
        tracking=True,
        help="What becomes of credit notes and overpayments when the customer gets new invoices.",
    )

    refund_alone_amount = fields.Monetary(
        "Refunds without a second person up to",
        tracking=True,
        help="Up to this amount whoever asked for a refund may approve it. Beyond, another "
        "supervisor has to.",
    )
    receipt_mode = fields.Selection(
        RECEIPT_MODES,
        "Receipts",
        required=True,
        default="never",
        tracking=True,
        help="Whether customers get a mail when their payment is matched: what it paid, and what "
        "they owe now. Payments that were matched before receipts were switched on get none.",
    )
    receipt_least = fields.Monetary(
        "Receipts from",
        tracking=True,
        help="Payments of less than this get no receipt.",
    )
    receipt_credit = fields.Boolean(
        "Tell of open credit",
        tracking=True,
        help="When a part of a payment stays as the customer's open credit, the customer is told, "
        "also where it gets no receipts.",
    )
    receipt_pdf = fields.Boolean(
        "Receipt as PDF", tracking=True, help="Attach the receipt as a document, too."
    )
    receipt_since = fields.Datetime(
        "Receipts since",
        readonly=True,
        help="Payments that were matched before get no receipt.",
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one policy.")
    _amounts_not_negative = models.Constraint(
        "CHECK (rounding_amount >= 0 AND charge_amount >= 0 AND tolerance_short >= 0 "
        "AND tolerance_over >= 0 AND discount_grace_days >= 0 AND charge_percent >= 0 "
        "AND tolerance_percent >= 0 AND currency_percent >= 0 AND receipt_least >= 0 "
        "AND refund_alone_amount >= 0 AND payout_fee_percent >= 0)",
        "Amounts, percentages and days of a cash application policy cannot be negative.",
    )
    _probabilities = models.Constraint(
        "CHECK (propose_from >= 0 AND propose_from <= book_from AND book_from <= 1)",
        "Thresholds lie between 0 and 1, and what is booked is at least proposed.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: receipts start with what is matched from now on."""
        policies = super().create(vals_list)
        policies.filtered(
            lambda policy: policy._sends_receipts()
        ).receipt_since = fields.Datetime.now()
        return policies

    def write(self, vals):
        """EXTENDS base: receipts start with what is matched after they are switched on."""
        before = self.filtered(lambda policy: policy._sends_receipts())
        result = super().write(vals)
        switched_on = (self - before).filtered(lambda policy: policy._sends_receipts())
        if switched_on:
            super(ArCashPolicy, switched_on).write({"receipt_since": fields.Datetime.now()})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        raise UserError(
            self.env._(
                "Every company needs its cash application policy. Change it instead of deleting it."
            )
        )

    # === BUSINESS METHODS ===#

    def ar_get_account(self, action):
        """The account to which a difference is booked for an engine's action; may be empty."""
        self.ensure_one()
        return {
            "rounding": self.rounding_account_id,
            "bank_charge": self.charge_account_id,
            "write_off": self.write_off_account_id,
        }.get(action, self.env["account.account"])

    def _sends_receipts(self):
        """Whether any customer may be told of a payment."""
        self.ensure_one()
        return self.receipt_mode != "never" or self.receipt_credit

    # === ENGINE FACTS ===#

    def _prepare_policy(self):
        """The policy as the engine wants it; unattended it books only what has an account."""
        self.ensure_one()
        booked_off = frozenset(
            action
            for action in ("rounding", "bank_charge", "write_off")
            if self.ar_get_account(action)
        )
        actions = set(BOOKABLE) - {"rounding", "bank_charge", "write_off"} | booked_off
        if not self.company_id.account_journal_early_pay_discount_loss_account_id:
            actions.discard("discount")
        if self.book_prepayments:
            actions.add("prepayment")
        return Policy(
            threshold=self.book_from,
            least=self.propose_from,
            actions=frozenset(actions),
            rounding=_exact(self.rounding_amount),
            charge=_exact(self.charge_amount),
            charge_share=_exact(self.charge_percent) / 100,
            currency_share=_exact(self.currency_percent) / 100,
            books_off=booked_off,
            discount_grace_days=self.discount_grace_days,
            payout_share=_exact(self.payout_fee_percent) / 100,
            payout_is_exact=self.payout_fee_is_exact,
            **self._prepare_tolerances(self),
        )

    def _prepare_exceptions(self, customer_ids, kept_back):
        """Policies of customers that have tolerances of their own, or habits, as the engine wants.

        :param set customer_ids: commercial partners.
        :param dict kept_back: ``{customer id: amounts}`` that they usually keep back.
        """
        self.ensure_one()
        partners = (
            self.env["res.partner"]
            .with_company(self.company_id)
            .sudo()
            .search([("id", "in", sorted(customer_ids)), ("ar_cash_own_tolerance", "=", True)])
        )
        habits = {customer: kept_back[customer] for customer in customer_ids & kept_back.keys()}
        if not (partners or habits):
            return {}
        policy = self._prepare_policy()
        exceptions = {
            partner.id: replace(policy, **self._prepare_tolerances(partner, "ar_cash_"))
            for partner in partners
        }
        for customer, amounts in habits.items():
            own = exceptions.get(customer, policy)
            exceptions[customer] = replace(own, habits=frozenset(amounts))
        return exceptions

    def _prepare_tolerances(self, source, prefix=""):
        if not self.write_off_account_id:
            return {}
        return {
            "tolerance_short": _exact(source[f"{prefix}tolerance_short"]),
            "tolerance_over": _exact(source[f"{prefix}tolerance_over"]),
            "tolerance_share": _exact(source[f"{prefix}tolerance_percent"]) / 100,
        }

    # === EXCEPTIONS ===#

    def _report_gaps(self):
        """Tell people, once, of tolerances that have no account; take it back when they have."""
        self.ensure_one()
        inbox = self.env["ar.exception"]
        if self.write_off_account_id or not (self.tolerance_short or self.tolerance_over):
            inbox.ar_resolve_for(self, company=self.company_id)
            return
        inbox.ar_report(
            self.company_id,
            self,
            "cash.write_off_account_missing",
            self.env._(
                "Differences within the tolerance cannot be written off in %s: the policy "
                "names no account.",
                self.company_id.name,
            ),
            hint=self.env._("Choose a write-off account in the cash application policy."),
        )


def _exact(amount):
    return Decimal(str(amount))
