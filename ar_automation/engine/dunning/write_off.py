"""What is given up: small balances by rule, the tax in it, and who may say yes.

A *small balance* is not worth a letter. It is given up when it is below an amount and late for
long enough, oldest first, until the customer's cap for the year is used up::

    >>> rule = SmallRule(below=Decimal(10), older_than_days=90, customer_cap=Decimal(12))
    >>> late = [SmallItem(1, Decimal(8), date(2026, 1, 5)),
    ...         SmallItem(2, Decimal(7), date(2026, 1, 9)),
    ...         SmallItem(3, Decimal("3.5"), date(2026, 2, 1)),
    ...         SmallItem(4, Decimal(1), date(2026, 6, 1))]
    >>> [item.id for item in choose_small(late, rule, date(2026, 6, 30))]
    [1, 3]

The open part of an invoice holds the same share of tax as the whole. Of 121.00 with 21.00 tax
40.00 is open; the tax in it::

    >>> share_out([Decimal(21)], Decimal(40), Decimal(121), Decimal("0.01"))
    [Decimal('6.94')]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SmallItem:
    """An open item; ``residual`` is in company currency, credits are negative."""

    id: int
    residual: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class SmallRule:
    """Which balances are small.

    :ivar below: items of less than this, in company currency; zero for none at all.
    :ivar older_than_days: days after the due date that must have passed.
    :ivar customer_cap: what one customer is let off in a year at most; zero for no cap.
    """

    below: Decimal
    older_than_days: int
    customer_cap: Decimal = ZERO

    def covers(self, item: SmallItem, day: date) -> bool:
        """Whether an item is small and old enough on a day; credits never are."""
        return ZERO < item.residual < self.below and item.due < day - timedelta(
            days=self.older_than_days
        )


def choose_small(
    items: Iterable[SmallItem], rule: SmallRule, day: date, used: Decimal = ZERO
) -> list[SmallItem]:
    """Return what of one customer's items is given up, oldest first.

    An item that does not fit below the cap is left; a smaller one after it may fit.

    :param used: what the customer was let off in the last year already.
    """
    chosen = []
    for item in sorted(items, key=lambda item: (item.due, item.id)):
        fits = not rule.customer_cap or used + item.residual <= rule.customer_cap
        if rule.covers(item, day) and fits:
            chosen.append(item)
            used += item.residual
    return chosen


def share_out(
    parts: Sequence[Decimal], amount: Decimal, whole: Decimal, unit: Decimal
) -> list[Decimal]:
    """Return what of each part belongs to ``amount`` of ``whole``, rounded to ``unit``.

    What rounding leaves is for the caller to put where it belongs; a whole of zero has no
    shares.
    """
    if not whole:
        return [ZERO for _part in parts]
    return [_round(part * amount / whole, unit) for part in parts]


def withhold_own(verdict: str, *, is_requester: bool, has_first: bool) -> str:
    """Turn a requester's lone approval into none: somebody else has to agree.

    >>> withhold_own("final", is_requester=True, has_first=False)
    'own_request'
    >>> withhold_own("final", is_requester=True, has_first=True)
    'final'
    """
    is_alone = verdict == "final" and is_requester and not has_first
    return "own_request" if is_alone else verdict


def _round(value: Decimal, unit: Decimal) -> Decimal:
    return (value / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit
