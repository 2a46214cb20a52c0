"""Which yearly rate late interest runs at, by law, on a day.

A law names a *reference rate* (the European Central Bank's, the Bank of England's) and
points on top of it. The reference is fixed for half a year at a time, so a debt that is late
across a half-year's end has two rates. Which one counts differs:

* ``period``: each day has the rate of its own half-year (Directive 2011/7/EU, art. 2 (7));
* ``start``: the rate of the day on which interest began to run holds to the end (United
  Kingdom, S.I. 2002/1675, art. 4; Ireland);
* ``settlement``: the rate of the last day holds for all of them (some contracts).

>>> ecb = (Rate(date(2025, 1, 1), Decimal("3.15")), Rate(date(2025, 7, 1), Decimal("2.15")))
>>> find_rate(ecb, date(2025, 6, 30)).percent
Decimal('3.15')
>>> find_rate(ecb, date(2026, 1, 1)).valid_from
datetime.date(2025, 7, 1)
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter


class MissingRateError(LookupError):
    """No rate is known that early.

    :ivar day: the day without a rate.
    """

    def __init__(self, day: date) -> None:
        super().__init__(f"no rate is known on {day}")
        self.day = day


@dataclass(frozen=True, slots=True)
class Rate:
    """A reference rate in percent a year, from its first day until the next one's."""

    valid_from: date
    percent: Decimal


def find_rate(rates: tuple[Rate, ...], day: date) -> Rate:
    """The rate in force on a day: the newest that began by then.

    :param rates: from the earliest to the latest.
    :raises MissingRateError: before the first of them.
    """
    position = bisect_right(rates, day, key=attrgetter("valid_from"))
    if not position:
        raise MissingRateError(day)
    return rates[position - 1]


def is_half_year_missing(rates: tuple[Rate, ...], today: date) -> bool:
    """Whether the rate of the current half-year was not entered yet.

    Until it is, the one before is carried on; who reads the figure should know.

    >>> is_half_year_missing((Rate(date(2026, 1, 1), Decimal(2)),), date(2026, 6, 30))
    False
    >>> is_half_year_missing((Rate(date(2026, 1, 1), Decimal(2)),), date(2026, 7, 1))
    True
    """
    half_year = date(today.year, 1 if today.month < 7 else 7, 1)
    return not rates or rates[-1].valid_from < half_year
