"""What a statement file tells: one account between two days, both included."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..ledger import Account, Ledger, Shown


@dataclass(frozen=True)
class Period:
    """The booked lines of an account from ``first`` to ``last`` day, as the bank knows them now."""

    account: Account
    first: date
    last: date
    made_at: datetime
    opening: Decimal
    lines: tuple[Shown, ...]

    @property
    def closing(self) -> Decimal:
        """The balance at the end of the last day."""
        return sum((line.amount for line in self.lines), self.opening)


def read_period(ledger: Ledger, iban: str, now: datetime, first: date, last: date) -> Period:
    """Return an account's period as the bank tells it at a moment."""
    lines = ledger.show(iban, now, from_date=first, to_date=last, status="booked")
    opening = ledger.balance(iban, now, first - timedelta(days=1))
    return Period(ledger.account(iban), first, last, now, opening, tuple(lines))
