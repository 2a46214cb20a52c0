"""What invoicing thousands of orders costs, one by one and collected, beside Odoo's own way.

    ./dev bench invoice_orders [orders]

The same confirmed orders (20 per customer, two lines) are invoiced in one run: by Odoo's
``_create_invoices``, which puts the orders of a customer together, and ``_post``; and by the job,
which decides by the customers' policies, checks, posts, queues, and keeps the reasons. Statements
are counted for batches of 3, 6 and 12 customers. Time is processor time of Odoo and of its
PostgreSQL process. All is rolled back.
"""

import os
import sys
from datetime import date

import odoo
from _processor import processor_seconds
from aging import prepare_company
from odoo import Command
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

DAY = date(2026, 3, 31)
PER_CUSTOMER = 20


def main(arguments):
    """Measure and print a table."""
    count = int(arguments[0]) if arguments else 5_000
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(
        ["--no-http", "--log-level", "error", "--database", database], setup_logging=True
    )
    odoo.modules.module.initialize_sys_path()
    with Registry(database).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        company = prepare_company(env)
        env = env(context={"allowed_company_ids": company.ids})
        env["ar.invoice.policy"].ar_get_policy(company).write(
            {"frequency": "month", "month_day": 31}
        )
        print(f"{count:,} orders, {PER_CUSTOMER} per customer, load {os.getloadavg()[0]:.1f}")
        measure(env, company, count)
        cr.rollback()


def measure(env, company, count):
    """Print what each way takes, and how statements grow with the batch."""
    product = env["product.product"].create(
        {"name": "Thing", "invoice_policy": "order", "type": "service", "taxes_id": False}
    )
    create_orders(env, product, PER_CUSTOMER)._create_invoices()._post(soft=False)  # warms up
    core = timed(env, "core", create_orders(env, product, count), invoice_by_core, None)
    job = timed(env, "job", create_orders(env, product, count), invoice_by_job, company)
    print(f"job / core: {job / core:.2f}")
    for customers in (3, 6, 12):
        orders = create_orders(env, product, customers * PER_CUSTOMER)
        settle(env)
        before = env.cr.sql_log_count
        invoice_by_job(orders, company)
        env.flush_all()
        print(f"one batch of {customers} customers: {env.cr.sql_log_count - before} statements")


def timed(env, name, orders, way, company):
    """Print and return the processor seconds that one way takes."""
    settle(env)
    statements, start = env.cr.sql_log_count, processor_seconds(env.cr)
    way(orders, company)
    env.flush_all()
    seconds = processor_seconds(env.cr) - start
    invoices = orders.invoice_ids
    if set(invoices.mapped("state")) != {"posted"} or set(orders.mapped("invoice_status")) != {
        "invoiced"
    }:
        raise SystemExit(f"{name} left something: {invoices.mapped('ar_review_reason')[:3]}")
    print(
        f"{name:5} {seconds:6.1f} s, {1000 * seconds / len(orders):.1f} ms per order, "
        f"{len(invoices)} invoices, {env.cr.sql_log_count - statements} statements"
    )
    return seconds


def invoice_by_core(orders, _company):
    """Odoo's own way: orders of a customer together, then posted."""
    orders._create_invoices()._post(soft=False)


def invoice_by_job(orders, company):
    """The job's way, from selection to queued invoices."""
    orders.ar_invoice_due(company, DAY)


def settle(env):
    """Start each way with an empty cache."""
    env.flush_all()
    env.cr.execute("UPDATE sale_order SET ar_ready_date = %s WHERE ar_ready_date > %s", [DAY, DAY])
    env.invalidate_all()


def create_orders(env, product, count):
    """Return confirmed orders of new customers."""
    quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
    customers = env["res.partner"].create(
        [{"name": f"Collected {n}", "email": "a@b.example"} for n in range(count // PER_CUSTOMER)]
    )
    orders = (
        env["sale.order"]
        .with_context(**quiet)
        .create(
            [
                {
                    "partner_id": customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": number + 1,
                                "price_unit": 10.0 + line,
                                "tax_ids": False,
                            }
                        )
                        for line in range(2)
                    ],
                }
                for customer in customers
                for number in range(PER_CUSTOMER)
            ]
        )
    )
    orders.action_confirm()
    return orders.with_env(env)


if __name__ == "__main__":
    main(sys.argv[1:])
