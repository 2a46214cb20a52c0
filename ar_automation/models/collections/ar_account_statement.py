from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .ar_account_statement_policy import CHANNELS
from .statement_figures import KINDS, StatementTerms

STATES = [
    ("queued", "Queued"),
    ("to_print", "To print"),
    ("sent", "Sent"),
    ("printed", "Printed"),
    ("none", "Not sent"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
]
SENDERS = "ar_automation.ar_automation_group_collector,account.group_account_invoice"
# nobody has got it yet
OPEN_STATES = ("queued", "to_print", "failed", "none")


class ArAccountStatement(models.Model):
    """One statement of account of one customer, and what became of it."""

    _name = "ar.account.statement"
    _description = "Statement of account"
    _inherit = ["mail.thread", "portal.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date(
        "From", required=True, readonly=True, help="First day of the movements."
    )
    date_to = fields.Date(
        "As of",
        required=True,
        readonly=True,
        index=True,
        help="What was paid after this day is not in the statement.",
    )
    kind = fields.Selection(KINDS, "Content", required=True, readonly=True)
    channel = fields.Selection(CHANNELS, "By", required=True, readonly=True)
    origin = fields.Selection(
        [("schedule", "By schedule"), ("hand", "By hand")],
        required=True,
        readonly=True,
        default="hand",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="queued", index=True, tracking=True
    )
    note = fields.Char("Details", readonly=True, help="Where it went, or why it did not.")
    sent_at = fields.Datetime("Sent on", readonly=True, copy=False)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        readonly=True,
        copy=False,
        help="What the customer got, as it was.",
    )

    delivery_state = fields.Selection(
        lambda self: self.env["ar.delivery"]._fields["state"]._description_selection(self.env),
        "Delivery",
        compute="_compute_delivery_state",
        help="What is known of the mail since the mail server took it.",
    )

    _scheduled_once = models.UniqueIndex(
        "(company_id, partner_id, date_to) WHERE origin = 'schedule'",
        "This customer has the statement of this period already.",
    )
    _days_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A statement cannot end before it begins."
    )
    _due_idx = models.Index("(company_id) WHERE state IN ('queued', 'failed')")

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "date_to")
    def _compute_display_name(self):
        for statement in self:
            day = format_date(self.env, statement.date_to)
            statement.display_name = f"{statement.partner_id.name} {day}"

    def _compute_access_url(self):
        """EXTENDS portal: where the customer finds it."""
        for statement in self:
            statement.access_url = f"/my/statements/{statement.id}"

    @api.depends("state")
    def _compute_delivery_state(self):
        # sudo: who may see the statement may know what became of it
        deliveries = (
            self.env["ar.delivery"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        known = {delivery.res_id: delivery.state for delivery in deliveries}
        for statement in self:
            statement.delivery_state = known.get(statement.id)

    # === ACTION METHODS ===#

    def action_send_again(self):
        """Queue statements that did not reach the customer, or shall do so once more."""
        self._check_may_send()
        if self.filtered(lambda statement: statement.state == "unknown"):
            raise UserError(
                self.env._(
                    "Nobody knows whether one of these was sent. "
                    "Say so in the exceptions inbox first."
                )
            )
        copies = self.filtered(lambda statement: statement.state not in OPEN_STATES)
        # sudo: statements are made by their job and by this, never as a bare record
        again = {"origin": "hand", "channel": "email", "state": "queued", "note": False}
        for statement in copies.sudo():
            statement.copy(again)
        self.sudo()._ar_update_state(OPEN_STATES, "queued", "")
        self.env["ar.exception"].ar_resolve_for(self)
        self._ar_wake()

    def action_print(self):
        """Print statements as one document; those that waited for it are done."""
        self.check_access("read")
        waiting = self.sudo().filtered(lambda statement: statement.state == "to_print")
        waiting._ar_update_state(("to_print",), "printed", "")
        report = self.env.ref("ar_automation.action_report_account_statement")
        return report.report_action(self, config=False)

    def action_call_off(self):
        """Do not send statements that wait."""
        self._check_may_send()
        self.sudo()._ar_update_state(OPEN_STATES, "none", self.env._("Called off."))

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_queue(self, company, customers, terms, channel="email"):
        """Write statements by hand, to be sent by the next run of their job.

        :param StatementTerms terms: what they cover.
        :return: the statements.
        """
        vals = [
            {
                "company_id": company.id,
                "partner_id": customer.id,
                "date_from": terms.first or terms.last,
                "date_to": terms.last,
                "kind": terms.kind,
                "channel": channel,
                "state": "queued" if channel == "email" else "to_print",
            }
            for customer in customers.commercial_partner_id
        ]
        statements = self.create(vals)
        self._ar_wake()
        return statements

    def ar_lang(self):
        """The language that the customer reads."""
        self.ensure_one()
        contact = self.partner_id.ar_get_statement_contact()
        return contact.lang or self.company_id.partner_id.lang or self.env.lang

    def ar_terms(self):
        """What the statement covers."""
        self.ensure_one()
        return StatementTerms(self.date_to, self.date_from, self.kind)

    def ar_contact(self):
        """Who gets it, for its mail text."""
        return self.partner_id.ar_get_statement_contact()

    def _ar_message_id(self):
        """Message-Id of the mail with the statement; bounces name it."""
        self.ensure_one()
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"<ar-statement-{self.id}@{database}.odoo>"

    def _ar_grouped(self):
        """``[(company, terms, statements)]``: what can be read at once."""
        groups = self.grouped(lambda statement: (statement.company_id, statement.ar_terms()))
        return [(company, terms, group) for (company, terms), group in groups.items()]

    def _ar_update_state(self, allowed, target, note):
        """The only way a statement changes its state."""
        self.filtered(lambda statement: statement.state in allowed).write(
            {
                "state": target,
                "note": note,
                "sent_at": fields.Datetime.now() if target in ("sent", "printed") else False,
            }
        )

    def _check_may_send(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_groups(SENDERS):
            raise AccessError(self.env._("Only collectors and accountants send statements."))

    def _ar_wake(self):
        # sudo: who asks for a statement need not be allowed to look at scheduled actions
        cron = self.env.ref("ar_automation.ir_cron_account_statement_delivery").sudo()
        cron._trigger()
