"""Hours in which a customer is left in peace, by the customer's own clock.

Quiet hours are given as hours of the day (20.5 is half past eight in the evening) and may run
over midnight. The clock is the one that hangs on the customer's wall: when it is put forward
or back, the quiet hours move with it::

    >>> evening = datetime(2026, 6, 30, 19, 0, tzinfo=timezone.utc)
    >>> is_quiet(evening, "Europe/Berlin", 20, 8), is_quiet(evening, "America/New_York", 20, 8)
    (True, False)
    >>> is_quiet(evening, "Europe/Berlin", 0, 0)
    False
"""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTES = 60


def is_quiet(now: datetime, zone: str, begins: float, ends: float) -> bool:
    """Whether nothing is sent now.

    :param now: with a time zone.
    :param zone: name of the customer's zone; an unknown one counts as UTC.
    :param begins: hour of the day; the same as ``ends`` for no quiet hours.
    """
    local = now.astimezone(_find_zone(zone))
    minute = local.hour * MINUTES + local.minute
    first, last = round(begins * MINUTES), round(ends * MINUTES)
    if first <= last:
        return first <= minute < last
    return minute >= first or minute < last


def _find_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.utc
