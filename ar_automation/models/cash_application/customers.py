"""Reads who may pay: the customers that owe something, their names, numbers and parents."""

from collections import defaultdict

from odoo.tools import SQL

from ...engine.matching.facts import Customer


def read_customers(company, others=()):
    """Read the customers with open items, and those who pay for them, in one statement.

    :param others: ids of customers to be read though they owe nothing.
    :return: list of :class:`Customer`; names of contacts count for their customer.
    """
    env = company.env
    env["account.move.line"].flush_model()
    env["res.partner"].flush_model()
    rows = env.execute_query(
        SQL(
            """WITH owing AS (
                    SELECT DISTINCT r.commercial_partner_id AS id
                      FROM account_move_line l
                      JOIN res_partner r ON r.id = l.partner_id
                      JOIN account_account a ON a.id = l.account_id
                     WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                       AND (a.account_type = 'asset_receivable'
                         OR a.account_type = 'liability_payable' AND l.amount_residual > 0
                         OR l.payment_id IS NOT NULL AND a.reconcile)
                       AND l.company_id IN %(companies)s AND l.partner_id IS NOT NULL
                     UNION
                    SELECT unnest(%(others)s::int[])),
                  parents AS (
                    SELECT c.id AS child, p.commercial_partner_id AS id
                      FROM owing JOIN res_partner c ON c.id = owing.id
                      JOIN res_partner p ON p.id = c.parent_id)
               SELECT p.commercial_partner_id, p.name, p.vat, p.ref, NULL::int
                 FROM res_partner p
                WHERE p.commercial_partner_id IN (SELECT id FROM owing UNION SELECT id FROM parents)
                  AND p.active
            UNION ALL
               SELECT id, NULL, NULL, NULL, child FROM parents
             ORDER BY 1, 2, 5""",
            companies=tuple(company._accessible_branches().ids or company.ids),
            others=sorted(others),
        )
    )
    names, numbers, children = defaultdict(dict), defaultdict(dict), defaultdict(dict)
    for customer, name, vat, ref, child in rows:
        names[customer][name] = True
        numbers[customer].update({vat: True, ref: True})
        children[customer][child] = True
    return [
        Customer(customer, _present(own), _present(numbers[customer]), _present(children[customer]))
        for customer, own in names.items()
    ]


def _present(values):
    return tuple(value for value in values if value)
