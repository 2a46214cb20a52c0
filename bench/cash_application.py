"""How fast payments are decided and booked, beside a bare reconciliation of the known pairs.

Three ways, in one run and on one ledger:

* *bare*: ``_reconcile_plan`` over pairs that are known and stand on the receivable account
  already, in batches of 200: what Odoo itself takes, with nothing decided;
* *ours*: ``ar_apply_cash()``, which reads, decides, writes and reconciles;
* *one by one*: the way of OCA's ``account_reconcile_oca``, re-enacted: each payment's suspense
  item is replaced by a ``write`` on its entry and reconciled by itself, the pairs being known.

Each ledger has a copy of the database, and every batch is committed as in a night's run: in one
endless transaction PostgreSQL keeps all versions of a row, which batches would wade through.

``AR_BENCH_SIZES`` holds pairs of items and lines (``10000:5000``); at most ``AR_BENCH_BARE``
lines are measured the two other ways, at most ``AR_BENCH_OURS`` ours. Processor time is that of
this process and its database backend, which other programs on the machine hardly change.
"""

import os
import resource
import time

import odoo
from _databases import copy_database, drop_database
from cash_load import Ledger, processor_time
from odoo import sql_db
from odoo.api import Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config, split_every

SIZES = os.environ.get("AR_BENCH_SIZES", "10000:5000,100000:50000")
BARE = int(os.environ.get("AR_BENCH_BARE", "1000"))
OURS = int(os.environ.get("AR_BENCH_OURS", "100000"))
ONE_BY_ONE = 60
BATCH = 200  # of bare reconciliation


def main():
    """Measure and print a table."""
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    print(
        f"{'items':>8}{'lines':>8}  {'way':16}{'lines/s':>9}{'ms/line':>9}"
        f"{'CPU ms':>8}{'SQL/line':>9}{'MB':>7}"
    )
    for size in SIZES.split(","):
        items, lines = map(int, size.split(":"))
        copy = f"{database}_cash"
        copy_database(database, copy)
        try:
            with Registry(copy).cursor() as cr:
                measure(Environment(cr, odoo.SUPERUSER_ID, {}), items, lines)
        finally:
            sql_db.close_all()
            drop_database(copy)


def measure(env, items, count):
    """Measure the three ways on one ledger, each on lines of its own."""
    company = env["res.company"].search([], limit=1)
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    ledger = Ledger(env, company, items, count)
    few = min(BARE, count // 4)
    row(env, items, few, "bare", lambda: bare(ledger, 0, few), prepare=lambda: turn(ledger, few))
    rest = ledger.lines[few : count - ONE_BY_ONE][:OURS]
    row(env, items, len(rest), "ours", lambda: ours(rest))
    row(env, items, ONE_BY_ONE, "one by one", lambda: one_by_one(ledger, count - ONE_BY_ONE, count))


def row(env, items, count, way, run, prepare=None):
    """Time one way and print it."""
    if prepare:
        prepare()
    env.flush_all()
    env.cr.commit()
    used = processor_time(env)
    before, start = env.cr.sql_log_count, time.perf_counter()
    run()
    env.flush_all()
    seconds = time.perf_counter() - start
    queries = (env.cr.sql_log_count - before) / count
    used = (processor_time(env) - used) * 1000 / count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{items:8}{count:8}  {way:16}{count / seconds:9.1f}{seconds * 1000 / count:9.1f}"
        f"{used:8.1f}{queries:9.2f}{memory:7}",
        flush=True,
    )


def turn(ledger, count):
    """Put the first payments on the receivable account, as a bare reconciliation needs them."""
    env = ledger.env
    suspense = env["account.move.line"].browse(ledger.suspense[:count])
    env.cr.execute(
        "UPDATE account_move_line s SET account_id = %s, partner_id = i.partner_id, "
        "amount_residual = s.balance, amount_residual_currency = s.balance "
        "FROM unnest(%s, %s) AS p(s, i) JOIN account_move_line i ON i.id = p.i WHERE s.id = p.s",
        (ledger.receivable.id, suspense.ids, ledger.items[:count]),
    )


def bare(ledger, start, end):
    """Reconcile known pairs."""
    lines = ledger.env["account.move.line"]
    pairs = zip(ledger.suspense[start:end], ledger.items[start:end], strict=True)
    for batch in split_every(BATCH, pairs, list):
        shared = [item_id for pair in batch for item_id in pair]
        lines._reconcile_plan([lines.browse(pair).with_prefetch(shared) for pair in batch])
        between_batches(ledger.env)


def ours(lines):
    """Decide and book, in the batches that the job takes."""
    counts = 0
    for ids in split_every(lines.env["ar.job.cash_application.apply"]._job_batch_size, lines.ids):
        counts += lines.browse(ids).ar_apply_cash()["matched"]
        between_batches(lines.env)
    if counts != len(lines):
        print(f"only {counts} of {len(lines)} were booked")


def one_by_one(ledger, start, end):
    """Replace each suspense item by a write on its entry and reconcile it by itself."""
    env = ledger.env
    for line, item_id in zip(ledger.lines[start:end], ledger.items[start:end], strict=True):
        item = env["account.move.line"].browse(item_id)
        suspense = line._seek_for_lines()[1]
        vals = {
            "name": line.payment_ref,
            "account_id": ledger.receivable.id,
            "partner_id": item.partner_id.id,
            "balance": suspense.balance,
            "amount_currency": suspense.amount_currency,
            "currency_id": suspense.currency_id.id,
        }
        line.move_id.with_context(force_delete=True, skip_readonly_check=True).write(
            {"line_ids": [Command.delete(suspense.id), Command.create(vals)]}
        )
        (line._seek_for_lines()[2] | item).reconcile()
    env.flush_all()


def between_batches(env):
    """What the spine does between two batches."""
    env.flush_all()
    env.cr.commit()


if __name__ == "__main__":
    main()
