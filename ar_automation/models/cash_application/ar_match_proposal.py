from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("proposed", "Proposed"),
    ("applied", "Applied"),
    ("rejected", "Refused"),
    ("outdated", "Outdated"),
]

ACTIONS = [
    ("full", "Paid"),
    ("partial", "Paid in part"),
    ("short_pay", "Paid short"),
    ("overpay", "Overpaid"),
    ("discount", "Discount taken"),
    ("bank_charge", "Bank charges"),
    ("rounding", "Rounding"),
    ("write_off", "Written off"),
    ("currency_difference", "Other currency"),
    ("on_account", "On account"),
    ("duplicate", "Paid twice"),
    ("prepayment", "Prepayment of an order"),
]


class ArMatchProposal(models.Model):
    """A set of open items that a payment may settle, with the reasons for and against.

    The proposal that was applied stays as the evidence of the match.
    """

    _name = "ar.match.proposal"
    _description = "Match proposal"
    _order = "statement_line_id, confidence desc, id"
    _check_company_auto = True

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Payment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="statement_line_id.company_id", store=True, index=True, precompute=True
    )
    item_ids = fields.Many2many(
        "account.move.line",
        "ar_match_proposal_item_rel",
        "proposal_id",
        "item_id",
        string="Open items",
        readonly=True,
    )
    item_names = fields.Char("Settles", readonly=True)
    order_ids = fields.Many2many(
        "sale.order",
        "ar_match_proposal_order_rel",
        "proposal_id",
        "order_id",
        string="Orders",
        readonly=True,
        help="Orders that are paid in advance: the money waits as credit for their invoices.",
    )
    rule_ids = fields.Many2many(
        "account.reconcile.model",
        "ar_match_proposal_rule_rel",
        "proposal_id",
        "rule_id",
        string="Rules",
        readonly=True,
        help="The payment settles nothing; these rules say how it is booked.",
    )
    payout_provider_id = fields.Many2one(
        "payment.provider",
        "Paid out by",
        readonly=True,
        index="btree_not_null",
        help="The payment provider that passes on what customers paid by card or online. What its "
        "payouts kept tells what the next one may keep.",
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    confidence = fields.Float(readonly=True, aggregator=None, help="How sure it is, 1 is sure.")
    amount = fields.Float("Open amount", readonly=True, digits=(16, 2), aggregator=None)
    item_currency_id = fields.Many2one("res.currency", "Currency", readonly=True)
    evidence = fields.Text("Reasons", readonly=True)
    action = fields.Selection(
        ACTIONS, "Kind", readonly=True, help="How the payment and the items fit together."
    )
    allocation = fields.Json(readonly=True, help="What is settled of each item, in its currency.")
    partner_before_id = fields.Many2one(
        "res.partner", readonly=True, help="The customer of the payment before it was booked."
    )
    withdrawn_reason = fields.Char("Withdrawn because", readonly=True)
    against_count = fields.Integer(
        "Reasons against",
        readonly=True,
        aggregator=None,
        help="How many of the reasons, the last ones, speak against the match.",
    )
    state = fields.Selection(STATES, required=True, default="proposed", readonly=True, index=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)

    # === COMPUTE METHODS ===#

    @api.depends("item_names", "partner_id")
    def _compute_display_name(self):
        for proposal in self:
            names = (proposal.partner_id.name, proposal.item_names)
            proposal.display_name = ": ".join(filter(None, names))

    # === ACTION METHODS ===#

    def action_apply(self):
        """Book the proposal: the payment settles its items, oldest first, as far as it goes."""
        for proposal in self:
            proposal._check_proposed()
            proposal.statement_line_id.ar_book(proposal)

    def action_reject(self):
        """Refuse the proposal; it is not made again for this payment."""
        for proposal in self:
            proposal._check_proposed()
        self._update_state({"proposed"}, "rejected")
        for line in self.statement_line_id:
            if not line.ar_proposal_ids.filtered(lambda item: item.state == "proposed"):
                line.ar_match_state = "unmatched"

    # === BUSINESS METHODS ===#

    def _check_proposed(self):
        self.ensure_one()
        self.statement_line_id.check_access("write")
        if self.state != "proposed":
            raise UserError(
                self.env._("%s is no longer open for a decision.", self.display_name or self.id)
            )

    def _update_state(self, allowed, target):
        """The only way a proposal changes its state."""
        moving = self.sudo().filtered(lambda proposal: proposal.state in allowed)
        moving.write({"state": target, "decided_by_id": self.env.uid})

    def _withdraw(self, reason):
        """Take back an open proposal because its facts changed; say so on the payment."""
        self.ensure_one()
        self.withdrawn_reason = reason
        self._update_state({"proposed"}, "outdated")
        line = self.statement_line_id
        left = line.ar_proposal_ids.filtered(lambda item: item.state == "proposed")
        line.write(
            {
                "ar_match_state": "proposed" if left else "unmatched",
                "ar_match_reason": reason,
                "ar_match_evidence": reason,
            }
        )
