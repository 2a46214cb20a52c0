"""Reads what is and was in each bucket: one statement for now, one for the history."""

from collections import defaultdict
from decimal import Decimal

from odoo import fields
from odoo.tools import SQL

from ...engine.dunning.provision import History

SEGMENTS = {
    "none": "NULL::text",
    "country": "(SELECT c.code FROM res_country c WHERE c.id = p.country_id)",
    "tag": """(SELECT COALESCE(c.name->>'en_US', '') FROM res_partner_category c
                 JOIN res_partner_res_partner_category_rel r ON r.category_id = c.id
                WHERE r.partner_id = p.id ORDER BY c.id LIMIT 1)""",
}


class ProvisionQuery:
    """Receivables of one company in buckets of days past due, by segment.

    Only what customers owe counts; their credits are no exposure.

    :param ar.provision.policy policy: with buckets, segments and history.
    :param datetime.date day: reporting date.
    """

    def __init__(self, policy, day):
        self.env = policy.env
        self.policy = policy
        self.company = policy.company_id
        self.day = day
        self.starts = sorted(day for day in policy.bucket_ids.mapped("from_day") if day > 0)

    def read_exposure(self):
        """``{(segment, bucket index): (exposure, count)}`` at the end of the day."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.segment, i.bucket, ROUND(SUM(i.residual), 6)::text, COUNT(*)
                     FROM (%s) i WHERE i.residual > 0 GROUP BY i.segment, i.bucket""",
                self._items_at(SQL("(SELECT %s::date AS day)", self.day)),
            )
        )
        return {
            (segment or "", bucket): (Decimal(amount), count)
            for segment, bucket, amount, count in rows
        }

    def read_history(self):
        """``{(segment, bucket index): History}`` of the months whose horizon is over."""
        self.env.flush_all()
        found = defaultdict(History)
        for segment, bucket, exposure, loss, count in self.env.execute_query(self._history()):
            found[segment or "", bucket] = History(Decimal(exposure), Decimal(loss), count)
        return found

    def _history(self):
        months = SQL(
            """(SELECT (generate_series(date_trunc('month', %(first)s::date)
                          + INTERVAL '1 month', date_trunc('month', %(last)s::date)
                          + INTERVAL '1 month', '1 month') - INTERVAL '1 day')::date AS day)""",
            first=fields.Date.subtract(self.day, years=self.policy.years),
            last=fields.Date.subtract(self.day, months=self.policy.horizon_months + 1),
        )
        return SQL(
            """WITH lost AS MATERIALIZED (%(lost)s),
                    items AS MATERIALIZED (%(items)s),
                    later AS (
                    SELECT i.id, i.day, SUM(lost.amount) AS amount
                      FROM items i
                      JOIN lost ON lost.line_id = i.id AND lost.day > i.day
                           AND lost.day <= i.day + %(horizon)s * INTERVAL '1 month'
                  GROUP BY i.id, i.day)
               SELECT i.segment, i.bucket, ROUND(SUM(i.residual), 6)::text,
                      ROUND(SUM(COALESCE(k.amount, 0)), 6)::text, COUNT(*)
                 FROM items i
            LEFT JOIN later k ON k.id = i.id AND k.day = i.day
                WHERE i.residual > 0 GROUP BY i.segment, i.bucket""",
            lost=self._lost(),
            items=self._items_at(months),
            horizon=self.policy.horizon_months,
        )

    def _items_at(self, days):
        """Statement of the items that were open at the end of each of the days."""
        return SQL(
            """SELECT l.id, d.day, %(segment)s AS segment, %(bucket)s AS bucket,
                      l.balance - COALESCE(s.amount, 0) AS residual
                 FROM %(days)s d
                 JOIN account_move_line l ON l.date <= d.day
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
            LEFT JOIN res_partner p ON p.id = l.partner_id
            LEFT JOIN LATERAL (
                      SELECT SUM(r.amount) AS amount FROM account_partial_reconcile r
                       WHERE r.debit_move_id = l.id AND r.max_date <= d.day) s ON TRUE
                WHERE l.company_id = %(company)s AND l.parent_state = 'posted' AND l.balance > 0""",
            segment=SQL(SEGMENTS[self.policy.segment_by]),
            bucket=self._bucket(),
            days=days,
            company=self.company.id,
        )

    def _bucket(self):
        days = SQL("(d.day - COALESCE(l.date_maturity, l.date))")
        parts = [SQL("(%s >= %s)::int", days, start) for start in self.starts]
        return SQL(" + ").join(parts) if parts else SQL("0")

    def _lost(self):
        """What of each item was given up, when: the share of the entry that was a loss.

        An entry's loss is what it charged to the loss accounts: tax that was taken back is no
        loss, nor is what the customer paid in the same entry. What was recovered later is none.
        """
        return SQL(
            """SELECT r.debit_move_id AS line_id, r.max_date AS day,
                      r.amount * LEAST(1, e.charged / e.settled)
                             * (1 - LEAST(1, COALESCE(b.amount, 0) / e.settled)) AS amount
                 FROM account_partial_reconcile r
                 JOIN account_move_line c ON c.id = r.credit_move_id
                 JOIN LATERAL (
                      SELECT SUM(x.balance) FILTER (WHERE x.account_id IN %(accounts)s) AS charged,
                             -SUM(x.balance) FILTER (WHERE x.account_id = c.account_id) AS settled
                        FROM account_move_line x WHERE x.move_id = c.move_id) e
                   ON e.charged > 0 AND e.settled > 0
            LEFT JOIN ar_writeoff_request q ON q.move_id = c.move_id
            LEFT JOIN LATERAL (
                      SELECT SUM(x.balance) AS amount
                        FROM account_move m
                        JOIN account_move_line x ON x.move_id = m.id
                        JOIN account_account a
                          ON a.id = x.account_id AND a.account_type = 'asset_receivable'
                       WHERE m.ar_writeoff_id = q.id AND m.state = 'posted') b ON TRUE
                WHERE r.company_id = %(company)s AND c.parent_state = 'posted'""",
            accounts=tuple(self.policy._get_loss_accounts().ids or [0]),
            company=self.company.id,
        )
