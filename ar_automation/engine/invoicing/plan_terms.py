"""Terms of a plan: minimum term, renewal and notice decide when it may end.

A plan for a year that renews by a year, with three months of notice::

    >>> terms = Terms(date(2026, 1, 1), minimum=12, renewal=12, notice=90)
    >>> str(earliest_end(terms, date(2026, 9, 1)))
    '2027-01-01'
    >>> str(earliest_end(terms, date(2026, 11, 1)))
    '2028-01-01'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed on ending a plan.

    :ivar start: first day.
    :ivar minimum: months that it lasts at least; 0 for none.
    :ivar renewal: months by which it goes on unless notice is given; 0 if it may end on any
        day once the minimum has passed.
    :ivar notice: days of notice.
    """

    start: date
    minimum: int = 0
    renewal: int = 0
    notice: int = 0


def earliest_end(terms: Terms, notified: date) -> date:
    """Return the first day no longer covered when notice is given on ``notified``."""
    soonest = notified + timedelta(days=terms.notice)
    first: date = terms.start + relativedelta(months=terms.minimum)
    if not terms.renewal:
        return max(soonest, first)
    ends: Iterator[date] = (
        terms.start + relativedelta(months=terms.minimum + terms.renewal * n) for n in count()
    )
    return next(end for end in ends if end >= soonest and end > terms.start)
