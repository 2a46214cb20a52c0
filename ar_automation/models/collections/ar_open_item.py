import datetime
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class ItemRow(NamedTuple):
    """One open receivable item; a negative residual is unapplied credit.

    ``disputed`` is the part of the residual that is contested now, in company currency.
    """

    partner_id: int
    line_id: int
    move_id: int
    name: str
    date: datetime.date
    due_date: datetime.date
    currency_id: int
    original: Decimal
    residual: Decimal
    residual_company: Decimal
    no_followup: bool
    blocked: bool
    ref: str
    disputed: Decimal


class ArOpenItem(models.AbstractModel):
    """Open receivable items of customers, read in one statement."""

    _name = "ar.open.item"
    _description = "Open receivable items"

    @api.model
    @api.private
    def ar_collect(self, company, partners, at=None):
        """Open items of commercial partners in one company, oldest due first.

        :param res.company company: whose receivables.
        :param res.partner partners: commercial partners.
        :param datetime.date at: as they stood at the end of that day; None for now.
        :return: ``{partner id: [ItemRow]}``, partners without items left out.
        """
        if not partners:
            return {}
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["name", "ref", "payment_state"])
        self.env["account.partial.reconcile"].flush_model()
        items = defaultdict(list)
        for row in self.env.execute_query(self._query(company, partners, at)):
            items[row[0]].append(_item_row(row))
        return dict(items)

    def _query(self, company, partners, at):
        residual, residual_company, joins, is_open = self._as_of(at) if at else self._as_of_now()
        return SQL(
            """SELECT l.partner_id, l.id, l.move_id, l.move_name, COALESCE(m.invoice_date, l.date),
                      COALESCE(l.date_maturity, l.date), l.currency_id,
                      ROUND(l.amount_currency, cur.decimal_places)::text,
                      ROUND(%(residual)s, cur.decimal_places)::text,
                      ROUND(%(residual_company)s, own.decimal_places)::text,
                      COALESCE(l.no_followup, FALSE), COALESCE(m.payment_state = 'blocked', FALSE),
                      COALESCE(m.ref, ''), COALESCE(l.ar_disputed_amount, 0)::text
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                 JOIN res_company c ON c.id = l.company_id
                 JOIN res_currency cur ON cur.id = l.currency_id
                 JOIN res_currency own ON own.id = c.currency_id
                %(joins)s
                WHERE l.company_id = %(company)s AND l.partner_id IN %(partners)s
                  AND l.parent_state = 'posted' AND %(is_open)s
             ORDER BY l.partner_id, COALESCE(l.date_maturity, l.date), l.id""",
            residual=residual,
            residual_company=residual_company,
            joins=joins,
            company=company.id,
            partners=tuple(partners.ids),
            is_open=is_open,
        )

    def _as_of_now(self):
        return (
            SQL("l.amount_residual_currency"),
            SQL("l.amount_residual"),
            SQL(),
            SQL(
                "l.reconciled IS NOT TRUE "
                "AND (l.amount_residual <> 0 OR l.amount_residual_currency <> 0)"
            ),
        )

    def _as_of(self, at):
        """Take back what was matched after that day."""
        settled = SQL(
            """LEFT JOIN LATERAL (
                      SELECT SUM(p.amount) AS company, SUM(p.debit_amount_currency) AS own
                        FROM account_partial_reconcile p
                       WHERE p.debit_move_id = l.id
                         AND p.max_date <= %(at)s) d ON TRUE
               LEFT JOIN LATERAL (
                      SELECT SUM(p.amount) AS company, SUM(p.credit_amount_currency) AS own
                        FROM account_partial_reconcile p
                       WHERE p.credit_move_id = l.id
                         AND p.max_date <= %(at)s) k ON TRUE""",
            at=at,
        )
        own = SQL("l.amount_currency - COALESCE(d.own, 0) + COALESCE(k.own, 0)")
        company = SQL("l.balance - COALESCE(d.company, 0) + COALESCE(k.company, 0)")
        is_open = SQL(
            """l.date <= %(at)s AND ROUND(%(own)s, cur.decimal_places) <> 0
               AND (l.reconciled IS NOT TRUE OR EXISTS (
                       SELECT 1 FROM account_partial_reconcile p
                        WHERE (p.debit_move_id = l.id OR p.credit_move_id = l.id)
                          AND p.max_date > %(at)s))""",
            at=at,
            own=own,
        )
        return own, company, settled, is_open


def _item_row(values):
    """Amounts travel as text: the database driver would make floats of them."""
    *head, original, residual, residual_company, no_followup, blocked, ref, disputed = values
    amounts = (Decimal(amount) for amount in (original, residual, residual_company))
    return ItemRow(*head, *amounts, no_followup, blocked, ref, Decimal(disputed))
