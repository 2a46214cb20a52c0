"""What should worry a credit manager before a limit or a due date says so.

A signal states one fact, and the fact has a key: the invoice that is later than this customer's
invoices ever are, the month in which orders jumped, the insurance that ends. A fact is told
once, whatever night it is found in.

    >>> facts = WarningFacts(customer=7, first_late=True, punctual_before=12)
    >>> [(signal.code, signal.key) for signal in find_signals(facts)]
    [('first_late', 'first_late')]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

SLOW_SPREADS = 2.0  # about one invoice in forty is later by chance
MIN_PAID = 5
SPIKE = 3.0
MIN_ORDERS = 3
MIN_GROUP = 2


@dataclass(frozen=True, slots=True)
class OpenLate:
    """An overdue invoice of a customer who has a habit.

    :ivar late: days past its due date.
    :ivar usual: days late at which the customer usually pays.
    :ivar spread: standard deviation around it.
    """

    invoice: int
    name: str
    late: int
    usual: float
    spread: float


@dataclass(frozen=True, slots=True)
class Ending:
    """An insurance or guarantee that runs out soon."""

    instrument: int
    name: str
    until: date


@dataclass(frozen=True, slots=True)
class WarningFacts:
    """What is known of one customer tonight.

    :ivar first_late: it has an overdue invoice and never paid one late before.
    :ivar punctual_before: invoices paid in time before that.
    :ivar paid_count: paid invoices that its habit rests on.
    :ivar orders_recent: amount ordered in the last 30 days.
    :ivar orders_usual: amount ordered per 30 days in the 180 days before.
    :ivar order_count: orders in these 180 days.
    :ivar month: the business day's month, as ``2026-03``.
    :ivar group: the credit group, and ``group_late`` the ids of its late customers.
    """

    customer: int
    first_late: bool = False
    punctual_before: int = 0
    paid_count: int = 0
    late: tuple[OpenLate, ...] = ()
    orders_recent: float = 0.0
    orders_usual: float = 0.0
    order_count: int = 0
    month: str = ""
    group: int = 0
    group_late: tuple[int, ...] = ()
    ending: tuple[Ending, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact that is told once.

    :ivar code: kind of signal, for people's wording.
    :ivar key: names the fact among those of the customer.
    :ivar values: the numbers behind it.
    """

    code: str
    key: str
    values: tuple[object, ...] = ()


def find_signals(facts: WarningFacts) -> Iterator[Signal]:
    """All that is worth a warning tonight, told before or not."""
    if facts.first_late and facts.punctual_before >= MIN_ORDERS:
        yield Signal("first_late", "first_late", (facts.punctual_before,))
    elif facts.paid_count >= MIN_PAID:
        yield from _find_slow(facts)
    if _is_spike(facts):
        amounts = (facts.orders_recent, facts.orders_usual)
        yield Signal("order_spike", f"order_spike:{facts.month}", amounts)
    if facts.group and len(facts.group_late) >= MIN_GROUP and facts.customer in facts.group_late:
        ids = ",".join(map(str, sorted(facts.group_late)))
        yield Signal("group_late", f"group_late:{facts.group}:{ids}", (len(facts.group_late),))
    for ending in facts.ending:
        key = f"cover_ending:{ending.instrument}:{ending.until}"
        yield Signal("cover_ending", key, (ending.name, ending.until))


def _find_slow(facts: WarningFacts) -> Iterator[Signal]:
    for item in facts.late:
        if item.late > item.usual + SLOW_SPREADS * item.spread:
            values = (item.name, item.late, round(item.usual))
            yield Signal("slower", f"slower:{item.invoice}", values)


def _is_spike(facts: WarningFacts) -> bool:
    return (
        facts.order_count >= MIN_ORDERS
        and facts.orders_usual > 0
        and facts.orders_recent > SPIKE * facts.orders_usual
    )
