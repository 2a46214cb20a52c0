"""Learns from what people booked: reads it in one statement, draws lessons, counts them."""

from collections import Counter
from decimal import Decimal

from odoo.tools import SQL

from ...engine.matching.lessons import Done, draw_lessons
from .line_facts import exact

# So many matches of other tools are learnt from at a time.
MOST_AT_ONCE = 500


def teach(lines, times=1):
    """Learn from booked statement lines, or take back what they taught.

    :param times: 1 to learn, -1 to take back.
    """
    for company, own in lines.grouped("company_id").items():
        counted, evidence = Counter(), {}
        for line, done in zip(own, read_done(own), strict=True):
            for lesson in draw_lessons(done):
                counted[lesson] += times
                evidence[lesson] = line._ar_tell()
        if counted:
            own.env["ar.match.memory"].sudo()._count(company, counted, evidence)


def read_done(lines):
    """Read statement lines as people booked them.

    :return: list of :class:`Done`, in the order of the lines.
    """
    env = lines.env
    for model in ("account.move.line", "account.move", "account.partial.reconcile"):
        env[model].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT l.id,
                      ARRAY_AGG(DISTINCT p.commercial_partner_id)
                          FILTER (WHERE a.account_type = 'asset_receivable'
                                  AND p.id IS NOT NULL AND r.id IS NOT NULL),
                      ARRAY_AGG(DISTINCT i.account_id)
                          FILTER (WHERE i.tax_line_id IS NULL),
                      BOOL_OR(a.account_type IN ('asset_receivable', 'liability_payable')
                              OR a.id = j.suspense_account_id OR r.id IS NOT NULL),
                      ARRAY_AGG(DISTINCT m.name) FILTER (WHERE m.name IS NOT NULL),
                      COALESCE((SELECT SUM(o.amount_residual_currency)::text
                                  FROM account_move_line o WHERE o.id = ANY(ARRAY_AGG(d.id))), '0')
                 FROM account_bank_statement_line l
                 JOIN account_journal j ON j.id = l.journal_id
                 JOIN account_move_line i ON i.move_id = l.move_id
                  AND i.account_id <> j.default_account_id
                 JOIN account_account a ON a.id = i.account_id
            LEFT JOIN account_partial_reconcile r ON i.id IN (r.credit_move_id, r.debit_move_id)
            LEFT JOIN account_move_line d
                   ON d.id = CASE WHEN r.credit_move_id = i.id THEN r.debit_move_id
                                  ELSE r.credit_move_id END
            LEFT JOIN account_move m ON m.id = d.move_id AND m.move_type LIKE 'out_%%'
            LEFT JOIN res_partner p ON p.id = i.partner_id
                WHERE l.id = ANY(%s)
             GROUP BY l.id""",
            lines.ids,
        )
    )
    by_line = {row[0]: row[2:] for row in rows}
    customers = {row[0]: row[1] or () for row in rows}
    # all names are read together
    everyone = env["res.partner"].sudo().browse({one for ids in customers.values() for one in ids})
    return [
        _done(
            line,
            everyone.browse(customers.get(line.id, ())).with_prefetch(everyone.ids),
            *by_line.get(line.id, (None, True, None, "0")),
        )
        for line in lines
    ]


def _done(line, customer, accounts, settles, documents, residual):
    details = line.transaction_details or {}
    texts = (line.payment_ref, line.ref, *details.get("references", ()))
    one = customer.id if len(customer) == 1 else 0
    return Done(
        tuple(text for text in texts if text),
        exact(line.amount, line.currency_id.decimal_places),
        line.partner_name or "",
        "".join((line.account_number or "").split()),
        one,
        tuple(name for name in customer.mapped("name") if name) if one else (),
        tuple(documents or ()),
        exact(Decimal(residual), line.currency_id.decimal_places),
        accounts[0] if accounts and len(accounts) == 1 and not settles else 0,
    )
