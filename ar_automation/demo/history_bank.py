"""The year at the bank: what customers paid, and what the company paid itself.

A past transaction is booked on the account that it settled from the start, and
reconciled with its invoices in batches.
"""

from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tools import SQL

from .bank_accounts import ACCOUNTS, MAIN
from .company import bank_journal
from .history import BATCH
from .payment_texts import write_text
from .returning import first_order, leave_unpaid
from .scene import roll
from .story import YEAR, next_working_day, plan_payments

# Monthly payments of the company itself: day, payee, text, amount, account code.
OWN_PAYMENTS = (
    (1, "Speicher Immobilien GmbH", "Miete Speicherstadt 21", 9_800.0, "612000"),
    (5, "Elektronik Großhandel Kiel AG", "Rechnungen Vormonat", 184_000.0, "500000"),
    (12, "Feinmechanik Süd GmbH", "Sammelüberweisung Lieferantenrechnungen", 121_500.0, "500000"),
    (20, "Spedition Nordlicht GmbH", "Frachtrechnungen", 11_350.0, "600000"),
    (26, "Gehälter", "Lohn und Gehalt, Sammelauftrag", 71_400.0, "630000"),
    (28, "Hanseatische Handelsbank", "Kontoführung und Buchungsposten", 48.7, "620000"),
)


def create_payments(scene, invoices, until):
    """Write a year of bank transactions and reconcile what customers paid until a day.

    :param invoices: ``{customer key: [Invoice]}`` from ``create_orders_and_invoices``
    :param until: first day whose payments are left to ``book_payments``
    :return: what customers paid from then on, as pairs of customer and payment, by day
    """
    _create_own_payments(scene.company, scene.day)
    paid = leave_unpaid(invoices, first_order(scene.day))
    payments = sorted(
        (
            (customer, payment)
            for customer in scene.customers
            for payment in plan_payments(customer, paid[customer.key], scene.day, scene.seed)
        ),
        key=lambda pair: (pair[1].booked, pair[1].customer),
    )
    rng = roll(f"{scene.seed}:texts")
    past = [pair for pair in payments if pair[1].booked < until]
    for start in range(0, len(past), BATCH):
        batch = past[start : start + BATCH]
        book_payments(scene, batch, rng)
        scene.company.env.invalidate_all()
        scene.report(f"payments booked: {start + len(batch)} of {len(payments)}")
    return [pair for pair in payments if pair[1].booked >= until]


def backdate_lines(company):
    """Let past lines have come on their day: feeds count what came today by it."""
    lines = company.env["account.bank.statement.line"]
    lines.flush_model()
    company.env.cr.execute(
        SQL(
            "UPDATE account_bank_statement_line line SET create_date = move.date"
            " FROM account_move move WHERE move.id = line.move_id AND line.company_id = %s",
            company.id,
        )
    )
    lines.invalidate_model(["create_date"], flush=False)


def _create_own_payments(company, today):
    codes = {"301000", *(row[4] for row in OWN_PAYMENTS)}
    accounts = {
        account.code: account.id
        for account in company.env["account.account"].search([("code", "in", list(codes))])
    }
    start = today - timedelta(days=YEAR)
    journals = {account.code: bank_journal(company, account).id for account in ACCOUNTS}
    rows = [
        (start, account.code, company.name, "Saldovortrag", float(account.opening), "301000")
        for account in ACCOUNTS
    ]
    for month in range(13):
        rows += [
            (booked, MAIN.code, payee, text, -amount, code)
            for day, payee, text, amount, code in OWN_PAYMENTS
            if start < (booked := _day_of_month(start, month, day)) < today
        ]
    company.env["account.bank.statement.line"].create(
        [
            {
                "journal_id": journals[bank],
                "date": booked,
                "payment_ref": text,
                "partner_name": payee,
                "amount": amount,
                "counterpart_account_id": accounts[code],
            }
            for booked, bank, payee, text, amount, code in sorted(rows)
        ]
    )


def _day_of_month(start, month, day):
    years, index = divmod(start.month - 1 + month, 12)
    return next_working_day(date(start.year + years, index + 1, day))


def book_payments(scene, batch, rng):
    """Create the bank lines of a batch of payments and reconcile them with their invoices.

    :param batch: pairs of customer and :class:`~.story.Payment`
    :param rng: decides how the payers word it
    """
    env = scene.company.env
    numbers = {number for _, payment in batch for number in payment.invoices}
    open_lines = _find_open_lines(scene.company, numbers)
    lines = env["account.bank.statement.line"].create(
        [_prepare_line(scene, pair, open_lines, rng) for pair in batch]
    )
    discounts = _create_discounts(scene, batch, open_lines)
    items = env["account.move.line"]
    items._reconcile_plan(
        [
            items.concat(*(open_lines[number] for number in payment.invoices))
            + _find_counterpart(line)
            + discounts.get(payment, items)
            for line, (_, payment) in zip(lines, batch, strict=True)
        ]
    )


def _find_counterpart(line):
    """The side of a bank line's entry that is not the bank account."""
    bank_account = line.journal_id.default_account_id
    return line.move_id.line_ids.filtered(lambda item: item.account_id != bank_account)


def _find_open_lines(company, numbers):
    lines = company.env["account.move.line"].search(
        [
            ("company_id", "=", company.id),
            ("move_id.name", "in", list(numbers)),
            ("display_type", "=", "payment_term"),
        ]
    )
    return {line.move_id.name: line for line in lines}


def _prepare_line(scene, pair, open_lines, rng):
    customer, payment = pair
    company, firms = scene.company, scene.firms
    first = open_lines[payment.invoices[0]]
    vals = {
        "journal_id": bank_journal(company).id,
        "date": payment.booked,
        "payment_ref": _write_reference(customer, payment, rng),
        "partner_id": firms[customer.key].id,
        "partner_name": customer.name,
        "account_number": customer.account,
        "transaction_type": "PMNT-IDDT-ESDD" if payment.direct_debit else "PMNT-RCDT-ESCT",
        "amount": float(payment.amount),
        "counterpart_account_id": first.account_id.id,
    }
    if first.currency_id != company.currency_id:
        euro = first.currency_id._convert(
            float(payment.amount), company.currency_id, company, payment.booked
        )
        vals |= {
            "amount": euro,
            "foreign_currency_id": first.currency_id.id,
            "amount_currency": float(payment.amount),
        }
    return vals


def _write_reference(customer, payment, rng):
    if payment.direct_debit:
        return f"SEPA-Lastschrift {payment.invoices[0]}"
    return write_text(customer.country, payment.invoices, rng, customer_number=customer.number)


def _create_discounts(scene, batch, open_lines):
    """One entry per discount that was taken: revenue and tax are less, the invoice is settled.

    :return: the receivable line of each entry by payment.
    """
    taken = [payment for _, payment in batch if payment.discount > Decimal(0)]
    if not taken:
        return {}
    moves = scene.company.env["account.move"].create(
        [
            _prepare_discount(scene.company, payment, scene.firms[payment.customer], open_lines)
            for payment in taken
        ]
    )
    moves._post(soft=False)
    receivable = "asset_receivable"
    return {
        payment: move.line_ids.filtered(lambda line: line.account_id.account_type == receivable)
        for payment, move in zip(taken, moves, strict=True)
    }


def _prepare_discount(company, payment, firm, open_lines):
    receivable = open_lines[payment.invoices[0]]
    gross = float(payment.discount)
    taxed = bool(receivable.move_id.amount_tax)
    net = company.currency_id.round(gross / 1.19) if taxed else gross
    account = company.account_journal_early_pay_discount_loss_account_id
    rows = [
        (account, net),
        (_tax_account(receivable.move_id), company.currency_id.round(gross - net)),
    ]
    return {
        "move_type": "entry",
        "date": payment.booked,
        "ref": f"Discount {', '.join(payment.invoices)}",
        "line_ids": [
            Command.create(
                {"account_id": receivable.account_id.id, "partner_id": firm.id, "credit": gross}
            ),
            *(
                Command.create({"account_id": acc.id, "debit": debit, "name": "Discount taken"})
                for acc, debit in rows
                if debit
            ),
        ],
    }


def _tax_account(invoice):
    return invoice.line_ids.filtered("tax_line_id").account_id[:1]
