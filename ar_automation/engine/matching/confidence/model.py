"""From measured features to probabilities that sum to one.

The readings of a payment exclude each other, and it may be none of them. So each reading gets
a score, the sum of its features by weight; *none of them* has the score 0; and the probability
of a reading is its share of the exponentials (a conditional logit model). Two readings that
look alike get half each, however good they look::

    >>> [round(p, 2) for p in share([9.0, 9.0, -2.0])]
    [0.5, 0.5, 0.0]
    >>> [round(p, 3) for p in share([7.0])]
    [0.999]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from .weights import WEIGHTS


def score(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return the log-odds of a reading against *none of them*."""
    return sum(weights[name] * value for name, value in features.items())


def share(scores: Sequence[float]) -> list[float]:
    """Return the probabilities of readings that exclude each other, beside *none of them*."""
    top = max([*scores, 0.0])
    parts = [exp(value - top) for value in scores]
    whole = sum(parts) + exp(-top)
    return [part / whole for part in parts]
