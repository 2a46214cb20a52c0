"""What a dunning decision is made from, and what it comes to.

An *open item* is one due amount of an invoice (an instalment counts on its own). A
*level* is a step of the policy: so many days past due, this text. Facts are a snapshot:
nothing here looks anything up::

    >>> item = OpenItem(7, "INV/7", date(2026, 5, 1), "EUR", Decimal("50"), Decimal("50"))
    >>> item.days_overdue(date(2026, 5, 4))
    3
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Exclusion = Literal["", "no_followup", "blocked", "disputed"]
Basis = Literal["item", "customer"]
Reason = Literal[
    "on_hold",
    "bank_data_stale",
    "receipt_waiting",
    "nothing_due",
    "excluded",
    "paused",
    "covered_by_credit",
    "below_minimum",
    "too_soon",
    "too_many",
    "not_workday",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a policy.

    :ivar days: past due, on which it is reached; negative before the due date.
    :ivar in_workdays: the days are days of business.
    :ivar weekday: it is reached on this weekday only, Monday being 0; None for any.
    """

    id: int
    days: int
    in_workdays: bool = False
    weekday: int | None = None

    @property
    def is_before_due(self) -> bool:
        """Whether it announces what is coming due instead of asking for what is late."""
        return self.days <= 0


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one company for its customers.

    :ivar levels: from the mildest to the strictest.
    :ivar minimum_amount: in company currency; a customer who owes less is left in peace.
    :ivar days_between: at least so many days lie between two reminders to one customer.
    :ivar max_bank_data_age: bank data older than so many days stops all reminders.
    :ivar grace_days: added to every level after the due date.
    :ivar basis: ``item``: each item climbs on its own; ``customer``: the customer's worst
        item takes all that is overdue with it.
    :ivar country: ISO code whose public holidays are no days of business.
    :ivar workdays_only: nothing is sent on weekends and public holidays.
    :ivar max_contacts: at most so many reminders within ``contact_days``; 0 for no limit.
    """

    levels: tuple[Level, ...]
    minimum_amount: Decimal = Decimal(0)
    days_between: int = 0
    max_bank_data_age: int = 4
    grace_days: int = 0
    basis: Basis = "item"
    country: str = ""
    workdays_only: bool = False
    max_contacts: int = 0
    contact_days: int = 30


@dataclass(frozen=True, slots=True)
class Pause:
    """Why an item is left in peace for now: a promise, a plan, a hold.

    :ivar until: last day of it; None until it is lifted.
    :ivar sentence: the reason as people read it, already translated.
    """

    until: date | None
    sentence: str

    def covers(self, today: date) -> bool:
        """Whether it still stands on that day."""
        return self.until is None or today <= self.until


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One due amount that a customer still owes.

    :ivar residual: what is asked for, in the item's own currency: the open amount without
        the part that the customer contests.
    :ivar residual_company: the same in company currency.
    :ivar reached: how many levels of the policy it went through already; 0 for none.
    :ivar excluded: why it is left out of dunning; empty when it is not.
    :ivar pause: why it is left in peace for now; None when it is not.
    :ivar is_hastened: a promise for it was broken, so the next level does not wait for its day.
    """

    id: int
    name: str
    due_date: date
    currency: str
    residual: Decimal
    residual_company: Decimal
    reached: int = 0
    excluded: Exclusion = ""
    pause: Pause | None = None
    is_hastened: bool = False

    def is_left_out(self, today: date) -> bool:
        """Whether no reminder of that day may name it."""
        return bool(self.excluded) or (self.pause is not None and self.pause.covers(today))

    def days_overdue(self, today: date) -> int:
        """Days past the due date; zero or negative while it is not late."""
        return (today - self.due_date).days


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer's situation.

    :ivar credit: unapplied payments and credit notes in company currency, positive.
    :ivar receipts: payments of the customer that arrived and are not matched yet, in
        company currency, positive.
    :ivar last_reminded: day of the last reminder that was not taken back.
    :ivar recent: days of the reminders lately sent, for the limit of contacts.
    :ivar has_waiting: a reminder waits for a supervisor's approval.
    :ivar on_hold: put on hold from dunning by a person.
    :ivar hold_until: the hold ends after this day; None for no end.
    """

    items: tuple[OpenItem, ...]
    credit: Decimal = Decimal(0)
    receipts: Decimal = Decimal(0)
    last_reminded: date | None = None
    recent: tuple[date, ...] = ()
    has_waiting: bool = False
    on_hold: bool = False
    hold_until: date | None = None

    def is_on_hold(self, today: date) -> bool:
        """Whether the hold still stands on that day."""
        return self.on_hold and (self.hold_until is None or today <= self.hold_until)


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An overdue item as it stands in the reminder.

    :ivar number: level it stands on after this reminder, counted from 1; 0 for none.
    :ivar is_raised: whether this reminder brings it onto that level.
    """

    item: OpenItem
    number: int
    is_raised: bool
    days_overdue: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """Send one reminder: the whole overdue list, in the words of its worst level.

    :ivar number: the worst level among the listed items, counted from 1.
    :ivar total: overdue amount in company currency, before credit.
    :ivar left_out: overdue items that are not asked for; each says why.
    """

    number: int
    items: tuple[ListedItem, ...]
    total: Decimal
    credit: Decimal
    left_out: tuple[OpenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class NoReminder:
    """Send nothing now, with the figures behind the reason.

    :ivar amount: overdue or covering amount where the reason is about money.
    :ivar day: day from which, or since which, the reason holds, where it is about time.
    :ivar sentence: the reason in words where somebody gave it in words.
    """

    reason: Reason
    amount: Decimal = Decimal(0)
    day: date | None = None
    sentence: str = ""


def ask_undisputed(
    residual: Decimal, residual_company: Decimal, disputed: Decimal, digits: int
) -> tuple[Decimal, Decimal]:
    """What may be asked for of an item of which a part is contested.

    :param disputed: contested part in company currency.
    :param digits: decimal places of the item's own currency.
    :return: the amount in the item's own currency, and in company currency.

    >>> ask_undisputed(Decimal("200.00"), Decimal("100.00"), Decimal("33.33"), 2)
    (Decimal('133.34'), Decimal('66.67'))
    >>> ask_undisputed(Decimal("200.00"), Decimal("100.00"), Decimal("120"), 2)
    (Decimal('0'), Decimal('0'))
    """
    if disputed <= 0:
        return residual, residual_company
    if disputed >= residual_company:
        return Decimal(0), Decimal(0)
    company = residual_company - disputed
    own = (residual * company / residual_company).quantize(Decimal(1).scaleb(-digits))
    return own, company
