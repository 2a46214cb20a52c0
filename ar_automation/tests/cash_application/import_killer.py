"""Imports and applies a bank file in processes that are killed in the middle.

``python import_killer.py DATABASE``: prints, as JSON, how many died, what a killed import
left behind, and what is there after the file was imported twice undisturbed.
"""

import json
import os
import random
import sys

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

LINES, KILLS = 12, 8
# An undisturbed import takes more than a hundred statements.
STATEMENTS = 100
IBAN = "DE89370400440532013000"


def main(database):
    """Prepare, kill, import twice, count."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "critical"])
    registry = Registry(database)
    with registry.cursor() as cr:
        content = _prepare(_ground(cr))
    chance, killed, left = random.Random(5), 0, []
    for _round in range(KILLS):
        killed += os.WIFSIGNALED(_fork(registry, content, chance.randint(5, STATEMENTS)))
        with registry.cursor() as cr:
            left.append(len(_ground(cr).lines))
            if left[-1]:
                break
    ended = [_fork(registry, content, None), _fork(registry, content, None)]
    with registry.cursor() as cr:
        ground = _ground(cr)
        told = {
            "killed": killed,
            "left": left,
            "ended": ended,
            "lines": len(ground.lines),
            "straight": len(ground.lines.filtered("is_reconciled")),
            "faults": dict(ground.count_faults()),
        }
    sys.stdout.write(json.dumps(told))


def _ground(cr):
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.cash_application.chaos_ground import Ground

    return Ground(api.Environment(cr, SUPERUSER_ID, {}))


def _prepare(ground):
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.banking.camt_builder import camt053, entry, statement

    if not ground.company.chart_template:
        ground.env["account.chart.template"].try_loading(
            "generic_coa", ground.company, install_demo=False
        )
    ground.prepare()
    account = {"acc_number": IBAN, "partner_id": ground.company.partner_id.id}
    ground.journal.bank_account_id = ground.env["res.partner.bank"].create(account)
    ground.add_invoices(LINES)
    entries = [
        entry(int(invoice.amount_total), invoice.name, reference=f"R{invoice.id}")
        for invoice in ground.invoices
    ]
    return camt053(statement(entries, currency=ground.company.currency_id.name, iban=IBAN))


def _fork(registry, content, moment):
    """Import in a process of its own; return how it ended."""
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.banking.sync_worker import kill_at

    sql_db.close_all()
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    status = 1
    try:
        with registry.cursor() as cr:
            if moment:
                kill_at(moment)
            _ground(cr).journal.ar_import_statement_file("march.xml", content, apply=True)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
