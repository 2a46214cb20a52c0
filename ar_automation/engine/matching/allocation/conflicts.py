"""Who gets an item that several payments of a batch want.

Nobody is first: the batch is decided as a whole. Payments that would be booked claim their
items. Where the claims on an item together exceed what it is owed, a payment that names it
goes before those that only fit it; if that does not settle it, none is booked and people see
all of them. What is booked disproves the readings of others that need the same money, and those
are weighed again, for a few rounds at most, until nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ..assess import Case, with_evidence
from ..facts import Evidence, OpenItem, Proposal
from ..index import ItemIndex
from ..references.scan import Strength

MOST_ROUNDS = 4
# A reading at least so probable is a claim, even if it would not be booked.
CLAIM = 0.3


def resolve(cases: list[Case], index: ItemIndex, most: int) -> None:
    """Decide the batch: leave only proposals to be booked that can all be booked together."""
    contested: set[int] = set()
    for _round in range(MOST_ROUNDS):
        contested |= _contest(cases, index)
        spent = _spent(cases)
        changed = [case for case in cases if _lose(case, spent)]
        if not changed:
            break
        for case in changed:
            case.weigh(index, most)
            _mark(case, contested)
    _contest(cases, index)


def _contest(cases: list[Case], index: ItemIndex) -> set[int]:
    """Take back bookings of items that are claimed beyond what they are owed."""
    claims: dict[int, list[tuple[Case, Proposal, Decimal]]] = defaultdict(list)
    for case in cases:
        for proposal in case.proposals:
            if proposal.book or (_names(case, proposal) and proposal.confidence >= CLAIM):
                for item_id, amount in proposal.allocation:
                    claims[item_id].append((case, proposal, amount))
    contested = set()
    for item_id, claimed in claims.items():
        if len(claimed) > 1 and _exceeds(index.items[item_id], [row[2] for row in claimed]):
            winners = [case for case, proposal, _amount in claimed if _names_item(case, item_id)]
            if len(winners) == 1 and winners[0].proposals[0].book:
                _take_back((case for case, _p, _a in claimed if case is not winners[0]), item_id)
            else:
                contested.add(item_id)
    for case in cases:
        _mark(case, contested)
    return contested


def _exceeds(item: OpenItem, amounts: list[Decimal]) -> bool:
    return abs(sum(amounts, Decimal(0))) > abs(item.residual)


def _names(case: Case, proposal: Proposal) -> bool:
    return all(_names_item(case, item.item_id) for item in proposal.items)


def _names_item(case: Case, item_id: int) -> bool:
    mention = case.found.mentions.get(item_id)
    return mention is not None and mention.strength >= Strength.PART


def _take_back(cases: Iterable[Case], item_id: int) -> None:
    for case in cases:
        if case.proposals and case.proposals[0].book and item_id in case.proposals[0].item_ids:
            fact = Evidence.of("claimed_twice", favourable=False)
            case.proposals = (with_evidence(case.proposals[0], fact), *case.proposals[1:])


def _mark(case: Case, contested: set[int]) -> None:
    """Say so wherever another payment claims the same; nothing of it is booked."""
    if not contested:
        return
    fact = Evidence.of("claimed_twice", favourable=False)
    marked = [
        replace(with_evidence(proposal, fact), confidence=proposal.confidence / 2)
        if proposal.item_ids & contested and fact not in proposal.evidence
        else proposal
        for proposal in case.proposals
    ]
    # Booking was judged of the first; a second that moves up was not judged and is not booked.
    case.proposals = tuple(sorted(marked, key=lambda proposal: -proposal.confidence))


def _spent(cases: list[Case]) -> frozenset[int]:
    """Items that are settled whole by what is booked now."""
    left: dict[int, Decimal] = {}
    for case in cases:
        for proposal in case.proposals[:1]:
            if proposal.book:
                owed = {item.item_id: item.residual for item in proposal.items}
                for item_id, amount in proposal.allocation:
                    left[item_id] = left.get(item_id, owed[item_id]) - amount
    return frozenset(item_id for item_id, amount in left.items() if not amount)


def _lose(case: Case, spent: frozenset[int]) -> bool:
    """Take from a payment that is not booked what others settle; tell whether it lost any."""
    if case.proposals and case.proposals[0].book:
        return False
    before = len(case.options)
    case.without(spent)
    return len(case.options) < before
