"""Whether an order may be confirmed on credit.

A customer may owe up to the limit, and a tolerance above it. An order is held when it
would take the customer beyond that, or when the customer is late with too much already:

    >>> facts = OrderFacts(amount=Decimal(9000), exposure=Decimal(48200))
    >>> policy = CreditPolicy(limit=Decimal(50000))
    >>> decision = decide_order(facts, policy)
    >>> decision.verdict
    'hold'
    >>> decision.reasons[0].excess
    Decimal('7200')

An order that was released passes as long as it is for the same customer and not for more;
one that was rejected stays rejected as long as it is not changed. What was paid online
passes always. A limit of zero means that the customer has no limit.

A release may also stand for the customer for some days: until then its orders pass, late
or not, as long as it owes no more than the release accepted:

    >>> decide_order(facts, CreditPolicy(limit=Decimal(50000), ceiling=Decimal(57200))).verdict
    'pass'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Literal

from .exposure import ZERO

Verdict = Literal["pass", "hold", "rejected"]
Standing = Literal["new", "released", "rejected"]


@dataclass(frozen=True, slots=True)
class CreditPolicy:
    """What one customer may owe.

    :ivar limit: the customer's limit; zero means none.
    :ivar tolerance_amount: how far an order may go beyond the limit, as an amount.
    :ivar tolerance_percent: the same in percent of the limit; the larger of both counts.
    :ivar check_overdue: hold orders of customers who are late.
    :ivar overdue_days: days that an item may be overdue before it is late.
    :ivar overdue_amount: late amount up to which orders are not held.
    :ivar counts_orders: confirmed orders are part of the exposure.
    :ivar ceiling: what a release lets the customer owe for some days, whatever else holds;
        zero means that there is no such release.
    """

    limit: Decimal = ZERO
    tolerance_amount: Decimal = ZERO
    tolerance_percent: Decimal = ZERO
    check_overdue: bool = False
    overdue_days: int = 0
    overdue_amount: Decimal = ZERO
    counts_orders: bool = True
    ceiling: Decimal = ZERO

    @property
    def allowed(self) -> Decimal:
        """The most that the customer may owe, tolerance included."""
        by_percent = self.limit * self.tolerance_percent / 100
        return self.limit + max(self.tolerance_amount, by_percent)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order and its customer at the moment of the decision, in company currency.

    :ivar amount: what the order adds to the exposure, taxes included.
    :ivar exposure: what the customer owes already, as the policy counts it.
    :ivar late: overdue for longer than the policy allows.
    :ivar oldest_overdue_days: age of the oldest overdue item.
    :ivar standing: what was decided on this very order and amount before.
    """

    amount: Decimal
    exposure: Decimal
    late: Decimal = ZERO
    oldest_overdue_days: int = 0
    is_paid_online: bool = False
    standing: Standing = "new"


@dataclass(frozen=True, slots=True)
class OverLimit:
    """The order would take the customer beyond what is allowed."""

    code: ClassVar[str] = "over_limit"

    exposure: Decimal
    amount: Decimal
    limit: Decimal
    allowed: Decimal
    oldest_overdue_days: int

    @property
    def excess(self) -> Decimal:
        """By how much the limit, without its tolerance, is exceeded."""
        return self.exposure + self.amount - self.limit


@dataclass(frozen=True, slots=True)
class TooLate:
    """The customer is late with more than the policy allows."""

    code: ClassVar[str] = "too_late"

    late: Decimal
    allowed: Decimal
    allowed_days: int
    oldest_overdue_days: int


Reason = OverLimit | TooLate


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one order and its reasons, none for an order that passes."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


def decide_order(facts: OrderFacts, policy: CreditPolicy) -> Decision:
    """Decide one order.

    An order that adds nothing to the exposure passes.
    """
    if facts.standing == "rejected" and not facts.is_paid_online:
        return Decision("rejected")
    if facts.is_paid_online or facts.standing == "released" or facts.amount <= 0:
        return Decision("pass")
    if policy.ceiling and facts.exposure + facts.amount <= policy.ceiling:
        return Decision("pass")
    reasons = tuple(
        reason for reason in (_over_limit(facts, policy), _too_late(facts, policy)) if reason
    )
    return Decision("hold" if reasons else "pass", reasons)


def decide_orders(orders: Iterable[OrderFacts], policy: CreditPolicy) -> list[Decision]:
    """Decide several orders of one customer, one after the other.

    Each order that passes adds to the exposure that the next one meets:

        >>> order = OrderFacts(amount=Decimal(300), exposure=Decimal(0))
        >>> [d.verdict for d in decide_orders([order] * 4, CreditPolicy(limit=Decimal(1000)))]
        ['pass', 'pass', 'pass', 'hold']
    """
    added = ZERO
    decisions = []
    for order in orders:
        facts = replace(order, exposure=order.exposure + added)
        decision = decide_order(facts, policy)
        if decision.verdict == "pass" and policy.counts_orders:
            added += max(order.amount, ZERO)
        decisions.append(decision)
    return decisions


def _over_limit(facts: OrderFacts, policy: CreditPolicy) -> OverLimit | None:
    if not policy.limit or facts.exposure + facts.amount <= policy.allowed:
        return None
    return OverLimit(
        facts.exposure, facts.amount, policy.limit, policy.allowed, facts.oldest_overdue_days
    )


def _too_late(facts: OrderFacts, policy: CreditPolicy) -> TooLate | None:
    if not policy.check_overdue or facts.late <= policy.overdue_amount:
        return None
    return TooLate(
        facts.late, policy.overdue_amount, policy.overdue_days, facts.oldest_overdue_days
    )
