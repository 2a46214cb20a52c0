"""Late interest: simple interest on what was open, day by day.

Interest runs from the day after the due date to the day of payment, that day included. Each
part payment lowers the balance for the days after it, each new rate begins a new stretch:
between two such days lies a *segment* with one balance and one rate. Simple interest: nothing
is ever earned on interest. A segment's amount is an exact fraction, and only the whole is
rounded to the currency, once::

    >>> terms = Terms((Rate(date(2025, 1, 1), Decimal("4.25")),), margin=Decimal(8))
    >>> debt = Debt(date(2025, 1, 31), Decimal(5000))
    >>> segments = accrue(debt, terms, date(2025, 5, 12))
    >>> [(segment.days, segment.percent) for segment in segments]
    [(101, Decimal('12.25'))]
    >>> round_half_up(sum_segments(segments), Decimal("0.01"))
    Decimal('169.49')

A payment of 2,000 on the way::

    >>> paid = Debt(debt.due_date, debt.amount, (Payment(date(2025, 3, 2), Decimal(2000)),))
    >>> [(str(s.first_day), s.days, s.balance) for s in accrue(paid, terms, date(2025, 5, 12))]
    [('2025-02-01', 30, Decimal('5000')), ('2025-03-03', 71, Decimal('3000'))]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from .rates import Rate, find_rate

DayCount = Literal["365", "360", "actual", "30/360"]
RateSelection = Literal["period", "start", "settlement"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How interest is counted.

    :ivar rates: reference rates, from the earliest to the latest.
    :ivar margin: percentage points on top of the reference rate.
    :ivar day_count: days of a year: 365 or 360 by the days that passed, ``actual`` for 366 in
        leap years, ``30/360`` for months of 30 days each.
    :ivar rate_selection: which day's rate counts; see :mod:`.rates`.
    """

    rates: tuple[Rate, ...]
    margin: Decimal = Decimal(0)
    day_count: DayCount = "365"
    rate_selection: RateSelection = "period"


@dataclass(frozen=True, slots=True)
class Payment:
    """What lowered the debt, and since when it counts; ``amount`` is positive."""

    date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Debt:
    """One due amount in one currency, with what was paid on it."""

    due_date: date
    amount: Decimal
    payments: tuple[Payment, ...] = ()

    def balance_after(self, day: date) -> Decimal:
        """What was open at the end of a day; never negative."""
        paid = (payment.amount for payment in self.payments if payment.date <= day)
        return max(self.amount - sum(paid, Decimal(0)), Decimal(0))

    @property
    def paid_on(self) -> date | None:
        """The day on which nothing was open any more; None while something is."""
        days = sorted({payment.date for payment in self.payments})
        return next((day for day in days if not self.balance_after(day)), None)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days with one balance and one rate, both ends included.

    :ivar days: by the day count, so 30 for any full month of ``30/360``.
    :ivar percent: yearly, reference rate and margin together.
    :ivar year_days: what the day count divides by.
    """

    first_day: date
    last_day: date
    days: int
    balance: Decimal
    percent: Decimal
    year_days: int

    @property
    def amount(self) -> Fraction:
        """Interest of the segment, exact."""
        product = Fraction(self.balance) * Fraction(self.percent)
        return product * self.days / (100 * self.year_days)


def accrue(
    debt: Debt, terms: Terms, until: date, *, since: date | None = None
) -> tuple[Segment, ...]:
    """Split the late days up to and including ``until`` into segments.

    :param since: leave out the days before; None for the day after the due date.
    :raises MissingRateError: when no rate is known on one of the days.
    """
    begin = debt.due_date + ONE_DAY
    first = max(since, begin) if since else begin
    # A paid debt has no late days any more; the settlement's rate is that of its last one.
    last = min(until, debt.paid_on or until)
    if last < first or debt.amount <= 0:
        return ()
    days = sorted({first, last + ONE_DAY, *_find_breaks(debt, terms, first, last)})
    stretches = ((start, end - ONE_DAY) for start, end in pairwise(days))
    return tuple(
        Segment(
            start,
            end,
            _count_days(start, end, terms.day_count),
            debt.balance_after(start - ONE_DAY),
            _find_percent(terms, {"period": start, "start": begin, "settlement": last}),
            _year_days(start, terms.day_count),
        )
        for start, end in stretches
    )


def sum_segments(segments: Iterable[Segment]) -> Fraction:
    """Interest of all segments together, exact."""
    return sum((segment.amount for segment in segments), Fraction(0))


def round_half_up(amount: Fraction, unit: Decimal) -> Decimal:
    """Round an amount that is not negative to a multiple of the currency's smallest unit.

    >>> round_half_up(Fraction(1, 8), Decimal("0.01"))
    Decimal('0.13')
    >>> round_half_up(Fraction(5, 2), Decimal(1))
    Decimal('3')
    """
    units = amount / Fraction(unit) + Fraction(1, 2)
    return (units.numerator // units.denominator) * unit


def _find_breaks(debt: Debt, terms: Terms, first: date, last: date) -> Iterator[date]:
    """First days of segments inside the late days."""
    for payment in debt.payments:
        if first <= payment.date < last:
            yield payment.date + ONE_DAY
    if terms.rate_selection == "period":
        yield from (rate.valid_from for rate in terms.rates if first < rate.valid_from <= last)
    if terms.day_count == "actual":
        yield from (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))


def _find_percent(terms: Terms, days: dict[RateSelection, date]) -> Decimal:
    """Yearly percent; a reference rate below zero never turns interest into a gift."""
    rate = find_rate(terms.rates, days[terms.rate_selection])
    return max(rate.percent + terms.margin, Decimal(0))


def _count_days(first: date, last: date, day_count: DayCount) -> int:
    if day_count == "30/360":
        return _bond_day(last) - _bond_day(first - ONE_DAY)
    return (last - first).days + 1


def _bond_day(day: date) -> int:
    """Number of a day where every month has 30 of them (30E/360)."""
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def _year_days(day: date, day_count: DayCount) -> int:
    if day_count == "actual":
        return (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return 365 if day_count == "365" else 360
