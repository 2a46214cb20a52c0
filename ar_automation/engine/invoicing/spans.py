"""Days as half-open spans: from a first day until the day after the last.

Half-open spans neither overlap nor leave gaps when one begins where another ends, and their
length is a plain difference::

    >>> march = Span(date(2026, 3, 1), date(2026, 4, 1))
    >>> march.days, march.last
    (31, datetime.date(2026, 3, 31))
    >>> march & Span(date(2026, 3, 20), date(2026, 5, 1))
    Span(start=datetime.date(2026, 3, 20), end=datetime.date(2026, 4, 1))
    >>> without([march], [Span(date(2026, 3, 11), date(2026, 3, 21))])
    (Span(start=datetime.date(2026, 3, 1), end=datetime.date(2026, 3, 11)), \
Span(start=datetime.date(2026, 3, 21), end=datetime.date(2026, 4, 1)))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``start`` until the day before ``end``; empty when the two are equal."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days; 0 when empty."""
        return max((self.end - self.start).days, 0)

    @property
    def last(self) -> date:
        """Last day within, as people write it; the first day of an empty span."""
        return max(self.end - timedelta(days=1), self.start)

    def __and__(self, other: Span) -> Span:
        start = max(self.start, other.start)
        return Span(start, max(start, min(self.end, other.end)))


def without(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of ``spans`` once the days of ``holes`` are taken out."""
    left = [span for span in spans if span.days]
    for hole in holes:
        left = [part for span in left for part in _around(span, hole) if part.days]
    return tuple(left)


def _around(span: Span, hole: Span) -> tuple[Span, ...]:
    cut = span & hole
    if not cut.days:
        return (span,)
    return Span(span.start, cut.start), Span(cut.end, span.end)
