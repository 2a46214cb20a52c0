"""What each milestone of an order comes to: shares by percent that make up the total exactly.

Each share is rounded as money is, and the one that completes 100 percent takes what is left::

    >>> [str(share) for share in split_total(Decimal("100"), [Decimal("33.33"), Decimal("33.33"),
    ...                                      Decimal("33.34")], Decimal("0.01"))]
    ['33.33', '33.33', '33.34']
    >>> [str(share) for share in split_total(Decimal("0.05"), [Decimal(50), Decimal(50)],
    ...                                      Decimal("0.01"))]
    ['0.03', '0.02']
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

WHOLE = Decimal(100)


def split_total(
    total: Decimal, percentages: Sequence[Decimal], rounding: Decimal
) -> tuple[Decimal, ...]:
    """Return the amount of each milestone, in their order.

    :param total: of the order, a multiple of ``rounding``.
    :param rounding: smallest amount of the currency.
    """
    amounts: list[Decimal] = []
    covered = Decimal(0)
    for percentage in percentages:
        covered += percentage
        if covered == WHOLE:
            amounts.append(total - sum(amounts, Decimal(0)))
        else:
            share = (total * percentage / WHOLE / rounding).quantize(Decimal(1), ROUND_HALF_UP)
            amounts.append(share * rounding)
    return tuple(amounts)
