"""Judge a promise to pay: kept, partly kept, broken, or too early to say.

A promise names an amount and a day. What arrived since it was given, on the invoices it was
given for, is compared with the amount; what was credited meanwhile need not be paid any more.
Some *days of grace* lie between the promised day and the verdict, because a transfer of that
day arrives later::

    >>> promise = Promise(Decimal("500"), date(2026, 7, 10), grace_days=3)
    >>> judge_promise(promise, Received(Decimal("500")), date(2026, 7, 8)).state
    'kept'
    >>> judge_promise(promise, Received(Decimal("200")), date(2026, 7, 13)).state
    'open'
    >>> judge_promise(promise, Received(Decimal("200")), date(2026, 7, 14)).state
    'partly'
    >>> judge_promise(promise, Received(Decimal("0")), date(2026, 7, 14)).state
    'broken'

Nobody breaks a promise as long as a payment may lie unseen: with bank data that ends before
the days of grace do, or with a payment of the customer still to be matched, it stays open::

    >>> unseen = Received(Decimal("0"), bank_data_date=date(2026, 7, 12))
    >>> judge_promise(promise, unseen, date(2026, 7, 14))
    Verdict(state='open', reason='bank_data_stale', missing=Decimal('500'))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

State = Literal["open", "kept", "partly", "broken", "lifted"]
Reason = Literal["", "not_due", "bank_data_stale", "receipt_waiting"]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised.

    :ivar amount: in the promise's currency, positive.
    :ivar day: day by which it is to be paid.
    :ivar grace_days: days after that day on which a payment still keeps the promise.
    """

    amount: Decimal
    day: date
    grace_days: int = 0

    @property
    def last_day(self) -> date:
        """Last day on which a payment keeps the promise."""
        return self.day + timedelta(days=self.grace_days)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of the promised items since the promise was given.

    :ivar paid: settled by money until the last day of grace, in the promise's currency.
    :ivar credited: settled by credit notes.
    :ivar bank_data_date: day of the newest bank line; None when there never was one.
    :ivar has_waiting_receipt: a payment of the customer arrived and is not matched yet.
    """

    paid: Decimal
    credited: Decimal = Decimal(0)
    bank_data_date: date | None = None
    has_waiting_receipt: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a promise stands.

    :ivar reason: why it is still open; empty when it is not.
    :ivar missing: what was promised and is neither paid nor credited.
    """

    state: State
    reason: Reason = ""
    missing: Decimal = Decimal(0)


def judge_promise(promise: Promise, received: Received, today: date) -> Verdict:
    """How the promise stands at the beginning of a day.

    A promise is *lifted* when credit notes alone left nothing of it to pay.

    >>> promise = Promise(Decimal("50"), date(2026, 7, 10))
    >>> judge_promise(promise, Received(Decimal(0), Decimal(50)), date(2026, 7, 1)).state
    'lifted'
    """
    owed = max(promise.amount - received.credited, Decimal(0))
    missing = max(owed - received.paid, Decimal(0))
    if not missing:
        return Verdict("kept" if received.paid > 0 else "lifted")
    waiting = _find_reason_to_wait(promise, received, today)
    if waiting:
        return Verdict("open", waiting, missing)
    return Verdict("partly" if received.paid > 0 else "broken", "", missing)


def share_out(amount: Decimal, items: tuple[tuple[int, Decimal], ...]) -> dict[int, Decimal]:
    """Which items an amount is for when nobody said so: the first ones in order, as far as it
    goes; the last of them perhaps in part.

    :param items: ``(id, open amount)``, oldest first.
    :return: ``{id: part of the amount}``; its sum is the smaller of the amount and all items.

    >>> share_out(Decimal("120"), ((1, Decimal("100")), (2, Decimal("50")), (3, Decimal("9"))))
    {1: Decimal('100'), 2: Decimal('20')}
    """
    shares: dict[int, Decimal] = {}
    for item_id, open_amount in items:
        part = min(open_amount, amount)
        if part <= 0:
            continue
        shares[item_id] = part
        amount -= part
    return shares


def _find_reason_to_wait(promise: Promise, received: Received, today: date) -> Reason:
    if today <= promise.last_day:
        return "not_due"
    if received.has_waiting_receipt:
        return "receipt_waiting"
    newest = received.bank_data_date
    if newest is not None and newest < promise.last_day:
        return "bank_data_stale"
    return ""
