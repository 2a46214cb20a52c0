"""What a customer owes in all, and which part of it a policy counts.

The exposure of a customer has five components. ``open`` is what was invoiced and is not
paid, ``draft`` what is about to be invoiced, ``orders`` what was promised and is not yet
invoiced, and ``credit`` (never positive) what the customer paid or got credited without it
being applied. ``overdue`` is the part of ``open`` that is past due: it is never added a
second time. All amounts are in the company's currency.

    >>> exposure = Exposure(open=Decimal(700), orders=Decimal(300), credit=Decimal(-150))
    >>> exposure.total(CountedComponents())
    Decimal('850')
    >>> exposure.total(CountedComponents(credit=False))
    Decimal('1000')
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CountedComponents:
    """Which components a policy adds up."""

    open: bool = True
    draft: bool = True
    orders: bool = True
    credit: bool = True


@dataclass(frozen=True, slots=True)
class Exposure:
    """Snapshot of what one customer owes one company.

    :ivar open: posted receivable items still owed, overdue included.
    :ivar overdue: the part of ``open`` past its due date.
    :ivar late: the part of ``overdue`` that is late by more days than the policy allows.
    :ivar draft: draft invoices less draft credit notes.
    :ivar orders: confirmed orders, as far as they are not yet invoiced.
    :ivar credit: unapplied payments and credit notes, never positive.
    :ivar oldest_overdue_days: days that the oldest overdue item is late; 0 if none is.
    """

    open: Decimal = ZERO
    overdue: Decimal = ZERO
    late: Decimal = ZERO
    draft: Decimal = ZERO
    orders: Decimal = ZERO
    credit: Decimal = ZERO
    oldest_overdue_days: int = 0

    def total(self, counted: CountedComponents) -> Decimal:
        """Sum of the components that count."""
        parts = (
            (self.open, counted.open),
            (self.draft, counted.draft),
            (self.orders, counted.orders),
            (self.credit, counted.credit),
        )
        return sum((amount for amount, counts in parts if counts), ZERO)
