"""Tiers: a price that depends on how much was used.

With *graduated* tiers each unit costs what its tier says, with *volume* tiers all units cost
what the tier of the total says::

    >>> tiers = (Tier(Decimal(100), Decimal("0.10")), Tier(None, Decimal("0.05")))
    >>> [(str(part.quantity), str(part.price)) for part in split(Decimal(150), tiers, "graduated")]
    [('100', '0.10'), ('50', '0.05')]
    >>> [(str(part.quantity), str(part.price)) for part in split(Decimal(150), tiers, "volume")]
    [('150', '0.05')]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Mode = Literal["graduated", "volume"]


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to ``limit`` units (None: without limit) at ``price`` each, plus a ``flat`` amount."""

    limit: Decimal | None
    price: Decimal
    flat: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity, the price of one unit of it, and an amount on top."""

    quantity: Decimal
    price: Decimal
    flat: Decimal = Decimal(0)


def check_tiers(tiers: Sequence[Tier]) -> str:
    """Return the code of what is wrong with ``tiers``; empty if nothing is."""
    limits = [tier.limit for tier in tiers]
    if not tiers or limits[-1] is not None:
        return "no_last"
    bounded = [limit for limit in limits[:-1] if limit is not None]
    if len(bounded) != len(limits) - 1:
        return "two_last"
    rising = all(a < b for a, b in zip([Decimal(0), *bounded], bounded, strict=False))
    return "" if rising else "not_rising"


def split(quantity: Decimal, tiers: Sequence[Tier], mode: Mode) -> tuple[Part, ...]:
    """Divide ``quantity`` among ``tiers``, which :func:`check_tiers` found sound."""
    if quantity <= 0:
        return ()
    if mode == "volume":
        tier = next(tier for tier in tiers if tier.limit is None or quantity <= tier.limit)
        return (Part(quantity, tier.price, tier.flat),)
    parts, reached = [], Decimal(0)
    for tier in tiers:
        upper = quantity if tier.limit is None else min(quantity, tier.limit)
        if upper > reached:
            parts.append(Part(upper - reached, tier.price, tier.flat))
            reached = upper
    return tuple(parts)
