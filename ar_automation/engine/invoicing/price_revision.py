"""Price revision: what was agreed for later years, by percent or by a public index.

A price is not changed from year to year; it is computed from the first one and the day, so
that no revision is applied twice or forgotten::

    >>> agreed = Revision(base=date(2024, 3, 1), percent=Decimal(3))
    >>> str(revised_price(Decimal("100.00"), date(2026, 4, 1), agreed, Decimal("0.01")))
    '106.09'
    >>> prices = Revision(base=date(2024, 3, 1), index={date(2024, 1, 1): Decimal(120),
    ...                   date(2025, 1, 1): Decimal(123)})
    >>> str(revised_price(Decimal("100.00"), date(2025, 3, 1), prices, Decimal("0.01")))
    '102.50'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from .proration import round_to


class RevisionError(ValueError):
    """A price cannot be revised because the index is not known on a day.

    :ivar day: the day.
    """

    def __init__(self, day: date) -> None:
        super().__init__(f"The index has no value for {day}.")
        self.day = day


@dataclass(frozen=True, slots=True)
class Revision:
    """How a price follows time.

    :ivar base: day for which the price was agreed; revisions are on its anniversaries.
    :ivar months: months between two revisions.
    :ivar percent: what is added at each, used without an index.
    :ivar index: value by the first day on which it holds; empty to go by percent.
    :ivar lag: months by which the index is older than the revision, because it is published
        later.
    :ivar longest_age: days after which the last value of the index is too old to be used.
    """

    base: date
    months: int = 12
    percent: Decimal = Decimal(0)
    index: Mapping[date, Decimal] = field(default_factory=dict)
    lag: int = 0
    longest_age: int = 400


def revised_price(price: Decimal, day: date, revision: Revision, rounding: Decimal) -> Decimal:
    """Return the price on ``day``.

    :param rounding: to which each revised price is rounded; the agreed one stays as it is.
    :raises RevisionError: when the index lacks a value.
    """
    times = revisions_until(day, revision)
    if times == 0:
        return price
    if revision.index:
        last = revision.base + relativedelta(months=times * revision.months)
        ratio = _index_at(last, revision) / _index_at(revision.base, revision)
        return round_to(price * ratio, rounding)
    for _year in range(times):
        price = round_to(price * (1 + revision.percent / 100), rounding)
    return price


def revisions_until(day: date, revision: Revision) -> int:
    """Return how many revisions there were until ``day``, that day included."""
    passed = relativedelta(day, revision.base)
    months: int = passed.years * 12 + passed.months
    return max(months, 0) // revision.months


def _index_at(day: date, revision: Revision) -> Decimal:
    wanted = day - relativedelta(months=revision.lag)
    known = [since for since in revision.index if since <= wanted]
    if not known or (wanted - max(known)).days > revision.longest_age:
        raise RevisionError(wanted)
    return revision.index[max(known)]
