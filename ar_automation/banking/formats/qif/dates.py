"""In which order the dates of a file give day, month and year.

One date may be ambiguous; all dates of a file together mostly are not:

>>> order_of(["03/02/2026", "13/02/2026"])
'DMY'
>>> read_day("3/ 2'26", "MDY")
datetime.date(2026, 3, 2)
>>> try:
...     order_of(["03/02/2026", "05/02/2026"])
... except StatementFileError as error:
...     print(error)
the dates may be read as month/day or as day/month: '03/02/2026' and all others allow both
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ....exceptions import StatementFileError

_DATE = re.compile(r"(\d{1,4})\s*([/.\-'])\s*(\d{1,2})\s*([/.\-'])\s*(\d{2,4})", re.ASCII)


def order_of(texts: Iterable[str]) -> str:
    """Return ``YMD``, ``DMY`` or ``MDY``: the one order in which all dates are days.

    :raises StatementFileError: ``statement.date`` if there is none, or if two orders give
        different days
    """
    texts = list(dict.fromkeys(texts))
    readings = {order: _all_days(texts, order) for order in ("YMD", "DMY", "MDY")}
    possible = {order: days for order, days in readings.items() if days is not None}
    if not possible:
        raise _no_order(texts)
    order, days = next(iter(possible.items()))
    for other in possible.values():
        for text, one, two in zip(texts, days, other, strict=True):
            if one != two:
                raise _refused(
                    "the dates may be read as month/day or as day/month: "
                    f"'{text}' and all others allow both",
                    hint="Export a longer period, or another format such as OFX or CAMT.",
                )
    return order


def read_day(text: str, order: str) -> date | None:
    """Return the day that a date means in an order; None if it means none.

    A year of two digits is one of 1970 to 2069, or behind ``'`` of this century.
    """
    found = _DATE.fullmatch(text)
    if not found or (order == "YMD") != (len(found[1]) == 4):
        return None
    parts = dict(zip(order, (found[1], found[3], found[5]), strict=True))
    if len(parts["Y"]) == 3 or len(parts["M"]) > 2 or len(parts["D"]) > 2:
        return None
    year = int(parts["Y"])
    if len(parts["Y"]) == 2:
        year += 1900 if year >= 70 and found[4] != "'" else 2000
    try:
        return date(year, int(parts["M"]), int(parts["D"]))
    except ValueError:
        return None


def _all_days(texts: list[str], order: str) -> list[date] | None:
    days = []
    for text in texts:
        day = read_day(text, order)
        if day is None:
            return None
        days.append(day)
    return days


def _no_order(texts: list[str]) -> StatementFileError:
    for text in texts:
        if all(read_day(text, order) is None for order in ("YMD", "DMY", "MDY")):
            return _refused(f"'{text[:40]}' is no date")
    return _refused("some dates can only be month/day and others only day/month")


def _refused(reason: str, hint: str = "") -> StatementFileError:
    return StatementFileError("statement.date", "", "", reason, hint=hint)
