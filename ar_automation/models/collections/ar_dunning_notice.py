from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .ar_dunning_level import CHANNELS

STATES = [
    ("simulated", "Preview"),
    ("to_approve", "To approve"),
    ("ready", "Ready to send"),
    ("sent", "Sent"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
]
# states in which nothing left yet
OPEN_STATES = {"to_approve", "ready", "failed"}
# states in which a reminder counts: its levels are used up
LIVE_STATES = ("to_approve", "ready", "sent", "failed", "unknown")


class ArDunningNotice(models.Model):
    """One reminder to one customer: what it says, why, and what became of it."""

    _name = "ar.dunning.notice"
    _description = "Reminder"
    _inherit = "ar.guarded.state"
    _order = "id desc"
    _check_company_auto = True

    run_id = fields.Many2one(
        "ar.dunning.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    policy_id = fields.Many2one(
        "ar.dunning.policy", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner", "Addressed to", required=True, readonly=True, ondelete="restrict"
    )
    channel = fields.Selection(CHANNELS, "By", required=True, default="email", readonly=True)
    recipient = fields.Char(
        "Address", readonly=True, help="Where the reminder reaches the customer by its channel."
    )
    timezone = fields.Char(
        "Time zone", readonly=True, help="By this clock the policy's quiet hours are kept."
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Language", readonly=True
    )
    date = fields.Date(
        required=True, readonly=True, index=True, help="Business day on which it was decided."
    )
    level_id = fields.Many2one(
        "ar.dunning.level", required=True, readonly=True, ondelete="restrict", index=True
    )
    state = fields.Selection(STATES, required=True, default="ready", readonly=True, index=True)
    state_reason = fields.Char("Because", readonly=True)
    evidence = fields.Text(readonly=True, help="Why this reminder, on this level, now.")
    line_ids = fields.One2many(
        "ar.dunning.notice.line", "notice_id", "Overdue items", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        "Overdue", readonly=True, help="Overdue amount of the listed items in company currency."
    )
    credit = fields.Monetary(
        "Unapplied credit",
        readonly=True,
        help="Payments and credit notes not yet applied, in company currency.",
    )
    amount_by_currency = fields.Char("Overdue by currency", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", "Statement", readonly=True, ondelete="set null"
    )
    document_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        readonly=True,
        help="PDFs of the listed invoices.",
    )
    letter_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", copy=False)
    activity_id = fields.Many2one(
        "mail.activity", "Call", readonly=True, ondelete="set null", copy=False
    )
    sent_at = fields.Datetime("Sent", readonly=True)
    printed_at = fields.Datetime("Printed", readonly=True, help="When the letter was printed.")

    _last_idx = models.Index(
        "(company_id, partner_id, date) WHERE state NOT IN ('simulated', 'cancelled')"
    )
    _print_idx = models.Index(
        "(company_id) WHERE channel = 'letter' AND state = 'sent' AND printed_at IS NULL"
    )
    _due_idx = models.Index("(company_id) WHERE state IN ('ready', 'failed')")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "level_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for notice in self:
            parts = (
                notice.partner_id.display_name,
                notice.level_id.name,
                format_date(self.env, notice.date),
            )
            notice.display_name = ", ".join(part for part in parts if part)

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        if self.filtered(lambda notice: notice.state != "simulated"):
            raise UserError(
                self.env._(
                    "Reminders are kept as a record and cannot be deleted. "
                    "Cancel those not yet sent."
                )
            )

    # === ACTION METHODS ===#

    def action_cancel(self):
        """Take back reminders that were not sent."""
        self.ar_cancel(self.env._("Cancelled by %s.", self.env.user.name))

    def action_approve(self):
        """Let reminders leave that wait for a supervisor."""
        self.ar_approve()

    def action_view_customer(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS ===#

    def ar_cancel(self, reason):
        """Take back reminders that were not sent; their items may be reminded again.

        :param str reason: shown on the reminder.
        :raises UserError: when one was sent, or may have been.
        """
        if not (
            self.env.su or self.env.user.has_group("ar_automation.ar_automation_group_collector")
        ):
            raise AccessError(self.env._("Only collectors cancel reminders."))
        self.check_access("read")
        notices = self.sudo()
        notices._update_state(OPEN_STATES, "cancelled", reason)
        notices.mail_id.ar_discard()
        self.env["ar.exception"].sudo().ar_resolve_for(
            notices, job=self.env["ar.job.collections.delivery"]._job_config()
        )
        for company, group in notices.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company, [notice._prepare_event("cancelled", reason) for notice in group]
            )

    def ar_approve(self):
        """Let reminders leave that wait for a supervisor; sent with the next turn of sending.

        :raises AccessError: unless a supervisor does it.
        :raises UserError: when one does not wait for approval.
        """
        if not (
            self.env.su or self.env.user.has_group("ar_automation.ar_automation_group_supervisor")
        ):
            raise AccessError(self.env._("Only a receivables supervisor approves reminders."))
        self.check_access("read")
        notices, reason = self.sudo(), self.env._("Approved by %s.", self.env.user.name)
        notices._update_state({"to_approve"}, "ready", reason)
        for company, group in notices.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company, [notice._prepare_event("approved", reason) for notice in group]
            )

    # === PRIVATE METHODS ===#

    def _update_state(self, allowed, target, reason=""):
        """The only way a reminder changes its state.

        :raises UserError: from a state that is not allowed.
        """
        self._check_state(allowed, target)
        vals = {"state": target, "state_reason": reason}
        if target == "sent":
            vals["sent_at"] = fields.Datetime.now()
        turned = self.filtered(
            lambda notice: (notice.state in LIVE_STATES) != (target in LIVE_STATES)
        )
        self.write(vals)
        turned.line_ids.write({"is_live": target in LIVE_STATES})

    def _prepare_event(self, what, summary):
        """An event for the audit trail."""
        self.ensure_one()
        return {
            "code": f"dunning.{what}",
            "summary": summary,
            "record": self,
            "details": {
                "partner_id": self.partner_id.id,
                "level": self.level_id.name,
                "amount": str(self.currency_id.round(self.amount)),
                "currency": self.currency_id.name,
                "items": [line.name for line in self.line_ids],
            },
        }

    def _sum_by_currency(self):
        """``[(currency, overdue total)]`` of the listed items, for the text."""
        self.ensure_one()
        return [
            (currency, currency.round(sum(lines.mapped("residual"))))
            for currency, lines in self.line_ids.grouped("currency_id").items()
        ]

    def _find_recipient(self):
        """Where the customer is reached now, by the reminder's channel."""
        self.ensure_one()
        return self.level_id._find_address(self.partner_id.ar_get_dunning_contact(), self.channel)
