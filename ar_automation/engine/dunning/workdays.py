"""Days of business: weekends and public holidays do not count.

Public holidays are those of a country, as the library ``holidays`` knows them; a country
that it does not know, or none, has weekends only::

    >>> next_workday(date(2026, 5, 1), "DE")  # Labour Day, a Friday
    datetime.date(2026, 5, 4)
    >>> add_workdays(date(2026, 4, 30), 1, "DE"), add_workdays(date(2026, 5, 4), -1, "DE")
    (datetime.date(2026, 5, 4), datetime.date(2026, 4, 30))
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5
ONE_DAY = timedelta(days=1)


def is_workday(day: date, country: str) -> bool:
    """Whether business is done on that day.

    :param country: ISO code whose public holidays count, empty for weekends only.
    """
    return day.weekday() < SATURDAY and day not in _find_holidays(country, day.year)


def next_workday(day: date, country: str) -> date:
    """The day itself, or the first day of business after it."""
    while not is_workday(day, country):
        day += ONE_DAY
    return day


def add_workdays(day: date, count: int, country: str) -> date:
    """The day so many days of business later, or earlier if negative; zero is the day itself."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _number in range(abs(count)):
        day += step
        while not is_workday(day, country):
            day += step
    return day


@lru_cache(maxsize=512)
def _find_holidays(country: str, year: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()  # weekends are known everywhere
    return frozenset(holidays.country_holidays(country, years=year))
