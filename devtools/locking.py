"""Advisory locks, so that two ``./dev`` at once do not build the same thing twice."""

import fcntl
from contextlib import contextmanager

from .console import say


@contextmanager
def exclusive(path, waiting_for):
    """Hold the lock file's lock; say what is waited for if somebody else has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for {waiting_for} ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
