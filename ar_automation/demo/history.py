"""The year in the database: orders and their invoices, in batches."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from odoo import Command

from .company import find_products
from .returning import ORDERED
from .story import Invoice, Order, plan_orders

BATCH = 200
# Orders of those who stopped paying, which the past quarter's story is about: customer, days ago.
STORY_ORDERS = (
    ("gruenwald-gewaechshausbau", 134),
    ("gruenwald-gewaechshausbau", 120),
    ("uckermark-biogas", 134),
    ("serres-de", 134),
    ("serres-de", 120),
    ("mojave-solar", 134),
    ("mojave-solar", 120),
)
STORY_LINES = (("GTW-G5", 3), ("SEN-T200", 8))


def create_orders_and_invoices(scene, *, pace=1.0):
    """Write a year of orders and invoices.

    :param pace: multiplies the number of orders
    :return: the posted invoices as ``{customer key: [Invoice]}`` (see ``story``).
    """
    ordinary = (
        order
        for customer in scene.customers
        for order in plan_orders(customer, scene.day, scene.seed, pace=pace)
    )
    orders = sorted(
        (*ordinary, *_plan_story_orders(scene)),
        key=lambda order: (order.ordered, order.customer),
    )
    for start in range(0, len(orders), BATCH):
        batch = orders[start : start + BATCH]
        _invoice(scene.company, _create_orders(scene, batch, start + 1))
        scene.company.env.invalidate_all()
        scene.report(f"orders invoiced: {start + len(batch)} of {len(orders)}")
    return read_invoices(scene.company, scene.firms)


def _plan_story_orders(scene):
    return [
        Order(key, scene.day - timedelta(days=days), STORY_LINES)
        for key, days in (*STORY_ORDERS, *ORDERED)
    ]


def _create_orders(scene, orders, first_number):
    company, firms = scene.company, scene.firms
    products = find_products(company)
    seller = company.env["res.users"].search([("login", "=", "sales")], limit=1)
    return company.env["sale.order"].create(
        [
            {
                "partner_id": firms[order.customer].id,
                "company_id": company.id,
                "date_order": datetime.combine(order.ordered, time(9, 30)),
                "payment_term_id": firms[order.customer].property_payment_term_id.id,
                "client_order_ref": f"PO-{order.ordered:%y%m}{number:04d}",
                "pricelist_id": firms[order.customer].specific_property_product_pricelist.id,
                "state": "sale",
                "user_id": seller.id,
                "order_line": [
                    Command.create({"product_id": products[code].id, "product_uom_qty": quantity})
                    for code, quantity in order.lines
                ],
            }
            for number, order in enumerate(orders, first_number)
        ]
    )


def _invoice(company, sales):
    """Invoice orders on the day on which they were placed; what is old was sent long ago."""
    moves = company.env["account.move"].create([_prepare_invoice(sale) for sale in sales])
    moves._post(soft=False)
    moves.write({"is_move_sent": True})
    return moves


def _prepare_invoice(sale):
    vals = sale._prepare_invoice()
    lines = [Command.create(line._prepare_invoice_line()) for line in sale.order_line]
    return {**vals, "invoice_date": sale.date_order.date(), "invoice_line_ids": lines}


def read_invoices(company, firms):
    """Return the open posted invoices of each customer as values, oldest first."""
    keys = {firm.id: key for key, firm in firms.items()}
    lines = company.env["account.move.line"].search(
        [
            ("company_id", "=", company.id),
            ("partner_id", "in", list(keys)),
            ("move_id.move_type", "=", "out_invoice"),
            ("display_type", "=", "payment_term"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ],
        order="date_maturity, id",
    )
    invoices = {key: [] for key in firms}
    for line in lines:
        invoices[keys[line.partner_id.id]].append(_read_invoice(line))
    return invoices


def _read_invoice(line):
    return Invoice(
        number=line.move_id.name,
        issued=line.move_id.invoice_date,
        due=line.date_maturity,
        total=to_decimal(line.amount_residual_currency, line.currency_id),
        discount_until=line.discount_date or None,
        discounted=to_decimal(line.discount_amount_currency, line.currency_id),
        partly_paid=not line.currency_id.is_zero(
            line.amount_currency - line.amount_residual_currency
        ),
    )


def to_decimal(amount, currency):
    """Return a float amount as the exact number of a currency's smallest units."""
    return Decimal(str(currency.round(amount))).quantize(
        Decimal(1).scaleb(-currency.decimal_places)
    )
