"""Bills recurring plans in worker processes that are killed at random statements.

Called as ``python plan_killer.py DATABASE PLANS ROUNDS KILLS SEED``; the Odoo configuration
comes from the environment. Every round the calendar moves on by a month, sometimes by two;
workers are killed at random statements, alone or beside another one, then two finish at once.
Prints what each plan was billed for as JSON.
"""

import json
import random
import sys
from collections import Counter
from datetime import date

import odoo
from dateutil.relativedelta import relativedelta
from killed_workers import KilledWorkers
from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

START = date(2024, 1, 31)
# Statements that a worker gets at most: about what it takes for two batches.
STATEMENTS = 220


def main(database, plans, rounds, kills, seed):
    """Prepare, kill round by round, and report."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    registry = Registry(database)
    with registry.cursor() as cr:
        ids = prepare(api.Environment(cr, SUPERUSER_ID, {}), plans)
    workers = KilledWorkers(registry, "ar.job.invoicing.plans", 10, STATEMENTS)
    chance, killed, months = random.Random(seed), 0, 0
    for number in range(rounds):
        months += chance.choice((1, 1, 1, 2))
        day = START + relativedelta(months=months - 1)
        share = kills // rounds + (number < kills % rounds)
        killed += workers.kill(day, chance, share)
    with registry.cursor() as cr:
        report = describe(api.Environment(cr, SUPERUSER_ID, {}), ids)
    expected = [str(START + relativedelta(months=n)) for n in range(months)]
    sys.stdout.write(json.dumps({**report, "killed": killed, "expected": expected}))


def prepare(env, count):
    """Activate plans of which each owes one invoice a month, from the last of January on."""
    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env["ar.invoice.plan"].search([]).state = "ended"
    partners = env["res.partner"].create(
        [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(count)]
    )
    product = env["product.product"].create({"name": "Thing", "taxes_id": False})
    line = {"product_id": product.id, "name": "{period_start}", "price_unit": 100.0}
    plans = env["ar.invoice.plan"].create(
        [
            {
                "partner_id": partner.id,
                "start_date": START,
                "alignment": "day",
                "billing_day": 31,
                "line_ids": [Command.create(line)],
            }
            for partner in partners
        ]
    )
    plans.action_activate()
    return plans.ids


def describe(env, ids):
    """What each plan was billed for, by its invoices and by its periods."""
    billed, recorded = {}, {}
    moves = env["account.move"].search([("ar_plan_id", "in", ids)])
    for plan, own in moves.grouped("ar_plan_id").items():
        billed[plan.id] = Counter(_day(line.name) for line in own.invoice_line_ids)
    for plan in env["ar.invoice.plan"].browse(ids):
        recorded[plan.id] = Counter(str(row.date_from) for row in plan.period_ids)
    return {
        "billed": billed,
        "recorded": recorded,
        "states": Counter(moves.mapped("state")),
        "queued": Counter(moves.mapped("ar_delivery_state")),
        "numbers": len(set(moves.mapped("name"))),
        "invoices": len(moves),
        "inbox": env["ar.exception"].search_count(
            [("res_model", "=", "ar.invoice.plan"), ("state", "in", ("open", "waiting"))]
        ),
    }


def _day(text):
    month, day, year = map(int, text.split("/"))
    return str(date(year, month, day))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:6]))
