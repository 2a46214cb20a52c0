"""Missed periods: billed one by one or on one invoice, never silently skipped.

::

    >>> from datetime import date
    >>> months = [Period(Span(date(2026, m, 1), date(2026, m + 1, 1)),
    ...                  Span(date(2026, m, 1), date(2026, m + 1, 1))) for m in (1, 2, 3)]
    >>> [len(group) for group in group_missed(months, "each")]
    [1, 1, 1]
    >>> [len(group) for group in group_missed(months, "merge")]
    [3]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .periods import Period
from .spans import Span  # noqa: F401 - used in the doctest

CatchUp = Literal["each", "merge"]


def group_missed(periods: Sequence[Period], mode: CatchUp) -> tuple[tuple[Period, ...], ...]:
    """Return the periods of each invoice, oldest first."""
    if not periods:
        return ()
    return (tuple(periods),) if mode == "merge" else tuple((period,) for period in periods)
