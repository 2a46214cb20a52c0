"""How much a customer may owe, and by which reasons an order is held.

A customer may owe up to the limit, and a tolerance above it:

    >>> CreditPolicy(limit=Decimal(1000), tolerance_percent=Decimal(10)).allowed
    Decimal('1100')

An order is held when it would take the customer beyond that, or when the customer is late
with too much already. A limit of zero means that the customer has no limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from .exposure import ZERO


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
    """

    limit: Decimal = ZERO
    tolerance_amount: Decimal = ZERO
    tolerance_percent: Decimal = ZERO
    check_overdue: bool = False
    overdue_days: int = 0
    overdue_amount: Decimal = ZERO
    counts_orders: bool = True

    @property
    def allowed(self) -> Decimal:
        """The most that the customer may owe, tolerance included."""
        by_percent = self.limit * self.tolerance_percent / 100
        return self.limit + max(self.tolerance_amount, by_percent)


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
