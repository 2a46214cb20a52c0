"""How fast due plans become posted invoices, and how fast the due ones are found.

Compared in the same run, each way in a fresh process on a copy of the benchmark's database,
for the same customers, products, quantities and prices (two lines, taxed):

* ``bare create + post``: ``account.move.create`` and ``_post`` in batches of 100 with the
  default context, committed batch by batch. The values are ready made.
* ``the same, untracked``: with ``tracking_disable``.
* ``ar.invoice.plan``: ``ar_run``, from due plans to posted invoices that are checked, queued for
  sending, recorded by period, logged and in the audit trail.
* ``OCA contract``: its cron for Odoo 19, which makes drafts and posts nothing.

At last 100,000 plans are written of which 500 are due, and the query that finds and locks them
is timed.

``./dev bench invoice_plans 400`` takes fewer plans.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from statistics import median

import odoo
from _databases import copy_database, drop_database
from _oca import CONTRACT_PACKAGES, fetch_addons
from odoo import sql_db
from odoo.api import Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import SQL, config, split_every

COUNT = 2_000
BATCH = 100
DAY = date(2026, 3, 1)
BARE, UNTRACKED, OURS, OCA = (
    "bare create + post",
    "the same, untracked",
    "ar.invoice.plan",
    "OCA contract",
)
MANY, DUE = 100_000, 500


def main():
    """Measure and print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'plans':>6}  {'what':22} {'per s':>7} {'CPU ms':>7} {'ratio':>6} {'SQL':>6}  state")
    with tempfile.TemporaryDirectory() as folder:
        addons = fetch_addons(folder, CONTRACT_PACKAGES)
        first = None
        for way in [BARE, UNTRACKED, OURS, *([OCA] if addons else [])]:
            found = in_fresh_process(way, count, addons)
            first = first or found["cpu"]
            print(
                f"{count:6}  {way:22} {count / found['seconds']:7.1f}"
                f" {found['cpu'] * 1000 / count:7.1f} {first / found['cpu']:5.2f}x"
                f" {found['queries'] / count:6.1f}  {found['states']}",
                flush=True,
            )
    found = in_fresh_process("selection", DUE, None)
    print(f"{DUE} due of {MANY} plans: first batch in {found['milliseconds']:.1f} ms (median)")


def in_fresh_process(way, count, addons):
    """Return what one way took."""
    command = [sys.executable, __file__, "--way", way, str(count), str(addons or "")]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(answer.splitlines()[-1])


def run(way, count, addons):
    """Take one way on a copy of the database, and print what it took."""
    database = os.environ["AR_BENCH_DATABASE"]
    copy = f"{database}_plans"
    config.parse_config(["--no-http", "--log-level", "error"], setup_logging=True)
    if way == OCA:
        config["addons_path"] = [*config["addons_path"], addons]
    odoo.modules.module.initialize_sys_path()
    copy_database(database, copy)
    try:
        registry = (
            Registry.new(copy, update_module=True, install_modules=["contract"])
            if way == OCA
            else Registry(copy)
        )
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            print(json.dumps(select(env) if way == "selection" else measure(env, way, count)))
    finally:
        sql_db.close_all()
        drop_database(copy)


def measure(env, way, count):
    """Time one way."""
    scene = Scene(env, count)
    act = {BARE: scene.bare, UNTRACKED: scene.untracked, OURS: scene.ours, OCA: scene.oca}[way]()
    env.cr.commit()
    env.invalidate_all()
    queries, start, cpu = env.cr.sql_log_count, time.perf_counter(), time.process_time()
    act()
    env.flush_all()
    env.cr.commit()
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    moves = env["account.move"]._read_group(
        [("partner_id", "in", scene.partners.ids)], ["state"], ["__count"]
    )
    if sum(number for _state, number in moves) != count:
        raise SystemExit(f"{way} made {moves} of {count} invoices")
    queries = env.cr.sql_log_count - queries
    return {"seconds": seconds, "cpu": used, "queries": queries, "states": dict(moves)}


class Scene:
    """A company with customers, each owed one invoice of two lines."""

    def __init__(self, env, count):
        self.env = env
        self.company = env.ref("base.main_company")
        if not self.company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", self.company, install_demo=False
            )
        self.partners = env["res.partner"].create(
            [{"name": f"Customer {n}", "email": f"c{n}@example.com"} for n in range(count)]
        )
        self.products = env["product.product"].create(
            [{"name": name, "list_price": 50.0, "type": "service"} for name in ("Base", "Extra")]
        )
        self.lines = [
            {"product_id": product.id, "name": product.name, "quantity": 2, "price_unit": 45.0}
            for product in self.products
        ]

    def bare(self, **context):
        """Core's own way."""
        vals_list = [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": DAY,
                "invoice_line_ids": [Command.create(line) for line in self.lines],
            }
            for partner in self.partners
        ]
        model = self.env["account.move"].with_context(**context)

        def act():
            for batch in split_every(BATCH, vals_list, list):
                model.create(batch)._post(soft=False)
                self.env.flush_all()
                self.env.cr.commit()
                self.env.invalidate_all()

        return act

    def untracked(self):
        """Core's own way without chatter."""
        return self.bare(tracking_disable=True)

    def ours(self):
        """Plans of which all are due."""
        plans = self.env["ar.invoice.plan"].create(
            [
                {
                    "partner_id": partner.id,
                    "start_date": DAY,
                    "line_ids": [Command.create(line) for line in self.lines],
                }
                for partner in self.partners
            ]
        )
        plans.action_activate()
        return lambda: plans.ar_run(self.company, DAY)

    def oca(self):
        """Contracts of which all are due."""
        contracts = self.env["contract.contract"].create(
            [
                {
                    "name": partner.name,
                    "partner_id": partner.id,
                    "contract_type": "sale",
                    "line_recurrence": False,
                    "recurring_rule_type": "monthly",
                    "recurring_interval": 1,
                    "date_start": DAY,
                    "contract_line_ids": [
                        Command.create({**line, "date_start": DAY, "recurring_next_date": DAY})
                        for line in self.lines
                    ],
                }
                for partner in self.partners
            ]
        )
        return lambda: contracts.cron_recurring_create_invoice(DAY)


def select(env):
    """Time the query that finds and locks the first batch among many plans."""
    Scene(env, 1).ours()
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO ar_invoice_plan (name, state, partner_id, invoice_partner_id, company_id,
                      currency_id, start_date, unit, count, alignment, billing_day, invoice_time,
                      business_days, posting, catch_up, catch_up_limit, late_date, revision_kind,
                      revision_months, next_period_start, next_invoice_date, billing_number)
               SELECT 'B' || n, 'active', partner_id, invoice_partner_id, company_id, currency_id,
                      start_date, unit, count, alignment, billing_day, invoice_time,
                      business_days, posting, catch_up, catch_up_limit, late_date, revision_kind,
                      revision_months, %(day)s,
                      %(day)s + CASE WHEN n %% %(step)s = 0 THEN 0 ELSE 1 + n %% 30 END, 0
                 FROM (SELECT * FROM ar_invoice_plan ORDER BY id DESC LIMIT 1) one,
                      generate_series(1, %(many)s) n""",
            day=DAY,
            many=MANY,
            step=MANY // DUE,
        )
    )
    env.cr.execute("ANALYZE ar_invoice_plan")
    env.cr.commit()
    job = env["ar.job.invoicing.plans"]
    company = env.ref("base.main_company")
    run_record = env["ar.run"]._open(job._job_config(), company, DAY, "manual")
    times = []
    for _n in range(7):
        start = time.perf_counter()
        query = job._due_query(run_record)
        query.limit = DUE
        found = env.execute_query(
            SQL(
                "%s FOR NO KEY UPDATE OF %s SKIP LOCKED",
                query.select(),
                SQL.identifier(query.table),
            )
        )
        times.append((time.perf_counter() - start) * 1000)
    if len(found) != DUE:
        raise SystemExit(f"{len(found)} of {DUE} found")
    return {"milliseconds": median(times)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        run(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main()
