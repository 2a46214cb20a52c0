"""The daily statements of an account, as banks that deliver files make them.

A statement is made once, in the night after its day, and never changes: it holds what was booked
on that day, late postings with their older booking date among them.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

from ..ledger import Account, Ledger, Shown, show
from .period import Period


def made_at(day: date) -> datetime:
    """Return the moment from which on the statement of a day can be fetched."""
    return datetime.combine(day + timedelta(days=1), time(1), timezone.utc)


def make_statements(ledger: Ledger, account: Account, now: datetime) -> Iterator[Period]:
    """Yield the statements that there are at a moment, oldest day first."""
    days: dict[date, list[Shown]] = {}
    for movement in ledger.movements(account.iban):
        day = movement.booked_at.date()
        shown = show(movement, made_at(day))
        if shown and shown.status == "booked" and made_at(day) <= now:
            days.setdefault(day, []).append(shown)
    opening = account.opening
    for day in sorted(days):
        lines = sorted(days[day], key=lambda line: (line.booking_date, line.movement.key))
        statement = Period(account, day, day, made_at(day), opening, tuple(lines))
        yield statement
        opening = statement.closing
