"""Keeping whole addresses out of the log that urllib3 writes for itself.

Its lines at DEBUG hold every address with its query values: codes, tokens, account numbers. Ours
say the same without them, so while one of our requests is on its way urllib3 is not heard.
Requests of others, in other threads as well, are logged as before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ours = threading.local()


class _OthersOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is about somebody else's request."""
        return not getattr(_ours, "is_sending", False)


logging.getLogger("urllib3.connectionpool").addFilter(_OthersOnly())


@contextmanager
def unheard() -> Iterator[None]:
    """Keep urllib3 silent in this thread until the block ends."""
    _ours.is_sending = True
    try:
        yield
    finally:
        _ours.is_sending = False
