from odoo import models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome


class ArJobCreditLimits(models.AbstractModel):
    """Lets limits begin and end on their day: sets Odoo's own credit limit on the customers.

    Decisions do not wait for it: they look for the limit that holds on their day.
    """

    _name = "ar.job.credit.limits"
    _inherit = "ar.job"
    _description = "Job: begin and end credit limits"

    _job_model = "ar.credit.limit"

    def _job_due_domain(self, run):
        lasts = Domain("valid_until", "=", False) | Domain("valid_until", ">=", run.date)
        begins = Domain("is_applied", "=", False) & Domain("valid_from", "<=", run.date) & lasts
        ends = Domain("is_applied", "=", True) & Domain("valid_until", "<", run.date)
        return (
            Domain("company_id", "=", run.company_id.id)
            & Domain("is_revoked", "=", False)
            & (begins | ends)
        )

    def _job_key(self, record, run):
        """Each limit begins once and ends once."""
        has_ended = record.valid_until and record.valid_until < run.date
        return f"{record.id}:{'ended' if has_ended else 'begun'}"

    def _job_process(self, records, run):
        records._apply(run.date)
        return {limit.id: JobOutcome.done(text, kind="applied") for limit, text in records._texts()}
