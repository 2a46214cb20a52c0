"""One business day in the database: its quotations, and the bank's file.

Both are made once per day. What is there already is left as it is, so that the
day can be lived again without doubling anything.
"""

from datetime import timedelta
from decimal import Decimal

from odoo import Command

from .bank_day import Morning, make_entries
from .bank_values import BankDay
from .camt_writer import write_statement
from .catalogue import PRODUCTS
from .company import BIC, IBAN, bank_journal, find_products
from .history import read_invoices, to_decimal
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


def ensure_bank_file(scene):
    """Return ``(name, content)`` of the day's CAMT file, made if it is missing.

    The file is kept as an attachment of the bank journal: it is made from the
    items that were open, which are no longer open once it was applied.
    """
    journal = bank_journal(scene.company)
    name = f"camt053_{IBAN[-10:]}_{scene.day:%Y%m%d}.xml"
    attachments = scene.company.env["ir.attachment"]
    place = {"name": name, "res_model": journal._name, "res_id": journal.id}
    kept = attachments.search([(field, "=", value) for field, value in place.items()], limit=1)
    if not kept:
        content = write_statement(_make_bank_day(scene))
        kept = attachments.create({**place, "raw": content, "mimetype": "application/xml"})
    return name, kept.raw


def _make_bank_day(scene):
    company, day = scene.company, scene.day
    dollar = company.env.ref("base.USD")
    rate = company.env["res.currency"]._get_conversion_rate(
        company.currency_id, dollar, company, day
    )
    morning = Morning(
        customers={customer.key: customer for customer in scene.customers},
        open_items=read_invoices(company, scene.firms),
        recent=_read_recent(scene),
        day=day,
        rate=Decimal(str(round(rate, 4))),
    )
    return BankDay(
        iban=IBAN,
        currency=company.currency_id.name,
        owner=company.name,
        bic=BIC,
        day=day,
        opening=_read_balance(company, day),
        entries=make_entries(morning, scene.seed),
    )


def _read_balance(company, day):
    """What the account held when the day began."""
    domain = [("journal_id", "=", bank_journal(company).id), ("date", "<", day)]
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
