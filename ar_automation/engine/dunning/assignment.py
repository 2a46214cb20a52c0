"""Which dunning policy a customer falls under.

Policies are asked in their order, and the first that accepts the customer is taken. A policy
accepts by its conditions: customers by name, tags, countries, risk classes, an overdue amount;
one that is left empty accepts everybody. Named customers come before all that::

    >>> strict = Rule(1, risk_classes=frozenset({"D", "E"}))
    >>> large = Rule(2, amount_from=Decimal(10_000))
    >>> choose_policy(Traits(7, risk_class="E", overdue=Decimal(20_000)), (strict, large))
    1
    >>> choose_policy(Traits(7, risk_class="A", overdue=Decimal(20_000)), (strict, large))
    2
    >>> choose_policy(Traits(7), (strict, large), default=9)
    9
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """The conditions of one policy; an empty one is always met.

    :ivar amount_from: least overdue amount, in company currency.
    """

    policy_id: int
    customers: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    countries: frozenset[int] = frozenset()
    risk_classes: frozenset[str] = frozenset()
    amount_from: Decimal = Decimal(0)

    @property
    def has_conditions(self) -> bool:
        """Whether the policy takes its own choice of customers."""
        conditions = (self.customers, self.tags, self.countries, self.risk_classes)
        return any(conditions) or self.amount_from > 0

    def accepts(self, customer: Traits) -> bool:
        """Whether the customer meets every condition."""
        return (
            (not self.customers or customer.id in self.customers)
            and (not self.tags or not self.tags.isdisjoint(customer.tags))
            and (not self.countries or customer.country in self.countries)
            and (not self.risk_classes or customer.risk_class in self.risk_classes)
            and customer.overdue >= self.amount_from
        )


@dataclass(frozen=True, slots=True)
class Traits:
    """What the conditions look at.

    :ivar country: identity of the country; zero when it is not known.
    :ivar risk_class: of the newest credit review; empty when there was none.
    :ivar overdue: overdue amount in company currency.
    """

    id: int
    tags: frozenset[int] = frozenset()
    country: int = 0
    risk_class: str = ""
    overdue: Decimal = Decimal(0)


def choose_policy(customer: Traits, rules: Iterable[Rule], *, default: int = 0) -> int:
    """Identity of the first policy that accepts the customer, else the default.

    A policy without conditions is taken by nobody but as the default: it would take all.
    """
    asked = [rule for rule in rules if rule.has_conditions]
    named = [rule for rule in asked if customer.id in rule.customers]
    for rule in (*named, *asked):
        if rule.accepts(customer):
            return rule.policy_id
    return default
