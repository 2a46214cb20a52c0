"""What is claimed for lateness: interest in instalments, fixed sums, minimum and cap.

Interest to a day is rounded once, and a claim is what that comes to less what was claimed
before. So many monthly claims come to the same as one at the end, to the cent::

    >>> claim_interest(Fraction(1, 3) * 31, Decimal(0), Decimal("0.01"))
    Decimal('10.33')
    >>> claim_interest(Fraction(1, 3) * 61, Decimal("10.33"), Decimal("0.01"))
    Decimal('10.00')

A *fixed sum* compensates for the costs of recovery: EUR 40 for each debt (Directive
2011/7/EU, art. 6), or by the debt's size in the United Kingdom (Late Payment of Commercial
Debts (Interest) Act 1998, s. 5A)::

    >>> uk = (Tier(Decimal(0), Decimal(40)), Tier(Decimal(1000), Decimal(70)),
    ...       Tier(Decimal(10000), Decimal(100)))
    >>> [find_fixed_sum(Decimal(debt), uk) for debt in ("999.99", "1000", "10000")]
    [Decimal('40'), Decimal('70'), Decimal('100')]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from .interest import round_half_up

Charging = Literal["memo", "debit_note", "on_payment"]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tier:
    """Debts of at least ``from_amount`` are compensated with ``amount``."""

    from_amount: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the interest on one debt.

    :ivar cap_percent: interest of one debt comes to so many percent of it at most; zero for no cap.
    """

    cap_percent: Decimal = ZERO

    def apply(self, interest: Fraction, debt: Decimal) -> Fraction:
        """The interest that may be claimed.

        >>> Limits(cap_percent=Decimal(10)).apply(Fraction(30), Decimal(200))
        Fraction(20, 1)
        """
        if not self.cap_percent:
            return interest
        return min(interest, Fraction(debt) * Fraction(self.cap_percent) / 100)


def claim_interest(to_date: Fraction, claimed: Decimal, unit: Decimal) -> Decimal:
    """What is still to be claimed of the interest to date; zero where too much was already.

    :param to_date: interest since the due date, exact.
    :param claimed: what earlier claims came to, waived ones included.
    :param unit: smallest unit of the currency.
    """
    return max(round_half_up(to_date, unit) - claimed, ZERO)


def find_fixed_sum(debt: Decimal, tiers: tuple[Tier, ...]) -> Decimal:
    """The fixed sum for a debt of that size; zero where the law knows none."""
    fitting = [tier for tier in tiers if tier.from_amount <= debt]
    return max(fitting, key=lambda tier: tier.from_amount).amount if fitting else ZERO


def is_within_grace(due_date: date, until: date, grace_days: int) -> bool:
    """Whether a debt is late by so few days that nothing is claimed.

    :param until: day of payment, or today while it is open.

    >>> is_within_grace(date(2026, 5, 1), date(2026, 5, 4), 3)
    True
    >>> is_within_grace(date(2026, 5, 1), date(2026, 5, 5), 3)
    False
    """
    return until <= due_date + timedelta(days=grace_days)


def last_chargeable_day(charging: Charging, today: date, paid_on: date | None) -> date | None:
    """Up to which day interest is charged now; None while it is only kept in mind.

    A debt that was paid is settled to the day of payment. While it is open, debit notes cover
    whole months that are over.

    >>> last_chargeable_day("debit_note", date(2026, 6, 10), None)
    datetime.date(2026, 5, 31)
    >>> last_chargeable_day("on_payment", date(2026, 6, 10), None) is None
    True
    >>> last_chargeable_day("on_payment", date(2026, 6, 10), date(2026, 6, 8))
    datetime.date(2026, 6, 8)
    """
    if charging == "memo":
        return None
    if paid_on:
        return paid_on
    return today.replace(day=1) - timedelta(days=1) if charging == "debit_note" else None
