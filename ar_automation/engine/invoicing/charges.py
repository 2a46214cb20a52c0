"""Charges: what the lines of a plan come to in one period.

::

    >>> march = Span(date(2026, 3, 1), date(2026, 4, 1))
    >>> line = LineFacts(key=7, quantity=Decimal(2), price=Decimal("15.00"),
    ...                  valid=Span(date(2026, 3, 17), date.max))
    >>> charge, = charge_line(line, Period(march, march), Decimal("0.01"))
    >>> str(charge.amount), charge.days
    ('14.52', 15)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from .periods import Period
from .price_revision import Revision, revised_price
from .proration import round_to, share
from .spans import Span, without
from .tiers import Mode, Tier, split

Kind = Literal["fixed", "metered", "once"]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of one line of a plan when a period is billed.

    :ivar key: identifies the line.
    :ivar kind: ``fixed`` per period, ``metered`` by use, or ``once``.
    :ivar quantity: units per period; for a metered line what was used.
    :ivar price: agreed price of a unit and whole period, in the plan's currency.
    :ivar valid: days on which the line is part of the plan.
    :ivar pauses: days for which nothing is charged.
    :ivar discount: percent off.
    :ivar discount_end: day from which the discount no longer holds; None if it always does.
    :ivar prorated: only days count on which the line is valid. Otherwise a line is charged
        whole when it is valid on the first day of the period, and else not at all.
    :ivar tiers: prices by quantity, instead of ``price``.
    :ivar revision: how the price follows time.
    """

    key: int
    quantity: Decimal
    price: Decimal
    valid: Span
    kind: Kind = "fixed"
    pauses: tuple[Span, ...] = ()
    discount: Decimal = Decimal(0)
    discount_end: date | None = None
    prorated: bool = True
    tiers: tuple[Tier, ...] = ()
    tier_mode: Mode = "graduated"
    revision: Revision | None = None
    price_rounding: Decimal = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of an invoice.

    :ivar key: the plan's line.
    :ivar span: days that it covers, from the first to the last.
    :ivar days: days that count.
    :ivar price: price of a unit. Of a prorated charge it is not rounded, so that quantity
        times price less discount is ``amount``.
    :ivar amount: what it comes to, rounded.
    """

    key: int
    span: Span
    days: int
    quantity: Decimal
    price: Decimal
    discount: Decimal
    amount: Decimal


def charge_line(line: LineFacts, period: Period, rounding: Decimal) -> tuple[Charge, ...]:
    """Return what one line comes to in one period; nothing if no day of it counts.

    :param rounding: smallest amount of the currency.
    :raises RevisionError: when the price follows an index that is not known.
    """
    covered = without([period.span & line.valid], line.pauses)
    if line.kind == "metered":
        return tuple(_metered(line, period, rounding))
    if line.kind == "once":  # due since its first day, whenever the plan is billed next
        covered = (period.span,)
    if not covered or not (line.prorated or covered[0].start == period.span.start):
        return ()
    price = _price_on(line, covered[0].start)
    discount = _discount_on(line, covered[0].start)
    span = Span(covered[0].start, covered[-1].end)
    days = sum(part.days for part in covered)
    amount = _total(line.quantity, price, discount, rounding)
    if line.kind == "fixed" and line.prorated and days != period.whole.days:
        amount = share(amount, period.whole, covered, rounding)
        price = _unit_price(amount, line.quantity, discount)
    return (Charge(line.key, span, days, line.quantity, price, discount, amount),)


def recurring_amount(line: LineFacts, day: date, rounding: Decimal) -> Decimal:
    """Return what a fixed line comes to in a whole period around ``day``; 0 for the others."""
    if line.kind != "fixed" or not line.valid.start <= day < line.valid.end:
        return Decimal(0)
    price = _price_on(line, day)
    return _total(line.quantity, price, _discount_on(line, day), rounding)


def _metered(line: LineFacts, period: Period, rounding: Decimal) -> list[Charge]:
    day, discount = period.span.start, _discount_on(line, period.span.start)
    if not line.quantity:
        return []
    if not line.tiers:
        price = _price_on(line, day)
        parts = [(line.quantity, price)]
    else:
        split_parts = split(line.quantity, line.tiers, line.tier_mode)
        parts = [(part.quantity, part.price) for part in split_parts]
        parts += [(Decimal(1), part.flat) for part in split_parts if part.flat]
    return [
        Charge(
            line.key,
            period.span,
            period.span.days,
            quantity,
            price,
            discount,
            _total(quantity, price, discount, rounding),
        )
        for quantity, price in parts
    ]


def _price_on(line: LineFacts, day: date) -> Decimal:
    if line.revision is None:
        return line.price
    return revised_price(line.price, day, line.revision, line.price_rounding)


def _discount_on(line: LineFacts, day: date) -> Decimal:
    over = line.discount_end is not None and day >= line.discount_end
    return Decimal(0) if over else line.discount


def _total(quantity: Decimal, price: Decimal, discount: Decimal, rounding: Decimal) -> Decimal:
    return round_to(quantity * price * (1 - discount / 100), rounding)


def _unit_price(amount: Decimal, quantity: Decimal, discount: Decimal) -> Decimal:
    units = quantity * (1 - discount / 100)
    return amount / units if units else Decimal(0)
