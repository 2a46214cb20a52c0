"""The bank's own time: it stands still until somebody moves it.

>>> clock = Clock(datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc))
>>> clock.advance(hours=2)
>>> clock.now().hour
10
"""

import threading
from datetime import datetime, timedelta, timezone


class Clock:
    """A settable moment, with a time zone."""

    def __init__(self, now: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._now = now or datetime.now(timezone.utc)

    def now(self) -> datetime:
        """Return the bank's present moment."""
        with self._lock:
            return self._now

    def set(self, moment: datetime) -> None:
        """Move to a moment, which needs a time zone.

        :raise ValueError: for a moment without one
        """
        if moment.tzinfo is None:
            raise ValueError("The bank's time needs a time zone.")
        with self._lock:
            self._now = moment

    def advance(self, **steps: float) -> None:
        """Move on by days, hours, minutes, seconds (the words of ``timedelta``)."""
        with self._lock:
            self._now += timedelta(**steps)
