"""The dates of collective invoices: every week, twice a month, or once a month.

An order belongs to the first date whose cut-off has not passed when it gets ready. The date may
be moved off weekends and public holidays; its cut-off moves back with it, never ahead::

    >>> month_end = InvoiceCalendar(days=(31,), convention="preceding")
    >>> found = find_date(month_end, ready=date(2026, 5, 12))
    >>> found.nominal.isoformat(), found.day.isoformat()
    ('2026-05-31', '2026-05-29')
    >>> find_date(month_end, ready=date(2026, 5, 30)).day.isoformat()
    '2026-06-30'
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from dateutil.relativedelta import relativedelta

from .invoice_day import Convention, business_day

# Longer than any distance between two dates, so that looking back so far finds the last one.
LOOK_BACK = timedelta(days=70)


@dataclass(frozen=True, slots=True)
class InvoiceCalendar:
    """When collective invoices are made.

    :ivar weekday: 0 for Mondays; None for days of the month.
    :ivar days: days of the month; 31 is the last day of every month.
    :ivar cut_off_days: so many days before a date what gets ready belongs to the next one.
    :ivar convention: where to move a date that is no day of business.
    :ivar country: ISO code whose public holidays count, empty for weekends only.
    """

    weekday: int | None = None
    days: tuple[int, ...] = (31,)
    cut_off_days: int = 0
    convention: Convention = "none"
    country: str = ""


@dataclass(frozen=True, slots=True)
class InvoicingDate:
    """One date: as the calendar says, the day on which it is invoiced, and its cut-off."""

    nominal: date
    day: date
    cut_off: date


def iter_dates(calendar: InvoiceCalendar, since: date) -> Iterator[InvoicingDate]:
    """Yield the dates from ``since`` on, without end."""
    for nominal in _iter_nominal(calendar, since):
        day = business_day(nominal, calendar.convention, calendar.country)
        cut_off = min(nominal, day) - timedelta(days=calendar.cut_off_days)
        yield InvoicingDate(nominal, day, cut_off)


def find_date(
    calendar: InvoiceCalendar, ready: date, made: Set[date] = frozenset()
) -> InvoicingDate:
    """Return the date to which an order belongs.

    :param made: nominal dates whose invoices were made. What got ready on such a day came after
        them, and belongs to the next date.
    """
    return next(
        found
        for found in iter_dates(calendar, ready)
        if found.cut_off >= ready and not (found.day == ready and found.nominal in made)
    )


def last_date(calendar: InvoiceCalendar, today: date) -> InvoicingDate:
    """Return the latest date that has come."""
    dates = iter_dates(calendar, today - LOOK_BACK)
    return list(takewhile(lambda found: found.day <= today, dates))[-1]


def _iter_nominal(calendar: InvoiceCalendar, since: date) -> Iterator[date]:
    if calendar.weekday is not None:
        day = since + timedelta(days=(calendar.weekday - since.weekday()) % 7)
        while True:
            yield day
            day += timedelta(days=7)
    month = since.replace(day=1)
    while True:
        last = month + relativedelta(day=31)
        for number in sorted({min(number, last.day) for number in calendar.days}):
            if month.replace(day=number) >= since:
                yield month.replace(day=number)
        month += relativedelta(months=1)
