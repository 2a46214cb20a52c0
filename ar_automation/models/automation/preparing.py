"""Says of what fails before a mail server is called that nothing has left."""

from contextlib import contextmanager

from psycopg2 import OperationalError

from ...exceptions import ArError


@contextmanager
def preparing(env, code, say):
    """Write all that an effect writes; whatever fails in here certainly did not take place.

    :param str code: stable code of the failure.
    :param say: called with the error, returns the sentence about it.
    :raises ArError: ``not_done``, for anything that was raised; ``retryable`` where another
        transaction or the connection to the database got in the way.
    """
    try:
        yield
        env.flush_all()
    except Exception as error:
        retryable = isinstance(error, OperationalError)
        raise ArError(code, say(error), retryable=retryable, not_done=True) from error
