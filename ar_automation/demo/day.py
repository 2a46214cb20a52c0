"""One business day in the database: its quotations, and what the banks tell.

Both are made once per day. What is there already is left as it is, so that the
day can be lived again without doubling anything.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from odoo import Command

from .bank_accounts import ACCOUNTS, BankAccount, split_entries
from .bank_day import Morning, announce, make_entries
from .bank_values import BankDay
from .camt_writer import write_statement
from .catalogue import PRODUCTS
from .company import bank_journal, find_products
from .history import read_invoices, to_decimal
from .returning import first_order, leave_unpaid
from .scene import roll
from .story import Payment

# Who orders today: a behaviour, how many customers of it, and whether beyond all limits.
ORDERING = (
    ("prompt", 6, False),
    ("growing", 2, False),
    ("growing", 1, True),
    ("slow", 1, False),
    ("silent", 2, False),
)
RECENT_DAYS = 25


def find_quotations(company, day):
    """Return the orders of the day, whatever became of them."""
    return company.env["sale.order"].search(
        [("company_id", "=", company.id), ("client_order_ref", "=like", f"{_mark(day)}-%")],
        order="id",
    )


def ensure_quotations(scene):
    """Return the day's quotations, created if they are missing."""
    company, day = scene.company, scene.day
    found = find_quotations(company, day)
    if found:
        return found
    rng = roll(f"{scene.seed}:quotations:{day}")
    products = find_products(company)
    seller = company.env["res.users"].search([("login", "=", "sales")], limit=1)
    return company.env["sale.order"].create(
        [
            {
                "partner_id": scene.firms[customer.key].id,
                "company_id": company.id,
                "user_id": seller.id,
                "client_order_ref": f"{_mark(day)}-{number:02d}",
                "order_line": [
                    Command.create({"product_id": products[code].id, "product_uom_qty": quantity})
                    for code, quantity in _choose_lines(customer, rng, beyond=beyond)
                ],
            }
            for number, (customer, beyond) in enumerate(_choose_customers(scene.customers, rng), 1)
        ]
    )


def _mark(day):
    return f"PO-{day:%Y%m%d}"


def _choose_customers(customers, rng):
    chosen = []
    for behaviour, count, beyond in ORDERING:
        known = {customer.key for customer, _ in chosen}
        candidates = [c for c in customers if c.behaviour == behaviour and c.key not in known]
        chosen += [(customer, beyond) for customer in rng.sample(candidates, count)]
    return chosen


def _choose_lines(customer, rng, *, beyond):
    """Two products; an order beyond all limits takes the dearest for more than the limit."""
    if beyond:
        dearest = max(PRODUCTS, key=lambda product: product.price)
        return [(dearest.code, int(customer.credit_limit / dearest.price) + 1)]
    return [
        (product.code, rng.randint(1, max(1, product.most // 3)))
        for product in rng.sample(PRODUCTS, 2)
    ]


@dataclass(frozen=True)
class BankDelivery:
    """What one bank tells on a day: as values, and as the file that it would send.

    :param journal: the account's ``account.journal``
    :param bank_day: a ``BankDay``; None if the day was made before
    """

    account: BankAccount
    journal: Any
    filename: str
    content: bytes
    bank_day: BankDay | None


def ensure_bank_days(scene):
    """Return the ``BankDelivery`` of each account, made if they are missing.

    The files are kept as attachments of the journals: they are made from the items that were
    open, which are no longer open once they were applied.
    """
    journals = {account: bank_journal(scene.company, account) for account in ACCOUNTS}
    kept = scene.company.env["ir.attachment"].search(
        [
            ("res_model", "=", "account.journal"),
            ("res_id", "in", [journal.id for journal in journals.values()]),
            ("name", "=like", f"camt053\\_%\\_{scene.day:%Y%m%d}.xml"),
        ]
    )
    contents = {file.res_id: file.raw for file in kept}
    made = {} if kept else {day.iban: day for day in _make_bank_days(scene)}
    deliveries = []
    for account, journal in journals.items():
        bank_day = made.get(account.iban)
        content = write_statement(bank_day) if bank_day else contents[journal.id]
        name = f"camt053_{account.iban[-10:]}_{scene.day:%Y%m%d}.xml"
        deliveries.append(BankDelivery(account, journal, name, content, bank_day))
    if made:
        _keep(scene, deliveries)
    return deliveries


def _keep(scene, deliveries):
    scene.company.env["ir.attachment"].create(
        [
            {
                "name": delivery.filename,
                "res_model": "account.journal",
                "res_id": delivery.journal.id,
                "raw": delivery.content,
                "mimetype": "application/xml",
            }
            for delivery in deliveries
        ]
    )


def _make_bank_days(scene):
    company, day = scene.company, scene.day
    dollar = company.env.ref("base.USD")
    rate = company.env["res.currency"]._get_conversion_rate(
        company.currency_id, dollar, company, day
    )
    morning = Morning(
        customers={customer.key: customer for customer in scene.customers},
        open_items=leave_unpaid(read_invoices(company, scene.firms), first_order(day)),
        recent=_read_recent(scene),
        day=day,
        rate=Decimal(str(round(rate, 4))),
    )
    openings = {account.code: _read_balance(company, account, day) for account in ACCOUNTS}
    entries = make_entries(morning, scene.seed)
    main, *others = split_entries(entries, day, company.name, openings)
    return replace(main, announced=announce(morning, entries)), *others


def _read_balance(company, account, day):
    """What an account held when the day began."""
    domain = [("journal_id", "=", bank_journal(company, account).id), ("date", "<", day)]
    ((total,),) = company.env["account.bank.statement.line"]._read_group(domain, [], ["amount:sum"])
    return to_decimal(total, company.currency_id)


def _read_recent(scene):
    """The payments of the last weeks that settled one invoice each, oldest first."""
    company, day = scene.company, scene.day
    keys = {firm.id: key for key, firm in scene.firms.items()}
    lines = company.env["account.bank.statement.line"].search(
        [
            ("journal_id", "=", bank_journal(company).id),
            ("partner_id", "in", list(keys)),
            ("date", ">=", day - timedelta(days=RECENT_DAYS)),
            ("date", "<", day),
        ],
        order="date, id",
    )
    return tuple(payment for line in lines for payment in _read_payment(line, keys))


def _read_payment(line, keys):
    partials = line.move_id.line_ids.matched_debit_ids
    invoices = partials.debit_move_id.move_id.filtered(lambda move: move.move_type == "out_invoice")
    if len(invoices) != 1:
        return []
    currency = line.foreign_currency_id or line.currency_id
    amount = line.amount_currency if line.foreign_currency_id else line.amount
    return [
        Payment(
            customer=keys[line.partner_id.id],
            booked=line.date,
            amount=to_decimal(amount, currency),
            invoices=(invoices.name,),
            direct_debit=(line.transaction_type or "").startswith("PMNT-IDDT"),
        )
    ]
