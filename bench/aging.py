"""How long the aging takes at 10,000 and 100,000 open items.

Compared in the same run, on the same data, warm:

* ``bare SQL``: one ``SELECT … GROUP BY`` over what is open *now*. The floor: it knows no
  past day, no rights and no rounding.
* ``ar_get_aging, today``: the same question to the addon.
* ``ar_get_aging, 90 days ago``: a past day, with the matchings since then undone.
* ``ORM search_read``: how reports written with the ORM do it: read every open item, add
  up in Python.

Beside the open items lie as many paid ones, each with its payment and matching.
Data is written with SQL into the benchmark's own database and taken back at the end.
"""

import os
import statistics
import time
from collections import defaultdict
from datetime import date, timedelta

import odoo
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

SIZES = (10_000, 100_000)
PAID_PER_OPEN = 1
CUSTOMER_SHARE = 10  # open items per customer
REPEATS = 5
TODAY = date(2026, 6, 30)
PAST = TODAY - timedelta(days=90)


def main():
    """Measure and print a table."""
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    registry = Registry(database)
    print(f"{'open items':>10}  {'what':28} {'median':>10} {'ratio':>7}  {'rows':>6}")
    for size in SIZES:
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            company = prepare_company(env)
            insert_history(env, company, size)
            measure(env, company, size)
            cr.rollback()


def prepare_company(env):
    """Return a company with a chart of accounts."""
    company = env["res.company"].search([], limit=1)
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    return company


def insert_history(env, company, size, customer_share=CUSTOMER_SHARE, today=TODAY):
    """Write open invoices, paid invoices, their payments and matchings with bulk SQL.

    :param int customer_share: open items per customer, of different ages.
    :param datetime.date today: the day that the history ends.
    """
    receivable = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", company.id)], limit=1
    )
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    names = [f"Bench customer {n}" for n in range(size // customer_share)]
    silent = env["res.partner"].with_context(tracking_disable=True)
    customers = silent.create([{"name": name} for name in names])
    env.flush_all()
    env.cr.execute("ANALYZE res_partner")
    parameters = {
        "first_customer": min(customers.ids),
        "customers": len(customers),
        "items": size * (1 + PAID_PER_OPEN),
        "open": size,
        "today": today,
        "company": company.id,
        "currency": company.currency_id.id,
        "account": receivable.id,
        "journal": journal.id,
    }
    for table, statement in INSERTS:
        env.cr.execute(SQL(statement, **parameters))
        # the next statement is planned for what the table holds now
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    env.invalidate_all()


INSERTS = (
    # What is open was issued in the last 200 days, what is paid in the last four years;
    # paid 45 days after its date.
    (
        "bench_item",
        """
    CREATE TEMP TABLE bench_item ON COMMIT DROP AS
    SELECT n, n <= %(open)s AS is_open, 10 + n %% 5000 + 0.25 AS amount, 'bench ' || n AS ref,
           %(today)s - CASE WHEN n <= %(open)s THEN (n + 37 * (n / %(customers)s)) %% 200
                            ELSE 50 + n %% 1400 END AS issued,
           %(first_customer)s + n %% %(customers)s AS partner_id
      FROM generate_series(1, %(items)s) n
    """,
    ),
    (
        "account_move",
        """
    INSERT INTO account_move (name, ref, state, move_type, date, invoice_date, company_id,
                              journal_id, currency_id, partner_id, commercial_partner_id,
                              amount_total_signed, auto_post)
    SELECT 'BENCH/' || n, ref, 'posted', 'out_invoice', issued, issued, %(company)s,
           %(journal)s, %(currency)s, partner_id, partner_id, amount, 'no'
      FROM bench_item
    """,
    ),
    (
        "account_move",
        """
    INSERT INTO account_move (name, ref, state, move_type, date, company_id, journal_id,
                              currency_id, partner_id, commercial_partner_id, auto_post)
    SELECT 'BENCHPAY/' || n, 'pay ' || ref, 'posted', 'entry', issued + 45, %(company)s,
           %(journal)s, %(currency)s, partner_id, partner_id, 'no'
      FROM bench_item WHERE NOT is_open
    """,
    ),
    (
        "account_move_line",
        """
    INSERT INTO account_move_line (move_id, ref, account_id, journal_id, company_id, partner_id,
                                   currency_id, company_currency_id, date, date_maturity,
                                   parent_state, display_type, balance, debit, credit,
                                   amount_currency, amount_residual, amount_residual_currency,
                                   reconciled)
    SELECT move.id, item.ref, %(account)s, %(journal)s, %(company)s, item.partner_id,
           %(currency)s, %(currency)s, issued, issued + 30, 'posted', 'payment_term',
           amount, amount, 0, amount,
           CASE WHEN is_open THEN amount ELSE 0 END, CASE WHEN is_open THEN amount ELSE 0 END,
           NOT is_open
      FROM bench_item item JOIN account_move move ON move.ref = item.ref
    """,
    ),
    (
        "account_move_line",
        """
    INSERT INTO account_move_line (move_id, ref, account_id, journal_id, company_id, partner_id,
                                   currency_id, company_currency_id, date, parent_state,
                                   display_type, balance, debit, credit, amount_currency,
                                   amount_residual, amount_residual_currency, reconciled)
    SELECT move.id, move.ref, %(account)s, %(journal)s, %(company)s, item.partner_id,
           %(currency)s, %(currency)s, issued + 45, 'posted', 'product', -amount, 0, amount,
           -amount, 0, 0, TRUE
      FROM bench_item item JOIN account_move move ON move.ref = 'pay ' || item.ref
    """,
    ),
    (
        "account_partial_reconcile",
        """
    INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, max_date,
                                           debit_amount_currency, credit_amount_currency,
                                           debit_currency_id, credit_currency_id, company_id)
    SELECT owed.id, paid.id, owed.debit, paid.date, owed.debit, owed.debit,
           %(currency)s, %(currency)s, %(company)s
      FROM account_move_line owed JOIN account_move_line paid ON paid.ref = 'pay ' || owed.ref
    """,
    ),
)


def measure(env, company, size):
    """Time each way of asking, print it, and make sure that they agree."""
    aging = env["ar.aging"]
    ways = {
        "bare SQL (floor)": lambda: bare_sql(env),
        "ar_get_aging, today": lambda: aging.ar_get_aging(company, TODAY),
        "ar_get_aging, 90 days ago": lambda: aging.ar_get_aging(company, PAST),
        "ORM search_read": lambda: orm_search_read(env, company),
    }
    floor, results = None, {}
    for name, ask in ways.items():
        results[name] = ask()
        seconds = statistics.median(
            timed(env, ask) for _n in range(1 if name.startswith("ORM") else REPEATS)
        )
        floor = floor or seconds
        rows = len(results[name])
        print(
            f"{size:>10,}  {name:28} {seconds * 1000:>7.0f} ms {seconds / floor:>6.1f}x  {rows:>6,}"
        )
    ours = sum(row["total"] for row in results["ar_get_aging, today"])
    theirs = sum(results["ORM search_read"].values())
    if abs(ours - theirs) > 0.01:
        raise SystemExit(f"the ways disagree: {ours} and {theirs}")


def timed(env, ask):
    """Return the seconds that one question takes, without what the ORM remembers."""
    env.invalidate_all()
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def bare_sql(env):
    """What is open now by customer and bucket, in one statement."""
    env.cr.execute(
        """
        SELECT line.partner_id, width_bucket(%s - line.date_maturity, ARRAY[1, 31, 61, 91, 121]),
               SUM(line.amount_residual)
          FROM account_move_line line JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE
      GROUP BY 1, 2
        """,
        [TODAY],
    )
    return env.cr.fetchall()


def orm_search_read(env, company):
    """Read every open item through the ORM and add up in Python."""
    totals = defaultdict(float)
    lines = env["account.move.line"].search_read(
        [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("company_id", "=", company.id),
        ],
        ["partner_id", "date_maturity", "amount_residual"],
    )
    for line in lines:
        late = (TODAY - (line["date_maturity"] or TODAY)).days
        totals[line["partner_id"], max(late, 0) // 30] += line["amount_residual"]
    return totals


if __name__ == "__main__":
    main()
