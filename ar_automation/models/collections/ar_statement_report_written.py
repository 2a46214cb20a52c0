from odoo import api, models


class ArAccountStatementReport(models.AbstractModel):
    """Statements of account that were written, each as of its own day."""

    _name = "report.ar_automation.report_account_statement"
    _inherit = ["report.ar_automation.report_statement_of_account"]
    _description = "Statement of account (as written)"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env["ar.account.statement"].browse(docids)
        prepared = {}
        for company, terms, group in records._ar_grouped():
            by_customer = group.grouped("partner_id")
            customers = group.partner_id.with_company(company)
            for values in self._prepare_statements(company, customers, terms):
                for record in by_customer[values["customer"]]:
                    prepared[record.id] = {
                        **values,
                        "record_id": record.id,
                        "lang": record.ar_lang(),
                    }
        return {
            "doc_ids": records.ids,
            "doc_model": "ar.account.statement",
            "statements": [prepared[record.id] for record in records],
        }
