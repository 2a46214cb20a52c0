from odoo import models

from ...engine.automation.outcome import JobOutcome


class ArJobCollectionsPromise(models.AbstractModel):
    """Finds out from cash application which promises were kept and which were broken."""

    _name = "ar.job.collections.promise"
    _description = "Job: judge promises to pay"
    _inherit = "ar.job"

    _job_model = "ar.promise"
    _job_batch_size = 500

    def _job_due_domain(self, run):
        return [("company_id", "=", run.company_id.id), ("state", "=", "open")]

    def _job_key(self, record, run):
        """A promise is judged once, on whatever day."""
        return str(record.id)

    def _job_process(self, records, run):
        verdicts = records.ar_judge(run.company_id, run.date)
        return {
            promise.id: self._prepare_outcome(promise, verdicts[promise.id])
            for promise in records
            if promise.id in verdicts
        }

    # === PRIVATE METHODS ===#

    def _prepare_outcome(self, promise, verdict):
        if verdict.state == "open":
            message = promise.state_reason or self.env._("Its day has not come yet.")
            return JobOutcome.left(message, kind="open")
        labels = dict(promise._fields["state"]._description_selection(self.env))
        message = self.env._(
            "%(state)s: %(reason)s", state=labels[promise.state], reason=promise.state_reason
        )
        return JobOutcome.done(message, kind=promise.state)
