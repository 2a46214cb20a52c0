from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, format_date

from ...engine.dunning.promises import Promise, Received, judge_promise
from .settlement_query import flush_settlements, settlement_of


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled on a promise's items since it was given, in its currency."""

    paid: Decimal
    credited: Decimal


class ArPromise(models.Model):
    """How cash application judges promises."""

    _inherit = "ar.promise"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_judge(self, company, date):
        """Find out which open promises of one company were kept or broken, and store it.

        A fixed number of statements for any number of promises.

        :param datetime.date date: business day at whose beginning they are judged.
        :return: ``{promise id: Verdict}``.
        """
        promises = self.sudo().filtered(lambda promise: promise.state == "open")
        received = promises._read_received(company)
        verdicts = {
            promise.id: judge_promise(promise._to_engine(), received[promise.id], date)
            for promise in promises
        }
        promises._store(verdicts, received, date)
        return verdicts

    # === PRIVATE METHODS ===#

    def _to_engine(self):
        self.ensure_one()
        amount = Decimal(str(self.currency_id.round(self.amount)))
        return Promise(amount, self.date, self.grace_days)

    def _read_received(self, company):
        settled = self._read_settled()
        bank_date = company.ar_get_bank_data_date()
        waiting = self.env["account.bank.statement.line"].ar_get_waiting_receipts(
            company, self.partner_id
        )
        nothing = Settled(Decimal(0), Decimal(0))
        return {
            promise.id: Received(
                settled.get(promise.id, nothing).paid,
                settled.get(promise.id, nothing).credited,
                bank_date,
                bool(waiting.get(promise.partner_id.id)),
            )
            for promise in self
        }

    def _read_settled(self):
        """``{promise id: Settled}``: in one statement, by what was open then and is now.

        An item that is no longer posted owes nothing: what was open on it counts as credited.
        """
        if not self:
            return {}
        flush_settlements(self.env)
        self.env["ar.promise"].flush_model()
        self.env["ar.promise.line"].flush_model()
        rows = self.env.execute_query(self._settled_statement())
        return {row[0]: Settled(Decimal(row[1]), Decimal(row[2])) for row in rows}

    def _settled_statement(self):
        is_own = SQL("p.currency_id = l.currency_id")
        return SQL(
            """SELECT x.promise_id,
                      SUM(GREATEST(x.settled - x.credited, 0))::text, SUM(x.credited)::text
                 FROM (SELECT pl.promise_id,
                              CASE WHEN l.id IS NULL THEN pl.open_amount
                                   ELSE GREATEST(pl.open_amount - CASE WHEN %(is_own)s
                                        THEN l.amount_currency - s.own
                                        ELSE l.balance - s.company END, 0) END AS settled,
                              CASE WHEN l.id IS NULL THEN pl.open_amount
                                   ELSE GREATEST(CASE WHEN %(is_own)s THEN s.own_credited
                                        ELSE s.company_credited END
                                        - COALESCE(pl.credited_before, 0), 0) END AS credited
                         FROM ar_promise_line pl
                         JOIN ar_promise p ON p.id = pl.promise_id
                    LEFT JOIN account_move_line l
                           ON l.id = pl.move_line_id AND l.parent_state = 'posted'
                    LEFT JOIN LATERAL (%(settlement)s) s ON TRUE
                        WHERE pl.promise_id IN %(ids)s) x
             GROUP BY x.promise_id""",
            is_own=is_own,
            settlement=settlement_of(SQL("p.date + COALESCE(p.grace_days, 0)")),
            ids=tuple(self.ids),
        )

    def _store(self, verdicts, received, date):
        """Write verdicts; the ORM joins the writes of a batch into few statements."""
        for promise in self:
            verdict, paid = verdicts[promise.id], received[promise.id].paid
            promise.paid_amount = float(paid)
            if verdict.state == "open":
                promise.state_reason = self._explain_waiting(verdict.reason)
                continue
            promise.judged_date = date
            reason = promise._explain_verdict(verdict)
            promise._update_state({"open"}, verdict.state, reason)
        for state, judged in self.grouped("state").items():
            if state != "open":
                judged._note(state)

    def _explain_waiting(self, reason):
        return {
            "not_due": "",
            "receipt_waiting": self.env._("A payment of the customer waits to be matched."),
            "bank_data_stale": self.env._("Bank data does not reach the end of the grace yet."),
        }[reason]

    def _explain_verdict(self, verdict):
        self.ensure_one()
        money = self.currency_id.format
        day = format_date(self.env, self.date)
        if verdict.state == "kept":
            return self.env._("%s arrived.", money(self.paid_amount))
        if verdict.state == "lifted":
            return self.env._("What was promised was credited.")
        return self.env._(
            "%(paid)s of %(amount)s arrived until %(day)s and %(grace)d days of grace.",
            paid=money(self.paid_amount),
            amount=money(self.amount),
            day=day,
            grace=self.grace_days,
        )
