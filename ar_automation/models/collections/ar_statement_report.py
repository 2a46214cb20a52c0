from odoo import api, fields, models
from odoo.exceptions import AccessError

from .statement_figures import StatementTerms, read_statements


class ArStatementReport(models.AbstractModel):
    """The statement of account of customers, as of a day."""

    _name = "report.ar_automation.report_statement_of_account"
    _description = "Statement of account"

    @api.model
    def _get_report_values(self, docids, data=None):
        data = data or {}
        company = self.env["res.company"].browse(data.get("company_id") or self.env.company.id)
        self._check_company(company)
        customers = (
            self.env["res.partner"].browse(docids).commercial_partner_id.with_company(company)
        )
        terms = StatementTerms(
            fields.Date.to_date(data.get("date")) or fields.Date.context_today(self),
            fields.Date.to_date(data.get("date_from")),
            data.get("kind") or "open",
        )
        return {
            "doc_ids": customers.ids,
            "doc_model": "res.partner",
            "company": company,
            "date": terms.last,
            "statements": self._prepare_statements(company, customers, terms, data.get("lang")),
        }

    # === PRIVATE METHODS ===#

    def _check_company(self, company):
        """The company comes from the address of the page: it must be one of the reader's."""
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in the company of this statement."))

    def _prepare_statements(self, company, customers, terms, lang=None):
        """What the document's template is given, one for each customer."""
        groups = read_statements(company, customers, terms)
        shared = {
            "company": company,
            "terms": terms,
            "is_past": terms.last < fields.Date.context_today(self),
            "bank_accounts": self._find_bank_accounts(company),
        }
        return [
            {
                **shared,
                "record_id": customer.id,
                "customer": customer,
                "lang": lang or customer.lang or company.partner_id.lang,
                "currencies": groups.get(customer.id, []),
            }
            for customer in customers
        ]

    def _find_bank_accounts(self, company):
        # sudo: account numbers are printed for the customer, whoever prints
        journals = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("type", "=", "bank"),
                    ("bank_account_id", "!=", False),
                ]
            )
        )
        return journals.bank_account_id or company.sudo().partner_id.bank_ids[:1]
