"""Bills plans while another transaction holds the numbers of a journal.

Called as ``python sequence_holder.py DATABASE``; the Odoo configuration comes from the
environment. A month is billed while an import has posted and not ended, the next one while it
ends in time. Prints what became of each plan, and the inbox, as JSON.
"""

import json
import sys
import threading
from datetime import date

import odoo
from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from plan_killer import prepare

MONTHS = (date(2024, 1, 31), date(2024, 2, 29))
# Milliseconds that the test has instead of the seconds of real nights.
PATIENT_MS, ENDS_AFTER_SECONDS = 600, 0.3


def main(database):
    """Bill, hold, bill, and report."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "critical"])
    registry = Registry(database)
    patience = sys.modules["odoo.addons.ar_automation.models.automation.lock_patience"]
    patience.PATIENT_MS = PATIENT_MS
    with registry.cursor() as cr:
        ids = prepare_two_journals(api.Environment(cr, SUPERUSER_ID, {}))
    holder = registry.cursor()
    hold_numbers(api.Environment(holder, SUPERUSER_ID, {}))
    report = {"held": bill(registry, ids, MONTHS[0])}
    holder.rollback()
    report["free"] = bill(registry, ids, MONTHS[0], retry=True)
    hold_numbers(api.Environment(holder, SUPERUSER_ID, {}))
    end = threading.Timer(ENDS_AFTER_SECONDS, holder.commit)
    end.start()
    report["ended in time"] = bill(registry, ids, MONTHS[1])
    end.join()
    holder.close()
    sys.stdout.write(json.dumps(report))


def prepare_two_journals(env):
    """Every second of four plans has a journal of its own numbers."""
    ids = prepare(env, 4)
    journal = env["account.journal"].search([("type", "=", "sale")], limit=1)
    other = journal.copy({"code": "OTHER", "name": "Other"})
    env["ar.invoice.plan"].browse(ids[1::2]).journal_id = other
    return ids


def hold_numbers(env):
    """Post an invoice, as an import does that does not come to its end."""
    line = Command.create({"name": "Import", "price_unit": 1.0, "tax_ids": False})
    values = {"invoice_date": MONTHS[0], "invoice_line_ids": [line]}
    partner = env["res.partner"].create({"name": "Of the import"})
    env["account.move"].create(
        {"move_type": "out_invoice", "partner_id": partner.id, **values}
    ).action_post()
    env.flush_all()


def bill(registry, ids, day, *, retry=False):
    """Run the job on a connection of its own, and tell what became of the plans."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        if retry:
            _inbox(env).action_retry()
        env["ar.job.invoicing.plans"].ar_run_job(env.ref("base.main_company"), day)
        plans = env["ar.invoice.plan"].browse(ids)
        moves = env["account.move"].search([("ar_plan_id", "in", ids)])
        by_plan = moves.grouped("ar_plan_id")
        return {
            "billed": [len(by_plan.get(plan, ())) for plan in plans],
            "states": sorted(set(moves.mapped("state"))),
            "names": len(set(moves.mapped("name"))),
            "inbox": [
                [row.res_name, row.code, row.state, row.message, row.hint] for row in _inbox(env)
            ],
        }


def _inbox(env):
    domain = [("res_model", "=", "ar.invoice.plan"), ("state", "in", ("open", "waiting"))]
    return env["ar.exception"].search(domain, order="res_id")


if __name__ == "__main__":
    main(sys.argv[1])
