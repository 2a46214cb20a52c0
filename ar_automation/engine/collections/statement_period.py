"""When a customer gets a statement of account, and for which days.

A statement covers whole months or quarters that are over, and is written some days later, when
the bank's last lines are in. What is due stays due until the period is followed by the next one:
a night without the job is made up. What was missed for longer is not sent piece by piece; the
next statement begins where the last one ended, so that its balances join.

>>> due_period("monthly", date(2026, 3, 4))
Period(first=datetime.date(2026, 2, 1), last=datetime.date(2026, 2, 28))
>>> due_period("quarterly", date(2026, 3, 4))
Period(first=datetime.date(2025, 10, 1), last=datetime.date(2025, 12, 31))
>>> due_period("quarterly", date(2026, 3, 4)).age(date(2026, 1, 3))
3
>>> due_period("monthly", date(2026, 3, 4)).joined_to(date(2025, 12, 31)).first
datetime.date(2026, 1, 1)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

FREQUENCY_MONTHS = {"monthly": 1, "quarterly": 3}
# Later days do not exist in every month.
LAST_DAY = 28
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a statement covers, both included."""

    first: date
    last: date

    def age(self, today: date) -> int:
        """Return which day after the end of the period it is; the first one is 1."""
        return (today - self.last).days

    def joined_to(self, told_until: date | None) -> Period:
        """Return the period with the days that no statement has told yet.

        :param told_until: last day of the customer's last statement; None if there was none
        """
        if told_until is None or told_until >= self.first:
            return self
        return replace(self, first=told_until + _DAY)


def due_period(frequency: str, today: date) -> Period:
    """Return the last period that is over.

    :param frequency: ``monthly`` or ``quarterly``
    :raises KeyError: for any other frequency
    """
    months = FREQUENCY_MONTHS[frequency]
    running = today.replace(day=1, month=today.month - (today.month - 1) % months)
    last = running - _DAY
    return Period(last.replace(day=1, month=last.month - months + 1), last)
