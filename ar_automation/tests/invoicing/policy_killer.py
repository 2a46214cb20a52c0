"""Invoices orders by policy in worker processes that are killed at random statements.

Called as ``python policy_killer.py DATABASE CUSTOMERS MONTHS KILLS SEED``; the Odoo configuration
comes from the environment. Two of three customers get one invoice a month for their orders, the
others one per order. Every round the calendar moves on by a month, sometimes by two. Prints which
orders are on which invoices as JSON.
"""

import json
import random
import sys
from datetime import date

import odoo
from dateutil.relativedelta import relativedelta
from killed_workers import KilledWorkers
from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

START = date(2025, 1, 31)
ORDERS_A_MONTH = 2
# Statements that a worker gets at most: about what it takes for two batches.
STATEMENTS = 260


def main(database, customers, months, kills, seed):
    """Prepare, kill round by round, and report."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    registry = Registry(database)
    with registry.cursor() as cr:
        ids = prepare(api.Environment(cr, SUPERUSER_ID, {}), customers, months)
    workers = KilledWorkers(registry, "ar.job.invoicing.orders", 4, STATEMENTS)
    chance, killed, passed = random.Random(seed), 0, 0
    while passed < months:
        step = chance.choice((1, 1, 2))
        share = kills * step // months + 1
        passed += step
        killed += workers.kill(month_end(passed - 1), chance, share)
    with registry.cursor() as cr:
        report = describe(api.Environment(cr, SUPERUSER_ID, {}), ids)
    sys.stdout.write(json.dumps({**report, "killed": killed}))


def month_end(number):
    """Day of the collective invoice of the n-th month."""
    return START + relativedelta(months=number, day=31)


def prepare(env, count, months):
    """Confirm orders of several months, ready on different days of each."""
    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env["sale.order"].search([]).state = "cancel"
    # the orders are without taxes, which a check would hold back
    env.ref("ar_automation.ar_invoice_check_no_tax").active = False
    monthly = env["ar.invoice.policy"].create(
        {"name": "Monthly", "frequency": "month", "company_id": company.id}
    )
    partners = env["res.partner"].create(
        [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(count)]
    )
    partners.filtered(lambda partner: partner.id % 3).ar_invoice_policy_id = monthly
    product = env["product.product"].create({"name": "Thing", "invoice_policy": "order"})
    line = {"product_id": product.id, "product_uom_qty": 3, "price_unit": 100.0, "tax_ids": False}
    orders = env["sale.order"].create(
        [
            {"partner_id": partner.id, "order_line": [Command.create(line)]}
            for partner in partners
            for _n in range(months * ORDERS_A_MONTH)
        ]
    )
    orders.action_confirm()
    for number, order in enumerate(orders):
        month, place = divmod(number % (months * ORDERS_A_MONTH), ORDERS_A_MONTH)
        order.ar_ready_date = month_end(month) - relativedelta(days=place * 7)
    return orders.ids


def describe(env, ids):
    """The invoices of each order, and what each collective invoice holds."""
    orders = env["sale.order"].browse(ids)
    moves = orders.invoice_ids
    held = {move: move.line_ids.sale_line_ids.order_id for move in moves}
    return {
        "invoiced": orders.order_line.mapped("qty_invoiced"),
        "invoices_of_order": [len(order.invoice_ids) for order in orders],
        "collected": [
            [held[move].partner_id.ids, str(move.ar_policy_date), len(held[move])]
            for move in moves
            if move.ar_policy_date
        ],
        "singles": [len(held[move]) for move in moves if not move.ar_policy_date],
        "states": sorted(set(moves.mapped("state"))),
        "numbers": len(set(moves.mapped("name"))),
        "invoices": len(moves),
        "inbox": env["ar.exception"].search_count(
            [("res_model", "=", "sale.order"), ("state", "in", ("open", "waiting"))]
        ),
    }


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:6]))
