"""Which business days a job has to run for.

A scheduler that was off for three days must neither forget them nor, say, send three
reminders at once. So a job states how missed days are made up: ``merge`` runs once,
for today, and covers all that became due meanwhile; ``each`` runs once per missed
day, oldest first::

    >>> from datetime import date
    >>> days_to_run(date(2026, 5, 1), date(2026, 5, 4), mode="merge")
    [datetime.date(2026, 5, 4)]
    >>> [d.day for d in days_to_run(date(2026, 5, 1), date(2026, 5, 4), mode="each")]
    [2, 3, 4]
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

CatchUpMode = Literal["merge", "each"]


def days_to_run(
    last_done: date | None, today: date, *, mode: CatchUpMode, limit: int = 366
) -> list[date]:
    """Business days to run now, oldest first; ``today`` is always among them.

    :param last_done: business day of the last finished run, None if there was none.
    :param today: the company's business day.
    :param mode: ``merge`` or ``each``, see above.
    :param limit: at most so many days are made up; the oldest are dropped.
    """
    if mode == "merge" or last_done is None or last_done >= today:
        return [today]
    missed = (today - last_done).days
    first = max(0, missed - limit)
    return [last_done + timedelta(days=n) for n in range(first + 1, missed + 1)]


def is_silent_too_long(
    hours_since_success: float | None, *, interval_hours: float, grace_hours: float
) -> bool:
    """Whether a job that should run every ``interval_hours`` has missed its turn.

    :param hours_since_success: None when the job has never succeeded; the caller
        counts from the day the job was switched on.
    """
    if hours_since_success is None:
        return False
    return hours_since_success > interval_hours + grace_hours
