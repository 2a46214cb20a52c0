"""Which of a customer's items add up to the amount, to the cent, and whether there is one way only.

Amounts are whole numbers of the smallest unit. Both halves of the items are summed in all
combinations and the sums of one half are looked up for what the other lacks (meet in the
middle), which takes the square root of the time of trying all. Work is bounded by counting
steps, not by a clock, so that the answer does not depend on the machine::

    >>> find_sums((100, 250, 40, -30), 320)
    Sums(solutions=((0, 1, 3),), is_complete=True, tried=16)
    >>> find_sums((100, 60, 40), 100).solutions
    ((0,), (1, 2))

If the items are too many for all combinations, only single items and pairs are tried, and
the answer is marked incomplete: what was found need not be the only way::

    >>> find_sums((5,) * 5000, 10).is_complete
    False
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

# All combinations of so many items are tried; of more, only small ones.
MOST_ITEMS = 18
# Of so many items, pairs are tried; beyond it, nothing.
MOST_ITEMS_SMALL = 120
MOST_SOLUTIONS = 4


class Sums(NamedTuple):
    """Sets of positions that add up; ``tried`` counts the combinations that could have."""

    solutions: tuple[tuple[int, ...], ...]
    is_complete: bool
    tried: int


def find_sums(amounts: tuple[int, ...], target: int, most: int = MOST_SOLUTIONS) -> Sums:
    """Return up to ``most`` sets of positions whose amounts add up to ``target``."""
    count = len(amounts)
    if count <= MOST_ITEMS:
        found = _meet_in_the_middle(amounts, target, most)
        return Sums(tuple(sorted(found, key=lambda way: (len(way), way))), True, 2**count)
    if count > MOST_ITEMS_SMALL:
        return Sums((), False, 0)
    small = _small_sets(amounts, target, most)
    return Sums(tuple(small), False, count * (count + 1) // 2)


def _half_sums(amounts: tuple[int, ...], first: int) -> list[tuple[int, int]]:
    """Return the sum and the mask of every combination."""
    sums = [(0, 0)]
    for place, amount in enumerate(amounts, first):
        bit = 1 << place
        sums += [(total + amount, mask | bit) for total, mask in sums]
    return sums


def _meet_in_the_middle(amounts: tuple[int, ...], target: int, most: int) -> list[tuple[int, ...]]:
    middle = len(amounts) // 2
    left: dict[int, list[int]] = defaultdict(list)
    for total, mask in _half_sums(amounts[:middle], 0):
        if len(left[total]) < most:
            left[total].append(mask)
    found: list[tuple[int, ...]] = []
    for total, mask in _half_sums(amounts[middle:], middle):
        for other in left.get(target - total, ()):
            if mask | other:
                found.append(_places(mask | other))
        if len(found) >= most * 8:
            break
    return sorted(found, key=lambda way: (len(way), way))[:most]


def _places(mask: int) -> tuple[int, ...]:
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def _small_sets(amounts: tuple[int, ...], target: int, most: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [
        (place,) for place, amount in enumerate(amounts) if amount == target
    ]
    for one, other in combinations(range(len(amounts)), 2):
        if len(found) >= most:
            break
        if amounts[one] + amounts[other] == target:
            found.append((one, other))
    return found[:most]
