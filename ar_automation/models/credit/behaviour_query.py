"""Reads how customers behave: a fixed number of statements for any number of customers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from odoo.tools import SQL

# What the statements read, and therefore must be in the database first.
READ_FIELDS = {
    "res.partner": ["commercial_partner_id"],
    "account.account": ["account_type"],
    "account.move": [
        "state", "move_type", "name", "invoice_date", "date", "amount_total_signed",
        "commercial_partner_id", "company_id", "is_move_sent", "statement_line_id",
        "origin_payment_id",
    ],
    "account.move.line": [
        "partner_id", "company_id", "account_id", "parent_state", "date", "date_maturity",
        "balance", "move_id",
    ],
    "account.partial.reconcile": ["debit_move_id", "credit_move_id", "amount", "max_date"],
    "account.payment": ["partner_id", "company_id", "state", "date", "partner_type"],
    "sale.order": ["state", "company_id", "partner_invoice_id", "amount_total", "date_order"],
    "snailmail.letter": ["model", "res_id"],
}  # fmt: skip
HISTORY_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Item:
    """One receivable item of an invoice, as it stood at the end of the day.

    :ivar residual: what is still open.
    :ivar paid: settled by money; ``weighted`` is each part times its days late, ``paid_late``
        the part settled after the due date, ``written_off`` what was booked as an expense.
    :ivar settled_date: the last settlement, of whatever kind.
    """

    item_id: int
    name: str
    invoice_date: date
    due_date: date
    amount: float
    residual: float
    paid: float
    weighted: float
    paid_late: float
    written_off: float
    settled_date: date | None
    is_electronic: bool


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was invoiced, taxes included, less credit notes, in company currency."""

    first_date: date | None = None
    year: float = 0.0
    recent: float = 0.0
    before: float = 0.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What was ordered: in the last 30 days, in the 180 days before, and in how many orders."""

    recent: float = 0.0
    before: float = 0.0
    count: int = 0


class BehaviourQuery:
    """How customers behaved towards the tree of branches of a company, until a day.

    :param res.company company: any company of the tree.
    :param datetime.date day: nothing after its end is looked at.
    :param commercial_partner_ids: whose behaviour.
    """

    def __init__(self, company, day, commercial_partner_ids):
        self.env = company.env
        self.company = company.sudo()
        self.day = day
        self.ids = tuple(commercial_partner_ids) or (0,)
        self.companies = SQL(
            "(SELECT id FROM res_company WHERE parent_path LIKE %s)", f"{self.company.root_id.id}/%"
        )
        for model, names in READ_FIELDS.items():
            self.env[model].flush_model(names)

    def collect_items(self):
        """Items of the last 24 months: ``{customer id: [Item, …]}``, in order of their dates."""
        found = defaultdict(list)
        for customer_id, *values in self.env.execute_query(self._items_statement()):
            found[customer_id].append(Item(*values))
        return found

    def collect_turnover(self):
        """``{customer id: Turnover}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT commercial_partner_id,
                       MIN(COALESCE(invoice_date, date)) FILTER (WHERE move_type = 'out_invoice'),
                       COALESCE(SUM(amount_total_signed) FILTER (WHERE date > %(year)s), 0),
                       COALESCE(SUM(amount_total_signed) FILTER (WHERE date > %(half)s), 0),
                       COALESCE(SUM(amount_total_signed)
                                FILTER (WHERE date > %(year)s AND date <= %(half)s), 0)
                  FROM account_move
                 WHERE state = 'posted' AND date <= %(day)s
                   AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND commercial_partner_id IN %(ids)s AND company_id IN %(companies)s
              GROUP BY commercial_partner_id
                """,
                **self._scope(),
            )
        )
        return {customer_id: Turnover(*map(_number, values)) for customer_id, *values in rows}

    def collect_orders(self):
        """``{customer id: Orders}``, in company currency at each order's own rate."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id,
                       COALESCE(SUM(o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1))
                                FILTER (WHERE o.date_order >= %(recent)s), 0),
                       COALESCE(SUM(o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1))
                                FILTER (WHERE o.date_order < %(recent)s), 0),
                       COUNT(*) FILTER (WHERE o.date_order < %(recent)s)
                  FROM sale_order o JOIN res_partner p ON p.id = o.partner_invoice_id
                 WHERE o.state = 'sale' AND o.date_order >= %(since)s AND o.date_order < %(until)s
                   AND p.commercial_partner_id IN %(ids)s AND o.company_id IN %(companies)s
              GROUP BY p.commercial_partner_id
                """,
                recent=self.day - relativedelta(days=29),
                since=self.day - relativedelta(days=209),
                until=self.day + relativedelta(days=1),
                **self._scope(),
            )
        )
        return {customer_id: Orders(*map(_number, values)) for customer_id, *values in rows}

    def collect_bounced(self):
        """How many payments of the last 12 months came back: ``{customer id: count}``."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT p.commercial_partner_id, COUNT(*)
                      FROM account_payment b JOIN res_partner p ON p.id = b.partner_id
                     WHERE b.state = 'rejected' AND b.partner_type = 'customer'
                       AND b.date > %(year)s AND b.date <= %(day)s
                       AND p.commercial_partner_id IN %(ids)s AND b.company_id IN %(companies)s
                  GROUP BY p.commercial_partner_id
                    """,
                    **self._scope(),
                )
            )
        )

    def _scope(self):
        return {
            "day": self.day,
            "half": self.day - relativedelta(months=6),
            "year": self.day - relativedelta(months=12),
            "ids": self.ids,
            "companies": self.companies,
        }

    def _items_statement(self):
        return SQL(
            """
            SELECT p.commercial_partner_id, l.id, m.name, COALESCE(m.invoice_date, m.date),
                   COALESCE(l.date_maturity, l.date), l.balance::float,
                   (l.balance - COALESCE(s.settled, 0))::float, COALESCE(s.paid, 0)::float,
                   COALESCE(s.weighted, 0)::float, COALESCE(s.paid_late, 0)::float,
                   COALESCE(s.written_off, 0)::float, s.settled_date,
                   COALESCE(m.is_move_sent, FALSE) AND NOT EXISTS (
                       SELECT 1 FROM snailmail_letter letter
                        WHERE letter.model = 'account.move' AND letter.res_id = m.id)
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
         LEFT JOIN LATERAL (%(settlements)s) s ON TRUE
             WHERE l.parent_state = 'posted' AND a.account_type = 'asset_receivable'
               AND m.move_type IN ('out_invoice', 'out_receipt') AND l.balance > 0
               AND l.date > %(since)s AND l.date <= %(day)s
               AND p.commercial_partner_id IN %(ids)s AND l.company_id IN %(companies)s
          ORDER BY p.commercial_partner_id, l.date, l.id
            """,
            settlements=self._settlements(),
            since=self.day - relativedelta(months=HISTORY_MONTHS),
            **self._scope(),
        )

    def _settlements(self):
        """What settled an item; a credit note settles, but says nothing on how one pays."""
        late = SQL("(r.max_date - COALESCE(l.date_maturity, l.date))")
        money = SQL("c_move.move_type = 'entry' AND NOT w.is_written_off")
        return SQL(
            """
            SELECT SUM(r.amount) AS settled, SUM(r.amount) FILTER (WHERE %(money)s) AS paid,
                   SUM(r.amount * %(late)s) FILTER (WHERE %(money)s) AS weighted,
                   SUM(r.amount) FILTER (WHERE %(money)s AND %(late)s > 0) AS paid_late,
                   SUM(r.amount) FILTER (WHERE w.is_written_off) AS written_off,
                   MAX(r.max_date) AS settled_date
              FROM account_partial_reconcile r
              JOIN account_move_line c ON c.id = r.credit_move_id
              JOIN account_move c_move ON c_move.id = c.move_id
        CROSS JOIN LATERAL (
                   SELECT c_move.move_type = 'entry' AND c_move.statement_line_id IS NULL
                          AND c_move.origin_payment_id IS NULL AND EXISTS (
                              SELECT 1 FROM account_move_line e
                                JOIN account_account x ON x.id = e.account_id
                               WHERE e.move_id = c_move.id AND x.account_type LIKE 'expense%%'
                          ) AS is_written_off) w
             WHERE r.debit_move_id = l.id AND r.max_date <= %(day)s
            """,
            money=money,
            late=late,
            day=self.day,
        )


def _number(value):
    return value if value is None or isinstance(value, date | int) else float(value)
