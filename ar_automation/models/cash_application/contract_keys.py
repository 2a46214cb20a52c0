"""Finds the invoices of orders and contracts that payments name, in one statement.

A payer may quote what lies behind an invoice instead of the invoice: our order, his own order
number, the number of a recurring plan, the code of the analytic account that a contract is
followed by. What is found so becomes one more number of the open items of its invoices.
"""

from collections import defaultdict

from odoo.tools import SQL

from ...engine.matching.text import normalise_key
from .payments import normalised

# A number that so many orders share names none of them.
MOST_OF_ONE_NUMBER = 12


def read_contracts(company, payments):
    """Find open invoices by the orders, plans and analytic accounts that payments name.

    :param payments: list of ``Payment``.
    :return: ``{move id: ((normalised number, what people call it), …)}``
    """
    env = company.env
    for model in ("sale.order", "ar.invoice.plan", "account.analytic.account"):
        env[model].flush_model()
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    companies = tuple(company._accessible_branches().ids or company.ids)
    rows = env.execute_query(
        SQL(
            """WITH found AS MATERIALIZED (%(orders)s UNION %(plans)s UNION %(analytic)s)
             SELECT f.move_id, f.number, f.label
               FROM found f JOIN account_move m ON m.id = f.move_id
              WHERE m.state = 'posted' AND m.payment_state IN ('not_paid', 'partial')
                AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                AND m.company_id IN %(companies)s
           ORDER BY f.move_id, f.label, f.number""",
            orders=SQL(" UNION ").join(
                [_of_orders("name", "order number", keys, companies)]
                + [_of_orders("client_order_ref", "customer reference", keys, companies)]
            ),
            plans=_of_plans(keys, companies),
            analytic=_of_analytic_accounts(keys, companies),
            companies=companies,
        )
    )
    contracts = defaultdict(dict)
    for move, number, label in rows:
        contracts[move].setdefault(normalise_key(number), label)
    return {move: tuple(numbers.items()) for move, numbers in contracts.items()}


def _of_orders(column, label, keys, companies):
    """Invoices of the orders of which a column is one of the keys, found key by key."""
    return SQL(
        """SELECT i.move_id, o.number, %(label)s AS label
             FROM unnest(%(keys)s::text[]) AS k(key)
       CROSS JOIN LATERAL (SELECT o.id, %(column)s AS number FROM sale_order o
                            WHERE %(normal)s = k.key AND o.company_id IN %(companies)s
                            LIMIT %(most)s) o
             JOIN sale_order_line s ON s.order_id = o.id
             JOIN sale_order_line_invoice_rel x ON x.order_line_id = s.id
             JOIN account_move_line i ON i.id = x.invoice_line_id""",
        keys=keys,
        label=label,
        column=SQL.identifier("o", column),
        normal=normalised(SQL.identifier("o", column)),
        companies=companies,
        most=MOST_OF_ONE_NUMBER,
    )


def _of_plans(keys, companies):
    return SQL(
        """SELECT m.id, p.name, 'contract number'
             FROM ar_invoice_plan p JOIN account_move m ON m.ar_plan_id = p.id
            WHERE %(normal)s = ANY(%(keys)s) AND p.company_id IN %(companies)s""",
        normal=normalised(SQL("p.name")),
        keys=keys,
        companies=companies,
    )


def _of_analytic_accounts(keys, companies):
    """By the code of the account; the expression is that of the index of the analytic mixin."""
    return SQL(
        r"""SELECT i.move_id, a.code, 'contract number'
             FROM account_analytic_account a
             JOIN account_move_line i
               ON regexp_split_to_array(
                      jsonb_path_query_array(i.analytic_distribution, '$.keyvalue()."key"')::text,
                      '\D+') @> ARRAY[a.id::text]
            WHERE a.code IS NOT NULL AND %(normal)s = ANY(%(keys)s)
              AND (a.company_id IS NULL OR a.company_id IN %(companies)s)""",
        normal=normalised(SQL("a.code")),
        keys=keys,
        companies=companies,
    )
