"""The truth: accounts, the movements on them, and how the bank tells them in the course of time.

A :class:`Movement` is one payment with its life: announced (*pending*) at one moment, *booked* at
another, perhaps told differently later (*edits*), perhaps withdrawn. What a face sends is
a :class:`Shown`: that movement as the bank sees it at one moment.

>>> from datetime import timezone
>>> morning = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
>>> ledger = Ledger()
>>> ledger.open_account(Account("DE89370400440532013000", "EUR", Decimal("100.00")))
>>> ledger.add(Movement(
...     key="1", account="DE89370400440532013000", amount=Decimal("25.00"),
...     booking_date=morning.date(), booked_at=morning + timedelta(hours=4),
...     pending_at=morning, pending_id="announced-1",
... ))
>>> [(line.status, line.identifier) for line in ledger.show("DE89370400440532013000", morning)]
[('pending', 'announced-1')]
>>> noon = morning + timedelta(hours=4)
>>> [(line.status, line.identifier) for line in ledger.show("DE89370400440532013000", noon)]
[('booked', '1')]
>>> ledger.balance("DE89370400440532013000", noon)
Decimal('125.00')
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

Status = Literal["booked", "pending"]


@dataclass(frozen=True)
class Party:
    """Who is on the other side."""

    name: str = ""
    account: str = ""
    bic: str = ""


@dataclass(frozen=True)
class Account:
    """An account of the bank's customer; ``opening`` is what it held before any movement."""

    iban: str
    currency: str
    opening: Decimal = Decimal("0.00")
    owner: str = "Nordwind Components GmbH"
    name: str = "Current account"
    bic: str = "SIMUDEFFXXX"


@dataclass(frozen=True)
class Edit:
    """From ``at`` on the bank tells this text or amount (None: as before)."""

    at: datetime
    text: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Movement:
    """One payment and its life at the bank; ``amount`` is signed from the owner's view.

    ``key`` is its name in the truth and the bank's name of it once booked. ``pending_id`` is how
    the bank calls it while it is pending (empty: by the same name). ``code`` is the ISO 20022 bank
    transaction code (domain, family, sub-family). ``reference`` is a structured one (RF...).
    ``return_code`` marks a return and says why (AC04, MD06, ...).
    """

    key: str
    account: str
    amount: Decimal
    booking_date: date
    booked_at: datetime
    value_date: date | None = None
    party: Party = Party()
    text: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    code: tuple[str, str, str] = ("PMNT", "RCDT", "ESCT")
    return_code: str = ""
    pending_at: datetime | None = None
    pending_id: str = ""
    edits: tuple[Edit, ...] = ()
    removed_at: datetime | None = None

    def moments(self) -> list[datetime]:
        """Return when the bank's story of it changes, in order."""
        lasting = [self.pending_at, self.booked_at, *(edit.at for edit in self.edits)]
        known = [moment for moment in lasting if moment is not None]
        if self.removed_at is not None:
            known = [moment for moment in known if moment < self.removed_at] + [self.removed_at]
        return sorted(known)


@dataclass(frozen=True)
class Shown:
    """A movement as the bank tells it at one moment.

    ``identifier`` is what the bank calls it in this status; ``pending_id`` the name it had
    while it was pending, if that was another one.
    """

    movement: Movement
    status: Status
    identifier: str
    amount: Decimal
    text: str
    changed_at: datetime

    @property
    def is_credit(self) -> bool:
        """Whether money comes in."""
        return self.amount >= 0

    @property
    def booking_date(self) -> date:
        """The booking day; of a pending movement the day on which it was announced."""
        if self.status == "pending" and self.movement.pending_at:
            return self.movement.pending_at.date()
        return self.movement.booking_date

    @property
    def value_date(self) -> date:
        """The value date, the booking day if the movement has none of its own."""
        return self.movement.value_date or self.movement.booking_date

    @property
    def pending_id(self) -> str:
        """The former name, empty if it never had another one."""
        changed = self.movement.pending_at is not None and bool(self.movement.pending_id)
        return self.movement.pending_id if changed and self.status == "booked" else ""


@dataclass(frozen=True)
class Change:
    """Something that happened to the story of an account (for feeds that tell changes)."""

    at: datetime
    kind: Literal["added", "modified", "removed"]
    identifier: str
    shown: Shown | None


def show(movement: Movement, now: datetime) -> Shown | None:
    """Return a movement as the bank tells it at a moment; None if it does not."""
    if movement.removed_at is not None and now >= movement.removed_at:
        return None
    status: Status
    if now >= movement.booked_at:
        status, since, identifier = "booked", movement.booked_at, movement.key
    elif movement.pending_at is not None and now >= movement.pending_at:
        status, since = "pending", movement.pending_at
        identifier = movement.pending_id or movement.key
    else:
        return None
    amount, text = movement.amount, movement.text
    for edit in movement.edits:
        if edit.at <= now:
            since = max(since, edit.at)
            amount = amount if edit.amount is None else edit.amount
            text = text if edit.text is None else edit.text
    return Shown(movement, status, identifier, amount, text, since)


def find_changes(movement: Movement) -> Iterator[Change]:
    """Yield what a listener hears of a movement, in order of time.

    A pending movement that is booked under another name is removed and added at once.
    """
    last: Shown | None = None
    for moment in movement.moments():
        current = show(movement, moment)
        if current and last and current.identifier == last.identifier:
            yield Change(moment, "modified", current.identifier, current)
        else:
            if current:
                yield Change(moment, "added", current.identifier, current)
            if last:
                yield Change(moment, "removed", last.identifier, None)
        last = current


@dataclass
class _Book:
    """One account with its movements by key, in the order in which they became known."""

    account: Account
    movements: dict[str, Movement] = field(default_factory=dict)
    # What was shown last, and when: a client reads page after page at one moment.
    shown_at: datetime | None = None
    shown: list[Shown] = field(default_factory=list)

    def show(self, now: datetime) -> list[Shown]:
        """Return all that the bank shows at a moment, oldest booking day first."""
        if self.shown_at != now:
            lines = (show(movement, now) for movement in self.movements.values())
            self.shown = sorted(
                (line for line in lines if line),
                key=lambda line: (line.booking_date, line.movement.key),
            )
            self.shown_at = now
        return self.shown


class Ledger:
    """All accounts of one bank; safe to read and to change from several threads.

    ``version`` counts what was changed from outside.
    """

    def __init__(self) -> None:
        self.version = 0
        self._lock = threading.RLock()
        self._books: dict[str, _Book] = {}

    def open_account(self, account: Account) -> None:
        """Add an account.

        :raise ValueError: if there is one with this IBAN
        """
        with self._lock:
            if account.iban in self._books:
                raise ValueError(f"There is an account {account.iban} already.")
            self._books[account.iban] = _Book(account)

    def accounts(self) -> list[Account]:
        """Return the accounts in the order in which they were opened."""
        with self._lock:
            return [book.account for book in self._books.values()]

    def account(self, iban: str) -> Account:
        """Return the account of an IBAN.

        :raise KeyError: if there is none
        """
        with self._lock:
            return self._books[iban].account

    def add(self, *movements: Movement) -> None:
        """Add movements, or put them in the place of those with the same key."""
        with self._lock:
            for movement in movements:
                book = self._books[movement.account]
                book.movements[movement.key] = movement
                book.shown_at = None
            self.version += 1

    def change(self, iban: str, key: str, **values: object) -> Movement:
        """Change a movement's life (``removed_at=``, ``edits=``, ...) and return it.

        :raise KeyError: if there is no such movement
        """
        with self._lock:
            movements = self._books[iban].movements
            movement = replace(movements[key], **values)  # type: ignore[arg-type]
            self.add(movement)
            return movement

    def movements(self, iban: str) -> list[Movement]:
        """Return all movements of an account, whatever the bank shows of them."""
        with self._lock:
            return list(self._books[iban].movements.values())

    def show(
        self,
        iban: str,
        now: datetime,
        *,
        from_date: date | None = None,
        to_date: date | None = None,
        status: Status | None = None,
    ) -> list[Shown]:
        """Return what the bank shows at a moment, oldest booking day first.

        Both days are included and mean the booking day.
        """
        first, last = from_date or date.min, to_date or date.max
        with self._lock:
            lines = self._books[iban].show(now)
        return [
            line
            for line in lines
            if first <= line.booking_date <= last and status in (None, line.status)
        ]

    def balance(self, iban: str, now: datetime, day: date | None = None) -> Decimal:
        """Return the booked balance at a moment: at the end of ``day``, or of all days."""
        lines = self.show(iban, now, to_date=day, status="booked")
        return sum((line.amount for line in lines), self.account(iban).opening)

    def changes(self, iban: str, now: datetime) -> list[Change]:
        """Return all that a listener has heard until a moment, in order."""
        found = [
            change
            for movement in self.movements(iban)
            for change in find_changes(movement)
            if change.at <= now
        ]
        return sorted(found, key=lambda change: (change.at, change.identifier))


def days_of(first: date, last: date) -> Iterable[date]:
    """Return every day from the first to the last one, both included."""
    return (first + timedelta(days=step) for step in range((last - first).days + 1))
