"""Reads statement lines as payments: what was paid, by whom, with which words.

A fixed number of statements per batch, however many lines.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL

from ...engine.matching.facts import Advised, Payment


def read_payments(lines):
    """Read statement lines as payments.

    :param lines: ``account.bank.statement.line`` records.
    :return: list of :class:`Payment`, in the order of the lines.
    """
    if not lines:
        return []
    payers = _read_payers(lines)
    rejected = _read_rejected(lines)
    history = _read_history(lines)
    rates = _read_rates(lines)
    return [
        _payment(line, payers[line.id], rejected[line.id], history, rates.get(line.date, {}))
        for line in lines
    ]


def exact(amount, decimals):
    """Return a stored amount as the decimal number that it means."""
    return round(Decimal(str(amount)), decimals)


def _payment(line, payers, rejected, history, rates):
    foreign = line.foreign_currency_id
    currency = foreign or line.currency_id
    amount = exact(line.amount_currency if foreign else line.amount, currency.decimal_places)
    details = line.transaction_details or {}
    texts = [line.payment_ref, line.ref, line.ar_end_to_end_id, *details.get("references", ())]
    # A text that is part of another one says nothing new.
    texts = dict.fromkeys(text for text in texts if text)
    return Payment(
        line.id,
        amount,
        currency.name,
        tuple(texts),
        frozenset(payers),
        frozenset(rejected),
        line.partner_name or "",
        line.date,
        frozenset(history.get(line.account_number, ())) if line.account_number else frozenset(),
        tuple(_advised(details)),
        _convert(amount, currency, rates),
    )


def _advised(details):
    for document in details.get("documents", ()):
        if document.get("number"):
            money = document.get("remitted") or document.get("due") or {}
            amount = money.get("amount")
            yield Advised(document["number"], Decimal(amount) if amount else None)


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


def _read_history(lines):
    """Customers for whom an account paid before: ``{account number: {customer id}}``."""
    numbers = sorted({line.account_number for line in lines if line.account_number})
    if not numbers:
        return {}
    lines.env["account.bank.statement.line"].flush_model()
    rows = lines.env.execute_query(
        SQL(
            """SELECT DISTINCT l.account_number, p.commercial_partner_id
                 FROM account_bank_statement_line l
                 JOIN res_partner p ON p.id = l.partner_id
                WHERE l.company_id = %(company)s AND l.is_reconciled AND l.amount > 0
                  AND l.account_number = ANY(%(numbers)s)""",
            company=lines.company_id.id,
            numbers=numbers,
        )
    )
    history = defaultdict(set)
    for number, customer in rows:
        history[number].add(customer)
    return history


def _read_rates(lines):
    """Units of each currency for one of the company's: ``{day: {name: (rate, decimals)}}``."""
    company = lines.company_id
    lines.env["res.currency.rate"].flush_model()
    rows = lines.env.execute_query(
        SQL(
            """SELECT d.day, c.name, COALESCE(r.rate, 1)::text, c.decimal_places
                 FROM unnest(%(days)s) AS d(day)
           CROSS JOIN res_currency c
    LEFT JOIN LATERAL (SELECT rate FROM res_currency_rate
                        WHERE currency_id = c.id AND name <= d.day
                          AND (company_id = %(root)s OR company_id IS NULL)
                     ORDER BY company_id, name DESC LIMIT 1) r ON TRUE
                WHERE c.active AND (r.rate IS NOT NULL OR c.id = %(currency)s)""",
            days=sorted({line.date for line in lines}),
            root=company.root_id.id,
            currency=company.currency_id.id,
        )
    )
    rates = defaultdict(dict)
    for day, name, rate, decimals in rows:
        rates[day][name] = (Decimal(rate), decimals)
    return rates


def _convert(amount, currency, rates):
    """What an amount is worth in every other currency that has a rate."""
    own = rates.get(currency.name)
    if not own or not own[0]:
        return ()
    return tuple(
        (name, round(amount / own[0] * rate, decimals))
        for name, (rate, decimals) in rates.items()
        if name != currency.name
    )
