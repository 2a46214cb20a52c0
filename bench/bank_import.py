"""How fast the lines of a bank file come into Odoo, and how much memory that takes.

Compared in the same run, on the same file, each way in a fresh process that takes
everything back at the end:

* ``bare create``: ``account.bank.statement.line.create`` in batches of 300 with its default
  context, without what this addon changes in it. The values are ready made.
* ``bare create, untracked``: the same with ``tracking_disable``.
* ``create_bank_lines``: the addon's way to create many lines, from the same values.
* ``file import``: ``journal.ar_import_statement_file``, from the file's bytes to posted
  lines: parsing, recognising what is known, proof by balances, audit trail.
* ``OCA file import``: the wizard of ``account_statement_import_camt`` for Odoo 19, which
  creates the lines of a file with one ``create``.

Compared is the processor time that Odoo and its PostgreSQL backend take together, because
the clock depends on what else the machine does; lines per second by the clock stand beside.
OCA's addons are installed into a copy of the benchmark's database.
"""

import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import odoo
from _camt_file import IBAN, write_camt
from _databases import copy_database, drop_database
from _oca import MODULE, fetch_addons
from _processor import processor_seconds
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config, split_every

SIZES = (1_000, 5_000)  # all ways, the addon's ways; other sizes may be given as arguments
BATCH = 300
WAYS = ("bare create", "bare create, untracked", "create_bank_lines", "file import")
OCA = "OCA file import"


def main():
    """Measure and print a table."""
    few, many = map(int, sys.argv[1:3] or SIZES)
    print(
        f"{'lines':>7}  {'what':24} {'CPU/line':>9} {'ratio':>6} {'lines/s':>8}"
        f" {'SQL/line':>8} {'growth':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        addons = fetch_addons(folder)
        compare(folder, addons, [*WAYS, *([OCA] if addons else [])], few)
        compare(folder, addons, ["create_bank_lines", "file import"], many)


def compare(folder, addons, ways, count):
    """Run every way once on one file and print what it took."""
    path = Path(folder) / "statement.xml"
    write_camt(path, count, currency="EUR")
    first = None
    for way in ways:
        found = in_fresh_process(way, path, addons)
        if found["lines"] != count:
            raise SystemExit(f"{way} created {found['lines']} of {count} lines")
        first = first or found["processor"]
        print(
            f"{count:>7,}  {way:24} {found['processor'] / count * 1e3:>6.2f} ms"
            f" {first / found['processor']:>5.2f}x {count / found['seconds']:>8.1f}"
            f" {found['queries'] / count:>8.2f} {found['growth']:>5.0f} MB",
            flush=True,
        )


def in_fresh_process(way, path, addons):
    """Return lines, seconds by clock and processor, statements, growth in MB of one import."""
    command = [sys.executable, __file__, "--import", way, path, addons or ""]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(answer.splitlines()[-1])


def run(way, path, addons):
    """Import the file one way and print what it took."""
    registry = open_registry(way, addons)
    if way.startswith(("bare", "OCA")):
        leave_core_alone()
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        journal = prepare_journal(env)
        act = prepare_act(way, env, journal, path)
        warm_up(env, journal)
        env.invalidate_all()
        before, busy = resident(), processor_seconds(cr)
        queries, start = cr.sql_log_count, time.perf_counter()
        act()
        env.flush_all()
        seconds, queries = time.perf_counter() - start, cr.sql_log_count - queries
        busy = processor_seconds(cr) - busy
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        lines = env["account.bank.statement.line"].search_count([("journal_id", "=", journal.id)])
        cr.rollback()
    if way == OCA:
        drop_database(cr.dbname)
    result = {"lines": lines, "seconds": seconds, "processor": busy}
    print(json.dumps(result | {"queries": queries, "growth": peak - before}))


def open_registry(way, addons):
    """Return the registry of the benchmark's database; for OCA of a copy with its addons."""
    database = os.environ["AR_BENCH_DATABASE"]
    arguments = ["--no-http", "--log-level", "error"]
    if way == OCA:
        copy = f"{database}_oca"
        config.parse_config([*arguments, "--database", copy], setup_logging=True)
        config["addons_path"] = [*config["addons_path"], addons]
        odoo.modules.module.initialize_sys_path()
        copy_database(database, copy)
        return Registry.new(copy, update_module=True, install_modules=[MODULE])
    config.parse_config([*arguments, "--database", database], setup_logging=True)
    odoo.modules.module.initialize_sys_path()
    return Registry(database)


def leave_core_alone():
    """Take back what this addon changes in the creation of lines."""
    from odoo.addons.ar_automation.models.banking import (
        account_analytic_distribution_model,
        account_move,
    )
    from odoo.addons.ar_automation.models.cash_application import account_move_payments

    del account_move.AccountMove._compute_name
    del account_move_payments.AccountMove._compute_reconciled_payment_ids
    del account_analytic_distribution_model.AccountAnalyticDistributionModel._create_domain


def prepare_journal(env):
    """Return a journal in euro for the file's account."""
    company = env["res.company"].search([], limit=1)
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    euro = env.ref("base.EUR")
    euro.active = True
    account = env["res.partner.bank"].create(
        {"acc_number": IBAN, "partner_id": company.partner_id.id}
    )
    return env["account.journal"].create(
        {
            "name": "Benchmark",
            "code": "BENCH",
            "type": "bank",
            "company_id": company.id,
            "currency_id": euro.id,
            "bank_account_id": account.id,
        }
    )


def warm_up(env, journal):
    """Let what a process does once be done before the clock runs."""
    other = journal.copy({"bank_account_id": False})
    vals = {"journal_id": other.id, "date": "2026-01-02", "amount": 1, "payment_ref": "warm"}
    env["account.bank.statement.line"].create([vals, vals])
    env.flush_all()


def prepare_act(way, env, journal, path):
    """Return what is to be measured, with all that is needed ready made."""
    content = path.read_bytes()
    if way == "file import":
        return lambda: journal.ar_import_statement_file(path.name, content)
    if way == OCA:
        wizard = env["account.statement.import"].create(
            {"statement_file": base64.b64encode(content), "statement_filename": path.name}
        )
        return wizard._import_file
    lines = env["account.bank.statement.line"]
    vals_list = prepare_vals(journal, content)
    if way == "create_bank_lines":
        from odoo.addons.ar_automation.models.banking import bulk_lines

        return lambda: bulk_lines.create_bank_lines(lines, vals_list)
    model = lines.with_context(tracking_disable=True) if way.endswith("untracked") else lines
    return lambda: [model.create(batch) for batch in split_every(BATCH, vals_list, list)]


def prepare_vals(journal, content):
    """Return the values that the import would create the file's lines with."""
    from odoo.addons.ar_automation.banking.formats.camt import parse_camt
    from odoo.addons.ar_automation.models.banking import statement_lines

    [statement] = parse_camt(content)
    return [
        statement_lines.prepare_line_vals(line, journal, str(number))
        for number, line in enumerate(statement.transactions)
    ]


def resident():
    """Return the resident set in MB."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1024**2


if __name__ == "__main__":
    if sys.argv[1:2] == ["--import"]:
        run(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        main()
