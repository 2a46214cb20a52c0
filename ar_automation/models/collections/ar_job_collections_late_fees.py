from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from .late_fee_accrual import LateFeeAccrual


class ArJobCollectionsLateFees(models.AbstractModel):
    """Counts late interest and fees, and charges what the policy says is due."""

    _name = "ar.job.collections.late.fees"
    _description = "Job: late interest and fees"
    _inherit = "ar.job"

    _job_model = "res.partner"
    _job_batch_size = 500

    def _job_is_enabled(self, company):
        return self.env["ar.late.fee.policy"].ar_get_policy(company).is_enabled

    def _job_key(self, record, run):
        """A customer that several companies share is counted once a day in each of them."""
        return f"{run.company_id.id}:{record.id}:{run.date}"

    def _job_due_domain(self, run):
        """Customers with an invoice that is late, or was paid late and is not settled."""
        if not self._job_is_enabled(run.company_id):
            return Domain.FALSE
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        query = self._start(run).find_late(SQL("l.partner_id"))
        return Domain("id", "in", SQL("(%s)", query))

    def _job_process(self, records, run):
        due = self._start(run).accrue(records)
        if not run.dry_run:
            due.ar_charge(run.date)
        # what is charged in the same customer's name is told once
        charged = due.grouped("partner_id")
        return {
            partner.id: self._prepare_outcome(
                charged.get(partner, due.browse()), run.company_id, run.date
            )
            for partner in records
        }

    # === PRIVATE METHODS ===#

    def _start(self, run):
        policy = self.env["ar.late.fee.policy"].ar_get_policy(run.company_id)
        return LateFeeAccrual(policy, run.date)

    def _prepare_outcome(self, claims, company, day):
        if not claims:
            return JobOutcome.done(self.env._("Late interest and fees counted."), kind="accrued")
        amount = sum(
            claim.currency_id._convert(claim.amount, company.currency_id, company, day)
            for claim in claims
        )
        return JobOutcome.done(
            self.env._(
                "Charged: %s", ", ".join(claim.display_name for claim in claims.sorted("id"))
            ),
            kind="charged",
            amount=Decimal(str(company.currency_id.round(amount))),
        )
