"""How good forecasts of payments are, measured only with what was known at the time.

An invoice is predicted on its date. Its customer's habit then rests on the payments that had
come in *before* that day, and on the invoices that were still unpaid; this invoice's own payment
is learnt on the day on which it came.
The test covers the invoices from a date on, none of which the model was fitted to.

Two simple rules are measured beside the model: the mean of the customer's payments so far, and
the mean of all payments so far.

The area under the ROC curve is the chance that of two invoices, one late and one not, the late
one was given the higher risk:

    >>> area_under_curve([0.9, 0.4, 0.6, 0.1], [True, False, True, False])
    1.0
    >>> area_under_curve([0.5, 0.5], [True, False])
    0.5
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .payment_model import VERY_LATE, Forecast, Habit, InvoiceFacts, Payment, PaymentModel, Unpaid

UNLIKELY = 1e-4


@dataclass(frozen=True, slots=True)
class PastInvoice:
    """An invoice and how it was paid."""

    facts: InvoiceFacts
    payment: Payment


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a way of predicting is.

    :ivar auc_late: area under the ROC curve of *paid after the due date*.
    :ivar auc_very_late: of *paid more than 14 days after the due date*.
    :ivar mean_error: mean absolute error in days.
    """

    auc_late: float
    auc_very_late: float
    mean_error: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """The model beside the two simple rules, on ``count`` invoices.

    :ivar surprise: mean surprise at what happened (log loss); the fit chooses by it.
    """

    count: int
    model: Figures
    customer_mean: Figures
    global_mean: Figures
    surprise: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was predicted on an invoice's date, and what happened."""

    late: float
    forecast: Forecast
    customer_mean: float
    global_mean: float


class _Mean:
    __slots__ = ("count", "total")

    def __init__(self) -> None:
        self.count, self.total = 0, 0.0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value

    def value(self, otherwise: float) -> float:
        return self.total / self.count if self.count else otherwise


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of a customer: habit, mean so far, and invoices sent and not yet paid."""

    habit: Habit
    own: _Mean
    unpaid: dict[int, PastInvoice]

    def forecast(self, features: Mapping[str, float], day: date) -> Forecast:
        unpaid = [
            Unpaid((day - invoice.facts.due_date).days, invoice.payment.features)
            for invoice in self.unpaid.values()
            if invoice.facts.invoice_date < day
        ]
        return self.habit.with_unpaid(unpaid, day).forecast(features, day)


def walk(
    model: PaymentModel, history: Iterable[PastInvoice], test_from: date
) -> Iterator[Prediction]:
    """Predict every invoice from a date on, on its own date."""
    states: dict[int | str, _State] = {}
    everybody = _Mean()
    for day, is_payment, invoice in _events(history):
        facts, payment = invoice.facts, invoice.payment
        state = states.setdefault(facts.customer, _State(Habit(model), _Mean(), {}))
        if is_payment:
            state.unpaid.pop(id(invoice), None)
            state.habit.learn(payment)
            state.own.add(payment.late)
            everybody.add(payment.late)
            continue
        if day >= test_from:
            mean = everybody.value(0.0)
            forecast = state.forecast(payment.features, day)
            yield Prediction(payment.late, forecast, state.own.value(mean), mean)
        # an invoice paid before its date is known to be paid
        if payment.paid_date >= day:
            state.unpaid[id(invoice)] = invoice


def backtest(
    model: PaymentModel, history: Iterable[PastInvoice], test_from: date
) -> Backtest | None:
    """Measure a model on the invoices from a date on; None if there are none.

    An area is not a number (NaN) where all invoices of the test are late, or none is.
    """
    predictions = list(walk(model, history, test_from))
    if not predictions:
        return None
    late = [prediction.late for prediction in predictions]
    own = [prediction.customer_mean for prediction in predictions]
    mean = [prediction.global_mean for prediction in predictions]
    forecasts = [prediction.forecast for prediction in predictions]
    return Backtest(
        len(predictions),
        _figures(
            late,
            [forecast.probability_late for forecast in forecasts],
            [forecast.probability_very_late for forecast in forecasts],
            [forecast.expected_late for forecast in forecasts],
        ),
        _figures(late, own, own, own),
        _figures(late, mean, mean, mean),
        sum(map(_surprise, predictions)) / len(predictions),
    )


def area_under_curve(risks: Sequence[float], happened: Sequence[bool]) -> float:
    """Area under the ROC curve; equal risks count half. NaN without both outcomes."""
    positives = sum(happened)
    negatives = len(happened) - positives
    if not positives or not negatives:
        return math.nan
    groups: dict[float, list[int]] = {}
    for risk, outcome in zip(risks, happened, strict=True):
        group = groups.setdefault(risk, [0, 0])
        group[outcome] += 1
    wins, below = 0.0, 0
    for _risk, (lost, won) in sorted(groups.items()):
        wins += won * (below + lost / 2)
        below += lost
    return wins / (positives * negatives)


def _events(history: Iterable[PastInvoice]) -> list[tuple[date, bool, PastInvoice]]:
    """Invoices and payments by date; a day's payments are known from the next day on."""
    events = []
    for invoice in history:
        events.append((invoice.facts.invoice_date, False, invoice))
        events.append((invoice.payment.paid_date, True, invoice))
    return sorted(events, key=lambda event: event[:2])


def _figures(
    late: Sequence[float],
    risks: Sequence[float],
    risks_very_late: Sequence[float],
    days: Sequence[float],
) -> Figures:
    return Figures(
        area_under_curve(risks, [actual > 0 for actual in late]),
        area_under_curve(risks_very_late, [actual > VERY_LATE for actual in late]),
        sum(abs(actual - day) for actual, day in zip(late, days, strict=True)) / len(late),
    )


def _surprise(prediction: Prediction) -> float:
    forecast = prediction.forecast
    chances = (
        (forecast.probability_late, prediction.late > 0),
        (forecast.probability_very_late, prediction.late > VERY_LATE),
    )
    return -sum(
        math.log(max(chance if happened else 1 - chance, UNLIKELY)) for chance, happened in chances
    )
