from decimal import Decimal

from odoo import fields, models
from odoo.tools import formatLang

from ...engine.automation.outcome import JobOutcome
from .order_check import OrderCheck
from .sale_order_guard import STOPPING


class ArJobCreditRecheck(models.AbstractModel):
    """Looks again at orders on credit hold and confirms those whose reason has disappeared.

    Only what a person has confirmed is confirmed: an order that was changed since it was
    put on hold, or whose offer has run out, waits until somebody confirms it again.
    """

    _name = "ar.job.credit.recheck"
    _inherit = "ar.job"
    _description = "Look again at orders on credit hold"

    _job_model = "sale.order"

    def _job_due_domain(self, run):
        return self.env["sale.order"]._ar_on_hold_domain(run.company_id)

    def _job_is_enabled(self, company):
        return company.ar_credit_recheck

    def _job_process(self, records, run):
        day = max(run.date, fields.Date.context_today(self))
        held = records.filtered(lambda order: order.ar_credit_state == "held")
        outcomes = {order.id: self._left_waiting(order, day) for order in held}
        ready = held.filtered(lambda order: not outcomes[order.id])
        decided = self._decide(ready, day)
        free = ready.filtered(
            lambda order: (
                order.id not in decided or decided[order.id].decision.verdict not in STOPPING
            )
        )
        (ready - free)._ar_refresh_hold(decided)
        outcomes.update(
            {
                order.id: JobOutcome.left(order.sudo().ar_credit_reason, kind="held")
                for order in ready - free
            }
        )
        outcomes.update(self._release(free))
        return outcomes

    def _left_waiting(self, order, day):
        """Why an order waits for a person whatever its customer owes; None if it does not."""
        if order._ar_compare_scope() != 0:
            return JobOutcome.left(
                self.env._(
                    "%(order)s was changed since it was confirmed; confirm it again.",
                    order=order.name,
                ),
                kind="held",
            )
        if order.validity_date and order.validity_date < day:
            return JobOutcome.left(
                self.env._("The offer %(order)s has run out; confirm it again.", order=order.name),
                kind="held",
            )
        return None

    def _decide(self, orders, day):
        check = OrderCheck(orders) if orders else None
        return check.decide(day) if check and check.is_needed() else {}

    def _release(self, orders):
        """Release and confirm orders; return their outcomes."""
        orders._ar_end_hold()
        orders._ar_confirm_released()
        return {order.id: self._prepare_released(order) for order in orders}

    def _prepare_released(self, order):
        total = formatLang(self.env, order.amount_total, currency_obj=order.currency_id)
        return JobOutcome.done(
            self.env._(
                "%(order)s over %(total)s released and confirmed", order=order.name, total=total
            ),
            kind="released",
            amount=Decimal(
                str(
                    order.currency_id._convert(
                        order.amount_total,
                        order.company_id.currency_id,
                        order.company_id,
                        order.date_order,
                    )
                )
            ),
        )
