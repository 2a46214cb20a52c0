"""Finds whose money a payment is, and says by what.

The kinds, strongest first: *account* (the account belongs to this customer alone), *learnt*
(paid for this customer before), *number* (the text quotes the customer's number or VAT number),
*name*, *shared account*, *parent* (pays for its subsidiary), *similar name*::

    >>> people = Directory([Customer(1, ("Müller GmbH",)),
    ...                     Customer(2, ("Nordwind AG",), payer_of=(3,))])
    >>> def who(**facts):
    ...     from decimal import Decimal
    ...     return people.identify(Payment(1, Decimal(5), "EUR", (), **facts))
    >>> who(payer_name="MUELLER GMBH")
    {1: 'name'}
    >>> who(payer_ids=frozenset({2}))
    {2: 'account', 3: 'parent'}
    >>> who(payer_name="Someone else")
    {}
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from ..facts import Customer, Payment
from ..references.numbers import is_telling
from ..text import normalise_key
from .names import SIMILAR, normalise_name, similarity

PayerKind = Literal["account", "learnt", "number", "name", "shared", "parent", "similar"]
KINDS: tuple[PayerKind, ...] = (
    "account",
    "learnt",
    "number",
    "name",
    "shared",
    "parent",
    "similar",
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
# Words that more customers share than this do not lead to anyone.
MOST_OF_ONE_WORD = 40
MOST_SIMILAR = 3


class Directory:
    """The customers, found by name and number."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self.by_name: dict[str, set[int]] = defaultdict(set)
        self.by_word: dict[str, set[str]] = defaultdict(set)
        self.by_number: dict[str, set[int]] = defaultdict(set)
        self.payer_of: dict[int, tuple[int, ...]] = {}
        self._similar: dict[str, list[int]] = {}
        for customer in customers:
            self._add(customer)

    def _add(self, customer: Customer) -> None:
        for name in customer.names:
            normal = normalise_name(name)
            if normal:
                self.by_name[normal].add(customer.customer_id)
                for word in normal.split():
                    self.by_word[word[:5]].add(normal)
        for number in customer.numbers:
            key = normalise_key(number)
            if is_telling(key):
                self.by_number[key].add(customer.customer_id)
        if customer.payer_of:
            self.payer_of[customer.customer_id] = customer.payer_of

    def identify(self, payment: Payment) -> dict[int, PayerKind]:
        """Return the customers that may have paid, each with the strongest thing that says so."""
        found: dict[int, PayerKind] = {}
        account: PayerKind = "account" if len(payment.payer_ids) == 1 else "shared"
        self._note(found, payment.payer_ids, account)
        self._note(found, payment.alias_ids, "learnt" if len(payment.alias_ids) == 1 else "shared")
        if self.by_number and not found:
            self._note(found, self._quoted(payment), "number")
        self._by_name(found, payment.payer_name)
        for customer in tuple(found):
            self._note(found, self.payer_of.get(customer, ()), "parent")
        return found

    @staticmethod
    def _note(found: dict[int, PayerKind], customers: Iterable[int], kind: PayerKind) -> None:
        for customer in sorted(customers):
            if customer not in found or RANK[kind] < RANK[found[customer]]:
                found[customer] = kind

    def _quoted(self, payment: Payment) -> set[int]:
        keys = payment.named_keys() & self.by_number.keys()
        return set().union(*(self.by_number[key] for key in keys))

    def _by_name(self, found: dict[int, PayerKind], name: str) -> None:
        """A name says who among those that share an account, or who at all."""
        normal = normalise_name(name) if name else ""
        if not normal:
            return
        equal = self.by_name.get(normal, set())
        if equal & found.keys():
            for customer in equal & found.keys():
                if found[customer] == "shared":
                    found[customer] = "account" if len(equal) == 1 else "shared"
            return
        if any(kind in ("account", "learnt") for kind in found.values()):
            return
        if equal:
            self._note(found, equal, "name")
        else:
            self._note(found, self._similar_to(normal), "similar")

    def _similar_to(self, normal: str) -> list[int]:
        if normal not in self._similar:
            self._similar[normal] = self._search_similar(normal)
        return self._similar[normal]

    def _search_similar(self, normal: str) -> list[int]:
        names: set[str] = set()
        for word in normal.split():
            alike = self.by_word.get(word[:5], ())
            if len(alike) <= MOST_OF_ONE_WORD:
                names.update(alike)
        rated = sorted(((similarity(normal, name), name) for name in names), reverse=True)
        close = [name for rating, name in rated[:MOST_SIMILAR] if rating >= SIMILAR]
        return sorted({customer for name in close for customer in self.by_name[name]})


@lru_cache(maxsize=2)
def directory_of(customers: tuple[Customer, ...]) -> Directory:
    """Return the directory of just these customers, not to be changed.

    The batches of a run have the same customers, whose names would be indexed anew for each.
    Customers of whom anything changed are unequal to what they were, so that nothing gets old.

    >>> people = (Customer(1, ("Alder Ltd",)),)
    >>> directory_of(people) is directory_of((Customer(1, ("Alder Ltd",)),))
    True
    >>> directory_of(people) is directory_of((Customer(1, ("Alder and Birch Ltd",)),))
    False
    """
    return Directory(customers)
