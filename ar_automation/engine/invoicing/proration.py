"""Proration: the share of a price that falls on some of a period's days, to the cent.

A share is the difference of two rounded running totals, so that shares which make up the whole
period make up the whole price, whatever the rounding::

    >>> whole = Span(date(2026, 3, 1), date(2026, 4, 1))
    >>> thirds = [Span(date(2026, 3, a), date(2026, 3, a) + timedelta(days=n))
    ...           for a, n in ((1, 10), (11, 10), (21, 11))]
    >>> [str(share(Decimal("10.00"), whole, [third], Decimal("0.01"))) for third in thirds]
    ['3.23', '3.22', '3.55']
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta  # noqa: F401 - the second is used in the doctest
from decimal import ROUND_HALF_UP, Decimal

from .spans import Span


def share(price: Decimal, whole: Span, covered: Iterable[Span], rounding: Decimal) -> Decimal:
    """Return what of ``price`` falls on the ``covered`` days of ``whole``.

    :param price: price of the whole period.
    :param covered: spans that do not overlap; days outside of ``whole`` do not count.
    :param rounding: smallest amount of the currency.
    """
    total = Decimal(0)
    for span in covered:
        part = span & whole
        if part.days:
            total += _running(price, whole, part.end, rounding)
            total -= _running(price, whole, part.start, rounding)
    return total


def round_to(amount: Decimal, rounding: Decimal) -> Decimal:
    """Round half away from zero to a multiple of ``rounding``."""
    return (amount / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding


def _running(price: Decimal, whole: Span, until: date, rounding: Decimal) -> Decimal:
    return round_to(price * (until - whole.start).days / whole.days, rounding)
