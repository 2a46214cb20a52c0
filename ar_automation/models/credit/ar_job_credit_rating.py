from odoo import models

from ...engine.automation.outcome import JobOutcome


class ArJobCreditRating(models.AbstractModel):
    """Asks bureaus again about customers whose rating is due.

    Only customers who were rated once are asked about, since each report costs money. What a
    bureau or the way to it does wrong is raised: the spine tries again or puts it into the inbox.
    """

    _name = "ar.job.credit.rating"
    _inherit = ["ar.job"]
    _description = "Refresh credit ratings"

    _job_model = "ar.credit.watch"
    _job_order = "refresh_date, id"
    # Each answer is committed before the next question: it was paid for.
    _job_batch_size = 1

    def _job_due_domain(self, run):
        return [
            ("company_id", "=", run.company_id.id),
            ("active", "=", True),
            ("bureau_id.active", "=", True),
            ("bureau_id.refresh_days", ">", 0),
            ("partner_id.active", "=", True),
            ("refresh_date", "<=", run.date),
        ]

    def _job_is_enabled(self, company):
        return bool(
            self.env["ar.credit.bureau"]
            .sudo()
            .search_count([("company_id", "=", company.id), ("refresh_days", ">", 0)], limit=1)
        )

    def _job_process(self, records, run):
        return {watch.id: self._refresh(watch, run) for watch in records}

    def _refresh(self, watch, run):
        name = watch.partner_id.display_name
        if run.dry_run:
            return JobOutcome.done(self.env._("%s would be asked about.", name), kind="rated")
        rating = watch.bureau_id.ar_rate(watch.partner_id)
        return JobOutcome.done(
            self.env._("%(customer)s: %(rating)s", customer=name, rating=rating.display_name),
            kind="rated",
        )
