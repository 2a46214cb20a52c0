"""Reads what moved a customer's account: invoices, credit notes, payments, with the balance before.

The balance behind the last movement equals the open items of that day, to the cent and in every
currency. Where an item was settled by one of another currency or another customer, each of them
gets a movement of its own; otherwise one currency would keep a debt that is paid.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL


class MovementRow(NamedTuple):
    """One movement; an invoice is positive, a payment negative."""

    date: datetime.date
    kind: str
    name: str
    ref: str
    due_date: datetime.date
    amount: Decimal


@dataclass
class Movements:
    """What moved one customer's account in one currency."""

    opening: Decimal = Decimal(0)
    rows: list[MovementRow] = field(default_factory=list)

    @property
    def closing(self):
        """The balance after the last movement."""
        return self.opening + sum((row.amount for row in self.rows), Decimal(0))


def read_movements(company, customers, first, last):
    """Movements of commercial partners in one company, in one statement.

    :return: ``{(partner id, currency id): Movements}``; who never had any is left out.
    """
    found = defaultdict(Movements)
    if not customers:
        return found
    env = company.env
    env["account.move.line"].flush_model()
    env["account.move"].flush_model(["name", "ref", "move_type", "journal_id"])
    env["account.partial.reconcile"].flush_model()
    for customer_id, currency_id, *row, amount, _line_id in env.execute_query(
        _query(company, customers, first, last)
    ):
        account = found[customer_id, currency_id]
        if row[0] is None:
            account.opening = Decimal(amount)
        else:
            account.rows.append(MovementRow(*row, Decimal(amount)))
    return found


def _query(company, customers, first, last):
    return SQL(
        """WITH movement AS (%(booked)s UNION ALL %(paid)s UNION ALL %(used)s),
                rounded AS (
                SELECT movement.*, ROUND(movement.amount, cur.decimal_places) AS exact
                  FROM movement JOIN res_currency cur ON cur.id = movement.currency_id)
           SELECT partner_id, currency_id, NULL::date AS date, '', '', '', NULL::date,
                  SUM(exact)::text, 0 AS line_id
             FROM rounded WHERE date < %(first)s GROUP BY partner_id, currency_id
        UNION ALL
           SELECT partner_id, currency_id, date, kind, name, ref, due_date, exact::text, line_id
             FROM rounded WHERE date >= %(first)s AND exact <> 0
         -- by kind at last, so that an item is booked before it is used or settled
         ORDER BY 1, 2, 3 NULLS FIRST, 9, 4""",
        booked=_booked(company, customers, last),
        paid=_settled(company, customers, last, SQL("debit"), SQL("credit"), SQL("-")),
        used=_settled(company, customers, last, SQL("credit"), SQL("debit"), SQL("+")),
        first=first,
    )


def _booked(company, customers, last):
    return SQL(
        """SELECT l.partner_id, l.currency_id, l.date, l.id AS line_id,
                  CASE WHEN m.move_type = 'out_invoice' THEN 'invoice'
                       WHEN m.move_type = 'out_refund' THEN 'credit_note'
                       WHEN j.type IN ('bank', 'cash', 'credit') THEN 'payment'
                       ELSE 'entry' END AS kind,
                  COALESCE(l.move_name, '') AS name, COALESCE(m.ref, '') AS ref,
                  l.date_maturity AS due_date, l.amount_currency AS amount
             FROM account_move_line l
             JOIN account_move m ON m.id = l.move_id
             JOIN account_journal j ON j.id = m.journal_id
             JOIN account_account a
               ON a.id = l.account_id AND a.account_type = 'asset_receivable'
            WHERE l.company_id = %s AND l.partner_id IN %s
              AND l.parent_state = 'posted' AND l.date <= %s""",
        company.id,
        tuple(customers.ids),
        last,
    )


def _settled(company, customers, last, own, other, sign):
    """What settled items by those of another currency or customer."""
    return SQL(
        """SELECT own.partner_id, own.currency_id, p.max_date, own.id,
                  CASE WHEN %(sign)s 1 > 0 THEN 'used' ELSE 'settled' END,
                  COALESCE(own.move_name, ''), COALESCE(other.move_name, ''), NULL::date,
                  %(sign)s p.%(side)s_amount_currency
             FROM account_partial_reconcile p
             JOIN account_move_line own ON own.id = p.%(side)s_move_id
             JOIN account_move_line other ON other.id = p.%(far)s_move_id
             JOIN account_account a
               ON a.id = own.account_id AND a.account_type = 'asset_receivable'
            WHERE own.company_id = %(company)s AND own.partner_id IN %(customers)s
              AND own.parent_state = 'posted' AND p.max_date <= %(last)s
              AND (own.currency_id <> other.currency_id
                   OR own.partner_id IS DISTINCT FROM other.partner_id)""",
        sign=sign,
        side=own,
        far=other,
        company=company.id,
        customers=tuple(customers.ids),
        last=last,
    )
