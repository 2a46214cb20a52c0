from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome


class ArJobCollectionsWriteoff(models.AbstractModel):
    """Proposes or books the write-off of small balances, each item once."""

    _name = "ar.job.collections.writeoff"
    _description = "Job: small balances"
    _inherit = "ar.job"

    _job_model = "res.partner"

    def _job_is_enabled(self, company):
        return bool(self.env["ar.writeoff.policy"].ar_get_policy(company).small_amount)

    def _job_due_domain(self, run):
        """Customers with a small balance that the rule did not take up before."""
        if not self._job_is_enabled(run.company_id):
            return Domain.FALSE
        self.env.flush_all()
        query = self.env["ar.writeoff.request"]._small_customers(run.company_id, run.date)
        return Domain("id", "in", SQL("(%s)", query))

    def _job_process(self, records, run):
        requests = self.env["ar.writeoff.request"]._propose_small(run.company_id, run.date, records)
        by_partner = requests.grouped("partner_id")
        return {
            partner.id: self._prepare_outcome(by_partner[partner])
            if partner in by_partner
            else JobOutcome.left(self.env._("Nothing to give up: in peace for now, or at the cap."))
            for partner in records
        }

    # === PRIVATE METHODS ===#

    def _prepare_outcome(self, request):
        kind = "written_off" if request.state == "booked" else "proposed"
        return JobOutcome.done(
            f"{request.name}: {request.currency_id.format(request.amount)}",
            kind=kind,
            amount=Decimal(str(request.currency_id.round(request.amount))),
        )
