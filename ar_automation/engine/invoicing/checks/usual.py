"""Checks of what is far from this customer's usual.

*Usual* is the median of the past; how much it varies is the median deviation from it, which
one odd invoice does not move (unlike mean and standard deviation). Values are far when they
lie more than so many deviations off *and* by more than so many percent: prices that never
vary have a deviation of zero, and a cent more is no news::

    >>> from decimal import Decimal
    >>> past = [Decimal(n) for n in (100, 104, 98, 101, 99, 102)]
    >>> usual = describe_usual(past)
    >>> str(usual.median), str(usual.deviation)
    ('100.5', '1.5')
    >>> rule = CheckRule("unusual_total")
    >>> is_far(Decimal(180), usual, rule), is_far(Decimal(1010), usual, rule)
    (False, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from .facts import CheckRule, InvoiceFacts
from .registry import Values, register_check


@dataclass(frozen=True, slots=True)
class Usual:
    """What past values come to.

    :ivar count: how many there were.
    :ivar median: the value in the middle.
    :ivar deviation: the median distance from it.
    """

    count: int
    median: Decimal
    deviation: Decimal


def describe_usual(values: Sequence[Decimal]) -> Usual:
    """Median and median deviation of past values.

    :raises statistics.StatisticsError: without any value.
    """
    middle = median(values)
    return Usual(len(values), middle, median([abs(value - middle) for value in values]))


def is_far(value: Decimal, usual: Usual, rule: CheckRule) -> bool:
    """Whether ``value`` is far from usual, either way, in the sense of ``rule``.

    Half is as far as double: the percentage is taken of the smaller of the two.
    """
    distance = abs(value - usual.median)
    smaller = min(abs(value), abs(usual.median))
    return (
        distance > rule.deviations * usual.deviation and distance * 100 > rule.min_percent * smaller
    )


def _find_far(value: Decimal, past: Sequence[Decimal], rule: CheckRule) -> Usual | None:
    if len(past) < rule.min_history or not past:
        return None
    usual = describe_usual(past[: rule.history])
    return usual if is_far(value, usual, rule) else None


@register_check("unusual_total")
def check_total(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The total is far from those of the customer's last invoices."""
    usual = None if facts.is_credit_note else _find_far(facts.total, facts.past_totals, rule)
    if usual is None:
        return None
    return {"value": facts.total, "usual": usual.median, "count": usual.count}


@register_check("unusual_price")
def check_prices(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """A unit price is far from what the customer paid for that product before."""
    if facts.is_credit_note:
        return None
    for product, price, past in facts.prices:
        usual = _find_far(price, past, rule)
        if usual is not None:
            return {
                "product": product,
                "value": price,
                "usual": usual.median,
                "count": usual.count,
            }
    return None
