"""How good a customer's credit is, in points that add up before everybody's eyes.

A scorecard is a list of rules. Each looks at one fact, knows which value is best and which is
worst, and gives its weight in points in proportion to where the customer lies between them. The
*payment index* is the points as a percentage of what could be reached, from 0 (worst) to 100.

    >>> rules = [ScoreRule("days_late", 30, best=0, worst=30), ScoreRule("rating", 10, 100, 0)]
    >>> scored = score({"days_late": 10.0, "rating": None}, rules)
    >>> scored.index, [(factor.code, factor.points) for factor in scored.factors]
    (66.7, [('days_late', 20.0)])

What is not known (no rating was ever asked for, no limit set) is left out on both sides: it
neither helps nor harms. The index falls into a class from A to E, and the class says how far
the customer is trusted:

    >>> classes = [RiskClass("A", 80), RiskClass("B", 60), RiskClass("C", 0)]
    >>> classify(66.7, classes).code
    'B'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

FULL = 100.0


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """What one fact is worth.

    :ivar code: name of the fact.
    :ivar weight: points for the best value.
    :ivar best: value from which on all points are given.
    :ivar worst: value from which on none is given; lower or higher than ``best``.
    """

    code: str
    weight: float
    best: float
    worst: float

    def grade(self, value: float) -> float:
        """Where a value lies between worst (0) and best (1)."""
        reach = self.best - self.worst
        if not reach:
            return 1.0 if value >= self.best else 0.0
        return min(max((value - self.worst) / reach, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Factor:
    """What one fact contributed.

    :ivar points: points given.
    :ivar weight: points that the best value would have given.
    """

    code: str
    value: float
    points: float
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """The payment index with what it is made of, the costliest factor first."""

    index: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class RiskClass:
    """How far customers with such an index are trusted.

    :ivar min_index: lowest index of the class.
    :ivar trust: part of its needs that a customer gets as its limit; 0 for none.
    :ivar cap: highest limit of the class; None for no cap.
    :ivar max_terms: longest payment terms in days; None for no bound.
    :ivar review_months: months until the next review.
    """

    code: str
    min_index: float
    trust: Decimal = Decimal(1)
    cap: Decimal | None = None
    max_terms: int | None = None
    review_months: int = 12


def score(values: Mapping[str, float | None], rules: Iterable[ScoreRule]) -> Score:
    """Score a customer's facts; without a single known fact the index is 0."""
    factors = []
    for rule in rules:
        value = values.get(rule.code)
        if value is not None and rule.weight > 0:
            points = round(rule.weight * rule.grade(value), 1)
            factors.append(Factor(rule.code, value, points, rule.weight))
    reachable = sum(factor.weight for factor in factors)
    reached = sum(factor.points for factor in factors)
    factors.sort(key=lambda factor: factor.points - factor.weight)
    return Score(round(FULL * reached / reachable, 1) if reachable else 0.0, tuple(factors))


def classify(index: float, classes: Sequence[RiskClass]) -> RiskClass:
    """The class of an index: the best whose lowest index it reaches, or else the last.

    :raises ValueError: without classes.
    """
    if not classes:
        raise ValueError("a scorecard needs at least one class")
    ordered = sorted(classes, key=lambda item: -item.min_index)
    return next((item for item in ordered if index >= item.min_index), ordered[-1])
