"""Fetches a connection in processes that are killed in the middle.

``python sync_worker.py DATABASE CONNECTION_ID MODE ROUNDS`` books new transactions in each round
and fetches them in a forked process, which kills itself at its n-th SQL statement; n is
another one in each round. At last it fetches once undisturbed and prints the ledger.
"""

import json
import os
import signal
import sys
from dataclasses import replace

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

# A fetch of a few pages takes about so many statements; the stride visits all of them.
STATEMENTS, STRIDE = 70, 11


def main(database, connection_id, mode, rounds):
    odoo.tools.config.parse_config(["-d", database, "--log-level", "critical"])
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.banking import ledger_bank

    with ledger_bank.registered() as bank:
        bank.page_size = 3
        bank.has_cursor = mode == "cursor"
        Registry(database)
        killed = 0
        for number in range(int(rounds)):
            _book(ledger_bank, bank, number, mode)
            statement = number * STRIDE % STATEMENTS + 1
            killed += _fetch_in_child(database, int(connection_id), statement)
        _fetch(database, int(connection_id))
        days = [
            (line.transaction.booking_date.isoformat(), str(line.transaction.amount))
            for line in bank.lines
        ]
        sys.stdout.write(json.dumps({"killed": killed, "ledger": days}))


def _book(ledger_bank, bank, number, mode):
    twin = ledger_bank.entry(10, 2 + number % 15, text=f"twin {number}")
    other = ledger_bank.entry(number + 1, 2 + number % 15)
    fee = ledger_bank.entry(-1, 17)
    # without a currency: whichever the database's company keeps
    booked = [replace(item, currency="") for item in (twin, other, twin, fee)]
    bank.book(*booked, ids=mode != "nameless")


def _fetch_in_child(database, connection_id, statements):
    """Return whether the process was killed before it was ready."""
    sql_db.close_all()
    pid = os.fork()
    if not pid:
        kill_at(statements)
        _fetch(database, connection_id)
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return int(os.WIFSIGNALED(status))


def kill_at(statements):
    """Let this process kill itself at its n-th SQL statement.

    :return: a function that counts as one statement more, for what is done beside the database.
    """
    count = 0
    execute, commit = sql_db.Cursor.execute, sql_db.Cursor.commit

    def step():
        nonlocal count
        count += 1
        if count == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted_execute(cursor, *args, **kwargs):
        step()
        return execute(cursor, *args, **kwargs)

    def counted_commit(cursor):
        step()
        result = commit(cursor)
        step()
        return result

    sql_db.Cursor.execute = counted_execute
    sql_db.Cursor.commit = counted_commit
    return step


def _fetch(database, connection_id):
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ar.bank.connection"].browse(connection_id).ar_sync()


if __name__ == "__main__":
    main(*sys.argv[1:])
