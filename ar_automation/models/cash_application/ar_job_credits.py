from decimal import Decimal

from odoo import models

from ...engine.automation.outcome import JobOutcome


class ArJobCashCredits(models.AbstractModel):
    """Sets open credit against new invoices, customer by customer, as the policy says."""

    _name = "ar.job.cash_application.credits"
    _inherit = ["ar.job"]
    _description = "Apply open credit"

    _job_model = "res.partner"

    def _job_due_domain(self, run):
        items = self.env["account.move.line"]
        scope = [
            ("company_id", "=", run.company_id.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ]
        credits_ = items._search([*scope, ("amount_residual", "<", 0)])
        debits = items._search([*scope, ("amount_residual", ">", 0)])
        return [
            ("id", "in", credits_.subselect("partner_id")),
            ("id", "in", debits.subselect("partner_id")),
        ]

    def _job_is_enabled(self, company):
        return company.ar_auto_cash_application

    def _job_process(self, records, run):
        applications = self.env["ar.credit.application"].with_company(run.company_id)
        made = applications.ar_apply_credits(records, run.company_id)
        return {partner.id: self._outcome(made.get(partner.id)) for partner in records}

    def _outcome(self, rows):
        if not rows:
            return JobOutcome.left(self.env._("Nothing to set against each other."), kind="none")
        applied = rows.filtered(lambda row: row.state == "applied")
        text = ", ".join(
            f"{row.credit_id.move_id.name} > {row.item_id.move_id.name}" for row in rows
        )
        if not applied:
            return JobOutcome.left(text, kind="proposed")
        amount = sum(Decimal(str(row.amount)) for row in applied)
        return JobOutcome.done(text, kind="applied", amount=amount)
