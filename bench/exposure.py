"""How long the exposure of 5,000 customers over 100,000 open items takes.

Compared in the same run, on the same data, warm:

* ``bare SQL``: one ``SELECT … GROUP BY`` over the open items. The floor: it knows no
  drafts, orders, instruments, policies, limits and no rounding. It reads the table; the addon
  has an index with all that it reads of open items.
* ``ar_get_exposure``: all components of all customers.
* ``over the limit``: the search for all customers that owe more than they may.
* ``OCA account_financial_risk``: reads the total risk and the components that its screen
  shows of the same customers; fetched from the package registry for this run, left out where
  that is not possible.

Each way is asked several times, in turns, twice: right after the items were written, when
PostgreSQL has to look into the table for who may see which row, and after ``VACUUM``, which
it does by itself in the background. Processor time is that of this process and of its database
backend; the backend gets no parallel workers, whose time would go unseen.

One customer in ten has a draft invoice as well. The items of a customer are of all ages.
Data is written into a copy of the benchmark's database that is dropped at the end.
"""

import os
import statistics
import tempfile
import time

import odoo
from _databases import copy_database, drop_database
from _oca import fetch_addons
from _processor import processor_seconds
from aging import TODAY, insert_history, prepare_company
from odoo.api import Environment
from odoo.fields import Date
from odoo.modules.registry import Registry
from odoo.tools import config

PACKAGES = ("odoo-addon-account-financial-risk==19.0.*",)
MODULE = "account_financial_risk"
ITEMS = 100_000
CUSTOMER_SHARE = 20
REPEATS = 11
FLOOR = "bare SQL (floor)"
OCA_FIELDS = (
    *("risk_total", "risk_invoice_draft", "risk_invoice_open", "risk_invoice_unpaid"),
    *("risk_account_amount", "risk_account_amount_unpaid"),
)


def main():
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        addons = fetch_addons(folder, PACKAGES)
        registry = open_registry(addons)
        try:
            with registry.cursor() as cr:
                env = Environment(cr, odoo.SUPERUSER_ID, {})
                company, customers = fill(env)
                measure(env, company, customers, with_oca=False)
                vacuum(cr)
                print("after VACUUM:")
                measure(env, company, customers, with_oca=bool(addons))
        finally:
            drop_database(registry.db_name)


def open_registry(addons):
    """Return the registry of a copy of the benchmark's database, with OCA's addon if there is."""
    database = os.environ["AR_BENCH_DATABASE"]
    copy = f"{database}_exposure"
    config.parse_config(
        ["--no-http", "--log-level", "error", "--database", copy], setup_logging=True
    )
    if addons:
        config["addons_path"] = [*config["addons_path"], str(addons)]
    odoo.modules.module.initialize_sys_path()
    copy_database(database, copy)
    return Registry.new(copy, update_module=bool(addons), install_modules=[MODULE] * bool(addons))


def fill(env):
    """Write items, limits and drafts; return the company and its customers."""
    company = prepare_company(env)
    insert_history(env, company, ITEMS, CUSTOMER_SHARE, Date.context_today(company))
    customers = env["res.partner"].search([("name", "=like", "Bench customer %")])
    prepare_limits(env, company, customers)
    print(f"{len(customers):,} customers, {ITEMS:,} items, load {os.getloadavg()[0]:.1f}")
    return company, customers


def vacuum(cr):
    """Commit, and do what PostgreSQL does by itself some time after rows were written."""
    # rows whose commit has not reached the disk do not count as seen by everybody
    cr.execute("SET LOCAL synchronous_commit TO on")
    cr.commit()
    cr._cnx.autocommit = True
    cr.execute("VACUUM (ANALYZE) account_move_line, account_move, res_partner")
    cr._cnx.autocommit = False


def prepare_limits(env, company, customers):
    """Give every customer a limit, and one in ten a draft invoice."""
    env.cr.execute(
        "UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 50000.0) WHERE id = ANY(%s)",
        [str(company.id), customers.ids],
    )
    env.cr.execute(
        """
        INSERT INTO account_move (state, move_type, date, company_id, journal_id, currency_id,
                                  partner_id, commercial_partner_id, amount_total, auto_post)
        SELECT 'draft', 'out_invoice', %s, company_id, MIN(journal_id), MIN(currency_id),
               partner_id, partner_id, 100, 'no'
          FROM account_move WHERE partner_id = ANY(%s) AND move_type = 'out_invoice'
      GROUP BY company_id, partner_id
        """,
        [TODAY, customers[::10].ids],
    )
    env.invalidate_all()


def measure(env, company, customers, *, with_oca):
    """Time each way of asking, print it, and make sure that they agree."""
    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    partners = env["res.partner"]
    ways = {
        FLOOR: lambda: bare_sql(env),
        "ar_get_exposure": lambda: partners.ar_get_exposure(customers, company),
        "over the limit": lambda: partners.search([("ar_is_over_limit", "=", True)]),
        "one customer": lambda: partners.ar_get_exposure(customers[:1], company),
    }
    if with_oca:
        ways["OCA, all components"] = lambda: customers.read(OCA_FIELDS)
    results = {name: ask() for name, ask in ways.items()}
    measured = {name: [] for name in ways}
    for turn in range(REPEATS):
        for name, ask in ways.items():
            if turn < repeats(name):
                measured[name].append(timed(env, ask))
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in measured.items()
    }
    floor = medians[FLOOR]
    for name, (cpu, clock, queries) in medians.items():
        print(
            f"{name:20} cpu {cpu * 1000:>6.0f} ms {cpu / floor[0]:>6.1f}x   "
            f"clock {clock * 1000:>6.0f} ms {clock / floor[1]:>6.1f}x {queries:>4.0f} queries"
        )
    ours = sum(row["open"] for row in results["ar_get_exposure"].values())
    theirs = float(sum(amount for _partner, amount in results[FLOOR]))
    if abs(ours - theirs) > 0.01:
        raise SystemExit(f"the ways disagree: {ours} and {theirs}")


def repeats(name):
    """How often a way is measured: what takes long three times."""
    return 3 if name.startswith("OCA") else REPEATS


def timed(env, ask):
    """Return processor and clock seconds of one question, and its number of queries."""
    env.flush_all()
    env.invalidate_all()
    cpu, before, start = processor_seconds(env.cr), env.cr.sql_log_count, time.perf_counter()
    ask()
    clock, queries = time.perf_counter() - start, env.cr.sql_log_count - before
    return processor_seconds(env.cr) - cpu, clock, queries


def bare_sql(env):
    """What is open by customer, in one statement."""
    env.cr.execute(
        """
        SELECT line.partner_id, SUM(line.amount_residual)
          FROM account_move_line line JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE
      GROUP BY line.partner_id
        """
    )
    return env.cr.fetchall()


if __name__ == "__main__":
    main()
