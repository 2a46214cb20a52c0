from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from .ar_dunning_notice import LIVE_STATES

READERS = (
    "ar_automation.ar_automation_group_collector,ar_automation.ar_automation_group_credit_manager,"
    "ar_automation.ar_automation_group_auditor,account.group_account_invoice"
)
STATEMENT_REPORT = "ar_automation.action_report_statement_of_account"


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_dunning_hold = fields.Boolean(
        "On hold from dunning",
        company_dependent=True,
        groups=READERS,
        help="No reminder is sent to this customer. Put on hold and release with the "
        "buttons, which ask for a reason.",
    )
    ar_dunning_hold_reason = fields.Char(
        "Reason for the hold", company_dependent=True, groups=READERS
    )
    ar_dunning_hold_until = fields.Date(
        "Hold ends after",
        company_dependent=True,
        groups=READERS,
        help="Last day without reminders. Empty: until it is released.",
    )
    ar_dunning_contact_id = fields.Many2one(
        "res.partner",
        "Dunning contact",
        domain="[('id', 'child_of', commercial_partner_id), ('email', '!=', False)]",
        help="Gets the reminders. Empty: the invoice address, else the customer itself.",
    )
    ar_dunning_level_id = fields.Many2one(
        "ar.dunning.level",
        "Last reminder",
        compute="_compute_ar_dunning",
        groups=READERS,
        help="Level of the last reminder that was not taken back.",
    )
    ar_dunning_date = fields.Date("Last reminded on", compute="_compute_ar_dunning", groups=READERS)
    ar_dunning_notice_count = fields.Integer(
        "Reminders", compute="_compute_ar_dunning", groups=READERS
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("company")
    def _compute_ar_dunning(self):
        groups = self.env["ar.dunning.notice"]._read_group(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("state", "in", LIVE_STATES),
            ],
            ["partner_id"],
            ["__count", "id:max"],
        )
        found = {partner.id: (count, last) for partner, count, last in groups}
        for partner in self:
            count, last = found.get(partner.commercial_partner_id.id, (0, False))
            notice = self.env["ar.dunning.notice"].browse(last or [])
            partner.ar_dunning_notice_count = count
            partner.ar_dunning_level_id = notice.level_id
            partner.ar_dunning_date = notice.date

    # === ACTION METHODS ===#

    def action_ar_hold_dunning(self):
        """Ask for the reason and the end of a hold."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on hold from dunning"),
            "res_model": "ar.dunning.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.commercial_partner_id.ids},
        }

    def action_ar_release_dunning(self):
        """End the hold in the current company."""
        self.ar_release_dunning(self.env.company)

    def action_ar_view_notices(self):
        """Open the customer's reminders in the current companies."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reminders"),
            "res_model": "ar.dunning.notice",
            "view_mode": "list,form",
            "domain": [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("state", "!=", "simulated"),
            ],
        }

    # === BUSINESS METHODS ===#

    def ar_hold_dunning(self, company, reason, until=None):
        """Send these customers no reminders from one company.

        :param str reason: why, shown on the customer.
        :param datetime.date until: last day of the hold; None until it is released.
        :raises AccessError: unless a collector does it.
        """
        until_text = format_date(self.env, until) if until else ""
        message = self.env._("On hold from dunning: %s", reason)
        if until:
            message = self.env._(
                "On hold from dunning until %(until)s: %(reason)s", until=until_text, reason=reason
            )
        self._write_dunning_hold(company, "held", message, hold=True, reason=reason, until=until)

    def ar_release_dunning(self, company):
        """Let the reminders of one company go on.

        :raises AccessError: unless a collector does it.
        """
        self._write_dunning_hold(
            company, "released", self.env._("Released from the hold on dunning."), hold=False
        )

    def ar_get_dunning_contact(self):
        """Who gets the customer's reminders.

        The dunning contact, else the invoice address, else the customer itself; the first
        of them that has an e-mail address.
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        invoice_addresses = customer.child_ids.filtered(lambda child: child.type == "invoice")
        candidates = customer.ar_dunning_contact_id | invoice_addresses | customer
        return candidates.filtered("email_normalized")[:1] or customer

    def ar_render_statement(self, company, date=None, *, first=None, lang=None):
        """One customer's statement of account as a PDF; see :meth:`ar_render_statements`.

        :return: ``(file name, content)``.
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        return customer.ar_render_statements(company, date, first=first, lang=lang)[customer.id]

    def ar_render_statements(self, company, date=None, *, first=None, lang=None):
        """The statement of account of each of these customers as a PDF.

        :param datetime.date date: as of that day, today if not given.
        :param datetime.date first: tell all movements since that day, too.
        :param str lang: language code; each customer's own if not given.
        :return: ``{customer id: (file name, content)}``.
        """
        customers = self.commercial_partner_id
        day = fields.Date.to_string(date or fields.Date.context_today(self))
        data = {"company_id": company.id, "date": day, "lang": lang}
        if first:
            data |= {"date_from": fields.Date.to_string(first), "kind": "movements"}
        report = self.env["ir.actions.report"].with_company(company)
        contents = report.ar_print_each(STATEMENT_REPORT, customers.ids, data=data)
        return {
            customer.id: (
                customer.with_context(lang=lang or customer.lang).env._(
                    "Statement of account %s.pdf", day
                ),
                contents[customer.id],
            )
            for customer in customers
        }

    # === PRIVATE METHODS ===#

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + [
            "ar_dunning_hold",
            "ar_dunning_hold_reason",
            "ar_dunning_hold_until",
        ]

    def _write_dunning_hold(self, company, what, message, *, hold, reason=False, until=None):
        if not (
            self.env.su or self.env.user.has_group("ar_automation.ar_automation_group_collector")
        ):
            raise AccessError(
                self.env._("Only collectors put customers on hold from dunning or release them.")
            )
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in %s.", company.sudo().name))
        self.check_access("read")
        # sudo: collectors decide about dunning without the right to edit contacts
        customers = self.commercial_partner_id.sudo().with_company(company)
        customers.write(
            {
                "ar_dunning_hold": hold,
                "ar_dunning_hold_reason": reason,
                "ar_dunning_hold_until": until or False,
            }
        )
        customers._message_log_batch(
            bodies={customer.id: f"{company.name}: {message}" for customer in customers}
        )
        self.env["ar.audit.event"].ar_append(
            company,
            [
                {"code": f"dunning.{what}", "summary": message, "record": customer}
                for customer in customers
            ],
        )
