from odoo import models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome


class ArJobCollectionsPlan(models.AbstractModel):
    """Finds out from cash application which payment plans are kept, paid off or in default."""

    _name = "ar.job.collections.plan"
    _description = "Job: watch payment plans"
    _inherit = "ar.job"

    _job_model = "ar.payment.plan"
    _job_batch_size = 200

    def _job_due_domain(self, run):
        lapsed = Domain("state", "=", "offered") & Domain(
            "instalment_ids", "any", [("number", "=", 1), ("date", "<", run.date)]
        )
        running = Domain("state", "=", "active")
        return Domain("company_id", "=", run.company_id.id) & (running | lapsed)

    def _job_process(self, records, run):
        records.filtered(lambda plan: plan.state == "offered")._expire(run.date)
        records.ar_judge(run.company_id, run.date)
        return {plan.id: self._prepare_outcome(plan) for plan in records}

    # === PRIVATE METHODS ===#

    def _prepare_outcome(self, plan):
        if plan.state == "active":
            return JobOutcome.left(plan._describe_pause(), kind="kept")
        return JobOutcome.done(f"{plan.name}: {plan.state_reason}", kind=plan.state)
