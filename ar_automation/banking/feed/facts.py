"""What is known of a journal, and what a page of a feed may change in it.

A *line* is a booked transaction in the books. A *note* is something that the bank told and that is
no line: announced (pending), or held back because its day is locked.

>>> from decimal import Decimal
>>> fee = Transaction(Decimal("-1.50"), "EUR", date(2026, 3, 2))
>>> describe(fee).amount
Decimal('-1.50')
>>> fingerprint(fee) == fingerprint(replace(fee, status="pending", entry_number=7))
True
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from ..connectors.contract import FeedLine
from ..formats.statement import Transaction

NoteKind = Literal["announced", "held"]
ConflictKind = Literal["changed", "withdrawn", "locked"]


@dataclass(frozen=True, slots=True)
class Description:
    """By what two reports of one payment are compared, whoever made them."""

    day: date
    amount: Decimal
    account: str = ""
    name: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of the journal.

    ``provider_id`` and ``fingerprint`` are what the feed at hand calls it and said last of it.
    ``is_settled``: reconciled, locked or sealed, so that nothing may change it any more.
    ``is_attested``: another source (a statement file) tells of it as well.
    """

    line_id: int
    description: Description
    provider_id: str = ""
    fingerprint: str = ""
    is_settled: bool = False
    is_attested: bool = False


@dataclass(frozen=True, slots=True)
class KnownNote:
    """Something announced or held back earlier."""

    note_id: int
    kind: NoteKind
    description: Description
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """All that matters for one page: lines of its days or names, notes, locked days."""

    lines: tuple[KnownLine, ...] = ()
    notes: tuple[KnownNote, ...] = ()
    locked_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """What the page belongs to: the account's first day, its currency, and how it was asked.

    ``is_whole`` says that the fetch goes through whole days from their beginning (no cursor).
    """

    first_day: date
    currency: str
    decimal_places: int = 2
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class FetchMemory:
    """What the earlier pages of the same fetch used up.

    ``used``: lines that an earlier page told of; ``noted``: notes likewise; ``digests`` and
    ``cursors``: pages seen, to find pages that a bank sends twice, or in a circle.
    """

    used: frozenset[int] = frozenset()
    noted: frozenset[int] = frozenset()
    digests: frozenset[str] = frozenset()
    cursors: tuple[str, ...] = ()
    has_only_ids: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the journal, and what the feed says about it now."""

    line: KnownLine
    feed_line: FeedLine


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person has to decide: the feed contradicts what is settled in the books."""

    kind: ConflictKind
    line: KnownLine
    feed_line: FeedLine | None = None


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one page changes.

    ``new``: lines to create; ``linked``: known from another source, now also under this feed's
    name; ``updated``: changed by the bank; ``removed``: withdrawn; ``announced`` and ``held``:
    notes to write, each with the id of the note it replaces (0: none); ``vanished``: notes to
    delete.
    ``known_count`` counts the lines that were known and stay as they are, ``early_count`` those
    before the account's first day.
    """

    new: tuple[FeedLine, ...] = ()
    linked: tuple[Match, ...] = ()
    updated: tuple[Match, ...] = ()
    removed: tuple[KnownLine, ...] = ()
    announced: tuple[tuple[FeedLine, int], ...] = ()
    held: tuple[tuple[FeedLine, int], ...] = ()
    vanished: tuple[int, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    known_count: int = 0
    early_count: int = 0
    memory: FetchMemory = field(default_factory=FetchMemory)


def describe(transaction: Transaction) -> Description:
    """Return what a transaction is recognised by."""
    return Description(
        day=transaction.booking_date,
        amount=transaction.amount,
        account=transaction.counterparty.account,
        name=transaction.counterparty.name or transaction.ultimate_counterparty.name,
        end_to_end_id=transaction.identifiers.end_to_end_id,
        bank_reference=transaction.bank_reference or transaction.entry_reference,
        text=" ".join(
            [*transaction.remittance.lines]
            + [reference.value for reference in transaction.remittance.references]
        ),
    )


def fingerprint(transaction: Transaction) -> str:
    """Return a hash of all that a feed says about a booked transaction."""
    content = replace(transaction, status="booked", entry_number=0)
    normalised = replace(content, amount=content.amount.normalize())
    return hashlib.sha256(repr(normalised).encode()).hexdigest()[:32]
