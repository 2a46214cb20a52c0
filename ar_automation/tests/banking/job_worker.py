"""Fetches statement files by the scheduled job, in processes that are killed in the middle.

``python job_worker.py DATABASE CONNECTION_ID FOLDER ROUNDS`` lays a new file ready in each round
and runs the job in a forked process, which kills itself at its n-th step; a step is an SQL
statement, a commit, or what the bank is told of a file. A file that the bank was told of is not
delivered again. At last the job runs undisturbed, and what the files hold is printed.
"""

import json
import os
import signal
import sys
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

# From round to round the step moves through the run, to and fro.
FIRST_STEP, STRIDE, STEPS = 20, 67, 330


class FileBank(list):
    """What the bank was told of its files, in a file that outlives a killed process."""

    def __init__(self, folder):
        super().__init__()
        self.told = Path(folder) / "told"
        self.told.touch()
        self.step = lambda: None

    def append(self, told):
        """Be told; the process may die before and behind."""
        self.step()
        with self.told.open("a") as log:
            log.write(json.dumps(told) + "\n")
        self.step()

    def references(self):
        """Return the names of the files that were accepted."""
        lines = map(json.loads, self.told.read_text().splitlines())
        return {reference for reference, is_accepted in lines if is_accepted}


def main(database, connection_id, folder, rounds):
    odoo.tools.config.parse_config(["-d", database, "--log-level", "critical"])
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.banking import camt_builder, ledger_bank

    with ledger_bank.registered() as bank:
        bank.has_balance = False
        bank.acknowledged = FileBank(folder)
        Registry(database)
        killed, files = 0, []
        for number in range(int(rounds)):
            amounts, text = [number + 1, 10, 10, -1], f"file {number}"
            entries = [
                camt_builder.entry(each, text, reference=f"{number}-{position}")
                for position, each in enumerate(amounts)
            ]
            content = camt_builder.camt053(
                camt_builder.statement(entries, identifier=f"S{number}", currency="USD"),
            )
            files.append(ledger_bank.document(f"file-{number}", content))
            killed += _run(database, int(connection_id), bank, files, number)
        for _again in range(2):  # the first finishes what was interrupted
            _run(database, int(connection_id), bank, files, None)
        told = sorted(bank.acknowledged.references())
    sys.stdout.write(json.dumps({"killed": killed, "told": told}))


def _run(database, connection_id, bank, files, number):
    """Run the job in a child, which is killed unless ``number`` is None; return 1 if it was."""
    bank.documents = [
        each for each in files if each.reference not in bank.acknowledged.references()
    ]
    sql_db.close_all()
    pid = os.fork()
    if not pid:
        _work(database, connection_id, bank, number)
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status) and status:
        raise RuntimeError(f"the job failed with status {status}")
    return int(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)


def _work(database, connection_id, bank, number):
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.banking import sync_worker

    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        connection = env["ar.bank.connection"].browse(connection_id)
        connection._update_state("connected")
        connection.next_sync_at = False
        cr.commit()  # pylint: disable=invalid-commit
        if number is not None:
            steps = FIRST_STEP + number * STRIDE % STEPS
            bank.acknowledged.step = sync_worker.kill_at(steps)
        env["ar.job.banking.sync"].ar_run_job(connection.company_id)


if __name__ == "__main__":
    main(*sys.argv[1:])
