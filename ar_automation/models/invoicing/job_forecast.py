from odoo import models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome


class ArJobInvoicingForecast(models.AbstractModel):
    """Tells the invoices to come of plans that changed or were billed."""

    _name = "ar.job.invoicing.forecast"
    _inherit = "ar.job"
    _description = "Job: forecast of recurring plans"

    _job_model = "ar.invoice.plan"

    def _job_due_domain(self, run):
        return Domain([("company_id", "=", run.company_id.id), ("is_forecast_stale", "=", True)])

    def _job_key(self, record, run):
        return f"{record.id}:{run.id}"

    def _job_process(self, records, run):
        faults = self.env["ar.invoice.forecast"].ar_renew(records, run.date)
        told = JobOutcome.done(self.env._("Forecast renewed."), kind="renewed")
        # The job that bills reports the same fault, once it is due.
        return {
            plan.id: JobOutcome.left(faults[plan.id].message) if plan.id in faults else told
            for plan in records
        }
