from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome


class ArJobInvoicingOrders(models.AbstractModel):
    """Invoices confirmed orders that have something to invoice."""

    _name = "ar.job.invoicing.orders"
    _inherit = "ar.job"
    _description = "Job: invoice confirmed orders"

    _job_model = "sale.order"
    _job_batch_size = 50

    def _job_due_domain(self, run):
        return Domain(
            [
                ("company_id", "=", run.company_id.id),
                ("state", "=", "sale"),
                ("invoice_status", "=", "to invoice"),
                # milestones say when the parts of their order are invoiced
                ("ar_milestone_ids", "not any", [("state", "=", "waiting")]),
            ]
        )

    def _job_key(self, record, run):
        # Not by day: what is delivered in two steps on one day is invoiced in two steps.
        # The number moves on in the transaction that invoices, so a worker that still
        # sees the old quantities also computes the old key, and is refused.
        return f"sale.order,{record.id}:{record.ar_invoicing_number}"

    def _job_is_enabled(self, company):
        return company.ar_invoice_automatically

    def _job_process(self, records, run):
        due = records.filtered(lambda order: order._ar_has_lines_to_invoice())
        nothing = JobOutcome.left(self.env._("Nothing to invoice yet."))
        outcomes = {order.id: nothing for order in records - due}
        if not due:
            return outcomes
        reason = self.env._(
            "Invoiced automatically on %(date)s because the order had quantities to invoice "
            "(run %(run)s).",
            date=run.date,
            run=run.id,
        )
        invoices = due.ar_create_checked_invoices(run.date, reason)
        by_order = invoices.grouped(lambda move: move.line_ids.sale_line_ids.order_id)
        for order in due:
            outcomes[order.id] = self._outcome(by_order.get(order))
        self.env["ar.audit.event"].ar_append(
            run.company_id, [self._event(move, run) for move in invoices]
        )
        return outcomes

    def _outcome(self, invoice):
        if not invoice:
            return JobOutcome.left(self.env._("Nothing to invoice yet."))
        if invoice.ar_review_reason:
            message = self.env._(
                "Drafted for review: %s", " ".join(invoice.ar_review_reason.splitlines())
            )
            return JobOutcome.done(message, kind="to_review")
        amount = Decimal(str(invoice.company_currency_id.round(invoice.amount_total_signed)))
        return JobOutcome.done(
            self.env._("Invoiced as %s", invoice.name), kind="invoiced", amount=amount
        )

    def _event(self, invoice, run):
        details = {
            "run": run.id,
            "orders": invoice.line_ids.sale_line_ids.order_id.mapped("name"),
            "total": f"{invoice.amount_total:.{invoice.currency_id.decimal_places}f}",
            "currency": invoice.currency_id.name,
        }
        origin = invoice.invoice_origin or ""
        if invoice.ar_review_reason:
            summary = self.env._(
                "Invoice of %(origin)s left for review: %(reason)s",
                origin=origin,
                reason=invoice.ar_review_reason,
            )
            return {
                "code": "invoicing.left_for_review",
                "summary": summary,
                "record": invoice,
                "details": details,
            }
        summary = self.env._(
            "%(origin)s invoiced as %(invoice)s", origin=origin, invoice=invoice.name
        )
        return {
            "code": "invoicing.invoiced",
            "summary": summary,
            "record": invoice,
            "details": details,
        }
