from decimal import Decimal

from odoo import models
from odoo.tools import formatLang

from ...engine.automation.outcome import JobOutcome


class ArJobReportingSnapshot(models.AbstractModel):
    """Measures the key figures of receivables once a day and keeps them.

    Missed days are made up one by one: the aging can be drawn up for any past day.
    """

    _name = "ar.job.reporting.snapshot"
    _description = "Measure key figures"
    _inherit = "ar.job"

    _job_model = "res.company"
    _job_batch_size = 1
    _job_catch_up = "each"

    def _job_due_domain(self, run):
        return [("id", "=", run.company_id.id)]

    def _job_process(self, records, run):
        return {company.id: self._measure(company, run.date) for company in records}

    def _measure(self, company, day):
        snapshots = self.env["ar.kpi.snapshot"]
        if snapshots.search_count([("company_id", "=", company.id), ("date", "=", day)], limit=1):
            return JobOutcome.left(self.env._("The figures of this day were measured before."))
        snapshot = snapshots._measure(company, day)
        currency = company.currency_id
        message = self.env._(
            "%(open)s open, %(overdue)s of it overdue, DSO %(dso)s days",
            open=formatLang(self.env, snapshot.amount_open, currency_obj=currency),
            overdue=formatLang(self.env, snapshot.amount_overdue, currency_obj=currency),
            dso=formatLang(self.env, snapshot.dso, digits=1),
        )
        return JobOutcome.done(message, kind="measured", amount=Decimal(0))
