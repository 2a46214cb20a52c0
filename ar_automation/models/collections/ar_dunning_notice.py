from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("simulated", "Preview"),
    ("ready", "Ready to send"),
    ("sent", "Sent"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
]
# states in which a reminder counts: its levels are used up
LIVE_STATES = ("ready", "sent", "failed", "unknown")


class ArDunningNotice(models.Model):
    """One reminder to one customer: what it says, why, and what became of it."""

    _name = "ar.dunning.notice"
    _description = "Reminder"
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
    recipient = fields.Char("E-mail", readonly=True, help="Address that the reminder was sent to.")
    lang = fields.Char("Language", readonly=True)
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
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
    attachment_id = fields.Many2one(
        "ir.attachment", "Statement", readonly=True, ondelete="set null"
    )
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", copy=False)
    sent_at = fields.Datetime("Sent", readonly=True)

    _last_idx = models.Index(
        "(company_id, partner_id, date) WHERE state NOT IN ('simulated', 'cancelled')"
    )
    _due_idx = models.Index("(company_id) WHERE state IN ('ready', 'failed')")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "level_id", "date")
    def _compute_display_name(self):
        for notice in self:
            parts = (
                notice.partner_id.display_name,
                notice.level_id.name,
                fields.Date.to_string(notice.date),
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
        notices._update_state({"ready", "failed"}, "cancelled", reason)
        self.env["ar.exception"].sudo().ar_resolve_for(
            notices, job=self.env["ar.job.collections.delivery"]._job_config()
        )
        for company, group in notices.grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company, [notice._prepare_event("cancelled", reason) for notice in group]
            )

    # === PRIVATE METHODS ===#

    def _update_state(self, allowed, target, reason=""):
        """The only way a reminder changes its state.

        :raises UserError: from a state that is not allowed.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for notice in self:
            if notice.state not in allowed:
                raise UserError(
                    self.env._(
                        "The reminder to %(customer)s is in state %(state)s and "
                        "cannot become %(target)s.",
                        customer=notice.partner_id.display_name,
                        state=labels[notice.state],
                        target=labels[target],
                    )
                )
        vals = {"state": target, "state_reason": reason}
        if target == "sent":
            vals["sent_at"] = fields.Datetime.now()
        self.write(vals)
        self.line_ids.write({"is_live": target in LIVE_STATES})

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

    def _render_texts(self, level=None):
        """``{notice id: {"subject", "body"}}`` in each notice's language.

        :param ar.dunning.level level: use the words of this level instead of the notice's own.
        """
        texts = defaultdict(dict)
        for template, notices in self.grouped(
            lambda notice: (level or notice.level_id).template_id
        ).items():
            langs = {notice.id: notice.lang for notice in notices}
            # sudo: the text reads the company's and the customer's data, whoever previews it
            template = template.sudo()
            for field, name in (("subject", "subject"), ("body_html", "body")):
                rendered = template._render_field(field, notices.ids, res_ids_lang=langs)
                for notice_id, text in rendered.items():
                    # a line break in a name must not become a header of the mail
                    texts[notice_id][name] = " ".join(text.split()) if field == "subject" else text
        return texts

    def _write_texts(self):
        for notice_id, texts in self._render_texts().items():
            self.browse(notice_id).write(texts)

    def _attach_statements(self):
        for notice in self:
            name, content = notice.partner_id.ar_render_statement(
                notice.company_id, notice.date, lang=notice.lang
            )
            notice.attachment_id = self.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": notice.id,
                }
            )

    def _sum_by_currency(self):
        """``[(currency, overdue total)]`` of the listed items, for the text."""
        self.ensure_one()
        return [
            (currency, currency.round(sum(lines.mapped("residual"))))
            for currency, lines in self.line_ids.grouped("currency_id").items()
        ]

    # --- sending

    def _note_sent(self):
        """Write all that sending writes, before the mail: nothing can fail after it left."""
        self.ensure_one()
        self._update_state({"ready", "failed"}, "sent", self.env._("Sent to %s.", self.recipient))
        self.attachment_id.write({"res_model": "res.partner", "res_id": self.partner_id.id})
        self._ask_person_to_act()
        self.env["ar.audit.event"].ar_append(
            self.company_id,
            [
                self._prepare_event(
                    "sent",
                    self.env._(
                        "%(level)s sent to %(customer)s at %(address)s.",
                        level=self.level_id.name,
                        customer=self.partner_id.display_name,
                        address=self.recipient,
                    ),
                )
            ],
        )

    def _hand_over(self):
        """Give the reminder to the mail server, in the customer's chatter."""
        self.mail_id = self.env["mail.mail"].ar_send_now(self._prepare_mail_vals())

    def _prepare_mail_vals(self):
        company = self.company_id
        sender = company.email_formatted or self.env.user.email_formatted
        reply_to = self.policy_id.reply_to
        if not reply_to:
            reply_to = self.partner_id._notify_get_reply_to(default=sender)[self.partner_id.id]
        return {
            "model": "res.partner",
            "res_id": self.partner_id.id,
            "record_name": self.partner_id.display_name,
            "author_id": company.partner_id.id,
            "email_from": sender,
            "reply_to": reply_to,
            "email_to": self.recipient,
            "subject": self.subject,
            "body": self.body,
            "body_html": self.body,
            "subtype_id": self.env.ref("mail.mt_note").id,
            "attachment_ids": [Command.link(self.attachment_id.id)] if self.attachment_id else [],
        }

    def _ask_person_to_act(self):
        if not self.level_id.create_activity:
            return
        user = (
            self.partner_id.user_id
            or self.policy_id.responsible_id
            or self.env.ref("base.user_admin")
        )
        self.partner_id.activity_schedule(
            "mail.mail_activity_data_call",
            summary=self.env._("%s sent: call the customer", self.level_id.name),
            note=self.env._("Overdue: %s", self.amount_by_currency),
            user_id=user.id,
        )
