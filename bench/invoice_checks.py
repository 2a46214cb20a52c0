"""What the checks of drafted invoices cost, beside creating the same invoices.

    ./dev bench invoice_checks [invoices]

Every second invoice belongs to a customer with a history of twelve posted invoices; the checks
in force are those that are installed. Time is processor time of Odoo and of its PostgreSQL
process. All is rolled back.
"""

import os
import sys
from datetime import date, timedelta

import odoo
from _processor import processor_seconds
from aging import prepare_company
from odoo import Command
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

DAY = date(2026, 3, 2)
HISTORY = 12
PER_CUSTOMER = 20


def main(arguments):
    """Measure and print a table."""
    count = int(arguments[0]) if arguments else 2_000
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(
        ["--no-http", "--log-level", "error", "--database", database], setup_logging=True
    )
    odoo.modules.module.initialize_sys_path()
    with Registry(database).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {"tracking_disable": True})
        company = prepare_company(env)
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        measure(env, count)
        cr.rollback()


def measure(env, count):
    """Print what creating and checking ``count`` invoices takes."""
    customers = env["res.partner"].create(
        [{"name": f"Checked {n}", "email": "a@b.example"} for n in range(count // PER_CUSTOMER)]
    )
    past = create_invoices(env, customers[::2], HISTORY, DAY - timedelta(days=90))
    past._post(soft=False)
    start = processor_seconds(env.cr)
    moves = create_invoices(env, customers, PER_CUSTOMER, DAY)
    env.flush_all()
    created = processor_seconds(env.cr) - start
    print(f"{len(moves):,} invoices, {len(past):,} past ones, load {os.getloadavg()[0]:.1f}")
    print(f"creating them: {created:.1f} s, {1000 * created / len(moves):.2f} ms each")
    moves[:1].ar_check(DAY)  # warms what core caches
    for size in (100, count):
        env.invalidate_all()
        statements, start = env.cr.sql_log_count, processor_seconds(env.cr)
        findings = moves[:size].ar_check(DAY)
        env.flush_all()
        seconds = processor_seconds(env.cr) - start
        print(
            f"checking {size:,}: {seconds:.2f} s, {1000 * seconds / size:.2f} ms each, "
            f"{env.cr.sql_log_count - statements} statements, {len(findings)} findings"
        )


def create_invoices(env, customers, each, day):
    """Return drafts with a product line and a text line, of amounts that differ a little."""
    product = env["product.product"].create({"name": "Thing", "taxes_id": False})
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": product.id, "price_unit": 100 + number, "tax_ids": False}
                    ),
                    Command.create({"name": "Work", "price_unit": 50, "tax_ids": False}),
                ],
            }
            for customer in customers
            for number in range(each)
        ]
    )


if __name__ == "__main__":
    main(sys.argv[1:])
