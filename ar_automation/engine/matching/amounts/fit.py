"""How the amount paid compares with what a set of items is owed.

The comparison names the accountant's action and splits the payment over the items: credit notes
are used up, then the oldest item is settled first::

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> def item(number, owed, **facts):
    ...     return OpenItem(number, str(number), 7, Decimal(owed), "EUR", 5, **facts)
    >>> def pay(amount, **facts):
    ...     return Payment(1, Decimal(amount), "EUR", (), **facts)
    >>> judge(pay("70"), (item(1, "100"), item(2, "-30")), Policy()).action
    'full'
    >>> short = judge(pay("120"), (item(1, "100"), item(2, "50")), Policy())
    >>> short.action, short.allocation
    ('partial', ((1, Decimal('100')), (2, Decimal('20'))))
    >>> judge(pay("98", day=date(2026, 3, 1)), (item(1, "100", discount=Decimal(2),
    ...     discount_until=date(2026, 3, 5)),), Policy()).action
    'discount'
    >>> judge(pay("96"), (item(1, "100"),), Policy(charge=Decimal(15))).reason
    'charges'

What a customer keeps back every time is no surprise, as long as it is little enough::

    >>> fee = Policy(charge=Decimal(15), habits=frozenset({Decimal(4), Decimal(40)}))
    >>> [judge(pay(paid), (item(1, "100"),), fee).kind for paid in ("96", "95", "60")]
    ['habit', 'charges', 'short']

What an advice says of each item goes before the age of the items::

    >>> from ..facts import Advised
    >>> keyed = [item(1, "100", keys=(("1", ""),)), item(2, "50", keys=(("2", ""),))]
    >>> told = pay("120", advised=(Advised("1", Decimal(70)), Advised("2", Decimal(50))))
    >>> judge(told, tuple(keyed), Policy()).allocation
    ((1, Decimal('70')), (2, Decimal('50')))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ..facts import Action, Allocation, OpenItem, Payment, Policy
from ..text import normalise_key

Kind = Literal[
    "exact", "discount", "habit", "rounding", "charges", "short", "over", "currency", "mismatch"
]


@dataclass(frozen=True, slots=True)
class Fit:
    """The comparison.

    :ivar kind: how near the amounts are, the measure of how telling the amount is.
    :ivar owed: what the items are owed, in their currency.
    :ivar paid: the payment in the items' currency.
    """

    kind: Kind
    action: Action
    allocation: Allocation
    owed: Decimal
    paid: Decimal
    reason: str = ""

    @property
    def difference(self) -> Decimal:
        """What is missing; negative if too much was paid."""
        return self.owed - self.paid


def judge(payment: Payment, items: tuple[OpenItem, ...], policy: Policy) -> Fit:
    """Compare a payment with a set of items."""
    owed = sum((item.residual for item in items), Decimal(0))
    currencies = {item.currency for item in items}
    if currencies == {payment.currency}:
        told = _as_advised(payment, items)
        if told and sum(told.values()) == payment.amount != owed:
            return Fit("exact", "partial", tuple(told.items()), owed, payment.amount, "advice")
        return _judge_same_currency(payment, items, owed, policy)
    converted = dict(payment.converted)
    if len(currencies) == 1 and currencies <= converted.keys():
        return _judge_converted(items, owed, converted[min(currencies)], policy)
    return Fit("mismatch", "on_account", (), owed, payment.amount)


def discount_of(item: OpenItem, day: date | None, policy: Policy) -> Decimal:
    """Return the early-payment discount that may still be taken of an item on a day."""
    if day is None or item.discount_until is None or not item.discount:
        return Decimal(0)
    last = item.discount_until + timedelta(days=policy.discount_grace_days)
    return item.discount if day <= last else Decimal(0)


def allocate(items: tuple[OpenItem, ...], paid: Decimal) -> Allocation:
    """Split ``paid`` over the items: credit notes whole, then the oldest first."""
    left = paid - sum((item.residual for item in items if item.residual < 0), Decimal(0))
    shares = {}
    for item in sorted(items, key=_age):
        if item.residual < 0:
            shares[item.item_id] = item.residual
        elif left > 0:
            shares[item.item_id] = min(item.residual, left)
            left -= shares[item.item_id]
    return tuple((item.item_id, shares[item.item_id]) for item in items if item.item_id in shares)


def _as_advised(payment: Payment, items: tuple[OpenItem, ...]) -> dict[int, Decimal]:
    """What the payer says he pays of each item; nothing if he does not say it of all of them."""
    amounts: dict[str, Decimal] = {}
    for document in payment.advised:
        if document.amount is not None:
            key = normalise_key(document.number)
            amounts[key] = amounts.get(key, Decimal(0)) + document.amount
    told = {}
    for item in items:
        found = [amounts[key] for key, _label in item.keys if key in amounts]
        if not found or not 0 < found[0] / item.residual <= 1:
            return {}
        told[item.item_id] = found[0]
    return told


def _age(item: OpenItem) -> tuple[date, int]:
    return item.due or date.max, item.item_id


def _whole(items: tuple[OpenItem, ...]) -> Allocation:
    return tuple((item.item_id, item.residual) for item in items)


def _judge_same_currency(
    payment: Payment, items: tuple[OpenItem, ...], owed: Decimal, policy: Policy
) -> Fit:
    paid = payment.amount
    missing = owed - paid
    if not missing:
        return Fit("exact", "full", _whole(items), owed, paid)
    if missing > 0 and missing == sum(
        (discount_of(item, payment.day, policy) for item in items), Decimal(0)
    ):
        return Fit("discount", "discount", _whole(items), owed, paid, "discount")
    if owed <= 0:
        return Fit("mismatch", "on_account", (), owed, paid)
    return _judge_difference(items, owed, paid, policy)


def _judge_difference(
    items: tuple[OpenItem, ...], owed: Decimal, paid: Decimal, policy: Policy
) -> Fit:
    """A small difference is booked off where there is an account for it, else it stays open."""
    missing = owed - paid
    kind, action = _kind_of(missing, owed, policy)
    can_write_off = "write_off" in policy.books_off
    if action not in policy.books_off and can_write_off and policy.tolerates(missing, owed):
        action = "write_off"
    is_small = kind in ("rounding", "charges") or policy.tolerates(missing, owed)
    if missing in policy.habits and is_small:
        kind = "habit"
    if action in policy.books_off:
        return Fit(kind, action, _whole(items), owed, paid, kind)
    if missing < 0:
        return Fit(kind, "overpay", _whole(items), owed, paid)
    if kind == "short":
        return Fit(kind, "partial", allocate(items, paid), owed, paid)
    return Fit(kind, "short_pay", allocate(items, paid), owed, paid, kind)


def _kind_of(missing: Decimal, owed: Decimal, policy: Policy) -> tuple[Kind, Action]:
    if abs(missing) <= min(policy.rounding, owed / 100):
        return "rounding", "rounding"
    if missing < 0:
        return "over", "overpay"
    if missing <= min(policy.charge, owed * policy.charge_share):
        return "charges", "bank_charge"
    return "short", "partial"


def _judge_converted(
    items: tuple[OpenItem, ...], owed: Decimal, paid: Decimal, policy: Policy
) -> Fit:
    if owed > 0 and abs(owed - paid) <= owed * policy.currency_share:
        return Fit("currency", "currency_difference", _whole(items), owed, paid)
    return Fit("mismatch", "on_account", (), owed, paid)
