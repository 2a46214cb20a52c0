"""Which collector a customer belongs to, and who stands in when that one is absent.

Rules are asked in their order, and the first that accepts the customer is taken. Whoever no rule
accepts belongs to nobody, and is shown to the supervisors::

    >>> large = CollectorRule(7, amount_from=Decimal(10_000))
    >>> letters = CollectorRule(8, first_letter="A", last_letter="k")
    >>> choose_collector(Debtor("Zeppelin", overdue=Decimal(12_000)), (large, letters))
    7
    >>> choose_collector(Debtor("Émile & Co"), (large, letters))
    8
    >>> choose_collector(Debtor("Zeppelin"), (large, letters)) is None
    True

Absent collectors are covered by their substitute; a substitute who is absent too by theirs. A
circle of absent people leaves the work where it was::

    >>> away = [Absence(8, date(2026, 7, 1), date(2026, 7, 14), substitute_id=9)]
    >>> find_cover(8, away, date(2026, 7, 14)), find_cover(8, away, date(2026, 7, 15))
    (9, 8)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Debtor:
    """What the rules look at.

    :ivar country: identity of the country; zero when it is not known.
    :ivar risk_class: of the newest credit review; empty when there was none.
    :ivar overdue: overdue amount in company currency.
    """

    name: str
    tags: frozenset[int] = frozenset()
    country: int = 0
    risk_class: str = ""
    overdue: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CollectorRule:
    """The conditions of one rule; an empty one is always met.

    :ivar amount_from: least overdue amount, in company currency.
    :ivar amount_below: overdue amounts from here on are not meant; zero for no end.
    :ivar first_letter: the customer's name starts with this letter or a later one.
    :ivar last_letter: the customer's name starts with this letter or an earlier one.
    """

    collector_id: int
    tags: frozenset[int] = frozenset()
    countries: frozenset[int] = frozenset()
    risk_classes: frozenset[str] = frozenset()
    amount_from: Decimal = Decimal(0)
    amount_below: Decimal = Decimal(0)
    first_letter: str = ""
    last_letter: str = ""

    def accepts(self, debtor: Debtor) -> bool:
        """Whether a customer meets every condition."""
        return (
            (not self.tags or not self.tags.isdisjoint(debtor.tags))
            and (not self.countries or debtor.country in self.countries)
            and (not self.risk_classes or debtor.risk_class in self.risk_classes)
            and debtor.overdue >= self.amount_from
            and (not self.amount_below or debtor.overdue < self.amount_below)
            and self._accepts_name(debtor.name)
        )

    def _accepts_name(self, name: str) -> bool:
        if not self.first_letter and not self.last_letter:
            return True
        start = fold(name)
        if not start:
            return False
        last = fold(self.last_letter)
        return start >= fold(self.first_letter) and (not last or start[: len(last)] <= last)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a collector is away, both included, and who takes over."""

    collector_id: int
    first: date
    last: date
    substitute_id: int


def fold(name: str) -> str:
    """A name as one looks it up in a telephone book: without case, accents and signs in front."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def choose_collector(debtor: Debtor, rules: Iterable[CollectorRule]) -> int | None:
    """The collector of the first rule that accepts a customer; None where none does."""
    for rule in rules:
        if rule.accepts(debtor):
            return rule.collector_id
    return None


def find_cover(collector_id: int, absences: Iterable[Absence], day: date) -> int:
    """Who does a collector's work on a day; of two absences at once the first counts."""
    away: dict[int, int] = {}
    for absence in absences:
        if absence.first <= day <= absence.last:
            away.setdefault(absence.collector_id, absence.substitute_id)
    seen, current = {collector_id}, collector_id
    while current in away:
        current = away[current]
        if current in seen:
            return collector_id
        seen.add(current)
    return current
