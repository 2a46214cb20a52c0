"""When an invoice will be paid, and how likely it is to be late: a model one can read.

Customers have habits. What an invoice adds to its customer's habit is small and general: its
way of delivery, its amount, its terms, the day on which it falls due. A dispute adds much, but
nobody knows on the invoice's date whether it will be disputed; only how often this customer
disputes. So the days between due date and payment are

    days late = constant + sum(coefficient x feature)  what is general
              + habit                                  this customer's own mean, shrunken
              + dispute cost x (0 or 1)                with the customer's own chance of a 1

with a spread around it that is the customer's own, too. Every number is a mean over past
invoices that were *paid before the day of the prediction*; each counts by its age (half as
much after a ``half_life``), and means of few invoices are drawn towards the mean of all
customers. A customer who is new is predicted like the mean of all.

An invoice that is *not* paid speaks as well: five days before its due date it says next to
nothing, ten days after it as much as a payment. It counts with the days late to be expected of
one that is unpaid until now, as strongly as it was likely to be paid by now.

    >>> from datetime import date
    >>> paid = Payment(late=20.0, paid_date=date(2026, 3, 1), features={})
    >>> model = PaymentModel(intercept=0.0, coefficients={}, habit_pull=2.0)
    >>> habit = Habit(model)
    >>> for _ in range(2):
    ...     habit.learn(paid)
    >>> forecast = habit.forecast({}, date(2026, 3, 1))
    >>> habit.usual(), forecast.probability_late > 0.9
    (10.0, True)
    >>> unpaid = [Unpaid(late=30.0, features={})]
    >>> habit.with_unpaid(unpaid, date(2026, 3, 1)).usual() > 11
    True
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date

SCALE_DAYS = 30.0
COEFFICIENTS = ("electronic", "amount", "terms", "weekend", "year_end")
WEEKEND = (5, 6)
VERY_LATE = 14
# payments fall on whole days: later than day 0 means from 0.5 on
HALF_DAY = 0.5
VERY_LATE_FROM = VERY_LATE + HALF_DAY
LONGEST_SILENCE = 180.0  # days late from which on an unpaid invoice says nothing more
BEYOND_EXPERIENCE = 1e-3
SMALL_TAIL = 1e-12
FAR = 6.0  # standard deviations that nothing goes beyond


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What is known of an invoice on its date.

    :ivar amount: total in company currency.
    :ivar is_electronic: it goes out by a network or by mail rather than on paper.
    """

    customer: int | str
    invoice_date: date
    due_date: date
    amount: float
    is_electronic: bool = False

    def features(self) -> dict[str, float]:
        """The numbers that the general part of the model multiplies."""
        terms = (self.due_date - self.invoice_date).days
        return {
            "electronic": float(self.is_electronic),
            "amount": math.log10(max(abs(self.amount), 1.0)),
            "terms": terms / SCALE_DAYS,
            "weekend": float(self.due_date.weekday() in WEEKEND),
            "year_end": float(self.due_date.month == 12),
        }


@dataclass(frozen=True, slots=True)
class Payment:
    """An invoice's payment, known from its date on.

    :ivar late: days between due date and payment, negative when early.
    :ivar disputed: the customer contested the invoice.
    """

    late: float
    paid_date: date
    features: Mapping[str, float]
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An invoice that is open on the day of a forecast.

    :ivar late: days since its due date, negative before it.
    """

    late: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PaymentModel:
    """The coefficients, in days unless said otherwise; as they stand here, those to start with.

    :ivar dispute_cost: by how many days a dispute delays the payment.
    :ivar dispute_share: part of all invoices that is disputed.
    :ivar dispute_amount: how the logarithm of the odds of a dispute grows when the amount is
        ten times as large.
    :ivar spread: how far payments lie from their prediction (standard deviation).
    :ivar habit_pull: how many invoices the mean of all customers counts as.
    :ivar dispute_pull: the same for the chance of a dispute.
    :ivar spread_pull: the same for the spread.
    :ivar half_life: days after which an invoice says half as much about its customer.
    """

    intercept: float = 0.0
    coefficients: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(COEFFICIENTS, 0.0) | {"electronic": -4.0}
    )
    dispute_cost: float = 14.0
    dispute_share: float = 0.1
    dispute_amount: float = 1.0
    spread: float = 7.0
    habit_pull: float = 0.5
    dispute_pull: float = 2.0
    spread_pull: float = 10.0
    half_life: float = 730.0

    def general(self, features: Mapping[str, float]) -> float:
        """Days late by what is general, without the customer's habit and without a dispute."""
        return self.intercept + sum(
            coefficient * features.get(name, 0.0) for name, coefficient in self.coefficients.items()
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """When an invoice will be paid.

    :ivar expected_late: days between due date and payment that are as likely exceeded as not.
    :ivar probability_late: that it is paid after its due date.
    :ivar probability_very_late: that it is paid more than 14 days after it.
    """

    expected_late: float
    probability_late: float
    probability_very_late: float


class Habit:
    """What one customer's payments until now say about the next."""

    __slots__ = ("_as_of", "_log_amounts", "_model", "_residuals", "_squares", "count", "disputed")

    def __init__(self, model: PaymentModel) -> None:
        self._model = model
        self._as_of: date | None = None
        #: how many invoices the habit rests on, older ones counting less
        self.count = 0.0
        #: how many of them were disputed
        self.disputed = 0.0
        self._residuals = self._squares = self._log_amounts = 0.0

    def learn(self, payment: Payment) -> None:
        """Take one payment in; payments come in the order of their dates."""
        self._fade(payment.paid_date)
        residual = payment.late - self._model.general(payment.features)
        residual -= self._model.dispute_cost * payment.disputed
        self._take_in(residual, payment.features, float(payment.disputed), 1.0)

    def with_unpaid(self, unpaid: Iterable[Unpaid], day: date) -> Habit:
        """This habit together with what its open invoices say on a day; it stays as it is."""
        self._fade(day)
        extended = copy(self)
        for invoice in unpaid:
            extended._take_in(*self._expect(invoice))
        return extended

    def forecast(
        self, features: Mapping[str, float], day: date, late_so_far: float | None = None
    ) -> Forecast:
        """Predict an invoice with these features on this day.

        :param late_so_far: days since the due date of an invoice known to be unpaid: a payment
            until then is ruled out. Unpaid beyond all experience, it is expected one spread
            later. None for one that is only just made.
        """
        self._fade(day)
        usual = self._model.general(features) + self.usual()
        disputed = usual + self._model.dispute_cost
        chance, spread = self.dispute_chance(features), self.spread()

        def beyond(days: float) -> float:
            agreed, contested = (_tail((days - mean) / spread) for mean in (usual, disputed))
            return (1 - chance) * agreed + chance * contested

        low, high = min(usual, disputed), max(usual, disputed)
        if late_so_far is None:
            return Forecast(_median(beyond, low, high), beyond(HALF_DAY), beyond(VERY_LATE_FROM))
        known = late_so_far - HALF_DAY
        left = beyond(known)
        if left < BEYOND_EXPERIENCE:
            late, very_late = float(known > 0), float(known > VERY_LATE)
            return Forecast(late_so_far + spread, late, very_late)

        def still(days: float) -> float:
            return 1.0 if days <= known else beyond(days) / left

        top = max(high, known) + FAR * spread
        return Forecast(_median(still, low, top), still(HALF_DAY), still(VERY_LATE_FROM))

    def usual(self) -> float:
        """Days by which this customer pays later than customers do in general."""
        return self._residuals / (self.count + self._model.habit_pull)

    def spread(self) -> float:
        """Standard deviation around the prediction."""
        model = self._model
        mean = self._residuals / self.count if self.count else 0.0
        own = max(self._squares - self.count * mean * mean, 0.0)
        variance = (own + model.spread_pull * model.spread**2) / (self.count + model.spread_pull)
        return math.sqrt(variance * (1 + 1 / (self.count + model.habit_pull)))

    def dispute_chance(self, features: Mapping[str, float]) -> float:
        """Chance that an invoice with these features is disputed."""
        model = self._model
        share = (self.disputed + model.dispute_pull * model.dispute_share) / (
            self.count + model.dispute_pull
        )
        if not 0.0 < share < 1.0:
            return share
        amount = features.get("amount", 0.0)
        usual_amount = (self._log_amounts + amount) / (self.count + 1)
        odds = math.log(share / (1 - share)) + model.dispute_amount * (amount - usual_amount)
        return 1 / (1 + math.exp(-odds))

    def _expect(self, invoice: Unpaid) -> tuple[float, Mapping[str, float], float, float]:
        """What to expect of an unpaid invoice: residual, features, chance of dispute, weight."""
        usual = self._model.general(invoice.features) + self.usual()
        chance, spread = self.dispute_chance(invoice.features), self.spread()
        known = min(invoice.late, LONGEST_SILENCE) - HALF_DAY
        agreed, contested = (
            (known - mean) / spread for mean in (usual, usual + self._model.dispute_cost)
        )
        parts = (1 - chance) * _tail(agreed), chance * _tail(contested)
        left = sum(parts)
        disputed = parts[1] / left if left else chance
        beyond = (1 - disputed) * _mean_beyond(agreed) + disputed * _mean_beyond(contested)
        return self.usual() + spread * beyond, invoice.features, disputed, 1 - left

    def _take_in(
        self, residual: float, features: Mapping[str, float], disputed: float, weight: float
    ) -> None:
        self.count += weight
        self.disputed += weight * disputed
        self._residuals += weight * residual
        self._squares += weight * residual * residual
        self._log_amounts += weight * features.get("amount", 0.0)

    def _fade(self, day: date) -> None:
        if self._as_of and day > self._as_of:
            factor = 0.5 ** ((day - self._as_of).days / self._model.half_life)
            self.count *= factor
            self.disputed *= factor
            self._residuals *= factor
            self._squares *= factor
            self._log_amounts *= factor
        self._as_of = max(day, self._as_of or day)


def _tail(z: float) -> float:
    """Part of a normal distribution beyond ``z`` standard deviations."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def _mean_beyond(z: float) -> float:
    """Mean of what lies beyond ``z`` in a normal distribution; far out it is ``z`` itself."""
    tail = _tail(z)
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / tail if tail > SMALL_TAIL else z


def _median(beyond: Callable[[float], float], low: float, high: float) -> float:
    """Where ``beyond`` falls below one half, between two bounds."""
    for _ in range(30):
        middle = (low + high) / 2
        if beyond(middle) > 0.5:
            low = middle
        else:
            high = middle
    return high
