"""The day on which a period is invoiced: before it or after it, on a day of business.

A plan that is paid in advance is invoiced on the first day of a period, one that is paid in
arrears on the day after the last; both may be moved by some days, and off weekends and public
holidays::

    >>> labour_day = Span(date(2026, 5, 1), date(2026, 6, 1))
    >>> str(invoice_day(labour_day, InvoiceDayRule(convention="following", country="DE")))
    '2026-05-04'
    >>> str(invoice_day(labour_day, InvoiceDayRule(in_arrears=True)))
    '2026-06-01'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays

from .spans import Span

Convention = Literal["none", "following", "preceding", "modified"]
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class InvoiceDayRule:
    """When a period is invoiced.

    :ivar in_arrears: after the period instead of before it.
    :ivar offset: days later, or earlier if negative.
    :ivar convention: where to move a day that is no day of business; ``modified`` is the
        following one unless that is in the next month, as banks have it.
    :ivar country: ISO code whose public holidays count, empty for weekends only.
    """

    in_arrears: bool = False
    offset: int = 0
    convention: Convention = "none"
    country: str = ""


def invoice_day(span: Span, rule: InvoiceDayRule) -> date:
    """Return the day on which the period with these days is invoiced."""
    day = (span.end if rule.in_arrears else span.start) + timedelta(days=rule.offset)
    return business_day(day, rule.convention, rule.country)


def business_day(day: date, convention: Convention, country: str) -> date:
    """Return ``day``, moved by the convention if it is a weekend or a public holiday."""
    if convention == "none":
        return day
    moved = _move(day, -1 if convention == "preceding" else 1, country)
    if convention == "modified" and moved.month != day.month:
        return _move(day, -1, country)
    return moved


def _move(day: date, step: int, country: str) -> date:
    while day.weekday() >= SATURDAY or day in _holidays(country, day.year):
        day += timedelta(days=step)
    return day


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()  # weekends are known everywhere
    return frozenset(holidays.country_holidays(country, years=year))
