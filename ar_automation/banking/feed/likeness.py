"""Whether two descriptions may be of the same payment, and who is whose counterpart.

One payment reaches the books by several ways: a statement file, a feed, another feed after the
bank's provider was changed. Each words it in its own way; some give references, some do not. What
they agree on is the day, the amount, and how many there are. So descriptions of one day and amount
are paired off, the likest first, each used once: what remains without a partner is new.

Two payments are kept apart for certain only by what no reporter rewrites: two different
end-to-end references, or two different accounts of the other side.

>>> def paid(**facts): return Description(date(2026, 3, 2), Decimal(100), **facts)
>>> may_be_same(paid(name="ACME Ltd"), paid(name="Acme Limited", end_to_end_id="A-17"))
True
>>> may_be_same(paid(end_to_end_id="A-18"), paid(end_to_end_id="A-17"))
False

Twins are paired by count. The journal holds one of them, the bank tells of two; one is new:

>>> pair_off([paid(), paid()], [paid()])
{0: 0}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from ..account_names import is_same_account
from .facts import Description

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z", re.ASCII)


def may_be_same(one: Description, other: Description) -> bool:
    """Whether nothing that is certain speaks against the two being one payment."""
    if one.day != other.day or one.amount != other.amount:
        return False
    return is_compatible(one, other)


def is_compatible(one: Description, other: Description) -> bool:
    """Whether references and accounts, where both give them, are the same."""
    if _differ(_plain(one.end_to_end_id), _plain(other.end_to_end_id)):
        return False
    # A national or shortened number may well be the same account in another dress.
    if not (_IBAN.match(one.account) and _IBAN.match(other.account)):
        return True
    return is_same_account(one.account, other.account)


def likeness(one: Description, other: Description) -> int:
    """Return how many things two descriptions agree on; references count most."""
    return sum(
        weight
        for weight, mine, theirs in (
            (8, one.end_to_end_id, other.end_to_end_id),
            (8, one.bank_reference, other.bank_reference),
            (4, one.account, other.account),
            (2, one.name, other.name),
            (2, one.text, other.text),
        )
        if mine and _plain(mine) == _plain(theirs)
    )


def pair_off(reported: Sequence[Description], known: Sequence[Description]) -> dict[int, int]:
    """Pair as many reported descriptions with known ones as possible, the likest first.

    :return: ``{index in reported: index in known}``; a description without a partner is missing.
    """
    places: dict[tuple[date, Decimal], list[int]] = {}
    for index, description in enumerate(known):
        places.setdefault((description.day, description.amount), []).append(index)
    groups: dict[tuple[date, Decimal], list[int]] = {}
    for index, description in enumerate(reported):
        key = (description.day, description.amount)
        if key in places:
            groups.setdefault(key, []).append(index)
    pairs: dict[int, int] = {}
    for key, indexes in groups.items():
        wishes = {
            index: [place for place in places[key] if is_compatible(reported[index], known[place])]
            for index in indexes
        }
        pairs.update(_pair_group(wishes, reported, known))
    return pairs


def _pair_group(
    wishes: Mapping[int, Sequence[int]],
    reported: Sequence[Description],
    known: Sequence[Description],
) -> dict[int, int]:
    """Pair the likest first; then let those who found all taken ask the takers to move on."""
    ranked = sorted(
        (-likeness(reported[index], known[place]), index, place)
        for index, liked in wishes.items()
        for place in liked
    )
    pairs: dict[int, int] = {}
    takers: dict[int, int] = {}
    for _rank, index, place in ranked:
        if index not in pairs and place not in takers:
            pairs[index], takers[place] = place, index
    for index in wishes:
        if index not in pairs:
            _make_room(index, wishes, pairs, takers)
    return pairs


def _make_room(
    index: int,
    wishes: Mapping[int, Sequence[int]],
    pairs: dict[int, int],
    takers: dict[int, int],
) -> None:
    """Search a chain of takers who can each move on, the last to a free place."""
    came_from: dict[int, int] = {}
    queue = [index]
    for asking in queue:
        for place in wishes[asking]:
            if place in came_from:
                continue
            came_from[place] = asking
            if place in takers:
                queue.append(takers[place])
                continue
            while True:
                mover = came_from[place]
                vacated = pairs.get(mover)
                pairs[mover], takers[place] = place, mover
                if vacated is None:
                    return
                place = vacated


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()
