"""Reads payments and the open items they may settle: two statements per batch."""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL

from ...engine.matching.facts import OpenItem, Payment
from ...engine.matching.references import normalise_key

# A proposal of at least this confidence says who probably paid.
LIKELY = 0.5
# Which numbers of an invoice a payer may quote, and what people call them.
KEY_LABELS = (
    ("name", "invoice number"),
    ("payment_reference", "payment reference"),
    ("ref", "customer reference"),
)


def normalised(column):
    """SQL of the letters and digits of a column; the expression that the indexes hold."""
    return SQL("regexp_replace(upper(%s), '[^A-Z0-9]', '', 'g')", column)


def read_payments(lines):
    """Read statement lines as payments.

    :param lines: ``account.bank.statement.line`` records with money in.
    :return: list of :class:`Payment`, in the order of the lines.
    """
    payers = _read_payers(lines)
    rejected = _read_rejected(lines)
    return [_payment(line, payers, rejected[line.id]) for line in lines]


def read_open_items(company, payments):
    """Read every open receivable item that one of the payments may settle, in one statement.

    Candidates are named in a payment's texts, belong to a payer, or have exactly a payment's
    amount.
    """
    env = company.env
    env["account.move.line"].flush_model()
    env["account.move"].flush_model()
    keys = sorted(set().union(*(payment.named_keys() for payment in payments)))
    payers = sorted({payer for payment in payments for payer in payment.payer_ids})
    amounts = sorted({payment.amount for payment in payments})
    rows = env.execute_query(
        SQL(
            """SELECT l.id, m.name, m.payment_reference, m.ref, l.partner_id,
                      l.amount_residual_currency, c.name, c.decimal_places, l.account_id
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a ON a.id = l.account_id
                 JOIN res_currency c ON c.id = l.currency_id
                WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                  AND a.account_type = 'asset_receivable' AND l.company_id IN %(companies)s
                  AND l.partner_id IS NOT NULL AND l.statement_line_id IS NULL
                  AND l.payment_id IS NULL AND l.amount_residual_currency <> 0
                  AND (%(name)s = ANY(%(keys)s) OR %(payment_reference)s = ANY(%(keys)s)
                       OR %(ref)s = ANY(%(keys)s) OR l.partner_id = ANY(%(payers)s)
                       OR l.amount_residual_currency = ANY(%(amounts)s))
             ORDER BY l.date_maturity, l.id""",
            companies=tuple(company._accessible_branches().ids or company.ids),
            name=normalised(SQL("m.name")),
            payment_reference=normalised(SQL("m.payment_reference")),
            ref=normalised(SQL("m.ref")),
            keys=keys,
            payers=payers,
            amounts=amounts,
        )
    )
    return [_open_item(row) for row in rows]


def read_settled(company, payments):
    """Find what payments name that is settled already: a customer may have paid twice.

    :return: ``{payment id: names of the settled invoices}``
    """
    keys = {payment.payment_id: payment.named_keys() for payment in payments}
    env = company.env
    rows = env.execute_query(
        SQL(
            """SELECT m.name, %(key)s FROM account_move m
                WHERE m.company_id = %(company)s AND m.state = 'posted'
                  AND m.move_type = 'out_invoice'
                  AND m.payment_state IN ('paid', 'in_payment', 'reversed')
                  AND %(key)s = ANY(%(keys)s)
             ORDER BY m.id""",
            key=normalised(SQL("m.name")),
            company=company.id,
            keys=sorted(set().union(*keys.values())),
        )
    )
    return {
        payment_id: [name for name, key in rows if key in named]
        for payment_id, named in keys.items()
    }


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
    item_id, name, payment_reference, ref, partner_id, residual, currency, decimals, account = row
    numbers = {"name": name, "payment_reference": payment_reference, "ref": ref}
    keys = {}
    for column, label in KEY_LABELS:
        if numbers[column]:
            keys.setdefault(normalise_key(numbers[column]), label)
    return OpenItem(
        item_id,
        name,
        partner_id,
        _exact(residual, decimals),
        currency,
        account,
        tuple(keys.items()),
    )


def _payment(line, payers, rejected):
    foreign = line.foreign_currency_id
    currency = foreign or line.currency_id
    amount = line.amount_currency if foreign else line.amount
    details = line.transaction_details or {}
    texts = [line.payment_ref, line.ref, line.ar_end_to_end_id, *details.get("references", ())]
    texts += [document.get("number") for document in details.get("documents", ())]
    return Payment(
        line.id,
        _exact(amount, currency.decimal_places),
        currency.name,
        tuple(text for text in texts if text),
        frozenset(payers.get(line.id, ())),
        frozenset(rejected),
    )


def _exact(amount, decimals):
    return round(Decimal(str(amount)), decimals)


def _read_payers(lines):
    """Customers per line: those that its account belongs to, or the one that was set on it."""
    numbers = {line.account_number for line in lines if line.account_number}
    accounts = (
        lines.env["res.partner.bank"]
        .sudo()
        .search_fetch(
            [
                ("acc_number", "in", list(numbers)),
                ("company_id", "in", (False, lines.company_id.id)),
            ],
            ["acc_number", "partner_id"],
        )
    )
    owners = defaultdict(set)
    for account in accounts:
        owners[account.acc_number].add(account.partner_id.commercial_partner_id.id)
    payers = {line.id: set(owners.get(line.account_number, ())) for line in lines}
    for line in lines.filtered("partner_id"):
        payers[line.id].add(line.partner_id.commercial_partner_id.id)
    return payers


def _read_rejected(lines):
    rejected = defaultdict(set)
    proposals = (
        lines.env["ar.match.proposal"]
        .sudo()
        .search([("statement_line_id", "in", lines.ids), ("state", "=", "rejected")])
    )
    for proposal in proposals:
        rejected[proposal.statement_line_id.id].add(frozenset(proposal.item_ids.ids))
    return rejected
