from decimal import Decimal

from odoo import models

from ...engine.automation.outcome import JobOutcome
from .account_bank_statement_line import BATCH


class ArJobCashApplication(models.AbstractModel):
    """Matches the payments that wait, every hour and in the order-to-cash day."""

    _name = "ar.job.cash_application.apply"
    _inherit = ["ar.job"]
    _description = "Apply cash"

    _job_model = "account.bank.statement.line"
    _job_batch_size = BATCH

    def _job_due_domain(self, run):
        return self.env["account.bank.statement.line"]._ar_due_domain(run.company_id)

    def _job_key(self, record, run):
        # Booked once; after a person took the match back, once more.
        return f"{record._name},{record.id}:{record.ar_undo_count}"

    def _job_is_enabled(self, company):
        return company.ar_auto_cash_application

    def _job_process(self, records, run):
        records = records.with_company(run.company_id)
        outcomes = records._ar_apply_batch(run.company_id)
        return {line.id: self._outcome(line, outcomes.get(line.id)) for line in records}

    def _outcome(self, line, decision):
        if decision is None:
            return JobOutcome.left(self.env._("Matched by somebody else meanwhile."), kind="known")
        evidence = (line.ar_match_evidence or "").replace("\n", " ")
        if decision.verdict == "matched":
            liquidity, _suspense, _other = line._seek_for_lines()
            amount = sum(liquidity.mapped("balance"))
            return JobOutcome.done(evidence, kind="matched", amount=Decimal(str(amount)))
        return JobOutcome.left(evidence, kind=decision.verdict)
