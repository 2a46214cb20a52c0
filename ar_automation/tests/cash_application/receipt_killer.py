"""Sends receipts in workers that are killed at given moments.

Called as ``python receipt_killer.py DATABASE SMTP_PORT``. Prints what became of each payment
as JSON.
"""

import json
import random
import sys

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

PAYMENTS, RANDOM_KILLS = 40, 18
RECEIPTS = "ar.job.cash_application.receipts"
DIALOG = ("before connecting", "before the data", "after the data", "before hanging up")


def main(database, port):
    """Prepare, kill, finish with two workers at once, and report."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    registry = Registry(database)
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.invoicing.delivery_killer import kill

    with registry.cursor() as cr:
        prepare(api.Environment(cr, SUPERUSER_ID, {}), int(port))
    chance = random.Random(11)  # repeatable
    moments = [*DIALOG, *(chance.randint(20, 250) for _n in range(RANDOM_KILLS))]
    killed = kill(registry, RECEIPTS, moments)
    with registry.cursor() as cr:
        report = describe(api.Environment(cr, SUPERUSER_ID, {}))
    sys.stdout.write(json.dumps(report | {"killed": killed}))


def prepare(env, port):
    """Match payments of customers with an address, and let mails go to the test's server."""
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.cash_application.chaos_ground import Ground

    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.email = "receivables@example.com"
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
    )
    env["ar.cash.policy"].ar_get_policy(company).receipt_mode = "always"
    ground = Ground(env)
    ground.prepare()
    for number, partner in enumerate(ground.partners):
        partner.email = f"customer{number}@example.com"
    ground.add(PAYMENTS)
    ground.lines.ar_apply_cash()


def describe(env):
    """What became of each payment, by the number of the invoice that it pays."""
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.cash_application.chaos_ground import Ground

    lines = Ground(env).lines.filtered(lambda line: line.ar_match_state == "matched")
    inbox = env["ar.exception"].search(
        [("res_model", "=", lines._name), ("state", "in", ("open", "waiting"))]
    )
    names = {line.id: line.payment_ref.removeprefix("Payment ") for line in lines}
    return {
        "states": {names[line.id]: line.ar_receipt_state for line in lines},
        "inbox": [names[res_id] for res_id in inbox.mapped("res_id")],
        "outcomes": inbox.mapped("code"),
        "queue": env["mail.mail"].search_count([("state", "=", "outgoing")]),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
