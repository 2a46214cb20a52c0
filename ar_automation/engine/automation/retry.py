"""When a failed record is tried again.

Delays double from five minutes to a day, and are spread by up to a quarter so that
records which failed together do not return together. The spread comes from the
record's id, not from chance: the same record always waits equally long, which keeps
tests and explanations exact::

    >>> retry_delay_seconds(1, spread_key=0)
    300.0
    >>> retry_delay_seconds(3, spread_key=0)
    1200.0
    >>> retry_delay_seconds(1, spread_key=0, retry_after=42.0)
    42.0
"""

from __future__ import annotations

FIRST_DELAY = 300.0
LONGEST_DELAY = 86_400.0
SPREAD_STEPS = 16


def retry_delay_seconds(
    attempt: int, *, spread_key: int, retry_after: float | None = None
) -> float:
    """Seconds to wait before attempt ``attempt + 1``.

    :param attempt: number of attempts already made, from 1.
    :param spread_key: any integer that differs between records, usually the id.
    :param retry_after: what the other side asked for, in seconds; it wins over our
        own schedule but never exceeds a day.
    :raises ValueError: if no attempt was made yet.
    """
    if attempt < 1:
        raise ValueError("attempt counts from 1")
    if retry_after is not None:
        return min(max(retry_after, 0.0), LONGEST_DELAY)
    delay = min(FIRST_DELAY * 2.0 ** min(attempt - 1, 20), LONGEST_DELAY)
    spread = (spread_key % SPREAD_STEPS) / SPREAD_STEPS / 4
    return min(delay * (1 + spread), LONGEST_DELAY)
