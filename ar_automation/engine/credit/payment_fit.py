"""Reading the coefficients of the payment model off a company's own history.

What is general is found *within* customers: an electronic invoice is compared with paper
invoices of the same customer, never with those of others, so that no coefficient takes the
credit for a customer's habit. Least squares on the deviations from each customer's own mean,
with a small pull towards zero that decides where examples are few.

How strongly a habit counts follows from two variances: where customers differ much and each is
steady, few invoices say much. How fast habits fade, and how far each customer's own spread
counts, are tried out on the later part of the history that is fitted (never on the test).

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 8.0])
    [1.0, 2.0]
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean

from .payment_backtest import Backtest, PastInvoice, backtest
from .payment_model import COEFFICIENTS, PaymentModel

DISPUTED = "disputed"
FEATURES = (*COEFFICIENTS, DISPUTED)
RIDGE = 1.0  # examples' worth of pull towards zero
MIN_INVOICES = 100
MIN_CUSTOMERS = 10
SLOPE_PULL = 0.1
MAX_DELAY = 180.0  # days beyond which a payment tells nothing more
HALF_LIVES = (180.0, 365.0, 730.0, 1460.0)
SPREAD_PULLS = (10.0, 40.0, 160.0)
HABIT_PULLS = (0.05, 10.0)
DISPUTE_PULLS = (1.0, 50.0)


class TooFewInvoicesError(ValueError):
    """The history is too short to learn from."""

    def __init__(self, invoices: int, customers: int) -> None:
        super().__init__(invoices, customers)
        self.invoices = invoices
        self.customers = customers


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model, and both models on invoices that neither was fitted to.

    :ivar test_from: invoices from this date on were kept for the test.
    """

    model: PaymentModel
    test_from: date
    fitted: Backtest
    current: Backtest


@dataclass(frozen=True, slots=True)
class _Example:
    features: tuple[float, ...]
    late: float


def fit_and_test(
    history: Sequence[PastInvoice], current: PaymentModel, *, test_share: float = 0.3
) -> Fit:
    """Fit a model on the earlier part of a history and measure it on the later part.

    :param history: paid invoices, in any order.
    :param current: the model in use, measured on the same invoices.
    :raises TooFewInvoicesError: with fewer than 100 paid invoices of 10 customers to fit.
    """
    ordered = sorted(history, key=lambda invoice: invoice.facts.invoice_date)
    if not ordered:
        raise TooFewInvoicesError(0, 0)
    return fit_until(
        ordered, current, ordered[int(len(ordered) * (1 - test_share))].facts.invoice_date
    )


def fit_until(history: Sequence[PastInvoice], current: PaymentModel, test_from: date) -> Fit:
    """Fit a model to what was paid before a date and measure it on the invoices from it on.

    :raises TooFewInvoicesError: see :func:`fit_and_test`; also with nothing to test on.
    """
    ordered = sorted(history, key=lambda invoice: invoice.facts.invoice_date)
    model = fit(known_before(ordered, test_from), current)
    fitted = backtest(model, ordered, test_from)
    before = backtest(current, ordered, test_from)
    if fitted is None or before is None:
        raise TooFewInvoicesError(len(ordered), 0)
    return Fit(model, test_from, fitted, before)


def known_before(history: Iterable[PastInvoice], day: date) -> list[PastInvoice]:
    """The invoices whose payment was known before a day."""
    return [invoice for invoice in history if invoice.payment.paid_date < day]


def fit(history: Sequence[PastInvoice], start: PaymentModel) -> PaymentModel:
    """Fit all coefficients to a history.

    :raises TooFewInvoicesError: see :func:`fit_and_test`.
    """
    groups = _by_customer(history)
    if len(history) < MIN_INVOICES or len(groups) < MIN_CUSTOMERS:
        raise TooFewInvoicesError(len(history), len(groups))
    slopes = _slopes(groups)
    model = replace(
        start,
        coefficients={name: slopes[name] for name in FEATURES if name != DISPUTED},
        dispute_cost=max(slopes[DISPUTED], 0.0),
    )
    model = _fit_habit(_fit_dispute(model, history), groups)
    return _choose(model, history)


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a system of linear equations with a positive definite matrix."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for pivot in range(size):
        scale = rows[pivot][pivot]
        rows[pivot] = [value / scale for value in rows[pivot]]
        for other in range(size):
            factor = rows[other][pivot]
            if other != pivot and factor:
                rows[other] = [
                    value - factor * base
                    for value, base in zip(rows[other], rows[pivot], strict=True)
                ]
    return [row[size] for row in rows]


def _by_customer(history: Iterable[PastInvoice]) -> list[list[_Example]]:
    groups: dict[int | str, list[_Example]] = {}
    for invoice in history:
        payment = invoice.payment
        features = {**payment.features, DISPUTED: float(payment.disputed)}
        late = max(-MAX_DELAY, min(payment.late, MAX_DELAY))
        example = _Example(tuple(features.get(name, 0.0) for name in FEATURES), late)
        groups.setdefault(invoice.facts.customer, []).append(example)
    return list(groups.values())


def _slopes(groups: Iterable[list[_Example]]) -> dict[str, float]:
    """Least squares on the deviations from each customer's mean."""
    size = len(FEATURES)
    matrix = [[RIDGE * (row == column) for column in range(size)] for row in range(size)]
    right = [0.0] * size
    for group in groups:
        means = [fmean(example.features[index] for example in group) for index in range(size)]
        mean = fmean(example.late for example in group)
        for example in group:
            deviations = [value - base for value, base in zip(example.features, means, strict=True)]
            for row, deviation in enumerate(deviations):
                right[row] += deviation * (example.late - mean)
                for column, other in enumerate(deviations):
                    matrix[row][column] += deviation * other
    return dict(zip(FEATURES, solve(matrix, right), strict=True))


def _fit_habit(model: PaymentModel, groups: Sequence[list[_Example]]) -> PaymentModel:
    """The constant, the spread, and how much a habit counts, from the variances."""
    slopes = [*(model.coefficients[name] for name in FEATURES[:-1]), model.dispute_cost]
    rests = [
        [
            example.late - sum(a * b for a, b in zip(slopes, example.features, strict=True))
            for example in group
        ]
        for group in groups
    ]
    means = [fmean(rest) for rest in rests]
    within = sum(
        (value - mean) ** 2 for rest, mean in zip(rests, means, strict=True) for value in rest
    )
    within /= max(sum(len(rest) - 1 for rest in rests), 1)
    intercept = fmean(means)
    noise = fmean(within / len(rest) for rest in rests)
    between = fmean((mean - intercept) ** 2 for mean in means) - noise
    return replace(
        model,
        intercept=intercept,
        spread=max(math.sqrt(within), 1.0),
        habit_pull=_between(within / max(between, 1e-6), HABIT_PULLS),
    )


def _fit_dispute(model: PaymentModel, history: Sequence[PastInvoice]) -> PaymentModel:
    """How often invoices are disputed, how differently customers do, and large ones more."""
    groups: dict[int | str, list[tuple[float, bool]]] = {}
    for invoice in history:
        payment = invoice.payment
        pair = (payment.features.get("amount", 0.0), payment.disputed)
        groups.setdefault(invoice.facts.customer, []).append(pair)
    share = fmean(invoice.payment.disputed for invoice in history)
    if not 0.0 < share < 1.0:
        return replace(model, dispute_share=share, dispute_amount=0.0)
    pull = _dispute_pull(list(groups.values()), share)
    deviations = [
        (odds, amount - mean, disputed)
        for group in groups.values()
        for odds, mean in [_dispute_odds(group, share, pull)]
        for amount, disputed in group
    ]
    return replace(
        model,
        dispute_share=share,
        dispute_pull=pull,
        dispute_amount=max(_logit_slope(deviations), 0.0),
    )


def _dispute_pull(groups: Sequence[list[tuple[float, bool]]], share: float) -> float:
    """How many invoices the mean counts as, from how much shares differ among customers."""
    repeated = [group for group in groups if len(group) > 1]
    if not repeated:
        return DISPUTE_PULLS[1]
    shares = [fmean(disputed for _, disputed in group) for group in repeated]
    noise = fmean(
        own * (1 - own) / (len(group) - 1) for own, group in zip(shares, repeated, strict=True)
    )
    between = fmean((own - share) ** 2 for own in shares) - noise
    return _between(share * (1 - share) / max(between, 1e-6) - 1, DISPUTE_PULLS)


def _dispute_odds(
    group: Sequence[tuple[float, bool]], share: float, pull: float
) -> tuple[float, float]:
    """Logarithm of a customer's odds of a dispute, and mean of the (logarithmic) amounts."""
    disputes = sum(disputed for _, disputed in group)
    own = (disputes + pull * share) / (len(group) + pull)
    return math.log(own / (1 - own)), fmean(amount for amount, _ in group)


def _logit_slope(examples: Sequence[tuple[float, float, bool]]) -> float:
    """Slope of a logistic regression with known offsets, by Newton's method."""
    slope = 0.0
    for _ in range(10):
        gradient, curvature = -SLOPE_PULL * slope, SLOPE_PULL
        for odds, deviation, happened in examples:
            chance = 1 / (1 + math.exp(-_between(odds + slope * deviation, (-30.0, 30.0))))
            gradient += deviation * (happened - chance)
            curvature += deviation * deviation * chance * (1 - chance)
        slope = _between(slope + gradient / curvature, (-10.0, 10.0))
    return slope


def _choose(model: PaymentModel, history: Sequence[PastInvoice]) -> PaymentModel:
    """Try out how fast habits fade and how far a customer's own spread counts."""
    dates = sorted(invoice.facts.invoice_date for invoice in history)
    since = dates[len(dates) // 3] + timedelta(days=1)
    for name, values in (("half_life", HALF_LIVES), ("spread_pull", SPREAD_PULLS)):
        tried = []
        for value in values:
            candidate = replace(model, **{name: value})  # type: ignore[arg-type]
            tested = backtest(candidate, history, since)
            if tested is not None:
                tried.append((tested.surprise, value, candidate))
        if tried:
            model = min(tried, key=lambda trial: trial[:2])[2]
    return model


def _between(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
