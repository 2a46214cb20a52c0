"""Collects what customers owe a company: one statement per component, however many customers."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tools import SQL

from ...engine.credit.exposure import ZERO, Exposure

# What the statements read, and therefore must be in the database first.
READ_FIELDS = {
    "res.partner": ["commercial_partner_id"],
    "account.account": ["account_type"],
    "account.move": [
        "state",
        "move_type",
        "commercial_partner_id",
        "company_id",
        "currency_id",
        "amount_total",
    ],
    "account.move.line": [
        "partner_id",
        "company_id",
        "account_id",
        "parent_state",
        "date",
        "date_maturity",
        "balance",
        "amount_residual",
        "move_id",
        "price_total",
        "currency_id",
    ],
    "account.partial.reconcile": ["debit_move_id", "credit_move_id", "amount", "max_date"],
    "sale.order": ["state", "company_id", "currency_id", "partner_invoice_id", "invoice_status"],
    "sale.order.line": [
        "order_id",
        "display_type",
        "is_downpayment",
        "product_id",
        "product_uom_qty",
        "qty_delivered",
        "qty_invoiced",
        "price_total",
        "invoice_lines",
    ],
    "product.product": ["product_tmpl_id"],
    "product.template": ["invoice_policy"],
    "res.company": ["parent_path"],
    "res.currency.rate": ["name", "rate", "currency_id", "company_id"],
}


def to_decimal(currency, amount):
    """An amount of money, rounded to its currency, as the engine wants it."""
    return Decimal(str(currency.round(amount))) if amount else ZERO


class ExposureQuery:
    """What customers owe the tree of branches that a company belongs to, on one day.

    :param res.company company: any company of the tree; all share one currency.
    :param datetime.date day: posted items are as of the end of this day when it has
        passed; drafts and orders are always as they are now. Amounts in other currencies
        are converted at the day's rate.
    :param int late_after_days: an item is *late* when it is overdue for more days.
    """

    def __init__(self, company, day, *, late_after_days=0):
        self.env = company.env
        self.company = company.sudo()
        self.currency = self.company.currency_id
        self.day = day
        self.late_before = day - timedelta(days=late_after_days)
        # the company's tree of branches: the root's path starts every path in it
        self.companies = SQL(
            "(SELECT id FROM res_company WHERE parent_path LIKE %s)", f"{self.company.root_id.id}/%"
        )
        self.is_past = day < fields.Date.context_today(company)
        self._rates = {}

    def collect(self, commercial_partner_ids):
        """Exposure per commercial partner.

        :return: ``{id: Exposure}`` with an entry for every id.
        """
        ids = tuple(commercial_partner_ids)
        if not ids:
            return {}
        for model, names in READ_FIELDS.items():
            self.env[model].flush_model(names)
        drafts, orders = self._collect_drafts(ids), self._collect_orders(ids)
        self.load_rates({currency_id for _partner, currency_id, _amount in drafts + orders})
        draft_of, orders_of = self._sum_converted(drafts), self._sum_converted(orders)
        items = self._collect_items(ids)
        return {
            partner_id: replace(
                items.get(partner_id) or Exposure(),
                draft=to_decimal(self.currency, draft_of[partner_id]),
                orders=to_decimal(self.currency, orders_of[partner_id]),
            )
            for partner_id in ids
        }

    # --- currencies

    def load_rates(self, currency_ids):
        """Fetch the day's rates of currencies that are not known yet, in one query."""
        missing = {*currency_ids} - self._rates.keys() - {self.currency.id}
        if missing:
            currencies = self.env["res.currency"].browse({*missing, self.currency.id})
            self._rates.update(currencies.sudo()._get_rates(self.company, self.day))

    def to_company(self, amount, currency_id):
        """Convert an amount at the day's rate; the result is not rounded."""
        if currency_id == self.currency.id:
            return amount
        return amount * self._rates[self.currency.id] / self._rates[currency_id]

    def _sum_converted(self, rows):
        sums = defaultdict(float)
        for partner_id, currency_id, amount in rows:
            sums[partner_id] += self.to_company(amount, currency_id)
        return sums

    # --- components

    def _collect_items(self, ids):
        """Posted receivable items: what is open, overdue, late, and what is credit."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id,
                       SUM(item.residual) FILTER (WHERE item.residual > 0),
                       SUM(item.residual) FILTER (WHERE item.residual > 0 AND item.due < %(day)s),
                       SUM(item.residual)
                           FILTER (WHERE item.residual > 0 AND item.due < %(late_before)s),
                       SUM(item.residual) FILTER (WHERE item.residual < 0),
                       MIN(item.due) FILTER (WHERE item.residual > 0 AND item.due < %(day)s)
                  FROM (%(items)s) item
                  JOIN res_partner p ON p.id = item.partner_id
              GROUP BY p.commercial_partner_id
                """,
                day=self.day,
                late_before=self.late_before,
                items=self._past_items(ids) if self.is_past else self._present_items(ids),
            )
        )
        return {partner_id: self._prepare_exposure(*values) for partner_id, *values in rows}

    def _prepare_exposure(self, owed, overdue, late, credit, oldest_due):
        return Exposure(
            open=to_decimal(self.currency, owed or 0.0),
            overdue=to_decimal(self.currency, overdue or 0.0),
            late=to_decimal(self.currency, late or 0.0),
            credit=to_decimal(self.currency, credit or 0.0),
            oldest_overdue_days=(self.day - oldest_due).days if oldest_due else 0,
        )

    def _present_items(self, ids):
        return SQL(
            """SELECT l.partner_id, l.amount_residual AS residual,
                      COALESCE(l.date_maturity, l.date) AS due
                 FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                WHERE %s AND l.amount_residual != 0""",
            self._items_condition(ids),
        )

    def _past_items(self, ids):
        """Items as they were: a settlement counts once both sides of it were booked."""
        return SQL(
            """SELECT l.partner_id, COALESCE(l.date_maturity, l.date) AS due,
                      l.balance - COALESCE(as_debit.amount, 0) + COALESCE(as_credit.amount, 0)
                          AS residual
                 FROM account_move_line l
                 JOIN account_account a ON a.id = l.account_id
            LEFT JOIN LATERAL (SELECT SUM(amount) AS amount FROM account_partial_reconcile
                                WHERE debit_move_id = l.id AND max_date <= %(day)s) as_debit ON TRUE
            LEFT JOIN LATERAL (SELECT SUM(amount) AS amount FROM account_partial_reconcile
                                WHERE credit_move_id = l.id AND max_date <= %(day)s) as_credit
                   ON TRUE
                WHERE %(condition)s AND l.date <= %(day)s""",
            day=self.day,
            condition=self._items_condition(ids),
        )

    def _items_condition(self, ids):
        return SQL(
            """l.parent_state = 'posted' AND a.account_type = 'asset_receivable'
               AND l.company_id IN %s
               AND l.partner_id IN
                   (SELECT id FROM res_partner WHERE commercial_partner_id IN %s)""",
            self.companies,
            ids,
        )

    def _collect_drafts(self, ids):
        return self.env.execute_query(
            SQL(
                """
                SELECT m.commercial_partner_id, m.currency_id,
                       SUM(CASE WHEN m.move_type = 'out_refund' THEN -m.amount_total
                                ELSE m.amount_total END)
                  FROM account_move m
                 WHERE m.state = 'draft'
                   AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND m.commercial_partner_id IN %s AND m.company_id IN %s
              GROUP BY m.commercial_partner_id, m.currency_id
                """,
                ids,
                self.companies,
            )
        )

    def _collect_orders(self, ids):
        """What confirmed orders will still be invoiced for, taxes included.

        A line counts for the quantity that is on no invoice yet, at its price with taxes,
        as in Odoo's ``amount_to_invoice``, but:

        * what is on a draft invoice is left out, because the draft counts by itself;
        * products invoiced on delivery count when ordered, not when delivered;
        * down payments lessen the rest of their order while they are invoiced and not
          yet deducted from its final invoice;
        * an order never counts for less than nothing.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT rest.partner_id, rest.currency_id, SUM(GREATEST(rest.amount, 0))
                  FROM (SELECT p.commercial_partner_id AS partner_id, o.id, o.currency_id,
                               SUM(%(line_rest)s) AS amount
                          FROM sale_order o
                          JOIN res_partner p ON p.id = o.partner_invoice_id
                          JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
                     LEFT JOIN product_product v ON v.id = l.product_id
                     LEFT JOIN product_template t ON t.id = v.product_tmpl_id
                         WHERE o.state = 'sale' AND o.invoice_status != 'invoiced'
                           AND o.company_id IN %(companies)s AND p.commercial_partner_id IN %(ids)s
                      GROUP BY p.commercial_partner_id, o.id, o.currency_id) rest
              GROUP BY rest.partner_id, rest.currency_id
                """,
                line_rest=self._order_line_rest(),
                companies=self.companies,
                ids=ids,
            )
        )

    def _order_line_rest(self):
        quantity = SQL(
            "CASE WHEN t.invoice_policy = 'delivery' THEN GREATEST(l.product_uom_qty, "
            "l.qty_delivered)"
            " ELSE l.product_uom_qty END - COALESCE(l.qty_invoiced, 0)"
        )
        return SQL(
            """CASE WHEN l.is_downpayment THEN -%(down_payment)s
                    WHEN COALESCE(l.product_uom_qty, 0) = 0 THEN 0
                    ELSE l.price_total / l.product_uom_qty
                         * CASE WHEN l.product_uom_qty > 0 THEN GREATEST(%(quantity)s, 0)
                                ELSE LEAST(l.product_uom_qty - COALESCE(l.qty_invoiced, 0), 0) END
                END""",
            quantity=quantity,
            down_payment=self._down_payment_invoiced(),
        )

    def _down_payment_invoiced(self):
        """What is on invoices for a down payment line, in the order's currency."""
        return SQL(
            """COALESCE((SELECT SUM(i.price_total
                                    * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END)
                           FROM sale_order_line_invoice_rel rel
                           JOIN account_move_line i ON i.id = rel.invoice_line_id
                           JOIN account_move m ON m.id = i.move_id AND m.state != 'cancel'
                          WHERE rel.order_line_id = l.id AND i.currency_id = o.currency_id), 0)"""
        )
