"""What receivables are likely to lose: the provision matrix of IFRS 9.

Trade receivables take the *simplified approach* (IFRS 9 5.5.15): losses are expected over their
whole life from the first day. As a practical expedient (B5.5.35) they are put into buckets by
days past due, and each bucket has a *loss rate*: what was lost of such items before, adjusted for
what is known about the future. Illustrative Example 12 (IE74 to IE77) has five buckets::

    >>> matrix = [Row(Decimal(exposure), Decimal(rate)) for exposure, rate in (
    ...     (15_000_000, "0.003"), (7_500_000, "0.016"), (4_000_000, "0.036"),
    ...     (2_500_000, "0.066"), (1_000_000, "0.106"))]
    >>> [str(row.provide(Decimal(1))) for row in matrix]
    ['45000', '120000', '144000', '165000', '106000']
    >>> sum(row.provide(Decimal(1)) for row in matrix)
    Decimal('580000')

The rate of a bucket comes from the company's own history: at the end of each month of some
years, what was in the bucket, and what of just these items was written off within a horizon.
Where too few items were ever in it, the rate entered by hand stays. The *overlay* (the forward
looking part) is added in points, with a reason::

    >>> history = History(exposure=Decimal(80_000), loss=Decimal(1_200), count=310)
    >>> decide_rate(history, by_hand=Decimal("0.03"), overlay=Decimal("0.002"), minimum=30)
    Rate(base=Decimal('0.015000'), overlay=Decimal('0.002'), source='history')
    >>> decide_rate(History(), by_hand=Decimal("0.03"), overlay=Decimal(0), minimum=30).source
    'by_hand'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

ZERO, ONE = Decimal(0), Decimal(1)
RATE_UNIT = Decimal("0.000001")

Source = Literal["history", "by_hand"]


@dataclass(frozen=True, slots=True)
class History:
    """What was in a bucket at the ends of months, and what of it was lost later.

    :ivar exposure: sum over the months, in company currency.
    :ivar loss: what of that was written off within the horizon, less tax and recoveries.
    :ivar count: how many items, each month anew.
    """

    exposure: Decimal = ZERO
    loss: Decimal = ZERO
    count: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """A loss rate as a share of one.

    :ivar base: before the overlay.
    :ivar overlay: points that were added by hand.
    :ivar source: where the base is from.
    """

    base: Decimal
    overlay: Decimal
    source: Source

    @property
    def value(self) -> Decimal:
        """The rate that counts, never below nothing nor above everything."""
        return min(max(self.base + self.overlay, ZERO), ONE)


@dataclass(frozen=True, slots=True)
class Row:
    """What is in a bucket now, with the rate that applies to it."""

    exposure: Decimal
    rate: Decimal

    def provide(self, unit: Decimal) -> Decimal:
        """The expected loss, rounded to ``unit``; credits are no exposure."""
        loss = max(self.exposure, ZERO) * self.rate
        return (loss / unit).quantize(ONE, rounding=ROUND_HALF_UP) * unit


def decide_rate(history: History, *, by_hand: Decimal, overlay: Decimal, minimum: int) -> Rate:
    """Return the loss rate of a bucket.

    :param by_hand: share of one that holds while there is too little history.
    :param overlay: points to add, negative to take off.
    :param minimum: so many items must have been in the bucket for its history to count.
    """
    if history.count < max(minimum, 1) or history.exposure <= ZERO:
        return Rate(by_hand, overlay, "by_hand")
    share = min(max(history.loss / history.exposure, ZERO), ONE)
    return Rate(share.quantize(RATE_UNIT, rounding=ROUND_HALF_UP), overlay, "history")


def find_bucket(starts: Sequence[int], days: int) -> int:
    """Return the index of the bucket that so many days past due belong to.

    :param starts: first day of each bucket but the first, ascending; an item that is not due
        has zero days or less.

    >>> [find_bucket((1, 31, 61, 91), days) for days in (-5, 0, 1, 30, 31, 400)]
    [0, 0, 1, 1, 2, 4]
    """
    return sum(1 for start in starts if days >= start)
