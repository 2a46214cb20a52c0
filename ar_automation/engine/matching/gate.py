"""What may be booked without asking, whatever the probability says.

The model is learnt from examples, so it can be wrong where the examples were silent. The gate
is not learnt. It asks of every booking what an auditor would ask: who says that this item is
meant, who says that this customer paid, and what else could it be::

    >>> Objection("payer_other").code
    'payer_other'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .candidates import Findings
from .confidence.features import STRONG_PAYERS, Assessment
from .facts import Policy
from .references.scan import Strength

# Amounts that so many sets would fit by chance prove nothing without a number.
MOST_CHANCE = 2e-3
# Counters of so many digits stand in a text by accident once in so many times, at most.
SHORTEST_TAIL = 3
TAIL_BY_CHANCE = 0.02
# A second reading at least so probable is a second reading.
RIVAL = 0.05


class Objection(NamedTuple):
    """Why something is not booked unattended."""

    code: str


def objection_to(
    told: Assessment, others: Sequence[Assessment], found: Findings, policy: Policy
) -> Objection | None:
    """Return what speaks against booking a reading unattended; ``None`` if nothing does.

    :param others: the payment's other readings.
    """
    plain = _objection_to_set(told, policy)
    if plain is not None:
        return plain
    if told.fit.kind != "exact" and any(_fits_better(other) for other in others):
        return Objection("exact_elsewhere")
    if told.named is not None and told.named >= Strength.PART:
        return _objection_to_named(told)
    return _objection_to_unnamed(told, found)


def _objection_to_set(told: Assessment, policy: Policy) -> Objection | None:
    """What can be said of the items without the texts: one customer, one account, allowed."""
    if told.other_payer:
        return Objection("payer_other")
    if len({item.customer_id for item in told.candidate.items}) > 1:
        return Objection("several_customers")
    if len({item.account_id for item in told.candidate.items}) > 1:
        return Objection("several_accounts")
    if told.fit.action not in policy.actions or not told.fit.allocation:
        return Objection("policy")
    return None


def _fits_better(other: Assessment) -> bool:
    """An exact reading of what the same payer owes, or of what is named, beats a difference."""
    if other.fit.kind not in ("exact", "discount"):
        return False
    return other.payer is not None or other.named is not None


def _objection_to_named(told: Assessment) -> Objection | None:
    """A named item is paid exactly, or its own customer pays it in part or too much."""
    if told.fit.kind == "exact":
        if told.left_own or (told.left_out and told.payer not in STRONG_PAYERS):
            return Objection("named_left_out")
        return None
    # Nobody pays double by a slip: it is for something else, too, that was not understood.
    double = told.fit.paid >= 2 * told.fit.owed
    if double or told.payer not in STRONG_PAYERS | {"parent", "similar"}:
        return Objection("amount_differs")
    if told.left_out or told.settled:
        return Objection("named_left_out")
    if told.fit.action == "partial" and len(told.candidate.items) > 1:
        return Objection("which_items")
    return None


def _objection_to_unnamed(told: Assessment, found: Findings) -> Objection | None:
    """Without a number, the payer must be certain and the amount must have one reading only."""
    if told.payer not in STRONG_PAYERS:
        return Objection("not_named")
    if told.fit.kind not in ("exact", "discount"):
        return Objection("amount_differs")
    # Also a number one slip away from ours is somebody's number until a person has looked.
    if told.left_own or found.reading.strangers or told.named is Strength.NEAR:
        return Objection("other_number")
    if told.features.get("settled_same_amount"):
        return Objection("settled_already")
    if not told.candidate.is_complete or told.chance * _chance_of_tails(told, found) > MOST_CHANCE:
        return Objection("by_chance")
    return None


def _chance_of_tails(told: Assessment, found: Findings) -> float:
    """How often counters in a text would be those of all these items by accident."""
    if told.named is not Strength.TAIL:
        return 1
    written = [found.mentions[item.item_id].written for item in told.candidate.items]
    return TAIL_BY_CHANCE if min(map(len, written)) >= SHORTEST_TAIL else 1
