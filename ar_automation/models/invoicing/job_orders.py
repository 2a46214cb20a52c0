from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from .order_batch import OrderBatch


class ArJobInvoicingOrders(models.AbstractModel):
    """Invoices confirmed orders that have something to invoice, by their customers' policies."""

    _name = "ar.job.invoicing.orders"
    _inherit = "ar.job"
    _description = "Job: invoice confirmed orders"

    _job_model = "sale.order"
    _job_batch_size = 50

    def _job_due_domain(self, run):
        orders = self.env["sale.order"]
        to_invoice = orders._ar_open_domain(run.company_id)
        if run.dry_run:
            return to_invoice  # a simulation also tells what waits
        singles, together = self.env["ar.invoice.policy"].ar_due_domains(run.company_id, run.date)
        if together.is_false():
            return to_invoice & singles
        first = self._first_of_customer(to_invoice & together)
        return to_invoice & (singles | Domain("id", "in", first))

    def _first_of_customer(self, domain):
        """One order of each customer: who takes it up, takes up all of the customer's."""
        orders = self.env["sale.order"].with_context(active_test=False)
        query = orders._search(domain, bypass_access=True)
        return SQL(
            """(SELECT MIN(due.id) FROM sale_order due JOIN res_partner p ON p.id = due.partner_id
                 WHERE due.id IN %s GROUP BY p.commercial_partner_id)""",
            query.subselect(),
        )

    def _job_key(self, record, run):
        # Not by day: what is delivered in two steps on one day is invoiced in two steps.
        # The number moves on in the transaction that invoices, so a worker that still
        # sees the old quantities also computes the old key, and is refused.
        return f"sale.order,{record.id}:{record.ar_invoicing_number}"

    def _job_is_enabled(self, company):
        return company.ar_invoice_automatically

    def _job_process(self, records, run):
        batch = OrderBatch(records, run.date, run.company_id).lock().decide().invoice(run)
        outcomes = {order.id: self._outcome(order, batch) for order in records}
        invoiced = {order_id for group in batch.groups for order_id in group.order_ids}
        used = [key for key, outcome in outcomes.items() if outcome.consumes_key]
        records.browse(set(used) - invoiced)._ar_count_invoicing()
        self.env["ar.audit.event"].ar_append(
            run.company_id, [self._event(move, run) for move in batch.moves if move]
        )
        return outcomes

    def _outcome(self, order, batch):
        moves = batch.moves_of(order)
        if not moves:
            return self._outcome_without(order, batch)
        drafts = [move for move in moves if move.ar_review_reason]
        posted = [move for move in moves if not move.ar_review_reason]
        sentences = [self._drafted(move) for move in drafts]
        if posted:
            names = ", ".join(self._describe(move) for move in posted)
            sentences.insert(0, self.env._("Invoiced as %s", names))
        amounts = (
            Decimal(str(move.company_currency_id.round(move.amount_total_signed)))
            for move in posted
        )
        return JobOutcome.done(
            " ".join(sentences),
            kind="invoiced" if posted else "to_review",
            amount=sum(amounts, Decimal(0)),
        )

    def _outcome_without(self, order, batch):
        """What to say of an order that is on no invoice of its own."""
        if order.id in batch.waits:
            return JobOutcome.left(batch.wait_sentence(order), kind="waiting")
        if any(order.id in group.order_ids for group in batch.groups):
            return JobOutcome.done(
                self.env._("Together with other orders of the customer."), kind="together"
            )
        return JobOutcome.left(self.env._("Nothing to invoice yet."))

    def _describe(self, invoice):
        if invoice.ar_policy_date:
            return f"{invoice.name} ({invoice.invoice_origin})"
        return invoice.name

    def _drafted(self, invoice):
        return self.env._("Drafted for review: %s", " ".join(invoice.ar_review_reason.splitlines()))

    def _event(self, invoice, run):
        details = {
            "run": run.id,
            "orders": invoice.line_ids.sale_line_ids.order_id.mapped("name"),
            "total": f"{invoice.amount_total:.{invoice.currency_id.decimal_places}f}",
            "currency": invoice.currency_id.name,
        }
        if invoice.ar_policy_date:
            details["collective_invoice_of"] = str(invoice.ar_policy_date)
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
