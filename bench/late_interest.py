"""How long the late interest of 20,000 items takes, and claiming it night after night.

Compared in the same run, on the same data, warm:

* ``bare SQL``: principal times days times one rate, in one statement. The floor: it knows no
  part payments, no change of rates, no bounds and no regimes of customers.
* ``ar_interest``: the interest of all items with its segments; every second item was paid in two
  parts, and the law's rate changed on the way.
* ``one by one``: the same, item by item, as a computed field without sets would.
* ``first night``, ``next night``: claims of all customers created, then brought up to date.

Processor time is that of this process and of its database backend. Data is written into the
benchmark's own database and taken back at the end.
"""

import os
import statistics
import time
from datetime import date, timedelta
from decimal import Decimal

import odoo
from _processor import processor_seconds
from aging import insert_history, prepare_company
from odoo.addons.ar_automation.models.collections.late_fee_accrual import LateFeeAccrual
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

ITEMS = 20_000
CUSTOMER_SHARE = 4
ONE_BY_ONE = 200
REPEATS = 5
TODAY = date(2026, 6, 30)


def main():
    """Measure and print a table."""
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--database", database, "--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    with Registry(database).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        company = prepare_company(env)
        insert_history(env, company, ITEMS // 2, CUSTOMER_SHARE, TODAY)
        lines = prepare_items(env, company)
        print(f"{len(lines):,} items, load {os.getloadavg()[0]:.1f}")
        measure_interest(env, lines)
        measure_claims(env, company)
        cr.rollback()


def prepare_items(env, company):
    """All late; those that are paid were paid in two parts. Claimed by German law."""
    env.cr.execute(
        "UPDATE account_move_line SET date_maturity = %s - 1 - id %% 300"
        " WHERE display_type = 'payment_term' AND company_id = %s",
        [TODAY, company.id],
    )
    env.cr.execute(
        """
        UPDATE account_partial_reconcile p
           SET amount = l.debit - 4, debit_amount_currency = l.debit - 4,
               credit_amount_currency = l.debit - 4, max_date = l.date_maturity + 40
          FROM account_move_line l WHERE l.id = p.debit_move_id
        """
    )
    env.cr.execute(
        """
        INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, max_date,
                                               debit_amount_currency, credit_amount_currency,
                                               debit_currency_id, credit_currency_id, company_id)
        SELECT debit_move_id, credit_move_id, 4, max_date - 20, 4, 4,
               debit_currency_id, credit_currency_id, company_id
          FROM account_partial_reconcile
        """
    )
    env.cr.execute("UPDATE res_partner SET is_company = TRUE WHERE name LIKE 'Bench customer %'")
    policy = env["ar.late.fee.policy"].ar_get_policy(company)
    policy.write(
        {
            "is_enabled": True,
            "claim_from": date(2020, 1, 1),
            "regime_id": env.ref("ar_automation.ar_interest_regime_de").id,
        }
    )
    env.invalidate_all()
    env.cr.execute("ANALYZE account_partial_reconcile; ANALYZE account_move_line")
    return env["account.move.line"].search(
        [("display_type", "=", "payment_term"), ("company_id", "=", company.id)]
    )


def measure_interest(env, lines):
    """Time each way of counting, and make sure that they agree."""
    few = lines[:ONE_BY_ONE]
    ways = {
        "bare SQL (floor)": (lambda: bare_sql(env, lines), len(lines)),
        "ar_interest": (lambda: lines.ar_interest(TODAY), len(lines)),
        "one by one": (lambda: [line.ar_interest(TODAY) for line in few], len(few)),
    }
    for name, (ask, count) in ways.items():
        report(name, count, [timed(env, ask) for _n in range(REPEATS)])
    together = lines.ar_interest(TODAY)
    apart = sum((line.ar_interest(TODAY)[line.id]["amount"] for line in few), Decimal(0))
    if apart != sum((together[line.id]["amount"] for line in few), Decimal(0)):
        raise SystemExit("one by one and together disagree")


def measure_claims(env, company):
    """Time the claims of two nights, in batches as the job makes them."""
    customers = env["res.partner"].search([("name", "=like", "Bench customer %")])
    policy = env["ar.late.fee.policy"].ar_get_policy(company)
    for name, day in (("first night", TODAY), ("next night", TODAY + timedelta(days=1))):
        seconds = timed(env, lambda day=day: accrue(env, policy, customers, day))
        claims = env["ar.late.fee"].search_count([("company_id", "=", company.id)])
        report(f"{name}, {claims:,} claims", claims, [seconds])


def accrue(env, policy, customers, day):
    """Claims of all customers, in batches of 500."""
    for start in range(0, len(customers), 500):
        LateFeeAccrual(policy, day).accrue(customers[start : start + 500])
        env.flush_all()


def bare_sql(env, lines):
    """What one rate on the principal comes to."""
    env.cr.execute(
        "SELECT SUM(amount_currency * (%s - date_maturity) * 0.1027 / 365)"
        "  FROM account_move_line WHERE id = ANY(%s)",
        [TODAY, lines.ids],
    )
    return env.cr.fetchall()


def timed(env, ask):
    """Return processor and clock seconds of one question, and its number of statements."""
    env.flush_all()
    env.invalidate_all()
    cpu, before, start = processor_seconds(env.cr), env.cr.sql_log_count, time.perf_counter()
    ask()
    clock, queries = time.perf_counter() - start, env.cr.sql_log_count - before
    return processor_seconds(env.cr) - cpu, clock, queries


def report(name, count, rows):
    """Print the median of some measurements."""
    cpu, clock, queries = (statistics.median(column) for column in zip(*rows, strict=True))
    print(
        f"{name:28} cpu {cpu * 1000:>8.0f} ms {cpu / count * 1e6:>8.0f} us each   "
        f"clock {clock * 1000:>8.0f} ms {queries:>6.0f} statements"
    )


if __name__ == "__main__":
    main()
