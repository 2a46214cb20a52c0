"""A payment plan: a debt in instalments, to the cent, and whether they are kept.

The debt and the interest are divided evenly; what does not divide goes one smallest unit at a
time to the first instalments, so that no two differ by more than one unit::

    >>> plan = divide(Terms(Decimal("100.00"), 3, date(2026, 1, 31)), Decimal("0.01"))
    >>> [(str(item.date), str(item.amount)) for item in plan]
    [('2026-01-31', '33.34'), ('2026-02-28', '33.33'), ('2026-03-31', '33.33')]

Payments fill the instalments in order, whatever invoice they were matched with. An instalment
that is not full when its days of grace are over puts the plan in default::

    >>> standing = judge_plan(plan, Decimal("40"), date(2026, 3, 10), grace_days=5)
    >>> standing.state, standing.overdue, standing.overdue_since
    ('default', Decimal('26.67'), datetime.date(2026, 2, 28))
    >>> judge_plan(plan, Decimal("40"), date(2026, 3, 5), grace_days=5).state
    'kept'
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Every = Literal["month", "two_weeks", "week"]
STEP_DAYS = {"two_weeks": 14, "week": 7}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed.

    :ivar debt: what is owed, positive.
    :ivar count: how many instalments, at least one.
    :ivar first: day of the first one; monthly ones keep its day, or the month's last.
    :ivar interest: paid with the instalments, beside the debt.
    """

    debt: Decimal
    count: int
    first: date
    every: Every = "month"
    interest: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One amount to be paid by one day.

    :ivar principal: its part of the debt.
    :ivar interest: its part of the interest.
    """

    number: int
    date: date
    principal: Decimal
    interest: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """What is to be paid: debt and interest."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan stands on a day.

    :ivar filled: what of each instalment is paid, in order.
    :ivar overdue: missing of instalments whose days of grace are over.
    :ivar overdue_since: day of the oldest of them.
    """

    state: Literal["kept", "default", "done"]
    filled: tuple[Decimal, ...]
    overdue: Decimal = Decimal(0)
    overdue_since: date | None = None


def divide(terms: Terms, unit: Decimal) -> tuple[Instalment, ...]:
    """The instalments of a plan; their sums are the debt and the interest, to the unit.

    :param unit: smallest amount of the currency, e.g. 0.01.
    :raises ValueError: for a debt that is not positive, negative interest, no instalment, or
        more instalments than units.
    """
    if terms.debt <= 0 or terms.interest < 0:
        raise ValueError("A plan needs a positive debt and no negative interest.")
    if terms.count < 1 or terms.debt / unit < terms.count:
        raise ValueError("The debt does not divide into so many instalments.")
    principals = _split(terms.debt, terms.count, unit)
    interests = _split(terms.interest, terms.count, unit)
    return tuple(
        Instalment(number + 1, _nth_date(terms, number), principal, interest)
        for number, (principal, interest) in enumerate(zip(principals, interests, strict=True))
    )


def judge_plan(
    instalments: Sequence[Instalment], paid: Decimal, today: date, *, grace_days: int = 0
) -> Standing:
    """How a plan stands at the beginning of a day.

    :param instalments: in the order of their days.
    :param paid: what was paid on the plan's items since it began.
    """
    filled = _fill(instalments, paid)
    missing = [
        (item.date, item.amount - part) for item, part in zip(instalments, filled, strict=True)
    ]
    if not any(amount for _day, amount in missing):
        return Standing("done", filled)
    late = [
        (day, amount)
        for day, amount in missing
        if amount and today > day + timedelta(days=grace_days)
    ]
    if not late:
        return Standing("kept", filled)
    return Standing("default", filled, sum((part for _day, part in late), Decimal(0)), late[0][0])


def _fill(instalments: Sequence[Instalment], paid: Decimal) -> tuple[Decimal, ...]:
    left, filled = max(paid, Decimal(0)), []
    for item in instalments:
        part = min(left, item.amount)
        filled.append(part)
        left -= part
    return tuple(filled)


def _split(amount: Decimal, count: int, unit: Decimal) -> list[Decimal]:
    """Even parts that sum to the amount; an amount that is no multiple of the unit keeps its
    fraction in the first part."""
    units = int(amount / unit)
    fraction = amount - units * unit
    each, more = divmod(units, count)
    parts = [(each + (number < more)) * unit for number in range(count)]
    parts[0] += fraction
    return parts


def _nth_date(terms: Terms, number: int) -> date:
    if terms.every in STEP_DAYS:
        return terms.first + timedelta(days=STEP_DAYS[terms.every] * number)
    months = terms.first.year * 12 + terms.first.month - 1 + number
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(terms.first.day, last))
