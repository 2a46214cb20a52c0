"""Work that must be durable by itself, whatever becomes of the transaction around it."""

import random
import time

from odoo import api
from odoo.modules import module
from psycopg2 import errors

CONCURRENCY_ERRORS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
MAX_TRIES = 8


def in_own_transaction(env, work):
    """Call ``work(env)`` in a transaction of its own and commit it.

    When another transaction got in its way it starts over, so ``work`` must do nothing that
    the database cannot take back. The caller's transaction does not see the result before it ends.

    :return: what ``work`` returned; plain values or ids, as its records die with its cursor.
    """
    if is_plain_test(env):
        with env.cr.savepoint():
            result = work(env)
            env.flush_all()
            return result
    attempt = 1
    while True:
        try:
            with env.registry.cursor() as cr:
                return work(api.Environment(cr, env.uid, env.context, env.su))
        except CONCURRENCY_ERRORS:
            if attempt == MAX_TRIES:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, no secret
            attempt += 1


def taken_back(env, work):
    """Call ``work(env)``, take everything back that it did, and return what it returned."""
    if is_plain_test(env):
        with env.cr.savepoint() as savepoint:
            result = work(env)
            env.flush_all()
            savepoint.rollback()
        env.invalidate_all(flush=False)
        return result
    with env.registry.cursor() as cr:
        result = work(api.Environment(cr, env.uid, env.context, env.su))
        cr.rollback()
        return result


def end_transaction(env):
    """Commit, so that the caller sees what was committed beside it."""
    if is_plain_test(env):
        env.flush_all()
    else:
        env.cr.commit()  # pylint: disable=invalid-commit
    env.invalidate_all()


def is_plain_test(env):
    """Whether the cursor is a test's own, beside which no other would see its data."""
    return bool(module.current_test) and type(env.cr).__name__ != "TestCursor"
