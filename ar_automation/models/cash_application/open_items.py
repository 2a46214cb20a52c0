"""Reads the open items that payments may settle, and what is settled: one statement each."""

from decimal import Decimal

from odoo.tools import SQL

from ...engine.matching.facts import OpenItem, SettledItem
from ...engine.matching.payer.directory import Directory
from ...engine.matching.text import normalise_key
from .payments import exact

# A proposal of at least this confidence says who probably paid.
LIKELY = 0.5
# Which numbers of an invoice a payer may quote, and what people call them.
KEY_LABELS = ("invoice number", "payment reference", "customer reference", "order number")
# So many payments want nearly every open item anyway.
MANY = 1000


def normalised(column):
    """SQL of a column's letters and digits, as the engine normalises them, accents apart."""
    return SQL("regexp_replace(upper(%s), '[^A-Z0-9]', '', 'g')", column)


def read_open_items(company, payments, customers):
    """Read every open item that one of the payments may settle, in one statement.

    Beside what customers owe these are customer payments that were registered or made online
    and wait on an outstanding account, which settle the invoice already, and refunds that
    vendors owe: their money is no customer's.

    For a few payments, candidates are items that are named in a payment's texts, have exactly
    its amount, or belong to a customer that may have paid or that owes such an item. For
    many payments nearly all items are candidates, and all are read.

    :param customers: list of ``Customer`` from :func:`read_customers`.
    """
    env = company.env
    env["account.move.line"].flush_model()
    env["account.move"].flush_model()
    wanted = SQL("TRUE") if len(payments) >= MANY else _wanted(payments, customers)
    rows = env.execute_query(
        SQL(
            """WITH open_items AS (
               SELECT l.id, m.name, m.payment_reference, m.ref, m.invoice_origin,
                      r.commercial_partner_id AS customer_id,
                      l.amount_residual_currency AS residual,
                      c.name AS currency, c.decimal_places, l.account_id,
                      COALESCE(l.date_maturity, l.date) AS due,
                      CASE WHEN l.amount_residual_currency = l.amount_currency
                           THEN l.amount_currency - l.discount_amount_currency END AS discount,
                      l.discount_date, l.move_id, p.memo,
                      p.payment_reference AS advice,
                      (SELECT string_agg(i.name, ' ') FROM account_move__account_payment x
                         JOIN account_move i ON i.id = x.invoice_id
                        WHERE x.payment_id = p.id) AS invoices
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a ON a.id = l.account_id
                 JOIN res_currency c ON c.id = l.currency_id
                 JOIN res_partner r ON r.id = l.partner_id
                 LEFT JOIN account_payment p ON p.id = l.payment_id
                WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                  AND l.company_id IN %(companies)s
                  AND l.statement_line_id IS NULL AND l.amount_residual_currency <> 0
                  AND (a.account_type = 'asset_receivable' AND l.payment_id IS NULL
                    OR a.account_type = 'liability_payable' AND m.move_type = 'in_refund'
                    OR l.account_id = p.outstanding_account_id AND a.reconcile
                   AND p.payment_type = 'inbound'))
               SELECT * FROM open_items WHERE %(wanted)s
             ORDER BY due, id""",
            companies=tuple(company._accessible_branches().ids or company.ids),
            wanted=wanted,
        )
    )
    return [_open_item(row) for row in rows]


def _wanted(payments, customers):
    """The condition by which a few payments choose among all open items."""
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    amounts = sorted({payment.amount for payment in payments})
    directory = Directory(customers)
    payers = sorted(set().union(*(directory.identify(payment) for payment in payments)))
    named = SQL(
        """(%(name)s = ANY(%(keys)s) OR %(payment_reference)s = ANY(%(keys)s)
            OR %(ref)s = ANY(%(keys)s) OR %(origin)s = ANY(%(keys)s)
            OR %(memo)s = ANY(%(keys)s) OR %(advice)s = ANY(%(keys)s)
            OR string_to_array(%(invoices)s, ' ') && %(keys)s
            OR regexp_replace(name, '[^0-9]', '', 'g') = ANY(%(digits)s))""",
        name=normalised(SQL("name")),
        payment_reference=normalised(SQL("payment_reference")),
        ref=normalised(SQL("ref")),
        origin=normalised(SQL("invoice_origin")),
        memo=normalised(SQL("memo")),
        advice=normalised(SQL("advice")),
        invoices=SQL("regexp_replace(upper(invoices), '[^A-Z0-9 ]', '', 'g')"),
        keys=keys,
        digits=[key for key in keys if key.isdigit()],
    )
    return SQL(
        """(%(named)s OR customer_id = ANY(%(payers)s) OR residual = ANY(%(amounts)s)
            OR customer_id IN (SELECT customer_id FROM open_items WHERE %(named)s))""",
        named=named,
        payers=payers,
        amounts=amounts,
    )


def read_settled(company, payments):
    """Find documents that payments name and that are paid already.

    :return: ``{normalised number: SettledItem}``
    """
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    rows = company.env.execute_query(
        SQL(
            """SELECT m.name, m.payment_reference, m.commercial_partner_id, m.amount_total,
                      c.name, c.decimal_places
                 FROM account_move m JOIN res_currency c ON c.id = m.currency_id
                WHERE m.company_id IN %(companies)s AND m.state = 'posted'
                  AND m.move_type IN ('out_invoice', 'out_refund')
                  AND m.payment_state IN ('paid', 'in_payment', 'reversed')
                  AND (%(name)s = ANY(%(keys)s) OR %(payment_reference)s = ANY(%(keys)s))
             ORDER BY m.id""",
            companies=tuple(company._accessible_branches().ids or company.ids),
            name=normalised(SQL("m.name")),
            payment_reference=normalised(SQL("m.payment_reference")),
            keys=keys,
        )
    )
    settled = {}
    for name, payment_reference, customer, amount, currency, decimals in rows:
        item = SettledItem(name, customer, exact(amount, decimals), currency)
        settled.update({normalise_key(key): item for key in (payment_reference, name) if key})
    return settled


def read_waiting_receipts(company, partners):
    """Sum the payments per customer that arrived and are not matched yet.

    A payment counts for the customer set on it, and for those that it is likely to be
    from; in company currency.

    :return: ``{commercial partner id: Decimal}``, without customers that have none.
    """
    env = company.env
    env["account.bank.statement.line"].flush_model()
    env["ar.match.proposal"].flush_model()
    rows = env.execute_query(
        SQL(
            """SELECT w.partner_id, SUM(w.balance)::text
                 FROM (SELECT l.id, p.commercial_partner_id AS partner_id, i.balance
                         FROM account_bank_statement_line l
                         JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                         JOIN account_journal j ON j.id = l.journal_id
                         JOIN account_move_line i
                           ON i.move_id = l.move_id AND i.account_id = j.default_account_id
                         LEFT JOIN ar_match_proposal o
                           ON o.statement_line_id = l.id AND o.state = 'proposed'
                          AND o.confidence >= %(likely)s
                         JOIN res_partner p ON p.id IN (l.partner_id, o.partner_id)
                        WHERE l.company_id = %(company)s AND l.is_reconciled IS NOT TRUE
                          AND l.amount > 0 AND p.commercial_partner_id = ANY(%(partners)s)
                        GROUP BY l.id, p.commercial_partner_id, i.balance) w
                GROUP BY w.partner_id""",
            likely=LIKELY,
            company=company.id,
            partners=partners.ids,
        )
    )
    return {partner_id: Decimal(amount) for partner_id, amount in rows}


def _open_item(row):
    (item_id, name, payment_reference, ref, origin, customer, residual, currency, decimals,
     account, due, discount, discount_until, move, memo, advice, invoices) = row  # fmt: skip
    numbers = [*zip((name, payment_reference, ref, origin), KEY_LABELS, strict=True)]
    numbers += [(memo, "payment"), (advice, "payment reference")]
    numbers += [(number, "invoice number") for number in (invoices or "").split()]
    keys = {}
    for number, label in numbers:
        if number:
            keys.setdefault(normalise_key(number), label)
    return OpenItem(
        item_id,
        name,
        customer,
        exact(residual, decimals),
        currency,
        account,
        tuple(keys.items()),
        due,
        exact(discount or 0, decimals),
        discount_until,
        move,
    )
