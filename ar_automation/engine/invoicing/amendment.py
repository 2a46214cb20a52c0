"""Amendment: what a change of lines means for days that were billed already.

The days from the change on are given back at the old terms and charged at the new ones. Shares
are differences of the same running totals as in :mod:`.proration`, so that what was billed,
less what is given back, is exactly the share of the days before::

    >>> march = Span(date(2026, 3, 1), date(2026, 4, 1))
    >>> ten = LineFacts(key=1, quantity=Decimal(10), price=Decimal(31), valid=Span(date(2026, 1, 1),
    ...                 date.max))
    >>> twelve = replace(ten, key=2, quantity=Decimal(12))
    >>> [str(item.amount) for item in
    ...  adjust([ten], [twelve], [Period(march, march)], date(2026, 3, 22), Decimal("0.01"))]
    ['-100.00', '120.00']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .charges import LineFacts, charge_line
from .periods import Period
from .spans import Span


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An amount for days that were billed: negative when given back.

    :ivar key: the line whose terms it is at.
    :ivar span: the days.
    """

    key: int
    span: Span
    amount: Decimal


def adjust(
    old: Sequence[LineFacts],
    new: Sequence[LineFacts],
    billed: Sequence[Period],
    since: date,
    rounding: Decimal,
) -> tuple[Adjustment, ...]:
    """Return what lines that change on ``since`` come to for the ``billed`` periods.

    :param old: the changed lines as they were billed.
    :param new: the lines as they are from ``since`` on.
    :raises RevisionError: when a price follows an index that is not known.
    """
    return (
        *_amounts(old, billed, since, rounding, Decimal(-1)),
        *_amounts(new, billed, since, rounding, Decimal(1)),
    )


def _amounts(
    lines: Iterable[LineFacts],
    billed: Sequence[Period],
    since: date,
    rounding: Decimal,
    sign: Decimal,
) -> Iterator[Adjustment]:
    changed = Span(since, date.max)
    for line in lines:
        if line.kind != "fixed" or not line.prorated:
            continue  # usage is never billed ahead, and what is not prorated holds to the end
        later = replace(line, valid=line.valid & changed)
        for period in billed:
            for charge in charge_line(later, period, rounding):
                if charge.amount:
                    yield Adjustment(line.key, charge.span, sign * charge.amount)
