"""Whether orders may be confirmed on credit, one after the other.

Each order that passes adds to the exposure that the next one of the same customer, or of
the same credit group, meets:

    >>> from .check import LimitLevel
    >>> from .order_decision import CreditPolicy
    >>> level = LimitLevel(exposure=Decimal(0), limit=Decimal(1000))
    >>> rules = CheckRules(CreditPolicy(counts_orders=True))
    >>> order = OrderTurn(1, CheckFacts(amount=Decimal(300), levels=(level,)), rules)
    >>> [decision.verdict for decision in decide_in_turn([order] * 4)]
    ['pass', 'pass', 'pass', 'hold']

An order that was released passes as long as it is for the same customer and not for more;
one that was rejected stays rejected as long as it is not changed. What was paid before
passes always. A release may also stand for the customer for some days: until then its
orders pass, late or not, as long as it owes no more than the release accepted:

    >>> [d.verdict for d in decide_in_turn([replace(order, ceiling=Decimal(1200))] * 4)][-1]
    'pass'
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from .check import CheckFacts, CheckReason, CheckRules, check_credit
from .exposure import ZERO

Verdict = Literal["pass", "warn", "hold", "rejected"]
Standing = Literal["new", "released", "rejected"]


@dataclass(frozen=True, slots=True)
class OrderTurn:
    """One order whose turn it is.

    :ivar customer: id of who owes.
    :ivar facts: as the customer stands before any of these orders.
    :ivar standing: what was decided on this very order and amount before.
    :ivar ceiling: what a release lets the customer owe for some days; zero means none.
    """

    customer: int
    facts: CheckFacts
    rules: CheckRules
    standing: Standing = "new"
    ceiling: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OrderDecision:
    """The verdict on one order, its reasons, and the customer's exposure that it met."""

    verdict: Verdict
    reasons: tuple[CheckReason, ...]
    exposure: Decimal


def decide_in_turn(turns: Iterable[OrderTurn]) -> list[OrderDecision]:
    """Decide orders in the order in which they are given."""
    added: defaultdict[int | str, Decimal] = defaultdict(Decimal)
    decisions = []
    for turn in turns:
        keys = [level.group or turn.customer for level in turn.facts.levels]
        levels = tuple(
            replace(level, exposure=level.exposure + added[key])
            for key, level in zip(keys, turn.facts.levels, strict=True)
        )
        decision = _decide(replace(turn, facts=replace(turn.facts, levels=levels)))
        decisions.append(decision)
        if decision.verdict in ("pass", "warn") and turn.rules.policy.counts_orders:
            for key in keys:
                added[key] += max(turn.facts.amount, ZERO)
    return decisions


def _decide(turn: OrderTurn) -> OrderDecision:
    facts = turn.facts
    exposure = facts.levels[0].exposure if facts.levels else ZERO
    if turn.standing == "rejected" and not facts.is_prepaid:
        return OrderDecision("rejected", (), exposure)
    is_cleared = bool(turn.ceiling) and exposure + facts.amount <= turn.ceiling
    if turn.standing == "released" or is_cleared:
        return OrderDecision("pass", (), exposure)
    found = check_credit(facts, turn.rules)
    return OrderDecision(found.decision, found.reasons, exposure)
