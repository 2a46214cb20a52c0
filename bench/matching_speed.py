"""How fast statement lines are decided, through the public entry point.

    ./dev bench matching_speed [items lines]

``lines.ar_apply_cash(dry_run=True)`` on 5,000 lines among 10,000 open items, and on 50,000 among
100,000: reading the facts, deciding, wording the evidence. What is booked is compared with the
truth on the way, so that speed is not bought with answers. Also decided in the batches of the
job, which collect their facts every time. Beside the time on the clock stands that of our own
processor (without PostgreSQL's), which other programs on the machine hardly change.
"""

import os
import resource
import sys
import time
from collections import Counter

import odoo
from matching_load import load
from matching_sets import make_set
from matching_styles import TEST
from odoo.addons.ar_automation.models.cash_application.account_bank_statement_line import BATCH
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

SIZES = ((10_000, 5_000), (100_000, 50_000))
SEED = 4242


def main():
    """Measure and print a table."""
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    registry = Registry(database)
    print(
        f"{'lines':>8}{'items':>9}  {'what':24}{'seconds':>9}{'CPU':>8}"
        f"{'lines/s':>9}{'by CPU':>8}{'SQL':>6}{'MB':>7}"
    )
    given = tuple(map(int, sys.argv[1:3]))
    for items, size in (given,) if given else SIZES:
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            measure(env, prepare_company(env), items, size)
            cr.rollback()


def prepare_company(env):
    """Return a company with a chart of accounts."""
    company = env["res.company"].search([], limit=1)
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    return company


def measure(env, company, items, size):
    """Load a set, decide it at once and in batches, and compare with the truth."""
    labelled = make_set(SEED, TEST, size, item_share=items / size)
    lines, truth = load(env, company, labelled)
    items = len(labelled.items)
    del labelled
    row(env, size, items, "all at once", lambda: compare(lines.ar_apply_cash(dry_run=True), truth))
    few = lines[: BATCH * 4]

    def in_batches():
        for start in range(0, len(few), BATCH):
            env.invalidate_all()
            few[start : start + BATCH].ar_apply_cash(dry_run=True)

    row(env, len(few), items, f"in batches of {BATCH}", in_batches)


def row(env, size, items, what, run):
    """Time one run and print it."""
    env.invalidate_all()
    before, start, own = env.cr.sql_log_count, time.perf_counter(), time.process_time()
    counts = run()
    own = time.process_time() - own
    seconds = time.perf_counter() - start
    queries = env.cr.sql_log_count - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{size:8}{items:9}  {what:24}{seconds:9.2f}{own:8.2f}"
        f"{size / seconds:9.0f}{size / own:8.0f}{queries:6}{memory:7}",
        flush=True,
    )
    if counts:
        print("         ", ", ".join(f"{name} {count}" for name, count in counts.items()))


def compare(found, truth):
    """Count what would be booked, rightly and wrongly, and first proposals that are right."""
    counts = Counter()
    for line_id, (items, kind) in truth.items():
        counts["tellable"] += items is not None
        for proposal in found[line_id][:1]:
            right = frozenset(proposal["items"]) == items
            counts["first right"] += right
            counts["booked"] += proposal["book"] and right
            counts[f"WRONG {kind}"] += proposal["book"] and not right
    return +counts


if __name__ == "__main__":
    main()
