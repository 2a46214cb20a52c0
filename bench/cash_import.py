"""Importing a bank file and matching its payments: in one go, beside one after the other.

Both ways on one ledger, in one run, from the same file of payments that name their invoices, each
taken back before the next: *one after the other* is ``journal.ar_import_statement_file`` and then
``ar_apply_cash()`` on its lines, *in one go* is the same call with ``apply=True``. Time is also
given as processor time of both processes, this one and the database's, which other programs
on the machine do not change.

``./dev bench cash_import 2000 10000``: payments and open items.
"""

import os
import sys
import time

import odoo
from cash_load import Ledger, processor_time
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

IBAN = "DE89370400440532013000"


def main():
    """Measure and print a table."""
    lines, items = map(int, sys.argv[1:3] or (2_000, 10_000))
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    with Registry(database).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        company = env["res.company"].search([], limit=1)
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        ledger = Ledger(env, company, items, 1)
        journal = create_journal(env, company)
        content = write_file(ledger, lines)
        few = write_file(ledger, 20)
        print(f"{'way':22}{'lines/s':>9}{'ms/line':>9}{'CPU ms/line':>13}{'SQL/line':>10}")
        for way in (one_after_the_other, in_one_go) * 2:
            with env.cr.savepoint() as savepoint:  # what is done once is done before the clock runs
                way(journal, few)
                savepoint.rollback()
            row(env, lines, way, journal, content)
        cr.rollback()


def create_journal(env, company):
    """Return a bank journal of its own for the file's account."""
    account = env["res.partner.bank"].create(
        {"acc_number": IBAN, "partner_id": company.partner_id.id}
    )
    vals = {"name": "Benchmark", "code": "BENCH", "type": "bank", "company_id": company.id}
    return env["account.journal"].create(vals | {"bank_account_id": account.id})


def row(env, count, way, journal, content):
    """Time one way, print it, and take it back."""
    env.flush_all()
    env.invalidate_all()
    with env.cr.savepoint() as savepoint:
        queries, start, used = env.cr.sql_log_count, time.perf_counter(), processor_time(env)
        matched = len(way(journal, content).filtered("is_reconciled"))
        env.flush_all()
        seconds, used = time.perf_counter() - start, processor_time(env) - used
        queries = env.cr.sql_log_count - queries
        savepoint.rollback()
    name = way.__name__.replace("_", " ")
    print(
        f"{name:22}{count / seconds:9.1f}{seconds * 1000 / count:9.1f}"
        f"{used * 1000 / count:13.1f}{queries / count:10.2f}",
        flush=True,
    )
    if matched != count:
        raise SystemExit(f"{name}: only {matched} of {count} were booked")


def one_after_the_other(journal, content):
    """Import, then match."""
    lines = journal.ar_import_statement_file("bench.xml", content, apply=False)
    lines.ar_apply_cash()
    return lines


def in_one_go(journal, content):
    """Match while importing."""
    return journal.ar_import_statement_file("bench.xml", content, apply=True)


def write_file(ledger, count):
    """Return a camt file with one payment of each of the first invoices."""
    from odoo.addons.ar_automation.tests.banking.camt_builder import camt053, entry, statement

    items = ledger.env["account.move.line"].browse(ledger.items[:count])
    entries = [
        entry(
            int(item.balance),
            f"Payment {item.move_id.name} thank you",
            payer=item.partner_id.name,
            account=f"FR76{item.id:023d}",
            reference=f"R{item.id}",
        )
        for item in items
    ]
    currency = ledger.company.currency_id.name
    return camt053(statement(entries, currency=currency, iban=IBAN))


if __name__ == "__main__":
    main()
