"""Reads who may pay: the customers that owe something, their names, numbers and parents."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from odoo.tools import SQL

from ...engine.matching.facts import Customer


@dataclass(frozen=True, slots=True)
class Owing:
    """Who owes something, and how many items are open.

    :ivar customers: ids of the customers that anything is open with.
    :ivar counts: number of items that customers owe, by name of the currency.
    """

    customers: frozenset[int]
    counts: dict[str, int]


def read_owing(company):
    """Read who owes something, and how much there is of it, in one pass over the open items."""
    company.env["account.move.line"].flush_model()
    company.env["res.partner"].flush_model(["commercial_partner_id"])
    rows = company.env.execute_query(
        SQL(
            """SELECT r.commercial_partner_id, c.name, SUM(open.items)::int
                 FROM (SELECT l.partner_id, l.currency_id,
                              COUNT(*) FILTER (WHERE a.account_type = 'asset_receivable'
                                                 AND l.statement_line_id IS NULL
                                                 AND l.amount_residual_currency <> 0) AS items
                         FROM account_move_line l
                         JOIN account_account a ON a.id = l.account_id
                        WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                          AND (a.account_type = 'asset_receivable'
                            OR a.account_type = 'liability_payable' AND l.amount_residual > 0
                            OR l.payment_id IS NOT NULL AND a.reconcile)
                          AND l.company_id IN %s
                     GROUP BY l.partner_id, l.currency_id) open
                 JOIN res_currency c ON c.id = open.currency_id
            LEFT JOIN res_partner r ON r.id = open.partner_id
             GROUP BY r.commercial_partner_id, c.name""",
            tuple(company._accessible_branches().ids or company.ids),
        )
    )
    counts = Counter()
    for _customer, currency, items in rows:
        counts[currency] += items
    return Owing(frozenset(customer for customer, *_rest in rows if customer), dict(+counts))


def read_customers(company, customer_ids):
    """Read customers and those who pay for them, in one statement.

    :param customer_ids: ids of commercial partners, from :func:`read_owing` and orders.
    :return: list of :class:`Customer`; names of contacts count for their customer.
    """
    env = company.env
    env["res.partner"].flush_model()
    rows = env.execute_query(
        SQL(
            """WITH owing AS MATERIALIZED (SELECT unnest(%s::int[]) AS id),
                  parents AS MATERIALIZED (
                    SELECT c.id AS child, p.commercial_partner_id AS id
                      FROM owing JOIN res_partner c ON c.id = owing.id
                      JOIN res_partner p ON p.id = c.parent_id)
               SELECT p.commercial_partner_id, p.id, p.name, p.vat, p.ref, NULL::int
                 FROM res_partner p
                WHERE p.commercial_partner_id IN (SELECT id FROM owing UNION SELECT id FROM parents)
                  AND p.active
            UNION ALL
               SELECT id, NULL, NULL, NULL, NULL, child FROM parents
             ORDER BY 1, 2, 6""",
            sorted(customer_ids),
        )
    )
    names, numbers, children = defaultdict(dict), defaultdict(dict), defaultdict(dict)
    for customer, _contact, name, vat, ref, child in rows:
        names[customer][name] = True
        numbers[customer].update({vat: True, ref: True})
        children[customer][child] = True
    return [
        Customer(customer, _present(own), _present(numbers[customer]), _present(children[customer]))
        for customer, own in names.items()
    ]


def _present(values):
    return tuple(value for value in values if value)
