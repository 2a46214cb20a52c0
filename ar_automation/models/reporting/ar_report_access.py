from odoo import fields, models
from odoo.exceptions import AccessError, UserError

READER_GROUPS = ",".join(
    (
        "ar_automation.ar_automation_group_collector",
        "ar_automation.ar_automation_group_credit_manager",
        "ar_automation.ar_automation_group_auditor",
        "account.group_account_readonly",
        "account.group_account_invoice",
    )
)


class ArReportAccess(models.AbstractModel):
    """What every report on receivables does first: who may read, which company, which day.

    The figures of a report are summed past the record rules, in one statement; so the
    rights are checked here, once, before anything is summed.
    """

    _name = "ar.report.access"
    _description = "Access to reports on receivables"

    def _check_reader(self, company):
        """Refuse users without a role in receivables and companies that are not theirs.

        :raises AccessError: naming what is missing and whom to ask.
        """
        if self.env.su:
            return
        if not self.env.user.has_groups(READER_GROUPS):
            raise AccessError(
                self.env._(
                    "Reports on receivables are for collectors, credit managers, accountants and "
                    "auditors. "
                    "Ask an administrator for one of these roles under Settings, Users."
                )
            )
        if company not in self.env.user.company_ids:
            # sudo: the name of a company that the user may not read
            name = company.sudo().name
            raise AccessError(
                self.env._(
                    "You have no access to the company %s; ask an administrator for it.", name
                )
            )

    def _resolve_company(self, company_id):
        """Return the company that a screen asked for, the current one by default."""
        company = self.env["res.company"].browse(company_id) if company_id else self.env.company
        if not company.sudo().exists():
            raise UserError(
                self.env._(
                    "The company with number %s no longer exists. Reload the page.", company_id
                )
            )
        return company

    def _resolve_date(self, company, day):
        """Return the day that a screen asked for, the company's today by default."""
        if not day:
            return self.env["ar.job"]._job_today(company)
        try:
            return fields.Date.to_date(day)
        except ValueError as error:
            raise UserError(self.env._("“%s” is no date. Give it as YYYY-MM-DD.", day)) from error
