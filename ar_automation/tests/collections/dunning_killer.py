"""Decides and sends reminders in worker processes that are killed at given moments.

Called as ``python dunning_killer.py DATABASE SMTP_PORT [NOTICES KILLS SEED TOGETHER]``; the Odoo
configuration comes from the environment. TOGETHER reminders are made ready at a time. Loads the
registry once and forks a worker per moment: at the moments of the SMTP dialog that matter, at
every SQL statement and commit that two reminders take one after the other, then at random, while
reminders are made ready and while they leave. Prints what became of each customer's reminder as
JSON.
"""

import json
import random
import sys
from datetime import timedelta

import odoo
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry

NOTICES, KILLS, SEED, TOGETHER = 24, 22, 7, 3
DECISION, DELIVERY = "ar.job.collections.dunning", "ar.job.collections.delivery"
DIALOG = ("before connecting", "before the data", "after the data", "before hanging up")
DECISION_KILLS = 4
# a worker's first statements open its run; then so many make reminders ready
OPENING, READY = 20, 150
# after so many commits reminders leave, with about so many statements each
COMMITS, EACH = 3, 26
# the day of the workers
DAY = "2026-03-02"


def prepare(env, port, count):
    """Invoice customers so that each is due for a reminder; let mails go to the test's server."""
    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
    )
    # what the database brought along owes nothing to these customers and is none of the test's
    env["account.move.line"].search([("account_type", "=", "asset_receivable")]).no_followup = True
    policy = company.ar_dunning_policy_id
    policy.max_bank_data_age = 100_000
    policy.level_ids.attach_statement = False
    partners = env["res.partner"].create(
        [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(count)]
    )
    due = fields.Date.to_date(DAY) - timedelta(days=10)
    line = {"name": "Thing", "quantity": 1, "price_unit": 100.0, "tax_ids": False}
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
            for partner in partners
        ]
    )
    moves.action_post()
    return partners.ids


def choose_moments(notices, kills, seed):
    """The boundaries of two reminders as far as the kills reach, then random ones."""
    chance = random.Random(seed)  # repeatable
    swept = range(1, 2 * EACH + 1)
    boundaries = sorted(chance.sample(swept, min(len(swept), max(kills // 2 - len(DIALOG), 0))))
    others = kills - len(DIALOG) - len(boundaries)
    # so far that the last worker still finds something to send
    furthest = EACH * max(notices // max(kills, 1), 1)
    return [
        *DIALOG,
        *((COMMITS, number) for number in boundaries),
        *((COMMITS, chance.randint(1, furthest)) for _n in range(others // 2)),
        *(chance.randint(OPENING, OPENING + READY) for _n in range(others - others // 2)),
    ]


def main(database, port, *numbers):
    """Prepare, kill, finish with two workers at once, and report."""
    given = tuple(map(int, numbers))
    notices, kills, seed, together = given + (NOTICES, KILLS, SEED, TOGETHER)[len(given) :]
    odoo.tools.config.parse_config(["-d", database, "--log-level", "error"])
    registry = Registry(database)
    # imported late: Odoo finds its addons once the configuration is read
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.invoicing.delivery_killer import kill

    registry[DELIVERY]._job_effect_batch_size = together
    chance = random.Random(seed)
    with registry.cursor() as cr:
        ids = prepare(api.Environment(cr, SUPERUSER_ID, {}), int(port), notices)
    report = {
        "killed_deciding": kill(
            registry, DECISION, [chance.randint(20, 90) for _n in range(DECISION_KILLS)]
        ),
        "killed": kill(registry, DELIVERY, choose_moments(notices, kills, seed)),
    }
    with registry.cursor() as cr:
        report |= describe(api.Environment(cr, SUPERUSER_ID, {}), ids)
    sys.stdout.write(json.dumps(report))


def describe(env, partner_ids):
    """What became of each customer's reminder."""
    notices = env["ar.dunning.notice"].search(
        [("partner_id", "in", partner_ids), ("state", "not in", ("simulated", "cancelled"))]
    )
    inbox = env["ar.exception"].search(
        [("res_model", "=", notices._name), ("state", "in", ("open", "waiting"))]
    )
    emails = {notice.id: notice.recipient for notice in notices}
    return {
        "customers": env["res.partner"].browse(partner_ids).mapped("email"),
        "notices": [notice.recipient for notice in notices],
        "states": {notice.recipient: notice.state for notice in notices},
        "without_text": [n.recipient for n in notices if n.state == "sent" and not n.sent_body],
        "inbox": [emails[row.res_id] for row in inbox if row.res_id in emails],
        "outcomes": inbox.mapped("code"),
        "queue": env["mail.mail"].search_count([("state", "=", "outgoing")]),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
