"""What the credit check adds to confirming orders, and whether it holds under concurrency.

Three measurements:

* one order at a time, of customers with a limit and open invoices: median CPU time, elapsed
  time and statements of ``action_confirm``, with the check and without, taken in turns in one
  process so that a busy machine troubles both alike. *Without* means that the methods by which
  the check hooks into ``sale.order`` are taken away; the addon's fields stay.
* 500 orders at once, a tenth of which has to be held, with the check and without.
* 8 processes that each confirm an order of 300 at the same moment against a limit of 1,000.
"""

import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import odoo
from odoo.api import Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

ROUNDS = 20
BULK = 500
PROCESSES = 8
WORKER = Path(__file__).parents[1] / "ar_automation/tests/credit/confirm_worker.py"


def main():
    """Measure and print three tables."""
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http", "--log-level", "error"])
    odoo.modules.module.initialize_sys_path()
    registry = Registry(database)
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        prepare_company(env)
        compare_single(env)
        compare_bulk(env)
        cr.rollback()
    compare_processes(registry, database)


def compare_single(env):
    """Confirm order after order, with the check and without in turns."""
    product = prepare_product(env)
    found = {True: [], False: []}
    for number in range(2 * (ROUNDS + 3)):
        is_checked = bool(number % 2)
        order = prepare_order(env, prepare_customer(env, limit=10_000, owed=4), product, 100)
        with check_switched(on=is_checked):
            found[is_checked].append(confirm(env, order))
    print(f"{'one order':24}{'CPU ms':>9}{'ms':>9}{'SQL':>7}")
    medians = {}
    for is_checked, name in ((False, "without the check"), (True, "with the check")):
        # the first rounds fill what a process keeps
        medians[is_checked] = [
            statistics.median(v) for v in zip(*found[is_checked][3:], strict=True)
        ]
        show(name, medians[is_checked])
    show("difference", [a - b for a, b in zip(medians[True], medians[False], strict=True)])


def compare_bulk(env):
    """Confirm many orders at once, each tenth of a customer without any credit left."""
    product = prepare_product(env)
    for is_checked in (False, True):
        orders = prepare_orders(env, product)
        with check_switched(on=is_checked):
            figures = confirm(env, orders)
        states = orders.mapped("state")
        print(f"{BULK} orders: {states.count('sale')} confirmed, {states.count('draft')} held")
        show("with the check" if is_checked else "without the check", figures)


def compare_processes(registry, database):
    """Confirm at the same moment in several processes, really committed."""
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        prepare_company(env)
        customer, product = prepare_customer(env, limit=1_000), prepare_product(env)
        orders = [prepare_order(env, customer, product, 300).id for _ in range(PROCESSES)]
    try:
        workers = [start_worker(database, order_id) for order_id in orders]
        start = time.perf_counter()
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        codes = [worker.wait(timeout=180) for worker in workers]
        seconds = time.perf_counter() - start
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            states = env["sale.order"].browse(orders).mapped("ar_credit_state")
            confirmed = env["sale.order"].browse(orders).mapped("state").count("sale")
    finally:
        clean_up(registry, orders)
    print(
        f"{PROCESSES} processes: {confirmed} confirmed, {states.count('held')} held,"
        f" {PROCESSES - codes.count(0)} gave up, {seconds:.1f} s"
    )


def start_worker(database, order_id):
    """Start a process that waits for a line before it confirms its order."""
    worker = subprocess.Popen(
        [sys.executable, str(WORKER), database, str(order_id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if worker.stdout.readline() != "ready\n":
        raise SystemExit("a worker did not start")
    return worker


def clean_up(registry, order_ids):
    """Take back what was committed."""
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        orders = env["sale.order"].browse(order_ids)
        partners = orders.partner_id
        templates = orders.order_line.product_id.product_tmpl_id
        orders._action_cancel()
        orders.unlink()
        templates.unlink()
        partners.unlink()


@contextmanager
def check_switched(*, on):
    """Take the check's hooks away from ``sale.order`` for a while."""
    from odoo.addons.ar_automation.models.credit import (
        sale_order,
        sale_order_guard,
        sale_order_line,
    )

    hooks = (
        (sale_order.SaleOrder, "action_confirm"),
        (sale_order_guard.SaleOrder, "write"),
        (sale_order_guard.SaleOrder, "create"),
        (sale_order_line.SaleOrderLine, "write"),
        (sale_order_line.SaleOrderLine, "create"),
    )
    kept = [] if on else [(owner, name, owner.__dict__[name]) for owner, name in hooks]
    for owner, name, _method in kept:
        delattr(owner, name)
    try:
        yield
    finally:
        for owner, name, method in kept:
            setattr(owner, name, method)


def confirm(env, orders):
    """Return milliseconds of CPU, milliseconds and statements of a confirmation."""
    env.flush_all()
    env.invalidate_all()
    queries, cpu, start = env.cr.sql_log_count, time.process_time(), time.perf_counter()
    orders.action_confirm()
    env.flush_all()
    return (
        (time.process_time() - cpu) * 1000,
        (time.perf_counter() - start) * 1000,
        env.cr.sql_log_count - queries,
    )


def show(name, figures):
    """Print one line of a table."""
    cpu, elapsed, queries = figures
    print(f"{name:24}{cpu:>9.1f}{elapsed:>9.1f}{queries:>7.0f}", flush=True)


def prepare_company(env):
    """Switch credit limits on in a company with accounts."""
    company = env["res.company"].search([], limit=1)
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.account_use_credit_limit = True


def prepare_product(env):
    """Return a service without taxes."""
    return env["product.product"].create(
        {"name": "Service", "type": "service", "invoice_policy": "order", "taxes_id": False}
    )


def prepare_customer(env, limit, owed=0):
    """Return a customer with a limit and so many open invoices of 10."""
    customer = env["res.partner"].create({"name": "Customer", "is_company": True})
    customer.credit_limit = limit
    line = Command.create({"name": "line", "price_unit": 10, "tax_ids": False})
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": "2026-01-02",
                "invoice_line_ids": [line],
            }
            for _ in range(owed)
        ]
    )
    if invoices:
        invoices.action_post()
    return customer


def prepare_orders(env, product):
    """Return quotations of as many customers; each tenth has a limit that is too low."""
    customers = env["res.partner"].create(
        [{"name": f"Customer {number}", "is_company": True} for number in range(BULK)]
    )
    customers.credit_limit = 1_000
    customers[::10].credit_limit = 50
    line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
    return env["sale.order"].create(
        [
            {"partner_id": customer.id, "order_line": [Command.create(line)]}
            for customer in customers
        ]
    )


def prepare_order(env, customer, product, amount):
    """Return a quotation with five lines, together over ``amount``."""
    line = {"product_id": product.id, "price_unit": amount / 5, "tax_ids": False}
    return env["sale.order"].create(
        {"partner_id": customer.id, "order_line": [Command.create(line) for _ in range(5)]}
    )


if __name__ == "__main__":
    main()
