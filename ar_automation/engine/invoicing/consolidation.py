"""Which orders go on which invoice today, and which wait for what.

Either each order gets its invoice as soon as it is ready, or orders are collected until the next
date of a calendar. An order that got ready before a date's cut-off belongs to that date, so that
a night in which nothing ran is made up: what belongs to a date that has passed is due, each date
on an invoice of its own. What comes to less than the minimum waits for the next date, but not
longer than the rule allows::

    >>> march = [OrderFacts(1, "PO 7", date(2026, 3, 3), Decimal(80)),
    ...          OrderFacts(2, "PO 7", date(2026, 3, 30), Decimal(40)),
    ...          OrderFacts(3, "PO 8", date(2026, 3, 30), Decimal(40))]
    >>> rule = ConsolidationRule(InvoiceCalendar(days=(31,)), minimum=Decimal(100), max_wait=2)
    >>> found = consolidate(march, rule, date(2026, 4, 2))
    >>> [(invoice.keys, str(invoice.on.day)) for invoice in found.invoices]
    [((1, 2), '2026-03-31')]
    >>> [(wait.key, wait.reason, str(wait.until)) for wait in found.waits]
    [(3, 'minimum', '2026-04-30')]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Literal

from .invoicing_dates import InvoiceCalendar, InvoicingDate, find_date, iter_dates

WaitReason = Literal["incomplete", "date", "minimum"]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order with something to invoice.

    :ivar key: the order.
    :ivar group: orders may share an invoice if their groups are equal.
    :ivar ready: since when it has something to invoice.
    :ivar amount: what there is to invoice, untaxed, in the company's currency.
    :ivar is_complete: False while it has to wait for the rest of its delivery.
    """

    key: int
    group: Hashable
    ready: date
    amount: Decimal
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class ConsolidationRule:
    """How the orders of a customer are invoiced.

    :ivar calendar: when orders are collected; None if each is invoiced for itself.
    :ivar minimum: a collective invoice of less waits, in the company's currency.
    :ivar max_wait: after so many dates it waits no longer.
    """

    calendar: InvoiceCalendar | None = None
    minimum: Decimal = Decimal(0)
    max_wait: int = 0


@dataclass(frozen=True, slots=True)
class InvoiceDecision:
    """Orders that share an invoice.

    :ivar on: the date for which it is made; None for an order by itself.
    :ivar is_below_minimum: it waited as long as it may.
    """

    keys: tuple[int, ...]
    amount: Decimal
    on: InvoicingDate | None = None
    is_below_minimum: bool = False


@dataclass(frozen=True, slots=True)
class WaitDecision:
    """An order that is not invoiced today.

    :ivar until: when it is decided again; None if that is not known.
    :ivar amount: what its invoice would come to so far.
    """

    key: int
    reason: WaitReason
    until: date | None = None
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Every order that was asked about is in exactly one of these."""

    invoices: tuple[InvoiceDecision, ...]
    waits: tuple[WaitDecision, ...]


def consolidate(
    orders: Iterable[OrderFacts],
    rule: ConsolidationRule,
    today: date,
    made: Set[date] = frozenset(),
) -> Consolidation:
    """Decide what becomes of the orders of one customer today.

    :param made: nominal dates for which the customer's collective invoices were made.
    """
    ready, waits = [], []
    for order in sorted(orders, key=lambda order: (order.ready, order.key)):
        if order.is_complete:
            ready.append(order)
        else:
            waits.append(WaitDecision(order.key, "incomplete", amount=order.amount))
    if rule.calendar is None:
        singles = tuple(InvoiceDecision((order.key,), order.amount) for order in ready)
        return Consolidation(singles, tuple(waits))
    invoices = []
    for members in _by_group(ready):
        group = _Group(rule, rule.calendar, today)
        group.collect(members, made)
        invoices += group.invoices
        waits += group.waits
    return Consolidation(tuple(invoices), tuple(waits))


def _by_group(orders: Sequence[OrderFacts]) -> Iterable[list[OrderFacts]]:
    groups: dict[Hashable, list[OrderFacts]] = defaultdict(list)
    for order in orders:
        groups[order.group].append(order)
    return groups.values()


class _Group:
    """Orders that may share an invoice, on their way through the dates."""

    def __init__(self, rule: ConsolidationRule, calendar: InvoiceCalendar, today: date) -> None:
        self.rule, self.calendar, self.today = rule, calendar, today
        self.invoices: list[InvoiceDecision] = []
        self.waits: list[WaitDecision] = []

    def collect(self, members: Sequence[OrderFacts], made: Set[date]) -> None:
        belonging: dict[date, list[OrderFacts]] = defaultdict(list)
        dates = [find_date(self.calendar, order.ready, made) for order in members]
        for order, on in zip(members, dates, strict=True):
            belonging[on.nominal].append(order)
            if on.day > self.today:
                self.waits.append(WaitDecision(order.key, "date", on.day, order.amount))
        first = min(on.nominal for on in dates)
        passed = takewhile(lambda on: on.day <= self.today, iter_dates(self.calendar, first))
        self._go_through(list(passed), belonging)

    def _go_through(
        self, passed: Sequence[InvoicingDate], belonging: dict[date, list[OrderFacts]]
    ) -> None:
        pool: list[OrderFacts] = []
        waited = 0
        for on in passed:
            waited = waited + 1 if pool else 0
            pool += belonging.get(on.nominal, [])
            if pool and self._is_enough(pool, waited):
                self._invoice(pool, on)
                pool = []
        if pool:
            self._keep_waiting(pool, passed[-1])

    def _is_enough(self, pool: Sequence[OrderFacts], waited: int) -> bool:
        """What is owed to the customer is given back at once."""
        total = _total(pool)
        return total < 0 or total >= self.rule.minimum or waited >= self.rule.max_wait

    def _invoice(self, pool: Sequence[OrderFacts], on: InvoicingDate) -> None:
        total = _total(pool)
        self.invoices.append(
            InvoiceDecision(
                tuple(order.key for order in pool), total, on, 0 <= total < self.rule.minimum
            )
        )

    def _keep_waiting(self, pool: Sequence[OrderFacts], last: InvoicingDate) -> None:
        coming = next(
            on for on in iter_dates(self.calendar, last.nominal) if on.nominal > last.nominal
        )
        total = _total(pool)
        self.waits += [WaitDecision(order.key, "minimum", coming.day, total) for order in pool]


def _total(orders: Iterable[OrderFacts]) -> Decimal:
    return sum((order.amount for order in orders), Decimal(0))
