"""Aging: how long past due the open items are.

Aging sorts what customers owe on one date by the days that have gone by since each item
fell due. An item is due at the end of its due date: on the due date itself it is not late
yet. Every amount lands in exactly one bucket, so that the buckets add up to the
receivables. Payments and credit notes that are not applied yet are negative items, aged
by their own date; they reduce the bucket in which they fall::

    >>> from datetime import date
    >>> bucket_of(date(2026, 5, 1), as_of=date(2026, 5, 1)).key
    'not_due'
    >>> bucket_of(date(2026, 5, 1), as_of=date(2026, 5, 2)).key
    '1_30'
    >>> bucket_of(date(2026, 1, 1), as_of=date(2026, 5, 2)).key
    '120_plus'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bucket:
    """A range of days past due, both ends included; None leaves an end open."""

    key: str
    first_day: int | None
    last_day: int | None

    def holds(self, days_overdue: int) -> bool:
        """Whether an item that is so many days past due belongs here."""
        after_start = self.first_day is None or days_overdue >= self.first_day
        return after_start and (self.last_day is None or days_overdue <= self.last_day)


BUCKETS = (
    Bucket("not_due", None, 0),
    Bucket("1_30", 1, 30),
    Bucket("31_60", 31, 60),
    Bucket("61_90", 61, 90),
    Bucket("91_120", 91, 120),
    Bucket("120_plus", 121, None),
)
BUCKET_KEYS = tuple(bucket.key for bucket in BUCKETS)
OVERDUE_KEYS = BUCKET_KEYS[1:]


def bucket_of(due_date: date, *, as_of: date) -> Bucket:
    """Return the bucket of an item on ``as_of``.

    :param due_date: the last day on which paying is in time.
    :param as_of: the day for which the aging is drawn up.
    """
    days = (as_of - due_date).days
    return next(bucket for bucket in BUCKETS if bucket.holds(days))
