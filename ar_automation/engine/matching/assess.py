"""One payment by itself: every candidate measured, weighed and put into words.

The result is a *case*: readings with their scores, from which probabilities follow. Scores are
kept, because a reading that another payment disproves is taken out and the others weigh more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .candidates import Findings, gather
from .confidence.features import Assessment, assess
from .confidence.model import score, share
from .facts import Evidence, Payment, Proposal, SettledItem
from .gate import RIVAL, objection_to
from .index import ItemIndex
from .references.scan import Strength
from .wording import describe


@dataclass(slots=True)
class Option:
    """One reading of a payment."""

    told: Assessment
    score: float
    item_ids: frozenset[int]


@dataclass(slots=True)
class Case:
    """A payment with its readings; ``prepaid`` if it may be for an order instead."""

    payment: Payment
    found: Findings
    options: list[Option]
    settled: tuple[SettledItem, ...]
    proposals: tuple[Proposal, ...] = ()
    prepaid: Proposal | None = None

    def weigh(self, index: ItemIndex, most: int) -> None:
        """Turn the readings into proposals, best first."""
        policy = index.knowledge.policy
        shares = share([option.score for option in self.options])
        ranked = sorted(
            zip(shares, self.options, strict=True),
            key=lambda pair: (-pair[0], len(pair[1].item_ids), sorted(pair[1].item_ids)),
        )
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        proposals = []
        for place, (probability, option) in enumerate(ranked[:most]):
            if probability < policy.least and place:
                break
            proposal = describe(option.told, self.found, probability)
            proposals.append(self._judged(proposal, option, index, None if place else second))
        self.proposals = tuple(proposals)

    def _judged(
        self, proposal: Proposal, option: Option, index: ItemIndex, second: float | None
    ) -> Proposal:
        """Say whether it is booked, and if not, why not."""
        if second is None:
            return proposal
        policy = index.knowledge.policy_for(proposal.customer_id)
        is_named = option.told.named is not None and option.told.named >= Strength.PART
        if second >= RIVAL or (self.prepaid is not None and not is_named):
            return with_evidence(proposal, Evidence.of("several_readings", favourable=False))
        others = [other.told for other in self.options if other is not option]
        objection = objection_to(option.told, others, self.found, policy)
        if objection is None and proposal.confidence >= policy.threshold:
            return replace(proposal, book=True)
        return proposal

    def without(self, spent: frozenset[int]) -> None:
        """Take out readings that use items which another payment settles."""
        self.options = [option for option in self.options if not option.item_ids & spent]


def with_evidence(proposal: Proposal, fact: Evidence) -> Proposal:
    """Return the proposal, not to be booked, with one more fact."""
    return replace(proposal, book=False, evidence=(*proposal.evidence, fact))


def open_case(payment: Payment, index: ItemIndex) -> Case:
    """Read one payment against the open items."""
    found = gather(payment, index)
    knowledge = index.knowledge
    settled = tuple(knowledge.settled[key] for key in found.reading.settled)
    options = []
    for candidate in found.candidates:
        policy = knowledge.policy_for(candidate.items[0].customer_id)
        told = assess(candidate, found, policy, settled)
        ids = frozenset(item.item_id for item in candidate.items)
        options.append(Option(told, score(told.features), ids))
    return Case(payment, found, options, settled)
