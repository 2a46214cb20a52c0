"""Drives one job through one run: lock, claim, process, commit, again.

Why a record is processed exactly once, whatever is killed and whoever else works on the
same run:

* The due records are locked with ``SKIP LOCKED``, so workers take different ones.
* Before anything is done, a run line with the record's key is inserted. The key is
  unique per job, in the database. Line and effect commit together, so a killed worker
  leaves neither, and a second worker with an older view of the data cannot insert the
  same key: PostgreSQL makes it start over and see the truth.
* What cannot be rolled back happens after its claim was committed and while its line is
  locked; see :mod:`.effect_runner`.
"""

import logging
import random
import time

from odoo.modules import module
from odoo.tools import SQL
from psycopg2 import errors

from ...engine.automation.outcome import JobOutcome
from ...exceptions import ArError
from .lock_patience import LockPatience

_logger = logging.getLogger(__name__)

CONCURRENCY_ERRORS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
MAX_CONCURRENCY_TRIES = 8


class JobRunner:
    """One worker's share of one run.

    :param job: the job's model, in the company and with the rights it runs with.
    :param run: the open ``ar.run``.
    :param in_cron: report progress to the scheduler and stop when its time is up.
    """

    def __init__(self, job, run, *, in_cron=False):
        self.job = job
        self.env = job.env
        self.run = run.with_env(job.env)
        self.records = job.env[job._job_model]
        self.in_cron = in_cron
        self.patience = LockPatience(job.env)

    # --- entry points

    @classmethod
    def simulate(cls, job, company, day):
        """Process everything that is due, note what would happen, and take it all back."""
        env = job.env
        with env.cr.savepoint() as savepoint:
            run = env["ar.run"]._open(job._job_config(), company, day, "manual", dry_run=True)
            runner = cls(job, run)
            while runner._simulate_batch():
                pass
            vals = run._prepare_simulation_vals()
            savepoint.rollback()
        return env["ar.run"].create(vals)

    def work(self):
        """Work until nothing is due or the time is up.

        :return: True when the run is finished, False when work remains for a later call.
        """
        self._report_remaining()
        self._work_off()
        finished = self._retrying(self._finish)
        self._report_remaining()
        return finished

    def _work_off(self):
        while handled := self._retrying(self._process_batch):
            if self._commit(handled) <= 0:
                break

    # --- transactions

    def _retrying(self, step):
        """Run a step in its own transaction; start over when another one got in its way."""
        attempt = 1
        while True:
            try:
                result = step()
                self.env.flush_all()
                return result
            except CONCURRENCY_ERRORS as error:
                if attempt == MAX_CONCURRENCY_TRIES or _in_plain_test(self.env):
                    raise
                self.env.cr.rollback()
                _logger.info("run %s: %s, attempt %s", self.run.id, type(error).__name__, attempt)
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, no secret
                attempt += 1

    def _commit(self, processed):
        """Make the step durable and tell the scheduler; return the seconds left."""
        if _in_plain_test(self.env):
            self.env.flush_all()
            return float("inf")
        # outside the scheduler this just commits; inside, it takes what was processed off what
        # remained, so that nothing has to be counted per step
        return self.env["ir.cron"]._commit_progress(processed)

    def _report_remaining(self):
        """Commit, and tell the scheduler how much there is left to do."""
        if self.in_cron and not _in_plain_test(self.env):
            self.env["ir.cron"]._commit_progress(remaining=self._count_due())
        else:
            self._commit(0)

    def _count_due(self):
        query = self.job._due_query(self.run)
        query.limit = 10_000  # a bounded estimate is enough for the progress bar
        return self.env.execute_query(SQL("SELECT count(*) FROM (%s) due", query.select()))[0][0]

    # --- processing what can be rolled back

    def _process_batch(self):
        lines = self._claim(self.job._job_batch_size)
        if lines is None:
            return 0
        waits = self.patience.waits
        self._store(lines, self._process(self.records.browse(lines)))
        if waits == self.patience.waits:
            self.patience.regain()
        return max(len(lines), 1)

    def _simulate_batch(self):
        lines = self._claim(self.job._job_batch_size)
        if lines is None:
            return False
        self._store(lines, self._simulate(self.records.browse(lines)))
        return True

    def _simulate(self, records):
        return self._process(records)

    def _store(self, lines, outcomes):
        """Write outcomes to the run, and clear the inbox of what went well this time."""
        self.env["ar.run.line"]._store_outcomes(
            {line_id: outcomes.get(rid) for rid, line_id in lines.items()}
        )
        well = [rid for rid in lines if rid not in outcomes or outcomes[rid].state != "failed"]
        self.env["ar.exception"].ar_resolve_for(
            self.records.browse(well), job=self.run.job_id, company=self.run.company_id
        )

    def _claim(self, limit, state="claimed"):
        """Lock due records and insert their lines.

        :return: ``{record id: line id}`` of those to process (may be empty: all of the
            batch were done before), or None when nothing is due that is not locked.
        """
        ids = self._lock_due(limit)
        if not ids:
            return None
        records = self.records.browse(ids)
        keys = {record.id: self.job._job_key(record, self.run) for record in records}
        return self.env["ar.run.line"]._claim(self.run, self.records._name, keys, state)

    def _lock_due(self, limit):
        query = self.job._due_query(self.run)
        query.limit = limit
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "%s FOR NO KEY UPDATE OF %s SKIP LOCKED",
                query.select(),
                SQL.identifier(query.table),
            )
        )
        return [row[0] for row in rows]

    def _process(self, records):
        return self._in_halves(records, self.job._job_process)

    def _in_halves(self, records, act):
        """Handle records; halve a failing batch until the failing record stands alone.

        :param act: called with records and the run; returns ``{record id: JobOutcome}``.
        """
        if not records:
            return {}
        try:
            with self.env.cr.savepoint(), self.patience.limited():
                outcomes = act(records, self.run)
                self.env.flush_all()
                return outcomes
        except Exception as error:
            # one poisoned record must not stop the others
            if self._is_to_start_over(error):
                raise
            if len(records) == 1:
                told = self.patience.put_in_words(records, error)
                return {records.id: self._park(records, told)}
        half = len(records) // 2
        return {**self._in_halves(records[:half], act), **self._in_halves(records[half:], act)}

    def _is_to_start_over(self, error):
        if isinstance(error, errors.LockNotAvailable):
            return self.patience.lose()
        return isinstance(error, CONCURRENCY_ERRORS)

    def _park(self, record, error):
        """Put a failing record into the exceptions inbox and go on without it."""
        message = self.env["ar.exception"]._report_error(self.job, self.run, record, error)
        self.job._job_note_outcome(record, "failed", message)
        _logger.warning(
            "run %s: %s parked: %s",
            self.run.id,
            record,
            message,
            exc_info=not isinstance(error, ArError),
        )
        return JobOutcome("failed", message, "failed")

    # --- the end

    def _finish(self):
        open_claims = self.env["ar.run.line"].search_count(
            [("run_id", "=", self.run.id), ("state", "in", ("prepared", "claimed"))], limit=1
        )
        if open_claims or self._count_due():
            return False
        return self.run._finish()


def _in_plain_test(env):
    """Whether the cursor is a test's own, which refuses to commit and must not roll back."""
    return bool(module.current_test) and not _is_test_mode_cursor(env.cr)


def _is_test_mode_cursor(cr):
    return type(cr).__name__ == "TestCursor"
