from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ...engine.dunning.write_off import withhold_own
from .writeoff_entry import find_tax

STATES = [
    ("to_approve", "To approve"),
    ("booked", "Written off"),
    ("rejected", "Rejected"),
    ("undone", "Undone"),
]
REQUESTERS = "ar_automation.ar_automation_group_collector,account.group_account_invoice"
SUPERVISOR = "ar_automation.ar_automation_group_supervisor"


class ArWriteoffRequest(models.Model):
    """Items of one customer that are given up: asked for, approved, booked, perhaps undone."""

    _name = "ar.writeoff.request"
    _description = "Write-off request"
    _inherit = ["mail.thread", "ar.guarded.state"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("Number", required=True, readonly=True, default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    reason_id = fields.Many2one(
        "ar.writeoff.reason", required=True, readonly=True, ondelete="restrict", tracking=True
    )
    note = fields.Char("Explanation", readonly=True)
    is_small = fields.Boolean(
        "By rule", readonly=True, help="Proposed by the rule of small balances."
    )
    is_tax_relief = fields.Boolean(
        "Reclaim the tax",
        readonly=True,
        tracking=True,
        help="The entry takes the tax of the invoices back, and the loss is the amount without it.",
    )
    date = fields.Date(
        "Booked on", required=True, readonly=True, help="Date of the entry, in an open period."
    )
    line_ids = fields.One2many("ar.writeoff.line", "request_id", "Items", readonly=True)
    amount = fields.Monetary(
        required=True, readonly=True, tracking=True, help="In company currency, with tax."
    )
    tax_amount = fields.Monetary("Tax in it", readonly=True)
    evidence = fields.Text(readonly=True, help="What was known when it was asked for.")
    state = fields.Selection(
        STATES, required=True, default="to_approve", readonly=True, index=True, tracking=True
    )
    requested_by_id = fields.Many2one("res.users", "Asked for by", required=True, readonly=True)
    first_approver_id = fields.Many2one("res.users", "First approval", readonly=True)
    reject_reason = fields.Char("Why rejected", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reversal_id = fields.Many2one(
        "account.move", "Undone by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    recovery_move_ids = fields.One2many("account.move", "ar_writeoff_id", "Recoveries")
    recovered_amount = fields.Monetary("Recovered", compute="_compute_recovered_amount")

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Nothing is to be written off.")

    # === COMPUTE METHODS ===#

    @api.depends("recovery_move_ids.state", "recovery_move_ids.line_ids.balance")
    def _compute_recovered_amount(self):
        for request in self:
            posted = request.sudo().recovery_move_ids.filtered(lambda move: move.state == "posted")
            request.recovered_amount = sum(
                posted.line_ids.filtered(
                    lambda line: line.account_type == "asset_receivable"
                ).mapped("balance")
            )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "Write-off requests are kept as a record and cannot be deleted. Reject them."
            )
        )

    # === ACTION METHODS ===#

    def action_approve(self):
        """Approve, and book once nobody else has to agree.

        :raises UserError: for one's own request, for amounts of somebody else, or when an item
            was paid meanwhile.
        """
        self.check_access("read")
        self._check_state({"to_approve"}, "booked")
        for request in self:
            if request._note_approval() == "final":
                request._decide("booked")

    def action_reject(self):
        """Ask why the requests are rejected, who may reject them."""
        self._check_may_reject()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "ar.writeoff.reject",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_request_ids": self.ids},
        }

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_request(self, items, reason, **options):
        """Ask for open items of one customer to be written off.

        :param account.move.line items: open receivable items, with something to pay.
        :param ar.writeoff.reason reason: why.
        :param options: ``note``, words to it; ``date`` of the entry, today if not given;
            ``is_tax_relief``, as the reason says if not given.
        :return: the request, which waits for approval.
        :raises UserError: if the items do not fit together, are paid, or were asked for already.
        :raises AccessError: unless a collector or an accountant asks.
        """
        if not (self.env.su or self.env.user.has_groups(REQUESTERS)):
            raise AccessError(self.env._("Only people who work on receivables ask for write-offs."))
        items.check_access("read")
        # sudo: who asks writes nothing else
        requests = self.sudo()
        requests._check_items(items.sudo())
        request = requests.create(requests._prepare_request_vals(items.sudo(), reason, **options))
        request._audit("requested")
        return request.with_env(self.env)

    @api.private
    def ar_reject(self, reason):
        """Reject; the items stay open and may be asked for again.

        :param str reason: why, kept with the requests and told to who asked.
        :raises UserError: when one was decided already.
        :raises AccessError: unless the user decides about the amount, or asked for it.
        """
        self._check_may_reject()
        requests = self.sudo()
        requests.reject_reason = reason
        requests._update_state("rejected", self.env.user)
        for request in requests.filtered(lambda one: not one.is_small):
            asker = request.requested_by_id - self.env.user
            request.with_user(self.env.user).message_post(
                body=self.env._("Rejected: %s", reason), partner_ids=asker.partner_id.ids
            )

    # === PRIVATE METHODS ===#

    def _check_may_reject(self):
        self.check_access("read")
        self._check_state({"to_approve"}, "rejected")
        for request in self:
            verdict = self.env["ar.credit.approval"].ar_judge(
                request.company_id, "write_off", request.amount
            )
            if verdict == "not_entitled" and request.requested_by_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%s is not yours to decide. Ask who decides about such amounts.",
                        request.display_name,
                    )
                )

    @api.model
    def _check_items(self, items):
        try:
            items.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is settling the same items now. Try again in a moment.")
            ) from error
        wrong = items.filtered(
            lambda item: (
                item.account_type != "asset_receivable"
                or item.parent_state != "posted"
                or item.company_currency_id.compare_amounts(item.amount_residual, 0) <= 0
            )
        )
        if wrong or not items:
            raise UserError(
                self.env._(
                    "Only open invoices can be written off. Not open: %s.",
                    ", ".join(wrong.mapped("display_name")) or self.env._("nothing was chosen"),
                )
            )
        if len(items.company_id) > 1 or len(items.partner_id.commercial_partner_id) != 1:
            raise UserError(self.env._("Choose invoices of one customer and one company."))
        asked = self.env["ar.writeoff.line"].search(
            [("move_line_id", "in", items.ids), ("is_open", "=", True)]
        )
        if asked:
            raise UserError(
                self.env._(
                    "Asked for already in %(request)s: %(invoices)s.",
                    request=", ".join(asked.request_id.mapped("name")),
                    invoices=", ".join(asked.move_id.mapped("name")),
                )
            )

    @api.model
    def _prepare_request_vals(self, items, reason, **options):
        relief = options.get("is_tax_relief")
        company = items.company_id
        return {
            "name": self.env["ir.sequence"].next_by_code("ar.writeoff.request") or "/",
            "company_id": company.id,
            "partner_id": items.partner_id.commercial_partner_id.id,
            "reason_id": reason.id,
            "note": options.get("note") or False,
            "is_small": options.get("is_small", False),
            "is_tax_relief": reason.is_tax_relief if relief is None else relief,
            "date": options.get("date") or fields.Date.context_today(self),
            "amount": sum(items.mapped("amount_residual")),
            "tax_amount": sum(find_tax(item) for item in items),
            "evidence": options.get("evidence") or self._collect_evidence(items),
            # nobody asked for what the rule proposes, so that everybody may approve it
            "requested_by_id": self.env.ref("base.user_root").id
            if options.get("is_small")
            else self.env.uid,
            "line_ids": [
                Command.create(
                    {
                        "move_line_id": item.id,
                        "currency_id": item.currency_id.id,
                        "amount_currency": item.amount_residual_currency,
                        "amount": item.amount_residual,
                        "tax_amount": find_tax(item),
                    }
                )
                for item in items
            ],
        }

    def _note_approval(self):
        """What the user's approval is worth, with a first one noted.

        :raises UserError: when it is worth nothing.
        """
        self.ensure_one()
        verdict = withhold_own(
            self.env["ar.credit.approval"].ar_judge(
                self.company_id, "write_off", self.amount, first=self.first_approver_id
            ),
            is_requester=self.requested_by_id == self.env.user,
            has_first=bool(self.first_approver_id),
        )
        if verdict == "first":
            self.sudo().first_approver_id = self.env.user
            self.sudo()._audit("approved_first")
        elif verdict != "final":
            raise UserError(self._explain_refusal(verdict))
        return verdict

    def _explain_refusal(self, verdict):
        return {
            "own_request": self.env._(
                "You asked for %s yourself: somebody else has to approve it.", self.name
            ),
            "same_person": self.env._(
                "You approved %s already: a second person has to agree.", self.name
            ),
            "not_entitled": self.env._(
                "%s is not yours to decide. Ask who decides about such amounts.", self.name
            ),
        }[verdict]

    def _decide(self, state):
        requests = self.sudo()
        requests._check_still_open()
        requests._book()
        requests._update_state(state, self.env.user)

    def _check_still_open(self):
        """What was asked for must be open to the cent: nothing is given up that was paid."""
        for line in self.line_ids:
            item = line.move_line_id
            if line.currency_id.compare_amounts(
                item.amount_residual_currency, line.amount_currency
            ) or line.company_currency_id.compare_amounts(item.amount_residual, line.amount):
                raise UserError(
                    self.env._(
                        "Of %(invoice)s %(open)s is open now, not %(amount)s as in %(request)s. "
                        "Reject the request and ask for what is left.",
                        invoice=item.move_id.name,
                        open=line.currency_id.format(item.amount_residual_currency),
                        amount=line.currency_id.format(line.amount_currency),
                        request=line.request_id.name,
                    )
                )

    def _update_state(self, state, user):
        self.write({"state": state, "decided_by_id": user.id, "decided_at": fields.Datetime.now()})
        self.line_ids.is_open = False
        self._audit(state)

    def _audit(self, what):
        for company, requests in self.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company, [request._prepare_event(what) for request in requests]
            )

    def _prepare_event(self, what):
        return {
            "code": f"write_off.{what}",
            "summary": f"{self.name}, {self.partner_id.display_name}: {self.reason_id.name}",
            "record": self,
            "details": {
                "partner_id": self.partner_id.id,
                "items": self.line_ids.move_line_id.ids,
                "amount": str(self.currency_id.round(self.amount)),
                "tax_relief": self.is_tax_relief,
                "entry": self.move_id.name or "",
                "reject_reason": self.reject_reason or "",
            },
        }
