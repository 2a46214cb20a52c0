"""What is told and is no line: announced transactions, and booked ones of locked days.

An announced (pending) transaction is shown, never booked. It vanishes when the bank books it,
under the same name or another, or drops it:

* the provider says which announced one a booked one replaces (``replaces_id``), or uses its
  name again;
* or the booked one looks like it: same amount, nothing certain against it, a few days apart;
* or a fetch that tells the whole window does not mention it any more.

As no line is ever made of an announced transaction, a wrong guess here loses or doubles nothing.

>>> from datetime import date
>>> from decimal import Decimal
>>> from ..connectors.contract import FeedLine
>>> from ..formats.statement import Transaction
>>> soon = FeedLine(Transaction(Decimal(5), "EUR", date(2026, 3, 2), status="pending"), "p-1")
>>> facts, window = JournalFacts(), Window(date(2026, 3, 1), "EUR")
>>> plan_notes(facts, Page(lines=(soon,)), (), window, FetchMemory()).announced[0][1]
0
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..connectors.contract import FeedLine, Page
from .facts import Description, FetchMemory, JournalFacts, KnownNote, Window, describe
from .likeness import is_compatible, likeness

# A card payment or a transfer over a holiday is booked within this many days.
MAX_DAYS_TO_BOOKING = 7


@dataclass(frozen=True, slots=True)
class NotesPlan:
    """Notes to write (each with the id of the one it replaces, or 0), and notes to delete."""

    announced: tuple[tuple[FeedLine, int], ...]
    held: tuple[tuple[FeedLine, int], ...]
    vanished: tuple[int, ...]
    noted: frozenset[int]


def plan_notes(
    facts: JournalFacts,
    page: Page,
    locked: Sequence[FeedLine],
    window: Window,
    memory: FetchMemory,
) -> NotesPlan:
    """Decide which notes a page writes and which it makes vanish.

    :param locked: booked lines of the page that cannot be booked, because their day is locked.
    """
    known_names = {line.provider_id for line in facts.lines if line.provider_id}
    pending = [
        line
        for line in page.lines
        if line.transaction.status == "pending"
        and (not line.provider_id or line.provider_id not in known_names)
    ]
    free = [note for note in facts.notes if note.note_id not in memory.noted]
    held, free = _replace_notes(locked, [note for note in free if note.kind == "held"], free)
    announced, free = _replace_notes(
        pending, [note for note in free if note.kind == "announced"], free
    )
    booked = [line for line in page.lines if line.transaction.status == "booked"]
    gone = [note for note in free if note.provider_id and note.provider_id in page.removed_ids]
    free = [note for note in free if note not in gone]
    gone += _become_booked([line for line in booked if line not in locked], free)
    noted = memory.noted | {note_id for _line, note_id in (*held, *announced) if note_id}
    if page.is_last and window.is_whole:
        gone += [note for note in free if note.kind == "announced" and note not in gone]
    return NotesPlan(tuple(announced), tuple(held), tuple(note.note_id for note in gone), noted)


def _replace_notes(
    lines: Iterable[FeedLine], candidates: Iterable[KnownNote], free: Sequence[KnownNote]
) -> tuple[list[tuple[FeedLine, int]], list[KnownNote]]:
    """Pair each told line with the note that tells of it already."""
    unused = list(candidates)
    pairs = []
    for line in lines:
        note = next((note for note in unused if _is_noted(line, note)), None)
        if note:
            unused.remove(note)
        pairs.append((line, note.note_id if note else 0))
    replaced = {note_id for _line, note_id in pairs}
    return pairs, [note for note in free if note.note_id not in replaced]


def _is_noted(line: FeedLine, note: KnownNote) -> bool:
    if line.provider_id or note.provider_id:
        return line.provider_id == note.provider_id
    told = describe(line.transaction)
    return (told.day, told.amount) == (note.description.day, note.description.amount) and (
        is_compatible(told, note.description)
    )


def _become_booked(booked: Iterable[FeedLine], notes: Sequence[KnownNote]) -> list[KnownNote]:
    """Return the notes that the booked lines of a page stand for, each line for one at most."""
    gone: list[KnownNote] = []
    for line in booked:
        left = [note for note in notes if note not in gone]
        names = {line.provider_id, line.replaces_id} - {""}
        named = [note for note in left if note.provider_id in names]
        if named:
            gone.append(named[0])
            continue
        told = describe(line.transaction)
        alike = [note for note in left if _may_become(note.description, told)]
        if alike:
            gone.append(
                max(
                    alike,
                    key=lambda note, mine=told: (  # type: ignore[misc]
                        likeness(note.description, mine),
                        -abs((note.description.day - mine.day).days),
                    ),
                )
            )
    return gone


def _may_become(note: Description, booked: Description) -> bool:
    return (
        note.amount == booked.amount
        and abs((booked.day - note.day).days) <= MAX_DAYS_TO_BOOKING
        and is_compatible(note, booked)
    )
