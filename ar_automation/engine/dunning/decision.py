"""Decide what one customer is reminded of today.

An item climbs the policy's levels one at a time, whatever its age, and each level at
most once: a server that was off for ten days sends one reminder, not several, and nobody
gets a final notice before the first reminder. A reminder carries every overdue item of
the customer, and speaks in the words of the worst level among them::

    >>> levels = (Level(1, 3), Level(2, 15), Level(3, 30))
    >>> item = OpenItem(7, "INV/7", date(2026, 5, 1), "EUR", Decimal("50"), Decimal("50"))
    >>> decision = decide(Customer((item,)), Policy(levels), date(2026, 6, 20))
    >>> decision.number, decision.items[0].days_overdue
    (1, 50)
    >>> decide(Customer((item,)), Policy(levels), date(2026, 5, 3)).reason
    'nothing_due'
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .facts import Customer, Level, ListedItem, NoReminder, OpenItem, Policy, Reminder


def decide(
    customer: Customer, policy: Policy, today: date, *, bank_data_date: date | None = None
) -> Reminder | NoReminder:
    """Remind the customer, or say why not.

    :param bank_data_date: day of the newest bank line of the company; None when it never
        had one, in which case there is nothing that could be stale.
    """
    stopped = find_stop(customer, policy, today, bank_data_date=bank_data_date)
    if stopped:
        return stopped
    overdue = [item for item in customer.items if item.days_overdue(today) > 0]
    listed = tuple(
        _list_item(item, policy, today) for item in overdue if not item.is_left_out(today)
    )
    if not any(entry.is_raised for entry in listed):
        return _explain_nothing_due(overdue, policy, today)
    total = sum((entry.item.residual_company for entry in listed), Decimal(0))
    return (
        _check_amounts(customer, policy, total)
        or _check_contact_cap(customer, policy, today)
        or Reminder(
            number=max(entry.number for entry in listed),
            items=listed,
            total=total,
            credit=customer.credit,
        )
    )


def find_stop(
    customer: Customer, policy: Policy, today: date, *, bank_data_date: date | None
) -> NoReminder | None:
    """Whether anything stops every reminder to the customer, whatever is owed."""
    if is_bank_data_stale(bank_data_date, policy.max_bank_data_age, today):
        return NoReminder("bank_data_stale", day=bank_data_date)
    if customer.is_on_hold(today):
        return NoReminder("on_hold", day=customer.hold_until)
    if customer.receipts > 0:
        return NoReminder("receipt_waiting", amount=customer.receipts)
    return None


def is_bank_data_stale(newest: date | None, max_age: int, today: date) -> bool:
    """Whether payments may have arrived that nobody has booked yet.

    >>> is_bank_data_stale(date(2026, 5, 1), 4, date(2026, 5, 5))
    False
    >>> is_bank_data_stale(date(2026, 5, 1), 4, date(2026, 5, 6))
    True
    >>> is_bank_data_stale(None, 4, date(2026, 5, 6))
    False
    """
    return newest is not None and (today - newest).days > max_age


def next_level(item: OpenItem, levels: tuple[Level, ...], today: date) -> int:
    """The level that the item reaches now, counted from 1; 0 when it reaches none.

    It is the one after the last that was sent, as soon as the item is old enough for it, or
    at once when a promise for it was broken.

    >>> levels = (Level(1, 3), Level(2, 15))
    >>> item = OpenItem(7, "", date(2026, 5, 1), "EUR", Decimal(1), Decimal(1), reached=1)
    >>> next_level(item, levels, date(2026, 5, 15)), next_level(item, levels, date(2026, 5, 16))
    (0, 2)
    """
    number = item.reached + 1
    if number > len(levels):
        return 0
    is_old_enough = item.days_overdue(today) >= levels[number - 1].days
    return number if is_old_enough or item.is_hastened else 0


def _list_item(item: OpenItem, policy: Policy, today: date) -> ListedItem:
    raised = next_level(item, policy.levels, today)
    return ListedItem(item, raised or item.reached, bool(raised), item.days_overdue(today))


def _explain_nothing_due(overdue: list[OpenItem], policy: Policy, today: date) -> NoReminder:
    """Nothing is raised: because of a pause, an exclusion, or because it is too early?"""
    left_out = [
        item
        for item in overdue
        if item.is_left_out(today) and next_level(item, policy.levels, today)
    ]
    for item in left_out:
        if item.pause is not None and not item.excluded:
            return NoReminder("paused", day=item.pause.until, sentence=item.pause.sentence)
    return NoReminder("excluded" if left_out else "nothing_due")


def _check_amounts(customer: Customer, policy: Policy, total: Decimal) -> NoReminder | None:
    if customer.credit >= total:
        return NoReminder("covered_by_credit", amount=customer.credit)
    if total - customer.credit < policy.minimum_amount:
        return NoReminder("below_minimum", amount=total - customer.credit)
    return None


def _check_contact_cap(customer: Customer, policy: Policy, today: date) -> NoReminder | None:
    if customer.last_reminded is None:
        return None
    earliest = customer.last_reminded + timedelta(days=policy.days_between)
    return NoReminder("too_soon", day=earliest) if today < earliest else None
