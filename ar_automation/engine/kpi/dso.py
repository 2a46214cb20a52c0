"""Days sales outstanding (DSO): how many days of sales customers still owe.

*Simple* DSO divides the receivables by the sales of a period and multiplies by its days.
It swings with sales: a strong last month makes it fall although nobody paid sooner.

*Countback* (also *exhaustion*) follows the calendar instead. It subtracts the sales of
the last month from the receivables and counts that month's days, then goes back month by
month; of the month in which the receivables are used up it counts a proportional part.
Worked example (trymesha.com, "countback DSO"; method as in academy.highako.com, "Why you
should switch to the countback method"): receivables 212,000; sales 100,000, 80,000 and
70,000 in the last three months, each taken as 30 days. 30 + 30 + 32,000 / 70,000 x 30::

    >>> months = [SalesPeriod(30, Decimal(s)) for s in (100_000, 80_000, 70_000)]
    >>> round(count_back(Decimal(212_000), months).days, 1)
    Decimal('73.7')

:func:`periods_before` cuts daily sales into the calendar's own months of 28 to 31 days;
the month in which the measuring day lies counts with the days gone by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SalesPeriod:
    """Credit sales of some days, less refunds, tax included as receivables are.

    :ivar days: length of the period.
    :ivar sales: in the currency of the receivables; negative where refunds prevailed.
    """

    days: int
    sales: Decimal


@dataclass(frozen=True, slots=True)
class Countback:
    """What counting back found.

    :ivar days: the DSO.
    :ivar unexplained: part of the receivables older than all sales handed in; the true
        figure is then higher than ``days``.
    """

    days: Decimal
    unexplained: Decimal = Decimal(0)


def count_back(receivables: Decimal, periods: Sequence[SalesPeriod]) -> Countback:
    """Return the DSO by the countback method.

    A period in which refunds prevailed counts with all its days and adds to what the
    older periods have to explain, for the refunds lowered the receivables but belong to
    older sales.

    :param receivables: what customers owe at the end of the first period, credits
        deducted; nothing is outstanding when it is not positive.
    :param periods: sales, latest period first.
    """
    rest, days = receivables, Decimal(0)
    for period in periods:
        if rest <= 0:
            return Countback(days)
        if period.sales >= rest:
            return Countback(days + period.days * rest / period.sales)
        rest -= period.sales
        days += period.days
    return Countback(days, max(rest, Decimal(0)))


def simple_dso(receivables: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Return receivables / sales x days, None where nothing was sold.

    >>> simple_dso(Decimal(50_000), Decimal(100_000), 30)
    Decimal('15')

    :param receivables: what customers owe at the end of the period.
    :param sales: credit sales of the period, less refunds.
    :param days: length of the period.
    """
    return receivables * days / sales if sales > 0 else None


def periods_before(
    day: date, sales_by_day: Mapping[date, Decimal], *, months: int
) -> list[SalesPeriod]:
    """Cut daily sales into calendar months that end on ``day``, latest first.

    Months before the first sale are left out: they explain nothing.

    >>> sales = {date(2026, 2, 3): Decimal(5), date(2026, 3, 31): Decimal(7)}
    >>> [(p.days, p.sales) for p in periods_before(date(2026, 3, 10), sales, months=12)]
    [(10, Decimal('0')), (28, Decimal('5'))]

    :param day: the measuring day; later sales are not looked at.
    :param sales_by_day: net credit sales per day.
    :param months: how many months to look back, the running one included.
    """
    totals = _sum_by_month((d, s) for d, s in sales_by_day.items() if d <= day)
    periods, last = [], day
    first_month = min(totals, default=date.max)
    for _n in range(months):
        first = last.replace(day=1)
        if first < first_month:
            break
        periods.append(SalesPeriod(last.day, totals.get(first, Decimal(0))))
        last = first - timedelta(days=1)
    return periods


def _sum_by_month(sales: Iterable[tuple[date, Decimal]]) -> dict[date, Decimal]:
    totals: dict[date, Decimal] = {}
    for day, amount in sales:
        month = day.replace(day=1)
        totals[month] = totals.get(month, Decimal(0)) + amount
    return totals
