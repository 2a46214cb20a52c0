"""On which day an item reaches a level of the policy.

A level counts from the due date, in calendar days or days of business; a negative number of
days is before the due date. Grace is added to every level after it. A level bound to a
weekday waits for the next one; before the due date it comes on the one before, so that it
does not come too late::

    >>> friday = date(2026, 6, 5)
    >>> find_reach_date(friday, Level(1, 3), Policy(()))
    datetime.date(2026, 6, 8)
    >>> find_reach_date(friday, Level(1, 3, in_workdays=True), Policy(()))
    datetime.date(2026, 6, 10)
    >>> find_reach_date(friday, Level(1, 3, weekday=1), Policy((), grace_days=2))
    datetime.date(2026, 6, 16)

Whether an item has reached a level today is asked for thousands of items. The later an item
is due, the later it reaches a level, so one date per level answers it for all of them::

    >>> find_cutoffs(Policy((Level(1, -5), Level(2, 3))), date(2026, 6, 10))
    (datetime.date(2026, 6, 15), datetime.date(2026, 6, 7))
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from .facts import Level, Policy
from .workdays import add_workdays

ONE_DAY = timedelta(days=1)
WEEK = 7


def find_reach_date(due_date: date, level: Level, policy: Policy) -> date:
    """The first day on which an item that is due then may go onto the level."""
    start = due_date if level.is_before_due else due_date + timedelta(days=policy.grace_days)
    if level.in_workdays:
        day = add_workdays(start, level.days, policy.country)
    else:
        day = start + timedelta(days=level.days)
    return _move_to_weekday(day, level)


@lru_cache(maxsize=4096)
def find_cutoffs(policy: Policy, today: date) -> tuple[date, ...]:
    """The latest due date, per level, of the items that have reached it today."""
    return tuple(_find_cutoff(level, policy, today) for level in policy.levels)


def _find_cutoff(level: Level, policy: Policy, today: date) -> date:
    due = today - timedelta(days=level.days)
    while find_reach_date(due, level, policy) > today:
        due -= ONE_DAY
    while find_reach_date(due + ONE_DAY, level, policy) <= today:
        due += ONE_DAY
    return due


def _move_to_weekday(day: date, level: Level) -> date:
    if level.weekday is None:
        return day
    if level.is_before_due:
        return day - timedelta(days=(day.weekday() - level.weekday) % WEEK)
    return day + timedelta(days=(level.weekday - day.weekday()) % WEEK)
