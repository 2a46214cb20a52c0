from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

STATES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("partly", "Partly kept"),
    ("broken", "Broken"),
    ("lifted", "Nothing left to pay"),
    ("replaced", "Replaced"),
    ("withdrawn", "Withdrawn"),
]
SOURCES = [("collector", "Collector"), ("mail", "Answer by mail"), ("portal", "Portal")]
COLLECTORS = "ar_automation.ar_automation_group_collector"


class ArPromise(models.Model):
    """A customer's word to pay an amount by a day; dunning waits for it, cash judges it."""

    _name = "ar.promise"
    _description = "Promise to pay"
    _inherit = "ar.guarded.state"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner", "Promised by", readonly=True, ondelete="restrict", help="Who gave the word"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Promised", required=True, readonly=True)
    date = fields.Date("Pays by", required=True, readonly=True, index=True)
    grace_days = fields.Integer(
        "Days of grace",
        readonly=True,
        help="Days after the promised day on which a payment still keeps the promise.",
    )
    source = fields.Selection(SOURCES, required=True, default="collector", readonly=True)
    note = fields.Text(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Registered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
    )
    line_ids = fields.One2many("ar.promise.line", "promise_id", "Items", readonly=True)
    state = fields.Selection(STATES, required=True, default="open", readonly=True, index=True)
    state_reason = fields.Char("Because", readonly=True)
    paid_amount = fields.Monetary(
        "Paid", readonly=True, help="What arrived on the promised items until it was judged."
    )
    judged_date = fields.Date(
        "Judged on", readonly=True, help="Day on which it was found kept, partly kept or broken."
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A promise needs a positive amount.")
    _open_idx = models.Index("(company_id, date) WHERE state = 'open'")
    _judged_idx = models.Index("(partner_id, judged_date) WHERE state IN ('broken', 'partly')")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "amount", "currency_id", "date")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(customer)s: %(amount)s by %(day)s",
                customer=promise.partner_id.display_name or "",
                amount=promise._format_amount(),
                day=format_date(self.env, promise.date),
            )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("Promises are kept as a record and cannot be deleted. Withdraw them.")
        )

    # === ACTION METHODS ===#

    def action_withdraw(self):
        """Take a promise back, for example because it was a misunderstanding."""
        self.ar_withdraw(self.env._("Withdrawn by %s.", self.env.user.name))

    def action_view_customer(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS ===#

    def ar_withdraw(self, reason):
        """Take open promises back; dunning goes on where it stood.

        :param str reason: shown on the promise.
        :raises UserError: when one was judged already.
        """
        self._check_collector()
        promises = self.sudo()
        promises._update_state({"open"}, "withdrawn", reason)
        promises._note("withdrawn")

    @api.model
    @api.private
    def ar_get_paused(self, items, date):
        """Which items dunning leaves in peace because they are promised.

        :param account.move.line items: receivable items.
        :param datetime.date date: business day.
        :return: ``{item id: (last day, sentence)}``; an item whose promise waits to be judged
            is in peace for that day.
        """
        lines = self.env["ar.promise.line"].sudo()
        found = lines.search([("move_line_id", "in", items.ids), ("is_open", "=", True)])
        return {
            line.move_line_id.id: (
                max(fields.Date.add(line.promise_id.date, days=line.promise_id.grace_days), date),
                line.promise_id._describe_pause(),
            )
            for line in found
        }

    # === PRIVATE METHODS ===#

    def _check_collector(self):
        if not (self.env.su or self.env.user.has_group(COLLECTORS)):
            raise AccessError(self.env._("Only collectors register promises or withdraw them."))
        self.check_access("read")

    def _update_state(self, allowed, target, reason="", **vals):
        """The only way promises change their state.

        :raises UserError: from a state that is not allowed.
        """
        self._check_state(allowed, target)
        self.write({"state": target, "state_reason": reason, **vals})
        if target != "open":
            self.line_ids.write({"is_open": False})

    def _format_amount(self):
        self.ensure_one()
        return self.currency_id.format(self.amount) if self.currency_id else ""

    def _describe_pause(self):
        self.ensure_one()
        return self.env._(
            "The customer promised %(amount)s by %(day)s.",
            amount=self._format_amount(),
            day=format_date(self.env, self.date),
        )

    def _note(self, what):
        """Tell the customer's chatter and the audit trail what became of promises."""
        words = {
            "registered": self.env._("Promise registered"),
            "replaced": self.env._("Promise replaced by another one"),
            "withdrawn": self.env._("Promise withdrawn"),
            "kept": self.env._("Promise kept"),
            "partly": self.env._("Promise partly kept"),
            "broken": self.env._("Promise broken"),
            "lifted": self.env._("Promise lifted, nothing is left to pay"),
        }[what]
        texts = {promise: f"{words}: {promise._describe()}" for promise in self}
        by_partner = {}
        for promise, text in texts.items():
            by_partner.setdefault(promise.partner_id, []).append(text)
        customers = self.partner_id
        customers._message_log_batch(
            bodies={partner.id: " ".join(by_partner[partner]) for partner in customers}
        )
        for company, promises in self.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company,
                [promise._prepare_event(f"promise.{what}", texts[promise]) for promise in promises],
            )

    def _describe(self):
        self.ensure_one()
        return " ".join(filter(None, (f"{self.display_name}.", self.state_reason)))

    def _prepare_event(self, code, summary):
        return {
            "code": code,
            "summary": summary,
            "record": self,
            "details": {
                "partner_id": self.partner_id.id,
                "amount": str(self.currency_id.round(self.amount)),
                "paid": str(self.currency_id.round(self.paid_amount)),
                "currency": self.currency_id.name,
                "date": str(self.date),
                "source": self.source,
            },
        }
