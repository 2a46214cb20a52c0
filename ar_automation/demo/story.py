"""A year of a customer's orders and payments, decided without a database.

What a customer does follows from its behaviour (``catalogue``): a prompt payer
pays around the due date and takes a discount that is offered; a slow one pays
weeks later; a short payer deducts something now and then; a disputing one
leaves some invoices unpaid; a silent one stopped paying; a growing one orders
more every month; a dormant one has stopped ordering.

>>> from .customers import generate_customers
>>> customer = generate_customers("x")[0]
>>> orders = plan_orders(customer, date(2026, 6, 30), "x")
>>> orders == plan_orders(customer, date(2026, 6, 30), "x")
True
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from .catalogue import BEHAVIOURS, PRODUCTS, Behaviour
from .customers import Customer
from .scene import roll

YEAR = 365
CENT = Decimal("0.01")
# Twins: every customer of this behaviour and size has two open invoices of one amount.
TWIN_BEHAVIOUR = "growing"


@dataclass(frozen=True)
class Order:
    """What a customer ordered on a day: pairs of product code and quantity."""

    customer: str
    ordered: date
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Invoice:
    """What a customer knows of an invoice that it received.

    :param total: what is still owed
    :param partly_paid: whether something was paid already
    """

    number: str
    issued: date
    due: date
    total: Decimal
    discount_until: date | None = None
    discounted: Decimal = Decimal(0)
    partly_paid: bool = False


@dataclass(frozen=True)
class Payment:
    """A payment as the bank books it, in the currency of its invoices.

    :param discount: early-payment discount that the customer took
    """

    customer: str
    booked: date
    amount: Decimal
    invoices: tuple[str, ...]
    discount: Decimal = Decimal(0)
    direct_debit: bool = False


def next_working_day(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def plan_orders(customer: Customer, today: date, seed: str, *, pace: float = 1.0) -> list[Order]:
    """Return what a customer ordered in the year before ``today``.

    :param pace: multiplies the number of orders, for a smaller company in tests
    """
    rng = roll(f"{seed}:orders:{customer.key}")
    habits = BEHAVIOURS[customer.behaviour]
    last = today - timedelta(days=habits.dormant_days or 1)
    orders = []
    day = today - timedelta(days=YEAR)
    while (day := _next_order_day(day, today, habits, pace, rng)) <= last:
        orders.append(Order(customer.key, _previous_working_day(day), _choose_lines(customer, rng)))
    if customer.behaviour == TWIN_BEHAVIOUR:
        orders += _plan_twins(customer, today, rng)
    return sorted(orders, key=lambda order: order.ordered)


def _next_order_day(day: date, today: date, habits: Behaviour, pace: float, rng: Random) -> date:
    progress = 1 - (today - day).days / YEAR
    season = 1 + (habits.growth - 1) * progress
    average = 30 / (habits.per_month * pace * season * 2 / (1 + habits.growth))
    return day + timedelta(days=max(1, round(rng.uniform(0.35, 1.65) * average)))


def _previous_working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _choose_lines(customer: Customer, rng: Random) -> tuple[tuple[str, int], ...]:
    products = rng.sample(PRODUCTS, rng.choice((1, 2, 2, 3)))
    return tuple(
        (product.code, rng.randint(1, product.most) * customer.size) for product in products
    )


def _plan_twins(customer: Customer, today: date, rng: Random) -> list[Order]:
    """Two orders alike, so that one payment without a reference may mean either."""
    lines = _choose_lines(customer, rng)
    return [
        Order(customer.key, _previous_working_day(today - timedelta(days=days)), lines)
        for days in (19, 12)
    ]


def plan_payments(
    customer: Customer, invoices: Iterable[Invoice], today: date, seed: str
) -> list[Payment]:
    """Return the payments of a customer that were booked before ``today``.

    What was not paid by then stays open; invoices that fell due together are
    often paid together.
    """
    rng = roll(f"{seed}:payments:{customer.key}")
    habits = BEHAVIOURS[customer.behaviour]
    silent_since = today - timedelta(days=habits.silent_days)
    batches: dict[date, list[tuple[Invoice, bool]]] = {}
    for invoice in sorted(invoices, key=lambda item: (item.due, item.number)):
        pays, early = rng.random() >= habits.withheld, rng.random() < 0.7
        booked, discounted = _decide_day(customer, invoice, early=early, rng=rng)
        if pays and booked < min(today, silent_since):
            batches.setdefault(booked, []).append((invoice, discounted))
    return [
        _make_payment(customer, booked, batch, habits, rng)
        for booked, batch in sorted(_join_batches(batches, customer, rng).items())
    ]


def _decide_day(
    customer: Customer, invoice: Invoice, *, early: bool, rng: Random
) -> tuple[date, bool]:
    habits = BEHAVIOURS[customer.behaviour]
    delay = rng.randint(habits.earliest, habits.latest)
    if customer.direct_debit:
        return next_working_day(invoice.due), False
    if invoice.discount_until and early and habits.latest < 30:
        day = _previous_working_day(invoice.discount_until - timedelta(days=rng.randint(0, 3)))
        return max(day, invoice.issued), True
    return next_working_day(invoice.due + timedelta(days=delay)), False


def _join_batches(
    batches: dict[date, list[tuple[Invoice, bool]]], customer: Customer, rng: Random
) -> dict[date, list[tuple[Invoice, bool]]]:
    """Let a customer pay with one transfer what it would have paid within a few days."""
    joined: dict[date, list[tuple[Invoice, bool]]] = {}
    previous: date | None = None
    for booked, batch in sorted(batches.items()):
        together = previous and (booked - previous).days <= 5 and rng.random() < 0.6
        plain = not any(discounted for _, discounted in batch)
        if together and plain and previous and not customer.direct_debit:
            joined[booked] = joined.pop(previous) + batch
        else:
            joined[booked] = list(batch)
        previous = booked
    return joined


def _make_payment(
    customer: Customer,
    booked: date,
    batch: list[tuple[Invoice, bool]],
    habits: Behaviour,
    rng: Random,
) -> Payment:
    discount = sum(
        (i.total - i.discounted for i, taken in batch if taken and booked <= i.discount_until),
        Decimal(0),
    )
    amount = sum((invoice.total for invoice, _ in batch), Decimal(0)) - discount
    if rng.random() < habits.deduction:
        amount -= _decide_deduction(amount, rng)
    return Payment(
        customer=customer.key,
        booked=booked,
        amount=amount,
        invoices=tuple(invoice.number for invoice, _ in batch),
        discount=discount,
        direct_debit=customer.direct_debit,
    )


def _decide_deduction(amount: Decimal, rng: Random) -> Decimal:
    """Freight, or a share that the customer claims for damage."""
    share = (amount * Decimal(rng.choice(("0.01", "0.02", "0.05")))).quantize(CENT, ROUND_HALF_UP)
    return rng.choice((Decimal("39.00"), share)) if amount > 400 else Decimal("12.50")
