from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.automation.outcome import JobOutcome


class ArJobInvoicingMilestones(models.AbstractModel):
    """Invoices milestones of orders on their day, or once they are reached."""

    _name = "ar.job.invoicing.milestones"
    _inherit = "ar.job"
    _description = "Job: invoice milestones"

    _job_model = "ar.invoice.milestone"
    _job_order = "order_id, sequence, id"
    _job_batch_size = 20

    def _job_due_domain(self, run):
        reached = Domain("is_reached", "=", True) | Domain("due_date", "<=", run.date)
        return reached & Domain(
            [
                ("company_id", "=", run.company_id.id),
                ("state", "=", "waiting"),
                ("order_id.state", "=", "sale"),
            ]
        )

    def _job_key(self, record, run):
        return f"ar.invoice.milestone,{record.id}"

    def _job_is_enabled(self, company):
        return company.ar_invoice_automatically

    def _job_process(self, records, run):
        return {record.id: self._invoice(record, run) for record in records}

    def _invoice(self, milestone, run):
        invoice = milestone.ar_invoice(run.date)
        note = self.env._(
            "Invoiced automatically on %(date)s for the milestone %(milestone)s.",
            date=format_date(self.env, run.date),
            milestone=milestone.name,
        )
        invoice._message_log(body=invoice._ar_review_note(note))
        self.env["ar.audit.event"].ar_append(
            run.company_id,
            [
                {
                    "code": "invoicing.milestone_invoiced",
                    "summary": self.env._(
                        "%(milestone)s of %(order)s invoiced",
                        milestone=milestone.name,
                        order=milestone.order_id.name,
                    ),
                    "record": invoice,
                    "details": {"run": run.id, "percentage": str(milestone.percentage)},
                }
            ],
        )
        if invoice.ar_review_reason:
            return JobOutcome.done(" ".join(invoice.ar_review_reason.split()), kind="to_review")
        amount = invoice.company_currency_id.round(invoice.amount_total_signed)
        return JobOutcome.done(
            self.env._("Invoiced as %s", invoice.name),
            kind="invoiced",
            amount=Decimal(str(amount)),
        )
