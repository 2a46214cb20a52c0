"""How long a batch waits for what another transaction has locked.

Whoever posts an invoice holds the numbers of its journal until the transaction ends. PostgreSQL
makes everybody else wait, without an end: an import that hangs in the evening would hold up the
whole night. A run therefore waits some seconds and starts its batch over, a few times; whoever
held the lock is mostly done by then. After that it is short of patience: what is locked is told
apart from what is not, waits in the exceptions inbox and is tried again by itself, and the rest
goes through.
"""

import contextlib

from odoo.tools import SQL
from psycopg2 import errors

from ...exceptions import ArError

PATIENT_MS, IMPATIENT_MS = 5_000, 250
# how often a batch starts over for a lock before what is locked is put aside
MAX_WAITS = 3


class LockPatience:
    """The patience of one worker with one run."""

    def __init__(self, env):
        self.env = env
        self.waits = 0

    @contextlib.contextmanager
    def limited(self):
        """Wait for locks only so long, within a savepoint that is rolled back on failure."""
        limit = PATIENT_MS if self.waits < MAX_WAITS else IMPATIENT_MS
        self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, true)", f"{limit}ms"))
        yield
        self.env.cr.execute("SET LOCAL lock_timeout TO DEFAULT")

    def lose(self):
        """Note that a lock was not given; return whether to start the batch over for it."""
        self.waits += 1
        return self.waits < MAX_WAITS

    def regain(self):
        """A whole batch got its locks: whoever held them is done."""
        self.waits = 0

    def put_in_words(self, record, error):
        """What is told about a record that failed with ``error``."""
        if not isinstance(error, errors.LockNotAvailable):
            return error
        locked = ArError(
            "job.locked",
            self.env._(
                "%s had to wait: another transaction, such as a long import or posting, keeps "
                "something locked that it needs, for example the numbers of its journal.",
                record.display_name,
            ),
            hint=self.env._(
                "It is tried again by itself. If it does not go through, ask the administrator "
                "to look for a program that began to post and did not end."
            ),
            retryable=True,
        )
        locked.__cause__ = error
        return locked
