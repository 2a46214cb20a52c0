"""What a policy would have done to one customer in the past.

Every item is followed with its payments: on each day that something could change (an item
reaches a level, a limit of contacts ends) the same decision is made as on a real day, and
what it would have sent counts for the days after::

    >>> policy = Policy((Level(1, 3), Level(2, 15)), days_between=7)
    >>> paid = PastItem(7, date(2026, 1, 2), Decimal(50), ((date(2026, 1, 10), Decimal(50)),))
    >>> late = PastItem(8, date(2026, 1, 9), Decimal(80))
    >>> for sent in replay((paid, late), policy, date(2026, 1, 1), date(2026, 2, 28)):
    ...     print(sent.day, sent.number, sent.total)
    2026-01-05 1 50
    2026-01-12 1 80
    2026-01-24 2 80

Holds, disputes and credit of the past are not known any more, and left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .decision import decide
from .facts import Customer, Level, NoReminder, OpenItem, Policy, Reminder
from .schedule import find_reach_date

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PastItem:
    """One due amount of the past, in company currency.

    :ivar settled: what was paid or credited, and when.
    """

    id: int
    due_date: date
    amount: Decimal
    settled: tuple[tuple[date, Decimal], ...] = ()
    invoiced: date = date.min

    def residual(self, day: date) -> Decimal:
        """What was open at the beginning of that day."""
        return self.amount - sum((paid for when, paid in self.settled if when < day), Decimal(0))


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that would have been sent: its worst level, counted from 1, and its total."""

    day: date
    number: int
    total: Decimal


def replay(items: tuple[PastItem, ...], policy: Policy, start: date, end: date) -> Iterator[Sent]:
    """Yield what one customer would have been sent from ``start`` up to and with ``end``."""
    reached: dict[int, int] = {}
    sent: list[date] = []
    days = _find_days(items, policy, start)
    while days and (day := min(days)) <= end:
        days.discard(day)
        customer = _look_back(items, reached, sent, day)
        decision = decide(customer, policy, day)
        if isinstance(decision, Reminder):
            sent.append(day)
            reached |= {entry.item.id: entry.number for entry in decision.items if entry.is_raised}
            days.add(day + max(timedelta(days=policy.days_between), ONE_DAY))
            yield Sent(day, decision.number, decision.total)
        else:
            _come_back(decision, day, days)


def _find_days(items: tuple[PastItem, ...], policy: Policy, start: date) -> set[date]:
    """Days on which an item reaches a level; what was reached before is seen on the first."""
    levels: tuple[Level, ...] = policy.levels
    return {
        max(find_reach_date(item.due_date, level, policy), item.invoiced, start)
        for item in items
        for level in levels
    }


def _come_back(decision: NoReminder, day: date, days: set[date]) -> None:
    """Look again when the reason ends, if it says when."""
    if decision.day is not None and decision.day > day:
        days.add(decision.day)


def _look_back(
    items: tuple[PastItem, ...], reached: dict[int, int], sent: list[date], day: date
) -> Customer:
    """The customer as it stood on that day."""
    found = []
    for item in items:
        residual = item.residual(day)
        if residual > 0 and item.invoiced <= day:
            number = reached.get(item.id, 0)
            found.append(OpenItem(item.id, "", item.due_date, "", residual, residual, number))
    return Customer(tuple(found), last_reminded=sent[-1] if sent else None, recent=tuple(sent))
