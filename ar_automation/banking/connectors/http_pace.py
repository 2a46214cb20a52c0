"""How long to wait before asking again.

What a server asks for is kept to; otherwise the wait doubles with each try, and chance
spreads it, so that all who were turned away do not come back at once.

>>> pace = Pace(jitter=lambda: 1.0)
>>> [pace.backoff(attempt, None) for attempt in (1, 2, 3)], pace.backoff(1, 7)
([1.0, 2.0, 4.0], 7.0)
>>> pace.seconds_until("120"), pace.seconds_until("soon")
(120.0, None)
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

_LONGEST_BACKOFF = 30.0


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class Pace:
    """The clocks that a client goes by; tests bring their own. ``jitter`` is between 0 and 1."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.SystemRandom().random
    now: Callable[[], datetime] = _now

    def backoff(self, attempt: int, retry_after: float | None) -> float:
        """Return the seconds to wait after an attempt (1 is the first) that failed."""
        if retry_after is not None:
            return float(retry_after)
        longest = min(_LONGEST_BACKOFF, 2.0 ** (attempt - 1))
        return longest * (0.5 + self.jitter() / 2)

    def seconds_until(self, retry_after: str) -> float | None:
        """Return what a header ``Retry-After`` asks for (RFC 9110); None if it says nothing."""
        text = retry_after.strip()
        if text.isdecimal():
            return float(text) if len(text) <= 9 else None
        try:
            moment = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return max(0.0, (moment - self.now()).total_seconds())
