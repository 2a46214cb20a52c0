"""Reads the orders that payments name and that may be paid in advance, in one statement."""

from odoo.tools import SQL

from ...engine.matching.facts import Order
from ...engine.matching.text import normalise_key
from .line_facts import exact
from .payments import normalised

# A number that so many orders share names none of them.
MOST_OF_ONE_NUMBER = 12
# The numbers of an order that a payer may quote: ours, his own, what he was asked to quote.
KEY_COLUMNS = ("name", "client_order_ref", "reference")


def read_orders(company, payments):
    """Find orders and quotations that payments name and that are not fully invoiced.

    What is invoiced, and what came in for an order before, is no longer to be paid in advance.

    :return: list of :class:`Order`
    """
    env = company.env
    env["sale.order"].flush_model()
    env["ar.match.proposal"].flush_model()
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    companies = tuple(company._accessible_branches().ids or company.ids)
    rows = env.execute_query(
        SQL(
            """WITH named AS MATERIALIZED (%(named)s)
             SELECT o.id, o.name, o.client_order_ref, o.reference, p.commercial_partner_id,
                    c.name, c.decimal_places, o.amount_total::text,
                    CASE WHEN o.require_payment THEN o.prepayment_percent ELSE 0 END,
                    COALESCE(i.amount, 0)::text, COALESCE(a.amount, 0)::text
               FROM named n JOIN sale_order o ON o.id = n.id
               JOIN res_partner p ON p.id = COALESCE(o.partner_invoice_id, o.partner_id)
               JOIN res_currency c ON c.id = o.currency_id
  LEFT JOIN LATERAL (%(invoiced)s) i ON TRUE
  LEFT JOIN LATERAL (%(advanced)s) a ON TRUE
              WHERE o.state IN ('draft', 'sent', 'sale') AND o.invoice_status <> 'invoiced'
                AND o.company_id IN %(companies)s
           ORDER BY o.id""",
            named=SQL(" UNION ").join(_named(column, keys) for column in KEY_COLUMNS),
            invoiced=_INVOICED,
            advanced=_ADVANCED,
            companies=companies,
        )
    )
    return [order for order in map(_order, rows) if order.amounts]


def _named(column, keys):
    """Orders of which a column is one of the keys, found key by key."""
    return SQL(
        """SELECT s.id FROM unnest(%(keys)s::text[]) AS k(key)
      CROSS JOIN LATERAL (SELECT o.id FROM sale_order o
                           WHERE %(normal)s = k.key LIMIT %(most)s) s""",
        keys=keys,
        normal=normalised(SQL.identifier("o", column)),
        most=MOST_OF_ONE_NUMBER,
    )


_INVOICED = SQL(
    """SELECT SUM(CASE WHEN m.move_type = 'out_refund' THEN -l.price_total
                       ELSE l.price_total END) AS amount
         FROM sale_order_line s
         JOIN sale_order_line_invoice_rel x ON x.order_line_id = s.id
         JOIN account_move_line l ON l.id = x.invoice_line_id
         JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
        WHERE s.order_id = o.id"""
)
_ADVANCED = SQL(
    """SELECT SUM(CASE WHEN l.foreign_currency_id IS NULL THEN l.amount
                       ELSE l.amount_currency END) AS amount
         FROM ar_match_proposal_order_rel x
         JOIN ar_match_proposal r ON r.id = x.proposal_id AND r.state = 'applied'
         JOIN account_bank_statement_line l ON l.id = r.statement_line_id
        WHERE x.order_id = o.id"""
)


def _order(row):
    (order_id, name, client_ref, reference, customer, currency, decimals, total, share,
     invoiced, advanced) = row  # fmt: skip
    total = exact(total, decimals)
    # an invoice of the order takes what was paid in advance, so the larger of both counts
    rest = total - max(exact(invoiced, decimals), exact(advanced, decimals))
    amounts = {"total": rest} if rest > 0 else {}
    asked = exact(float(total) * share, decimals)
    if rest == total and 0 < asked < total:
        amounts["prepayment"] = asked
    keys = {normalise_key(number) for number in (name, client_ref, reference) if number}
    return Order(
        order_id, name, customer, currency, tuple(amounts.items()), tuple(sorted(keys - {""}))
    )
