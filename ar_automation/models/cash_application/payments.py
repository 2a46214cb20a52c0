"""Makes payments of bank lines: what was paid, by whom, with which words.

A fixed number of statements per batch, however many lines.
"""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.base.models.res_bank import sanitize_account_number
from odoo.tools import SQL

from ...engine.matching.facts import Advised, Payment


def read_payments(company, facts):
    """Make payments of bank lines, with what is known of their payers, accounts and rates.

    :param facts: list of :class:`LineFacts`.
    :return: list of :class:`Payment`, in the same order.
    """
    if not facts:
        return []
    payers = _read_payers(company, facts)
    rejected = _read_rejected(company.env, [line.line_id for line in facts])
    history = _read_history(company, facts)
    rates = _read_rates(company, {line.day for line in facts})
    return [
        _payment(
            line, payers[line.line_id], rejected[line.line_id], history, rates.get(line.day, {})
        )
        for line in facts
    ]


def normalised(column):
    """SQL of a column's letters and digits, as the engine normalises them, accents apart.

    The indexes on ``account.move`` are of these very expressions.
    """
    return SQL("regexp_replace(upper(%s), '[^A-Z0-9]', '', 'g')", column)


def _payment(row, payers, rejected, history, rates):
    texts = [row.label, row.ref, row.end_to_end, *row.details.get("references", ())]
    if row.mandate and not any(row.mandate in text for text in texts if text):
        # said as banks say it, so that its digits are not taken for those of an invoice
        texts.append(f"MREF {row.mandate}")
    return Payment(
        row.line_id,
        row.amount,
        row.currency,
        # A text that is part of another one says nothing new.
        tuple(dict.fromkeys(text for text in texts if text)),
        frozenset(payers),
        frozenset(rejected),
        row.payer_name,
        row.day,
        frozenset(history.get(row.account_number, ())) | frozenset(history.get(_of(row), ())),
        tuple(_advised(row.details)),
        _convert(row.amount, row.currency, rates),
        account_number=row.account_number,
    )


def _advised(details):
    for document in details.get("documents", ()):
        if document.get("number"):
            money = document.get("remitted") or document.get("due") or {}
            amount = money.get("amount")
            yield Advised(document["number"], Decimal(amount) if amount else None)


def _read_payers(company, rows):
    """Customers per line: those that its account belongs to, or the one that was set on it."""
    spelt = {row.account_number: sanitize_account_number(row.account_number) for row in rows}
    company.env["res.partner.bank"].flush_model()
    found = company.env.execute_query(
        SQL(
            """SELECT b.sanitized_acc_number, p.commercial_partner_id
                 FROM res_partner_bank b JOIN res_partner p ON p.id = b.partner_id
                WHERE b.sanitized_acc_number = ANY(%(numbers)s) AND b.active
                  AND (b.company_id = %(company)s OR b.company_id IS NULL)""",
            numbers=sorted({number for number in spelt.values() if number}),
            company=company.id,
        )
    )
    owners = defaultdict(set)
    for number, customer in found:
        owners[number].add(customer)
    payers = {row.line_id: set(owners.get(spelt[row.account_number], ())) for row in rows}
    for row in rows:
        if row.partner_id:
            payers[row.line_id].add(row.partner_id)
    return payers


def _read_rejected(env, line_ids):
    rejected = defaultdict(set)
    proposals = (
        env["ar.match.proposal"]
        .sudo()
        .search([("statement_line_id", "in", line_ids), ("state", "=", "rejected")])
    )
    for proposal in proposals:
        rejected[proposal.statement_line_id.id].add(frozenset(proposal.item_ids.ids))
    return rejected


def _of(line):
    """Key of a line's mandate in the history, told apart from an account's number."""
    return ("mandate", line.mandate)


def _read_history(company, lines):
    """Customers for whom an account, or under whose mandate, was paid before.

    :return: ``{account number or ("mandate", id): {customer id}}``
    """
    numbers = sorted({line.account_number for line in lines if line.account_number})
    mandates = sorted({line.mandate for line in lines if line.mandate})
    if not (numbers or mandates):
        return {}
    rows = company.env.execute_query(
        SQL(
            """SELECT DISTINCT l.account_number, FALSE, p.commercial_partner_id
                 FROM account_bank_statement_line l
                 JOIN res_partner p ON p.id = l.partner_id
                WHERE l.company_id = %(company)s AND l.is_reconciled AND l.amount > 0
                  AND l.account_number = ANY(%(numbers)s)
            UNION
               SELECT DISTINCT l.transaction_details #>> '{identifiers,mandate_id}', TRUE,
                      p.commercial_partner_id
                 FROM account_bank_statement_line l
                 JOIN res_partner p ON p.id = l.partner_id
                WHERE l.company_id = %(company)s AND l.is_reconciled AND l.amount > 0
                  AND l.transaction_details #>> '{identifiers,mandate_id}' = ANY(%(mandates)s)""",
            company=company.id,
            numbers=numbers,
            mandates=mandates,
        )
    )
    history = defaultdict(set)
    for number, is_mandate, customer in rows:
        history[("mandate", number) if is_mandate else number].add(customer)
    return history


def _read_rates(company, days):
    """Units of each currency for one of the company's: ``{day: {name: (rate, decimals)}}``."""
    company.env["res.currency.rate"].flush_model()
    rows = company.env.execute_query(
        SQL(
            """SELECT d.day, c.name, COALESCE(r.rate, 1)::text, c.decimal_places
                 FROM unnest(%(days)s) AS d(day)
           CROSS JOIN res_currency c
    LEFT JOIN LATERAL (SELECT rate FROM res_currency_rate
                        WHERE currency_id = c.id AND name <= d.day
                          AND (company_id = %(root)s OR company_id IS NULL)
                     ORDER BY company_id, name DESC LIMIT 1) r ON TRUE
                WHERE c.active AND (r.rate IS NOT NULL OR c.id = %(currency)s)""",
            days=sorted(days),
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
    own = rates.get(currency)
    if not own or not own[0]:
        return ()
    return tuple(
        (name, round(amount / own[0] * rate, decimals))
        for name, (rate, decimals) in rates.items()
        if name != currency
    )
