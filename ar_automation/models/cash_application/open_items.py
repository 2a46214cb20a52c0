"""Reads the open items that payments may settle, and what is settled: one statement each."""

from decimal import Decimal

from odoo.tools import SQL

from ...engine.matching.facts import OpenItem, SettledItem
from ...engine.matching.payer.directory import directory_of
from ...engine.matching.text import normalise_key
from .line_facts import exact
from .payments import normalised

# A proposal of at least this confidence says who probably paid.
LIKELY = 0.5
# Which numbers of an invoice a payer may quote, and what people call them.
KEY_COLUMNS = ("name", "payment_reference", "ref", "invoice_origin")
KEY_LABELS = ("invoice number", "payment reference", "customer reference", "order number")
# Where there are fewer open items than this for each payment, nearly all are candidates.
ITEMS_PER_PAYMENT = 20
# What more items are owed than this says nothing about any of them: see MOST_NEAR of the engine.
MOST_OF_ONE_AMOUNT = 61
# So many entries of one number or reference are looked at.
MOST_OF_ONE_NUMBER = 12

# An open item that a payment may settle: what customers owe; customer payments that were
# registered or made online and wait on an outstanding account; what vendors owe for refunds.
_FROM_OPEN = """
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
        AND p.payment_type = 'inbound')
"""


def read_open_items(company, payments, customers, counts, contracts):
    """Read every open item that one of the payments may settle, in one statement.

    Beside what customers owe these are customer payments that were registered or made online
    and wait on an outstanding account, which settle the invoice already, and refunds that
    vendors owe: their money is no customer's.

    For a few payments, candidates are items that are named in a payment's texts, have exactly
    its amount, or belong to a customer that may have paid or that owes such an item. For
    many payments nearly all items are candidates, and all are read.

    :param customers: list of ``Customer`` from :func:`read_customers`.
    :param counts: numbers of open items by currency, from :func:`.customers.read_owing`.
    :param contracts: numbers of the orders and contracts behind invoices, by move, from
        :func:`.contract_keys.read_contracts`.
    """
    _flush(company.env)
    companies = _companies(company)
    few = sum(counts.values()) > len(payments) * ITEMS_PER_PAYMENT
    query = SQL(
        """%(wanted)s
           SELECT l.id, m.name, m.payment_reference, m.ref, m.invoice_origin,
                  r.commercial_partner_id, l.amount_residual_currency::text,
                  c.name, c.decimal_places, l.account_id,
                  COALESCE(l.date_maturity, l.date) AS due,
                  CASE WHEN l.amount_residual_currency = l.amount_currency
                       THEN l.amount_currency - l.discount_amount_currency END,
                  l.discount_date, l.move_id, p.memo, p.payment_reference,
                  CASE WHEN p.id IS NOT NULL THEN
                       (SELECT string_agg(i.name, ' ') FROM account_move__account_payment x
                          JOIN account_move i ON i.id = x.invoice_id
                         WHERE x.payment_id = p.id) END
           %(open)s %(chosen)s
         ORDER BY due, l.id""",
        wanted=_wanted(payments, customers, companies, contracts) if few else SQL(),
        open=SQL(_FROM_OPEN, companies=companies),
        chosen=SQL("AND l.id IN (SELECT id FROM wanted)") if few else SQL(),
    )
    return [_open_item(row, contracts) for row in company.env.execute_query(query)]


def _flush(env):
    env["account.move.line"].flush_model()
    env["account.move"].flush_model()


def _companies(company):
    return tuple(company._accessible_branches().ids or company.ids)


def _wanted(payments, customers, companies, contracts):
    """Common table ``wanted``: the ids of items that a few payments choose among all.

    Each way to an item has an index of its own, so that this does not take longer the more
    items are open.
    """
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    directory = directory_of(tuple(customers))
    payers = sorted(set().union(*(directory.identify(payment) for payment in payments)))
    return SQL(
        """WITH named AS MATERIALIZED (%(named)s UNION SELECT unnest(%(contracts)s::int[])),
                owing AS MATERIALIZED (
                    SELECT unnest(%(payers)s::int[]) AS id
                     UNION
                    SELECT r.commercial_partner_id FROM account_move_line l
                      JOIN res_partner r ON r.id = l.partner_id
                     WHERE l.move_id IN (SELECT id FROM named) AND l.reconciled IS NOT TRUE
                       AND l.amount_residual_currency <> 0),
                wanted AS MATERIALIZED (
                    SELECT l.id FROM account_move_line l
                     WHERE l.move_id IN (SELECT id FROM named)
                     UNION
                    SELECT l.id FROM account_move_line l
                      JOIN res_partner r ON r.id = l.partner_id
                     WHERE r.commercial_partner_id IN (SELECT id FROM owing)
                       AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                       AND l.statement_line_id IS NULL AND l.amount_residual_currency <> 0
                     UNION
                    SELECT s.id FROM unnest(%(amounts)s::numeric[]) AS w(amount)
             CROSS JOIN LATERAL (
                           SELECT l.id FROM account_move_line l
                            WHERE l.amount_residual_currency = w.amount
                              AND l.company_id IN %(companies)s
                              AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                              AND l.statement_line_id IS NULL
                              AND l.amount_residual_currency <> 0
                            LIMIT %(most)s) s)""",
        named=_named(keys),
        contracts=list(contracts),
        payers=payers,
        amounts=sorted({payment.amount for payment in payments}),
        companies=companies,
        most=MOST_OF_ONE_AMOUNT,
    )


def _named(keys):
    """The entries that have one of the keys for a number, a reference or a payment's memo."""
    by_column = [_entries(normalised(SQL.identifier("m", name)), keys) for name in KEY_COLUMNS]
    digits = SQL("regexp_replace(m.name, '[^0-9]', '', 'g')")
    by_digits = _entries(digits, [key for key in keys if key.isdigit()])
    return SQL(" UNION ").join([*by_column, by_digits, _named_by_payments(keys)])


def _entries(column, keys):
    """The posted entries ``m`` of which a column, normalised, is one of the keys.

    Key by key: for all of them at once PostgreSQL would rather read the whole table.
    """
    return SQL(
        """SELECT s.id FROM unnest(%(keys)s::text[]) AS k(key)
      CROSS JOIN LATERAL (SELECT m.id FROM account_move m
                           WHERE %(column)s = k.key AND m.state = 'posted'
                             AND m.statement_line_id IS NULL LIMIT %(most)s) s""",
        column=column,
        keys=keys,
        most=MOST_OF_ONE_NUMBER,
    )


def _named_by_payments(keys):
    return SQL(
        """SELECT l.move_id FROM account_move_line l
             JOIN account_payment p ON p.id = l.payment_id
            WHERE l.payment_id IS NOT NULL AND l.reconciled IS NOT TRUE
              AND l.amount_residual_currency <> 0
              AND (%(memo)s = ANY(%(keys)s) OR %(advice)s = ANY(%(keys)s)
                OR EXISTS (SELECT FROM account_move__account_payment x
                             JOIN account_move i ON i.id = x.invoice_id
                            WHERE x.payment_id = p.id AND %(invoice)s = ANY(%(keys)s)))""",
        memo=normalised(SQL("p.memo")),
        advice=normalised(SQL("p.payment_reference")),
        invoice=normalised(SQL("i.name")),
        keys=keys,
    )


def read_settled(company, payments):
    """Find documents that payments name and that are paid already.

    :return: ``{normalised number: SettledItem}``
    """
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    rows = company.env.execute_query(
        SQL(
            """SELECT m.name, m.payment_reference, m.commercial_partner_id, m.amount_total::text,
                      c.name, c.decimal_places
                 FROM account_move m JOIN res_currency c ON c.id = m.currency_id
                WHERE m.id IN (%(name)s UNION %(payment_reference)s)
                  AND m.company_id IN %(companies)s
                  AND m.move_type IN ('out_invoice', 'out_refund')
                  AND m.payment_state IN ('paid', 'in_payment', 'reversed')
             ORDER BY m.id""",
            companies=_companies(company),
            name=_entries(normalised(SQL("m.name")), keys),
            payment_reference=_entries(normalised(SQL("m.payment_reference")), keys),
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


def collect_keys(numbers):
    """What a payer may quote of an item: ``{normalised number: what people call it}``.

    :param numbers: pairs of number and what people call it; the first name of a number counts.
    """
    keys = {}
    for number, label in numbers:
        if number:
            keys.setdefault(normalise_key(number), label)
    return keys


def _open_item(row, contracts):
    (item_id, name, payment_reference, ref, origin, customer, residual, currency, decimals,
     account, due, discount, discount_until, move, memo, advice, invoices) = row  # fmt: skip
    numbers = [*zip((name, payment_reference, ref, origin), KEY_LABELS, strict=True)]
    if origin and "," in origin:
        # one invoice of several orders
        numbers += [(order, KEY_LABELS[3]) for order in origin.split(",")]
    numbers += [(memo, "payment"), (advice, "payment reference")]
    numbers += [(number, "invoice number") for number in (invoices or "").split()]
    keys = collect_keys(numbers)
    for key, label in contracts.get(move, ()):
        keys.setdefault(key, label)
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
