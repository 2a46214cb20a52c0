"""When a bank is called again, and when the end of a consent is announced.

Banks count calls: under PSD2 an account may be read four times a day while its owner is not
there. The schedule leaves one of them to people who want to know now:

>>> scheduled_calls(4), scheduled_calls(1), scheduled_calls(0)
(3, 1, 0)
>>> pause_between_calls(4)
28800

A consent that ends in six days was announced at 14 days; now the warning of 7 days is due:

>>> from datetime import datetime
>>> warning_due(datetime(2026, 3, 8), datetime(2026, 3, 2), warned=14)
7
>>> warning_due(datetime(2026, 3, 8), datetime(2026, 3, 2), warned=7)
0
"""

from __future__ import annotations

from datetime import datetime

WARNING_DAYS = (14, 7, 2)
HOUR, DAY = 3600, 86_400


def scheduled_calls(daily_limit: int) -> int:
    """Return how many of a day's calls the schedule may use; 0 where there is no limit."""
    return max(daily_limit - 1, 1) if daily_limit else 0


def pause_between_calls(daily_limit: int) -> int:
    """Return the seconds between two scheduled calls, so that they spread over the day."""
    calls = scheduled_calls(daily_limit)
    return DAY // calls if calls else HOUR


def is_call_allowed(used: int, daily_limit: int, *, by_person: bool) -> bool:
    """Whether one more call is allowed on a day on which ``used`` calls were made."""
    if not daily_limit:
        return True
    return used < (daily_limit if by_person else scheduled_calls(daily_limit))


def retry_delay(*, retryable: bool, retry_after: float | None) -> float:
    """Return the seconds until a failed connection is tried again by itself.

    What only a person can mend is looked at once a day: it may have been mended at the bank.
    """
    if retry_after is not None:
        return min(max(retry_after, 60), DAY)
    return HOUR if retryable else DAY


def warning_due(valid_until: datetime, now: datetime, *, warned: int) -> int:
    """Return the warning (in days) that is due now, 0 if none.

    :param warned: the last warning given, in days; 0 if none was given yet.
    """
    left = (valid_until - now).total_seconds() / DAY
    due = [days for days in WARNING_DAYS if left <= days]
    nearest = min(due, default=0)
    return nearest if nearest and (not warned or nearest < warned) else 0
