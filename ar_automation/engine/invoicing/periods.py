"""Periods of a recurring plan: consecutive spans of days, none missing, none twice.

A schedule says how long a period is and on which days periods begin. Days of the month that
a month lacks become its last day, without drifting::

    >>> schedule = Schedule(start=date(2026, 1, 31), unit="month")
    >>> [str(period.span.start) for period in islice(iter_periods(schedule), 4)]
    ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']

Where periods begin on days of the calendar, the first may be a part of a whole one, as may the
last where the plan ends::

    >>> schedule = Schedule(date(2026, 3, 17), "month", alignment="calendar", end=date(2026, 5, 1))
    >>> [(p.span.days, p.whole.days) for p in iter_periods(schedule)]
    [(15, 31), (30, 30)]

Dates have no hours, so no change of the clock moves a boundary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any, Literal

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, rrulestr

from .spans import Span

Unit = Literal["day", "week", "month", "quarter", "year"]
Alignment = Literal["start", "calendar", "day", "rule"]

# unit -> (frequency of dateutil, how many of it make one unit)
FREQUENCIES = {
    "day": (DAILY, 1),
    "week": (WEEKLY, 1),
    "month": (MONTHLY, 1),
    "quarter": (MONTHLY, 3),
    "year": (YEARLY, 1),
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
SHORTEST_MONTH = 28
# A rule that does not come again for so long will not come again.
LONGEST_GAP = relativedelta(years=12)
ALLOWED_PARTS = re.compile(
    r"(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=[1-9]\d{0,2}|WKST=\w{2}"
    r"|BY(DAY|MONTHDAY|YEARDAY|MONTH|WEEKNO|SETPOS)=[\w,+-]{1,100})"
)


class ScheduleError(ValueError):
    """A schedule that makes no periods; the text says why."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a plan is divided into periods.

    :ivar start: first day that is billed.
    :ivar unit: what a period is counted in; not used with a rule.
    :ivar count: how many units make a period.
    :ivar alignment: periods begin on the day of ``start``; on the ``calendar``'s own (Monday,
        the first of a month, quarter or year); on a ``day`` of the month; or by a ``rule``.
    :ivar day: day of the month, 31 for the last one; used with ``day``.
    :ivar rule: RFC 5545 recurrence rule without an end, such as ``FREQ=MONTHLY;BYDAY=1MO``.
    :ivar end: day after the last that is billed; None if not known.
    """

    start: date
    unit: Unit = "month"
    count: int = 1
    alignment: Alignment = "start"
    day: int = 1
    rule: str = ""
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One period, and the whole one of which it may be a part.

    :ivar span: days that the period has.
    :ivar whole: days that it would have if the plan did not begin or end within.
    """

    span: Span
    whole: Span


def iter_periods(schedule: Schedule, since: date | None = None) -> Iterator[Period]:
    """Yield the periods that begin on or after ``since``, endlessly if the plan has no end.

    :raises ScheduleError: when the schedule makes no periods.
    """
    for start, end in pairwise(_boundaries(schedule)):
        whole = Span(start, end)
        span = whole & Span(schedule.start, schedule.end or end)
        if schedule.end and start >= schedule.end:
            return
        if span.days and (since is None or span.start >= since):
            yield Period(span, whole)


def check_rule(rule: str) -> None:
    """Check a recurrence rule that a user wrote.

    :raises ScheduleError: with the reason in words.
    """
    parts = rule.upper().split(";")
    if len(rule) > 300 or not all(ALLOWED_PARTS.fullmatch(part) for part in parts):
        raise ScheduleError(
            "A rule consists of FREQ (DAILY to YEARLY), INTERVAL and BY… parts; "
            "state its end on the plan."
        )
    probe = Schedule(date(2024, 1, 1), alignment="rule", rule=rule)
    if len(list(islice(_boundaries(probe), 3))) < 3:
        raise ScheduleError("The rule never comes again.")


def _boundaries(schedule: Schedule) -> Iterator[date]:
    """Yield the first days of periods, beginning with the one that covers the start."""
    if schedule.alignment == "rule":
        return _rule_boundaries(schedule)
    if schedule.count < 1:
        raise ScheduleError("A period lasts at least one unit.")
    return _regular_boundaries(schedule, _anchor(schedule))


def _regular_boundaries(schedule: Schedule, anchor: date) -> Iterator[date]:
    frequency, factor = FREQUENCIES[schedule.unit]
    options: dict[str, Any] = {"interval": schedule.count * factor}
    wanted = schedule.day if schedule.alignment == "day" else anchor.day
    if schedule.unit in MONTHS and wanted > SHORTEST_MONTH:
        options |= {"bymonthday": range(SHORTEST_MONTH, wanted + 1), "bysetpos": -1}
        if schedule.unit == "year":
            options["bymonth"] = anchor.month
    for moment in rrule(frequency, dtstart=_moment(anchor), **options):
        yield moment.date()


def _anchor(schedule: Schedule) -> date:
    """Return the boundary on or before the start from which all others are counted."""
    start = schedule.start
    if schedule.alignment == "calendar":
        if schedule.unit == "week":
            return start - timedelta(days=start.weekday())
        if schedule.unit in MONTHS:
            months = MONTHS[schedule.unit]
            return date(start.year, (start.month - 1) // months * months + 1, 1)
    if schedule.alignment == "day" and schedule.unit in MONTHS:
        # relativedelta takes the last day where the month has no such day
        this_month: date = start + relativedelta(day=schedule.day)
        last_month: date = start + relativedelta(months=-1, day=schedule.day)
        return this_month if this_month <= start else last_month
    return start


def _rule_boundaries(schedule: Schedule) -> Iterator[date]:
    moments = _occurrences(schedule)
    first, second = next(moments, None), next(moments, None)
    if first is None or second is None:
        raise ScheduleError("The rule never comes again.")
    if first > schedule.start:
        # a part of a period as long as the first whole one
        yield min(schedule.start, first - (second - first))
    yield from (first, second)
    yield from moments


def _occurrences(schedule: Schedule) -> Iterator[date]:
    """Yield the days of the rule, stopping when it does not come for :data:`LONGEST_GAP`.

    dateutil looks for an occurrence until the year 9999, so it is given no more than the gap
    at a time.
    """
    try:
        rule = rrulestr(schedule.rule, dtstart=_moment(schedule.start))
        since = schedule.start - timedelta(days=1)
        while True:
            until = since + LONGEST_GAP
            last = since
            for moment in rule.replace(until=_moment(until)):
                if moment.date() > since:
                    last = moment.date()
                    yield last
            if last == since:
                return
            since = last
    except (ValueError, TypeError, AttributeError) as error:
        raise ScheduleError(f"The rule {schedule.rule!r} cannot be read: {error}") from error


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())
