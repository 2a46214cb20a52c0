"""Matches payments in several processes at once, which are killed in the middle.

``python cash_worker.py DATABASE ROUNDS LINES SEED``: in each round there are new invoices and
payments of them. Two forked processes run the job and kill themselves at a random SQL
statement; a third books some of the payments by hand. At last the job runs undisturbed, and what
went wrong is counted and printed.
"""

import json
import os
import random
import signal
import sys
import traceback
from collections import Counter
from contextlib import contextmanager

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from psycopg2 import errors

JOB = "ar.job.cash_application.apply"
# small batches, so that a run has many of them
BATCH = 4
# of a person whose payment somebody else works on
TRIES = 50
# a run of a dozen payments takes about so many statements
STATEMENTS = 500
CONCURRENCY = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


def run(database, rounds, lines, seed):
    """Make it, and count.

    :return: ``{"killed", "failed", "by_hand", "by_itself", "faults"}``
    """
    chance, told = random.Random(seed), Counter()
    with _committed(database) as ground:
        ground.prepare()
    try:
        for _round in range(rounds):
            with _committed(database) as ground:
                ground.add(lines)
            told.update(_fight(database, chance))
        told.update(_in_children([lambda: _apply(database, None)]))
        with _committed(database) as ground:
            ways = Counter(ground.lines.mapped("ar_booked_by"))
            return {
                "killed": told[signal.SIGKILL],
                "failed": told["failed"],
                "by_hand": ways["accepted"],
                "by_itself": ways["auto"],
                "faults": dict(ground.count_faults()),
            }
    finally:
        with _committed(database) as ground:
            ground.clear()


def _fight(database, chance):
    first, second = chance.randrange(1, STATEMENTS), chance.randrange(1, STATEMENTS)
    seed = chance.random()
    start, starter = os.pipe()

    def work(statement):
        os.close(starter)
        os.read(start, 1)  # until the other side is closed: nobody is too late for his share
        _apply(database, statement)

    try:
        return _in_children(
            [
                lambda: work(first),
                lambda: work(second),
                lambda: _book_by_hand(database, seed, lambda: os.close(starter)),
            ],
            starter,
        )
    finally:
        os.close(start)


def _in_children(acts, starter=None):
    """Let each act run in a process of its own; return how they ended.

    :param int starter: a file that only the children keep open.
    """
    sql_db.close_all()
    children = []
    for act in acts:
        pid = os.fork()
        if not pid:
            try:
                act()
            except BaseException:  # noqa: BLE001 - the parent is told
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(pid)
    if starter:
        os.close(starter)
    return Counter(_end_of(pid) for pid in children)


def _end_of(pid):
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    return "failed" if status else "done"


def _apply(database, statement):
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.banking.sync_worker import kill_at

    with _committed(database) as ground:
        type(ground.env[JOB])._job_batch_size = BATCH
        if statement:
            kill_at(statement)
        ground.env[JOB].ar_run_job(ground.company)


def _book_by_hand(database, seed, let_others_start):
    """Book every second payment as a person would, who tries again when told to."""
    chance = random.Random(seed)
    with _committed(database) as ground:
        # from the end, so that whoever is faster leaves something to the other
        last, *others = ground.lines.filtered(lambda each: not each.is_reconciled)[::-1]
        _is_settled(ground, last)
        let_others_start()
        for line in others:
            if chance.random() >= 0.5:
                any(_is_settled(ground, line) for _attempt in range(TRIES))


def _is_settled(ground, line):
    """Try to book a payment; whether there is nothing left to try."""
    item = ground.item_of(line)
    try:
        line.ar_book({"items": {item.id: line.amount}, "evidence": ["By hand."]})
        ground.env.cr.commit()  # pylint: disable=invalid-commit
    except (UserError, *CONCURRENCY):
        ground.env.cr.rollback()
        return line.is_reconciled
    return True


@contextmanager
def _committed(database):
    # pylint: disable-next=odoo-addons-relative-import
    from odoo.addons.ar_automation.tests.cash_application.chaos_ground import Ground

    with Registry(database).cursor() as cr:
        yield Ground(api.Environment(cr, SUPERUSER_ID, {}))


def main(database, rounds, lines, seed):
    """Run it in a process of its own and print the counts."""
    odoo.tools.config.parse_config(["-d", database, "--log-level", "critical"])
    sys.stdout.write(json.dumps(run(database, int(rounds), int(lines), int(seed))))


if __name__ == "__main__":
    main(*sys.argv[1:])
