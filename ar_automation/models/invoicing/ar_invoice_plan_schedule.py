from datetime import timedelta
from decimal import Decimal
from itertools import chain

from odoo import api, fields, models

from ...engine.invoicing.charges import recurring_amount
from ...engine.invoicing.invoice_day import InvoiceDayRule, invoice_day
from ...engine.invoicing.periods import Period, Schedule, ScheduleError, iter_periods
from ...engine.invoicing.price_revision import Revision, RevisionError
from ...engine.invoicing.spans import Span
from .plan_batch import PlanBatch

ONE_DAY = timedelta(days=1)
MONTHS_PER_UNIT = {
    "day": Decimal(12) / Decimal("365.25"),
    "week": Decimal(84) / Decimal("365.25"),
    "month": Decimal(1),
    "quarter": Decimal(3),
    "year": Decimal(12),
}


class ArInvoicePlan(models.Model):
    """When a plan is billed next, and what it brings in."""

    _inherit = "ar.invoice.plan"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_upcoming(self, until, billed=None):
        """Yield ``(period kind, Period, invoice date)`` from the first unbilled one on.

        :param datetime.date until: last invoice date to be told.
        :param set billed: what ``_ar_billed_periods`` found, if the caller asked it for many.
        :raises ScheduleError: when the schedule makes no periods.
        """
        self.ensure_one()
        billed = self._ar_billed_periods() if billed is None else billed
        rule = self._ar_invoice_day_rule()
        for kind, period in self._ar_unbilled_periods(billed):
            due = invoice_day(period.span, rule)
            if due > until:
                return
            yield kind, period, due

    # === PRIVATE METHODS ===#

    def _ar_schedule(self):
        return Schedule(
            start=self._ar_billing_start(),
            unit=self.unit,
            count=self.count,
            alignment=self.alignment,
            day=self.billing_day,
            rule=self.rule or "",
            end=self.end_date + ONE_DAY if self.end_date else None,
        )

    def _ar_invoice_day_rule(self):
        return InvoiceDayRule(
            in_arrears=self.invoice_time == "arrears",
            offset=self.invoice_offset_days,
            convention=self.business_days,
            country=self.company_id.account_fiscal_country_id.code or "",
        )

    def _ar_date_of_invoice(self, due, today):
        """Date of an invoice that is made today: the day it was due, unless it is late."""
        return today if due < today and self.late_date == "today" else due

    def _ar_billed_periods(self):
        """``{(plan id, kind, first day)}`` of what is billed beyond the plans' cursors.

        There is none but where a period before was released.
        """
        cursors = [plan.next_period_start for plan in self if plan.next_period_start]
        if not cursors:
            return set()
        rows = self.env["ar.invoice.period"].search_fetch(
            [("plan_id", "in", self.ids), ("date_from", ">=", min(cursors))],
            ["plan_id", "kind", "date_from"],
        )
        return {(row.plan_id.id, row.kind, row.date_from) for row in rows}

    def _ar_unbilled_periods(self, billed):
        """``(kind, Period)`` from the cursor on; endless if the plan is."""
        schedule = self._ar_schedule()
        regular = (("regular", p) for p in iter_periods(schedule, self.next_period_start))
        for kind, period in chain(regular, self._ar_closing_periods(schedule.end)):
            if (self.id, kind, period.span.start) not in billed:
                yield kind, period

    def _ar_closing_periods(self, end):
        """What was used in the last period of a plan in advance is billed once it is over."""
        has_meters = any(line.kind == "metered" for line in self.line_ids)
        if end and has_meters and self.invoice_time == "advance":
            yield "closing", Period(Span(end, end), Span(end, end))

    def _ar_set_next(self):
        """Write what comes next; a plan whose periods are all billed has ended.

        A schedule that makes no periods leaves the plan due, so that the job reports it.
        """
        billed = self._ar_billed_periods()
        for plan in self:
            rule = plan._ar_invoice_day_rule()
            try:
                _kind, period = next(plan._ar_unbilled_periods(billed), ("", None))
            except ScheduleError:
                continue
            if period is None:
                plan._ar_finish()
                continue
            plan._ar_write_next(period.span.start, invoice_day(period.span, rule))

    def _ar_lines_changed(self):
        """Compute anew what running plans bring in; what comes next stays as it is."""
        self.filtered(lambda plan: plan.state == "active")._ar_set_next()
        self.filtered(lambda plan: not plan.is_forecast_stale).is_forecast_stale = True

    def _ar_write_next(self, start, due):
        amount, mrr = self._ar_recurring_amounts(max(start, self._ar_billing_start()))
        values = {
            "next_period_start": start,
            "next_invoice_date": due,
            "amount": amount,
            "mrr": mrr,
        }
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            # tracking every month's date would bury what people changed
            self.with_context(tracking_disable=True).write(changed)

    def _ar_finish(self):
        """All periods are billed: nothing is due any more."""
        ended_on = self.end_date or fields.Date.context_today(self)
        self.write(
            {
                "state": "ended",
                "next_period_start": False,
                "next_invoice_date": False,
                "ended_on": ended_on,
                "lost_mrr": self.mrr,
                "mrr": 0.0,
            }
        )

    def _ar_move_cursor_back(self, start):
        """Let the periods from ``start`` on be looked at again; billed ones are passed over."""
        cursor = min(start, self.next_period_start or start)
        self.write(
            {
                "next_period_start": cursor,
                "state": "active" if self.state == "ended" else self.state,
            }
        )
        self._ar_set_next()

    def _ar_fixed_lines(self, day=None):
        """Fixed lines that are valid on ``day`` or later, today if not given."""
        day = day or fields.Date.context_today(self)
        return self.line_ids.filtered(
            lambda line: line.kind == "fixed" and line._ar_valid().end > day
        )

    def _ar_recurring_amounts(self, day):
        """``(per period in the plan's currency, per month in the company's)`` on ``day``."""
        rounding = self._ar_rounding()
        try:
            amount = sum(
                (recurring_amount(line._ar_facts(), day, rounding) for line in self.line_ids),
                Decimal(0),
            )
        except RevisionError:
            return self.amount, self.mrr  # the job tells which value of the index is missing
        per_month = float(amount / self._ar_months(day))
        company = self.company_id
        mrr = self.currency_id._convert(per_month, company.currency_id, company, day)
        return float(amount), mrr

    def _ar_months(self, day):
        """How many months of 1/12 year a period has."""
        if self.alignment != "rule":
            return MONTHS_PER_UNIT[self.unit] * self.count
        period = next(iter_periods(self._ar_schedule(), day), None)
        days = period.whole.days if period else 30
        return MONTHS_PER_UNIT["day"] * days

    def _ar_revision(self, base):
        """How the plan's prices follow time, for a price agreed for the day ``base``."""
        if self.revision_kind == "none":
            return None
        by_index = self.revision_kind == "index"
        return Revision(
            base=base,
            months=self.revision_months,
            percent=Decimal(str(self.revision_percent)),
            index=self.revision_index_id._ar_values() if by_index else {},
            lag=self.revision_lag_months,
        )

    def _ar_pauses(self):
        """Days for which nothing is charged."""
        open_end = fields.Date.to_date("9999-12-31")
        return tuple(
            Span(pause.date_from, pause.date_to + ONE_DAY if pause.date_to else open_end)
            for pause in self.pause_ids
        )

    # === WHAT THE JOB AND THE BUTTON SHARE ===#

    @api.private
    def ar_bill_due(self, date):
        """Bill what the plans, which the caller has locked, have due on ``date``.

        :return: the invoices.
        :raises ArError: the first reason why one of them cannot be billed; then none is.
        """
        batch = PlanBatch(self, date)
        batch.bill()
        for error in batch.faults.values():
            raise error
        return batch.moves
