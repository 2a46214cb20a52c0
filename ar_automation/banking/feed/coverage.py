"""Which days a fetch asks for, and which days no fetch ever asked for.

A feed is *covered* up to the day of its last complete fetch. The next window begins some days
earlier, because banks book late and back-date, however long ago the last fetch was: an outage of a
month makes a window of a month, not a hole.

>>> next_window_start(date(2026, 1, 1), date(2026, 3, 20), 10)
datetime.date(2026, 3, 10)

Where somebody (or a bank that gives only so much history) began later, a hole is left:

>>> hole_before(date(2026, 3, 25), date(2026, 3, 20))
(datetime.date(2026, 3, 21), datetime.date(2026, 3, 24))
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from ..formats.statement import Balance

# Codes of booked balances: ISO 20022, Berlin Group, and what other providers call them. A
# closing balance proves a day, one of the running day proves this moment.
BOOKED_KINDS = ("CLBD", "closingBooked", "ITBD", "interimBooked", "booked", "current")


def next_window_start(first_day: date, covered_until: date | None, overlap_days: int) -> date:
    """Return the day from which the next fetch asks."""
    if covered_until is None:
        return first_day
    return max(first_day, covered_until - timedelta(days=overlap_days))


def hole_before(window_start: date, covered_until: date | None) -> tuple[date, date] | None:
    """Return first and last day that lie between what is covered and a window; None if none."""
    if covered_until is None or window_start <= covered_until + timedelta(days=1):
        return None
    return covered_until + timedelta(days=1), window_start - timedelta(days=1)


def remaining_hole(
    hole: tuple[date, date] | None, from_date: date, to_date: date
) -> tuple[date, date] | None:
    """Return what is left of a hole after a window was fetched."""
    if hole is None:
        return None
    start, end = hole
    if from_date <= start:
        start = max(start, to_date + timedelta(days=1))
    elif to_date >= end:
        end = min(end, from_date - timedelta(days=1))
    return (start, end) if start <= end else None


def booked_balance(balances: Iterable[Balance], currency: str) -> Balance | None:
    """Return the newest booked balance of the account, None if the bank states none."""
    booked = [
        balance
        for balance in balances
        if balance.kind in BOOKED_KINDS and balance.currency in ("", currency)
    ]
    return max(
        booked,
        key=lambda item: (item.balance_date or date.max, -BOOKED_KINDS.index(item.kind)),
        default=None,
    )


def balance_gap(bank: Decimal, opening: Decimal, lines: Decimal) -> Decimal:
    """Return what the books lack (positive) or have too much (negative) against the bank."""
    return bank - opening - lines
