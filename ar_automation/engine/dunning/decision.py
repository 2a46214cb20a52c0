"""Decide what one customer is reminded of today.

An item climbs the policy's levels one at a time, whatever its age, and each level at
most once: a server that was off for ten days sends one reminder, not several, and nobody
gets a final notice before the first reminder. Only what announces the due date is passed
over once it is too late for it. A reminder carries every overdue item of the customer, and
speaks in the words of the worst level among them::

    >>> levels = (Level(1, 3), Level(2, 15), Level(3, 30))
    >>> item = OpenItem(7, "INV/7", date(2026, 5, 1), "EUR", Decimal("50"), Decimal("50"))
    >>> decision = decide(Customer((item,)), Policy(levels), date(2026, 6, 20))
    >>> decision.number, decision.items[0].days_overdue
    (1, 50)
    >>> decide(Customer((item,)), Policy(levels), date(2026, 5, 3)).reason
    'nothing_due'
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .facts import Customer, Level, ListedItem, NoReminder, OpenItem, Policy, Reminder
from .schedule import find_cutoffs
from .workdays import is_workday, next_workday


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
    listed = list_items(customer, policy, today)
    if not any(entry.is_raised for entry in listed):
        return _explain_nothing_due(customer, policy, today)
    if customer.has_waiting:
        return NoReminder("waiting")
    total = sum((entry.item.residual_company for entry in listed), Decimal(0))
    return (
        _check_amounts(customer, policy, total)
        or _check_day(policy, today)
        or _check_contacts(customer, policy, today)
        or Reminder(
            number=max(entry.number for entry in listed),
            items=listed,
            total=total,
            credit=customer.credit,
            left_out=tuple(
                item
                for item in customer.items
                if item.is_left_out(today) and item.days_overdue(today) > 0
            ),
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


def next_level(item: OpenItem, policy: Policy, today: date) -> int:
    """The level that the item reaches now, counted from 1; 0 when it reaches none.

    It is the one after the last that was sent, as soon as the item is old enough for it, or at
    once when a promise for it was broken; levels before the due date are passed over once it
    is too late for them.

    >>> policy = Policy((Level(1, -2), Level(2, 3), Level(3, 15)))
    >>> item = OpenItem(7, "", date(2026, 5, 1), "EUR", Decimal(1), Decimal(1))
    >>> [next_level(item, policy, date(2026, *day)) for day in ((4, 28), (4, 29), (5, 2), (5, 4))]
    [0, 1, 0, 2]
    >>> next_level(replace(item, reached=2), policy, date(2026, 5, 16))
    3
    """
    cutoffs = find_cutoffs(policy, today)
    number = item.reached + 1
    while number <= len(cutoffs) and policy.levels[number - 1].is_before_due:
        has_come_to_next = number < len(cutoffs) and item.due_date <= cutoffs[number]
        if item.due_date >= today and not has_come_to_next:
            break
        number += 1
    if number > len(cutoffs):
        return 0
    is_old_enough = item.due_date <= cutoffs[number - 1]
    return number if is_old_enough or item.is_hastened else 0


def list_items(customer: Customer, policy: Policy, today: date) -> tuple[ListedItem, ...]:
    """What a reminder would list today, and which items it would bring onto a level.

    What only announces due dates does not mention what is late: that has its own words.
    """
    asked = [item for item in customer.items if not item.is_left_out(today)]
    raised = _raise_together(asked, policy, today) if policy.basis == "customer" else {}
    if policy.basis == "item":
        raised = {item.id: next_level(item, policy, today) for item in asked}
    is_late_raised = any(
        number and not policy.levels[number - 1].is_before_due for number in raised.values()
    )
    return tuple(
        ListedItem(
            item,
            raised.get(item.id) or item.reached,
            bool(raised.get(item.id)),
            item.days_overdue(today),
        )
        for item in asked
        if raised.get(item.id) or (is_late_raised and item.days_overdue(today) > 0)
    )


def _raise_together(items: list[OpenItem], policy: Policy, today: date) -> dict[int, int]:
    """The customer's worst item takes all that is late onto its level, a broken promise too."""
    if not items:
        return {}
    worst = min(items, key=lambda item: item.due_date)
    reached = max(item.reached for item in items)
    is_hastened = any(item.is_hastened for item in items)
    number = next_level(replace(worst, reached=reached, is_hastened=is_hastened), policy, today)
    if not number:
        return {}
    level: Level = policy.levels[number - 1]
    last_due = today - timedelta(days=1)
    if level.is_before_due:
        last_due = find_cutoffs(policy, today)[number - 1]
    return {item.id: number for item in items if item.due_date <= last_due}


def _explain_nothing_due(customer: Customer, policy: Policy, today: date) -> NoReminder:
    """Nothing is raised: because of a pause, an exclusion, or because it is too early?"""
    left_out = [
        item
        for item in customer.items
        if item.is_left_out(today) and next_level(item, policy, today)
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


def _check_day(policy: Policy, today: date) -> NoReminder | None:
    if policy.workdays_only and not is_workday(today, policy.country):
        return NoReminder("not_workday", day=next_workday(today, policy.country))
    return None


def _check_contacts(customer: Customer, policy: Policy, today: date) -> NoReminder | None:
    if customer.last_reminded is not None:
        earliest = customer.last_reminded + timedelta(days=policy.days_between)
        if today < earliest:
            return NoReminder("too_soon", day=earliest)
    window = timedelta(days=policy.contact_days)
    counted = sorted(day for day in customer.recent if day > today - window)
    if policy.max_contacts and len(counted) >= policy.max_contacts:
        return NoReminder("too_many", day=counted[-policy.max_contacts] + window)
    return None
