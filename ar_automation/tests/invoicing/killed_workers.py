"""Workers of a job in processes of their own, killed at random statements."""

import os
import sys
import traceback

from delivery_killer import Killer
from odoo import SUPERUSER_ID, api, sql_db


class KilledWorkers:
    """Runs one job day by day in processes that are killed, until two may finish.

    :param registry: of the database in which they may commit.
    :param str code: model of the job.
    :param int batch_size: small, so that a run has many commits.
    :param int statements: that a worker gets at most.
    """

    def __init__(self, registry, code, batch_size, statements):
        self.registry, self.code = registry, code
        self.batch_size, self.statements = batch_size, statements

    def kill(self, day, chance, count):
        """Kill ``count`` workers, half of them beside another one; then let two finish at once.

        :return: how many died.
        """
        killed = 0
        while killed < count:
            moments = [chance.randint(20, self.statements) for _n in range(chance.choice((1, 2)))]
            died = [
                os.WIFSIGNALED(os.waitpid(pid, 0)[1])
                for pid in [self._fork(day, moment) for moment in moments]
            ]
            killed += sum(died)
            if not any(died):
                break  # nothing was left to do on this day
        for pid in [self._fork(day, None), self._fork(day, None)]:
            os.waitpid(pid, 0)
        return killed

    def _fork(self, day, moment):
        sql_db.close_all()
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            Killer(moment).arm()
            self._work(day)
            status = 0
        except Exception:  # noqa: BLE001 - the forked process has nobody to raise to
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(status)

    def _work(self, day):
        self.registry[self.code]._job_batch_size = self.batch_size
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env[self.code].ar_run_job(env.ref("base.main_company"), day)
