"""How long it takes to rank 20,000 customers for the worklist.

Each customer has five open items of different ages; four fifths of them a credit review, half a
contact, a tenth a broken promise. Compared in the same run, on the same data, warm:

* ``bare SQL (floor)``: overdue amount and oldest due day per customer, ordered by amount. It knows
  no pauses, reviews, promises or contacts.
* ``ar_rank``: the list with its values, bands, owners, and reasons in words.
* ``the screen's list``: what the browser asks for, the first hundred rows and the day's progress.

``./dev bench worklist 2000`` takes fewer customers.
"""

import os
import statistics
import sys
import time

import odoo
from aging import TODAY, insert_history, prepare_company
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

CUSTOMERS = 20_000
ITEMS_PER_CUSTOMER = 5
REPEATS = 3
FACTS = (
    """INSERT INTO ar_credit_review (company_id, partner_id, date, reason, is_current,
                                     is_new_customer, probability_late, risk_class, state)
       SELECT %(company)s, partner_id, %(today)s, 'manual', TRUE, FALSE,
              (partner_id %% 100) / 100.0,
              SUBSTR('ABCDE', 1 + (partner_id %% 5)::int, 1), 'kept'
         FROM (SELECT DISTINCT partner_id FROM bench_item WHERE is_open) x
        WHERE partner_id %% 5 > 0""",
    """INSERT INTO ar_contact_log (company_id, partner_id, channel, outcome_id, contacted_at,
                                   user_id)
       SELECT %(company)s, partner_id, 'call', %(outcome)s,
              %(today)s::timestamp - (partner_id %% 60) * INTERVAL '1 day', %(user)s
         FROM (SELECT DISTINCT partner_id FROM bench_item WHERE is_open) x
        WHERE partner_id %% 2 = 0""",
    """INSERT INTO ar_promise (company_id, partner_id, currency_id, amount, date, source, user_id,
                               state, judged_date)
       SELECT %(company)s, partner_id, %(currency)s, 10, %(today)s::date - 40, 'collector',
              %(user)s,
              'broken', %(today)s::date - 30
         FROM (SELECT DISTINCT partner_id FROM bench_item WHERE is_open) x
        WHERE partner_id %% 10 = 0""",
    "ANALYZE ar_credit_review",
    "ANALYZE ar_contact_log",
    "ANALYZE ar_promise",
)


def main():
    """Measure and print a table."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    print(f"load {os.getloadavg()[0]:.1f}, {customers:,} customers")
    with Registry(database).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        company = prepare_company(env)
        insert_history(env, company, customers * ITEMS_PER_CUSTOMER, ITEMS_PER_CUSTOMER)
        insert_facts(env, company)
        measure(env(context={"allowed_company_ids": company.ids}), company)
        cr.rollback()


def insert_facts(env, company):
    """Write reviews, contacts and broken promises with bulk SQL."""
    parameters = {
        "company": company.id,
        "currency": company.currency_id.id,
        "today": TODAY,
        "outcome": env.ref("ar_automation.contact_outcome_reached").id,
        "user": env.uid,
    }
    for statement in FACTS:
        env.cr.execute(statement, parameters)
    env.invalidate_all()


def measure(env, company):
    """Time each way of asking and print it."""
    worklist = env["ar.worklist"]
    ways = {
        "bare SQL (floor)": lambda: bare_sql(env, company),
        "ar_rank": lambda: worklist.ar_rank(date=TODAY),
        "the screen's list": lambda: worklist.ar_get_list(company.id, "all")["rows"],
    }
    print(f"{'what':20} {'elapsed':>9} {'CPU':>9} {'SQL':>5} {'rows':>7}")
    for name, ask in ways.items():
        ask()
        runs = [timed(env, ask) for _n in range(REPEATS)]
        elapsed, cpu = (statistics.median(run[at] for run in runs) for at in (0, 1))
        print(f"{name:20} {elapsed:7.2f} s {cpu:7.2f} s {runs[0][2]:>5} {runs[0][3]:>7,}")


def timed(env, ask):
    """Seconds, processor seconds of this process, statements and rows of one question."""
    env.invalidate_all()
    statements = env.cr.sql_log_count
    start, used = time.perf_counter(), time.process_time()
    rows = len(ask())
    return (
        time.perf_counter() - start,
        time.process_time() - used,
        env.cr.sql_log_count - statements,
        rows,
    )


def bare_sql(env, company):
    """What is overdue per customer, largest first, in one statement."""
    env.cr.execute(
        """
        SELECT line.partner_id, SUM(line.amount_residual) AS overdue, MIN(line.date_maturity)
          FROM account_move_line line JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.company_id = %s AND line.date_maturity < %s
      GROUP BY line.partner_id ORDER BY overdue DESC
        """,
        [company.id, TODAY],
    )
    return env.cr.fetchall()


if __name__ == "__main__":
    main()
