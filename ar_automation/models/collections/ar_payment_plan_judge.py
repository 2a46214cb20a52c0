from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...engine.dunning.instalments import judge_plan
from .settlement_query import flush_settlements, settlement_of


class ArPaymentPlan(models.Model):
    """How cash application judges payment plans."""

    _inherit = "ar.payment.plan"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_judge(self, company, date):
        """Fill the instalments of running plans with what was paid, and end those that are
        paid off or in default.

        :param datetime.date date: business day at whose beginning they are judged.
        :return: ``{plan id: Standing}``.
        """
        plans = self.sudo().filtered(lambda plan: plan.state == "active")
        paid = plans._read_paid(date)
        standings = {
            plan.id: judge_plan(
                plan._to_engine(),
                paid.get(plan.id, Decimal(0)),
                plans._last_known_day(company, date),
                grace_days=company.ar_promise_grace_days,
            )
            for plan in plans
        }
        for plan in plans:
            plan._store(standings[plan.id], date)
        for state, ended in plans.grouped("state").items():
            if state != "active":
                ended._note(state)
        return standings

    # === PRIVATE METHODS ===#

    def _last_known_day(self, company, date):
        """Nobody is in default of what the bank has not told yet: judge as of what is known."""
        newest = company.ar_get_bank_data_date()
        return min(date, fields.Date.add(newest, days=1)) if newest else date

    def _read_paid(self, date):
        """``{plan id: paid since it began}``, in one statement.

        An item that is no longer posted owes nothing, and counts as settled; interest whose
        invoice is no longer posted is still to be paid.
        """
        if not self:
            return {}
        flush_settlements(self.env)
        self.env["ar.payment.plan.item"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.plan_id,
                          SUM(CASE WHEN l.id IS NULL AND i.is_interest THEN 0
                                   WHEN l.id IS NULL THEN i.open_amount
                                   ELSE GREATEST(
                                        i.open_amount - (l.amount_currency - s.own), 0)
                              END)::text
                     FROM ar_payment_plan_item i
                LEFT JOIN account_move_line l
                       ON l.id = i.move_line_id AND l.parent_state = 'posted'
                LEFT JOIN LATERAL (%s) s ON TRUE
                    WHERE i.plan_id IN %s
                 GROUP BY i.plan_id""",
                settlement_of(SQL("%s::date", date)),
                tuple(self.ids),
            )
        )
        return {plan_id: Decimal(paid) for plan_id, paid in rows}

    def _store(self, standing, date):
        for instalment, part in zip(self.instalment_ids, standing.filled, strict=True):
            instalment.paid = float(part)
        if standing.state == "done":
            self._update_state({"active"}, "done", self.env._("Paid off."), ended_date=date)
        elif standing.state == "default":
            self._update_state(
                {"active"}, "default", self._explain_default(standing), ended_date=date
            )
            self._call_collector()

    def _explain_default(self, standing):
        return self.env._(
            "%(amount)s due since %(day)s did not arrive.",
            amount=self.currency_id.format(float(standing.overdue)),
            day=format_date(self.env, standing.overdue_since),
        )

    def _call_collector(self):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Payment plan in default"),
            note=self.state_reason,
            user_id=self.user_id.id,
        )

    def _expire(self, date):
        """An offer nobody signed before its first day has lapsed."""
        reason = self.env._("Not accepted before the first instalment was due.")
        self._update_state({"offered"}, "cancelled", reason, ended_date=date)
        self._note("lapsed")
