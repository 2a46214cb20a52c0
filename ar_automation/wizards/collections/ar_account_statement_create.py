from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.collections.statement_figures import KINDS, StatementTerms
from ...models.collections.statement_workbook import write_statement_workbook

PARTNER_REPORT = "ar_automation.action_report_statement_of_account"


class ArAccountStatementCreate(models.TransientModel):
    """Statements of account of one or several customers, on demand."""

    _name = "ar.account.statement.create"
    _description = "Statement of account on demand"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", required=True, context={"active_test": False}
    )
    kind = fields.Selection(
        KINDS,
        "Content",
        required=True,
        default=lambda self: self._policy(self.env.company).kind,
        help="Open items with their age; or, above them, all movements with the balance before "
        "and after.",
    )
    date_from = fields.Date(
        "From",
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1, day=1),
        help="First day of the movements.",
    )
    date_to = fields.Date(
        "As of",
        required=True,
        default=fields.Date.context_today,
        help="What is booked after this day is left out.",
    )
    missing_count = fields.Integer(
        "Without address",
        compute="_compute_missing_count",
        help="Customers without a valid e-mail address; they cannot get it by mail.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_ids")
    def _compute_missing_count(self):
        for wizard in self:
            wizard.missing_count = sum(
                not customer.ar_get_statement_contact().email_normalized
                for customer in wizard.partner_ids.commercial_partner_id
            )

    # === ACTION METHODS ===#

    def action_download_pdf(self):
        """One document with the statements of all these customers."""
        return self._download("pdf")

    def action_download_workbook(self):
        """One workbook with the statements of all these customers."""
        return self._download("xlsx")

    def action_send(self):
        """Queue one e-mail for each customer, and show them."""
        self.ensure_one()
        self.env["ar.account.statement"]._check_may_send()
        self._check_customers()
        # sudo: statements are made by their job and by this, never as a bare record
        statements = (
            self.env["ar.account.statement"]
            .sudo()
            .ar_queue(self.company_id, self.partner_ids, self.ar_terms())
        )
        action = self.env["ir.actions.actions"]._for_xml_id(
            "ar_automation.ar_account_statement_action"
        )
        return {**action, "domain": [("id", "in", statements.ids)], "context": {}}

    # === BUSINESS METHODS ===#

    def ar_terms(self):
        """What the statements cover.

        :raises UserError: the first day is behind the last one.
        :raises AccessError: the user does not work in the company.
        """
        self.ensure_one()
        report = self.env["report.ar_automation.report_statement_of_account"]
        report._check_company(self.company_id)
        first = self.date_from if self.kind == "movements" else None
        if self.kind == "movements" and not first:
            raise UserError(self.env._("Say from which day on the movements are to be told."))
        if first and first > self.date_to:
            raise UserError(self.env._("The statement would end before it begins."))
        return StatementTerms(self.date_to, first, self.kind)

    def ar_render(self, form):
        """The statements as a file.

        :param str form: ``pdf`` or ``xlsx``.
        :return: ``(file name, content)``.
        """
        terms = self.ar_terms()
        customers = self.partner_ids.commercial_partner_id
        name = self.env._("Statement of account %s", self.date_to)
        if form == "xlsx":
            lang = (customers.lang if len(customers) == 1 else None) or self.env.lang
            company = self.company_id.with_context(lang=lang)
            return f"{name}.xlsx", write_statement_workbook(company, customers, terms)
        data = {
            "company_id": self.company_id.id,
            "date": fields.Date.to_string(terms.last),
            "date_from": fields.Date.to_string(terms.first) if terms.first else False,
            "kind": terms.kind,
        }
        report = self.env["ir.actions.report"].with_company(self.company_id)
        content, _kind = report._render_qweb_pdf(PARTNER_REPORT, customers.ids, data=data)
        return f"{name}.pdf", content

    # === PRIVATE METHODS ===#

    def _policy(self, company):
        return self.env["ar.account.statement.policy"].ar_get_policy(company).sudo()

    def _check_customers(self):
        if not self.partner_ids:
            raise UserError(self.env._("Choose at least one customer."))

    def _download(self, form):
        self.ensure_one()
        self._check_customers()
        self.ar_terms()
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_automation/statement/{self.id}/{form}",
            "target": "download",
        }
