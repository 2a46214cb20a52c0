from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome
from .plan_batch import PlanBatch

# A plan that needs a person is looked at once a day: it may have been mended elsewhere.
DAILY = timedelta(days=1)


class ArJobInvoicingPlans(models.AbstractModel):
    """Bills the periods of recurring plans that are due."""

    _name = "ar.job.invoicing.plans"
    _inherit = "ar.job"
    _description = "Job: bill recurring plans"

    _job_model = "ar.invoice.plan"
    _job_batch_size = 100

    def _job_due_domain(self, run):
        return Domain(
            [
                ("company_id", "=", run.company_id.id),
                ("state", "=", "active"),
                ("next_invoice_date", "<=", run.date),
            ]
        )

    def _job_key(self, record, run):
        # The number moves on in the transaction that bills. The periods' own unique index
        # stands behind it.
        return f"ar.invoice.plan,{record.id}:{record.billing_number}"

    def _job_is_enabled(self, company):
        return company.ar_bill_plans_automatically

    def _job_process(self, records, run):
        batch = PlanBatch(records, run.date).bill()
        moves = batch.moves_by_plan
        outcomes = {plan_id: self._outcome(moves.get(plan_id)) for plan_id in batch.periods}
        for plan_id, error in batch.faults.items():
            outcomes[plan_id] = self._report(records.browse(plan_id), error, run)
        self.env["ar.audit.event"].ar_append(
            run.company_id, [self._event(move, parts, run) for move, parts in batch.invoices]
        )
        return outcomes

    def _outcome(self, plan_moves):
        if not plan_moves:
            return JobOutcome.done(self.env._("Nothing to bill in this period."), kind="skipped")
        amount = sum(
            (
                Decimal(str(move.company_currency_id.round(move.amount_total_signed)))
                for move in plan_moves
            ),
            Decimal(0),
        )
        waiting = plan_moves.filtered(lambda move: move.state == "draft")
        if waiting:
            reasons = " ".join(filter(None, waiting.mapped("ar_review_reason")))
            return JobOutcome.done(
                self.env._(
                    "Drafted: %s", " ".join(reasons.split()) or plan_moves[:1].partner_id.name
                ),
                kind="drafted",
            )
        return JobOutcome.done(
            self.env._("Invoiced as %s", ", ".join(plan_moves.mapped("name"))),
            kind="invoiced",
            amount=amount,
        )

    def _report(self, plan, error, run):
        """Put a plan into the inbox without having tried to create anything for it."""
        self.env["ar.exception"].ar_report(
            run.company_id,
            plan,
            error.code,
            error.message,
            job=run.job_id,
            hint=error.hint or self.env._("Mend the cause, then choose Try again."),
            next_attempt_at=fields.Datetime.now() + DAILY,
            run_id=run.id,
        )
        return JobOutcome("failed", error.message, "failed")

    def _event(self, move, parts, run):
        plan = move.ar_plan_id
        summary = self.env._(
            "%(plan)s, %(first)s to %(last)s, invoiced as %(invoice)s",
            plan=plan.name,
            first=parts[0].period.span.start,
            last=parts[-1].last,
            invoice=move.name or self.env._("a draft"),
        )
        return {
            "code": "invoicing.plan_billed",
            "summary": summary,
            "record": move,
            "details": {
                "run": run.id,
                "plan": plan.name,
                "periods": [str(part.period.span.start) for part in parts],
                "total": f"{move.amount_total:.{move.currency_id.decimal_places}f}",
                "currency": move.currency_id.name,
            },
        }
