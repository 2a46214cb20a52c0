"""New, known, changed, withdrawn or announced? The decision for one page of a feed.

A line is known again in one of two ways:

* **by name**, where the provider gives each transaction a name of its own (``provider_id``). A line
  that came by another way (a file, another provider) is adopted: found by day, amount and
  content, and given the name.
* **by count**, where it does not. The fetch then goes through whole days from their beginning; the
  n-th transaction that looks like this is the n-th line that looks like this. Both of two true
  twins survive, also when the second is booked late. What a bank sends twice by mistake (the
  same page again) would look like twins, so it is refused.

Neither way creates a line while the journal holds one that may be the same payment and that
nobody else has claimed. Since every way tells of every payment in the end, the journal then holds
as many as the bank booked: none lost, none double.

>>> from datetime import date
>>> from decimal import Decimal
>>> from ..connectors.contract import FeedLine, Page
>>> from ..formats.statement import Transaction
>>> fee = FeedLine(Transaction(Decimal("-1.50"), "EUR", date(2026, 3, 2)))
>>> window = Window(date(2026, 3, 1), "EUR")
>>> plan = plan_page(JournalFacts(), Page(lines=(fee, fee), is_last=True), window, FetchMemory())
>>> len(plan.new), plan.known_count
(2, 0)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..connectors.contract import FeedLine, Page
from ..connectors.errors import ConnectorError
from .facts import (
    Conflict,
    FetchMemory,
    JournalFacts,
    KnownLine,
    Match,
    PagePlan,
    Window,
    describe,
    fingerprint,
)
from .likeness import pair_off
from .notes import plan_notes

# A cursor may come back once (a page sent twice); more often the pages run in a circle.
MAX_CURSOR_RETURNS = 2
MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The booked lines of a page by what they turned out to be."""

    new: tuple[FeedLine, ...]
    matches: tuple[Match, ...]
    early_count: int


def plan_page(facts: JournalFacts, page: Page, window: Window, memory: FetchMemory) -> PagePlan:
    """Decide what a page changes.

    :param facts: the journal's lines of the page's days or names, notes, locked days.
    :param window: how the page was asked for.
    :param memory: what earlier pages of the same fetch used up.
    :raises ConnectorError: ``protocol``, if the page cannot be true: an amount that the currency
        does not know, another currency, a page sent twice in a feed without names.
    """
    _check_lines(page, window)
    memory = _remember_page(page, memory)
    booked = _sort_booked(facts, page, window, memory)
    matches = _judge(facts, booked.matches)
    removed, withdrawn = _judge_removed(facts, page, booked.matches)
    locked = [line for line in booked.new if line.transaction.booking_date in facts.locked_days]
    used = memory.used | {match.line.line_id for match in booked.matches}
    notes = plan_notes(facts, page, locked, window, memory)
    return PagePlan(
        new=tuple(line for line in booked.new if line not in locked),
        linked=tuple(matches["linked"]),
        updated=tuple(matches["updated"]),
        removed=tuple(removed),
        announced=notes.announced,
        held=notes.held,
        vanished=notes.vanished,
        conflicts=(*(_conflict(match) for match in matches["conflict"]), *withdrawn),
        known_count=len(matches["known"]) + len(matches["linked"]),
        early_count=booked.early_count,
        memory=replace(memory, used=used, noted=notes.noted),
    )


def _conflict(match: Match) -> Conflict:
    return Conflict("changed", match.line, match.feed_line)


# --- what a page must fulfil


def _check_lines(page: Page, window: Window) -> None:
    for line in page.lines:
        transaction = line.transaction
        if transaction.currency and transaction.currency != window.currency:
            raise ConnectorError(
                "protocol",
                f"The bank reports a transaction in {transaction.currency} on an account that is "
                f"kept in {window.currency}.",
            )
        exponent = transaction.amount.as_tuple().exponent
        if not isinstance(exponent, int) or transaction.amount.adjusted() >= MAX_DIGITS:
            raise ConnectorError("protocol", "The bank reports an amount that is no number.")
        if transaction.amount != round(transaction.amount, window.decimal_places):
            raise ConnectorError(
                "protocol",
                f"The bank reports {transaction.amount} {window.currency}, more decimals than the "
                "currency has.",
            )


def _remember_page(page: Page, memory: FetchMemory) -> FetchMemory:
    """Note the page; refuse one that cannot be told from an earlier one, or a circle."""
    if page.cursor and memory.cursors.count(page.cursor) >= MAX_CURSOR_RETURNS:
        raise ConnectorError("protocol", "The bank's pages run in a circle.")
    booked = [line for line in page.lines if line.transaction.status == "booked"]
    nameless = [line for line in booked if not line.provider_id]
    digests = memory.digests
    if nameless:
        digest = hashlib.sha256(repr([line.transaction for line in booked]).encode()).hexdigest()
        if digest in digests and _is_repetition(page, booked, memory):
            raise ConnectorError(
                "protocol",
                "The bank sent the same page twice, in a feed that gives transactions no names.",
            )
        digests |= {digest}
    cursors = (*memory.cursors, page.cursor) if page.cursor else memory.cursors
    return replace(
        memory,
        digests=digests,
        cursors=cursors,
        has_only_ids=memory.has_only_ids and not nameless,
    )


def _is_repetition(page: Page, booked: Sequence[FeedLine], memory: FetchMemory) -> bool:
    """Whether a page like an earlier one is the same page, and not a page of further twins.

    Pages of one content only may be twins, if the bank goes on behind them to another place.
    """
    contents = {fingerprint(line.transaction) for line in booked}
    return len(contents) > 1 or not page.cursor or page.cursor in memory.cursors


# --- booked lines


def _sort_booked(facts: JournalFacts, page: Page, window: Window, memory: FetchMemory) -> _Sorted:
    booked = _last_told([line for line in page.lines if line.transaction.status == "booked"])
    by_name = {line.provider_id: line for line in facts.lines if line.provider_id}
    matches = [
        Match(by_name[line.provider_id], line) for line in booked if line.provider_id in by_name
    ]
    strangers = [line for line in booked if line.provider_id not in by_name]
    wanted = [line for line in strangers if line.transaction.booking_date >= window.first_day]
    taken = memory.used | {match.line.line_id for match in matches}
    counted = [line for line in wanted if not line.provider_id]
    found, new = _find(counted, [line for line in facts.lines if line.line_id not in taken])
    taken |= {match.line.line_id for match in found}
    named = [line for line in wanted if line.provider_id]
    withdrawn = set(page.removed_ids)
    free = [
        line
        for line in facts.lines
        if line.line_id not in taken and (not line.provider_id or line.provider_id in withdrawn)
    ]
    adopted, named_new = _find(named, free)
    return _Sorted(
        new=(*new, *named_new),
        matches=(*matches, *found, *adopted),
        early_count=len(strangers) - len(wanted),
    )


def _last_told(lines: Iterable[FeedLine]) -> list[FeedLine]:
    """Return the lines in their order; of a name that stands there twice, what was said last."""
    last = {line.provider_id: line for line in lines if line.provider_id}
    return [line for line in lines if not line.provider_id or last[line.provider_id] is line]


def _find(
    reported: Sequence[FeedLine], candidates: Sequence[KnownLine]
) -> tuple[list[Match], list[FeedLine]]:
    """Pair reported lines with lines of the journal; return the pairs, and what is left over."""
    pairs = pair_off(
        [describe(line.transaction) for line in reported],
        [line.description for line in candidates],
    )
    matches = [Match(candidates[place], reported[index]) for index, place in sorted(pairs.items())]
    return matches, [line for index, line in enumerate(reported) if index not in pairs]


def _judge(facts: JournalFacts, matches: Iterable[Match]) -> Mapping[str, list[Match]]:
    """Say of each pair whether the line stays, learns its name, is changed, or must not be."""
    verdicts: dict[str, list[Match]] = {"known": [], "linked": [], "updated": [], "conflict": []}
    for match in matches:
        verdicts[_verdict(facts, match)].append(match)
    return verdicts


def _verdict(facts: JournalFacts, match: Match) -> str:
    line, told = match.line, match.feed_line
    if not told.provider_id:
        return "known"
    if line.provider_id != told.provider_id or not line.fingerprint:
        return "linked"
    if line.fingerprint == fingerprint(told.transaction):
        return "known"
    transaction = told.transaction
    moved = (transaction.booking_date, transaction.amount) != (
        line.description.day,
        line.description.amount,
    )
    is_fixed = line.is_settled or line.is_attested
    if moved and (is_fixed or transaction.booking_date in facts.locked_days):
        return "conflict"
    return "linked" if is_fixed else "updated"


def _judge_removed(
    facts: JournalFacts, page: Page, matches: Iterable[Match]
) -> tuple[list[KnownLine], list[Conflict]]:
    kept = {match.line.line_id for match in matches}
    names = set(page.removed_ids)
    gone = [line for line in facts.lines if line.provider_id in names and line.line_id not in kept]
    removed = [line for line in gone if not (line.is_settled or line.is_attested)]
    conflicts = [
        Conflict("withdrawn", line) for line in gone if line.is_settled or line.is_attested
    ]
    return removed, conflicts
