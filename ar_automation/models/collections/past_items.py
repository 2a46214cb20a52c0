"""The receivables of the past with their payments, to try a policy on them."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL

from ...engine.dunning.replay import PastItem


def read_past_items(env, company, start, end):
    """What was open at some time from ``start`` to ``end``, in two statements.

    :return: ``{partner id: (PastItem, ...)}``, amounts in company currency.
    """
    env["account.move.line"].flush_model()
    env["account.partial.reconcile"].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT l.partner_id, l.id, COALESCE(l.date_maturity, l.date), l.balance::text, l.date
                 FROM account_move_line l
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                WHERE l.company_id = %(company)s AND l.parent_state = 'posted' AND l.balance > 0
                  AND l.partner_id IS NOT NULL AND l.date <= %(end)s
                  AND (l.reconciled IS NOT TRUE OR EXISTS (
                          SELECT 1 FROM account_partial_reconcile p
                           WHERE p.debit_move_id = l.id AND p.max_date >= %(start)s))
             ORDER BY l.partner_id, l.id""",
            company=company.id,
            start=start,
            end=end,
        )
    )
    settled = _read_settled(env, [row[1] for row in rows])
    items = defaultdict(list)
    for partner, line, due, amount, invoiced in rows:
        items[partner].append(
            PastItem(line, due, Decimal(amount), tuple(settled.get(line, ())), invoiced)
        )
    return {partner: tuple(found) for partner, found in items.items()}


def _read_settled(env, line_ids):
    settled = defaultdict(list)
    for line, day, amount in env.execute_query(
        SQL(
            """SELECT debit_move_id, max_date, amount::text FROM account_partial_reconcile
                WHERE debit_move_id = ANY(%s)""",
            line_ids,
        )
    ):
        settled[line].append((day, Decimal(amount)))
    return settled
