"""Making ratings comparable: any bureau's scale as a score from 0 to 100, 100 being the best.

One bureau counts from 0 to 100, another from 600 (will not pay) down to 100 (no risk at all), a
third from 1 to 4. Whoever enters a rating says what its worst and its best value are; the score
is where the value lies between them.

>>> normalise(Decimal(250), worst=Decimal(600), best=Decimal(100))
Decimal('70.0')
>>> normalise(Decimal(3), worst=Decimal(1), best=Decimal(4))
Decimal('66.7')
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


def normalise(value: Decimal, *, worst: Decimal, best: Decimal) -> Decimal:
    """Return the score of a value, to a tenth.

    :raises ValueError: the scale has no length, or the value lies outside of it
    """
    if worst == best:
        raise ValueError("the worst and the best value of the scale are the same")
    if not min(worst, best) <= value <= max(worst, best):
        raise ValueError("the value lies outside of its scale")
    return (100 * (value - worst) / (best - worst)).quantize(_TENTH, ROUND_HALF_UP)
