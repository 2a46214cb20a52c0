"""Two ways to remind, tried side by side: which one brings the money sooner?

Customers are split by a number made from their identity and the trial's, so that each one
stays on its side for the whole trial and the next trial mixes them anew::

    >>> sides = [is_challenger(customer, trial=1, share=50) for customer in range(1000)]
    >>> 450 < sum(sides) < 550
    True

What is compared is the share of reminded items that were paid within so many days. Each share
has Wilson's interval, their difference Newcombe's (1998, method 10: the squared distances of
the shares to their limits are added); both keep their word for few cases and shares near 0
or 1, where the textbook's normal interval does not::

    >>> lower, upper = find_interval(56, 70)
    >>> round(lower, 4), round(upper, 4)
    (0.6918, 0.877)
    >>> found = compare(Side(70, 56), Side(80, 48))
    >>> round(found.lower, 4), round(found.difference, 4), round(found.upper, 4)
    (-0.3339, -0.2, -0.0524)
    >>> found.verdict
    'champion'
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import sqrt
from typing import Literal

# of the standard normal distribution, for intervals that hold in 95 of 100 cases
Z_95 = 1.959963984540054
HUNDRED = 100
BUCKETS = 10_000

Verdict = Literal["champion", "challenger", "open"]


@dataclass(frozen=True, slots=True)
class Side:
    """What came of one side: so many items reminded, so many of them paid in time."""

    reminded: int
    paid: int

    @property
    def rate(self) -> float:
        """Share of the items that were paid in time; 0 when none was reminded."""
        return self.paid / self.reminded if self.reminded else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Challenger minus champion, as shares from -1 to 1, with the limits of the interval."""

    difference: float
    lower: float
    upper: float

    @property
    def verdict(self) -> Verdict:
        """Which side is better; ``open`` while the interval holds zero."""
        if self.lower > 0:
            return "challenger"
        return "champion" if self.upper < 0 else "open"


def is_challenger(customer: int, *, trial: int, share: int) -> bool:
    """Whether the customer is on the challenger's side.

    :param share: percent of the customers that the challenger gets.
    """
    digest = hashlib.sha256(f"{trial}:{customer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS < share * BUCKETS // HUNDRED


def find_interval(count: int, total: int) -> tuple[float, float]:
    """Wilson's score interval of a share; the whole range when nothing was counted."""
    if not total:
        return 0.0, 1.0
    share, square = count / total, Z_95**2
    middle = share + square / (2 * total)
    width = Z_95 * sqrt(share * (1 - share) / total + square / (4 * total**2))
    scale = 1 + square / total
    return max((middle - width) / scale, 0.0), min((middle + width) / scale, 1.0)


def compare(champion: Side, challenger: Side) -> Comparison:
    """How much more of the challenger's items were paid in time, and how sure that is."""
    old, new = champion.rate, challenger.rate
    old_lower, old_upper = find_interval(champion.paid, champion.reminded)
    new_lower, new_upper = find_interval(challenger.paid, challenger.reminded)
    difference = new - old
    return Comparison(
        difference,
        difference - sqrt((new - new_lower) ** 2 + (old_upper - old) ** 2),
        difference + sqrt((new_upper - new) ** 2 + (old - old_lower) ** 2),
    )
