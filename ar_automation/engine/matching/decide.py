"""The decision over a whole batch: what is booked, what is proposed, what is left.

Payments are not decided first come, first served. A payment is *matched* only if it has exactly
one sure reading and no other payment of the batch claims any of the same items: two payments of
the same invoice are a duplicate payment or a mistake, and a person sees both::

    >>> from decimal import Decimal
    >>> item = OpenItem(1, "INV/2026/00012", 7, Decimal("100"), "EUR", 5,
    ...                 (("INV202600012", "invoice number"),))
    >>> def pay(n): return Payment(n, Decimal("100"), "EUR", ("Re. INV/2026/00012",))
    >>> [decision.verdict for decision in decide([pay(1)], [item])]
    ['matched']
    >>> [decision.verdict for decision in decide([pay(1), pay(2)], [item])]
    ['proposed', 'proposed']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .candidates import SURE, ItemIndex, propose
from .facts import Decision, Evidence, OpenItem, Payment, Proposal

# What is proposed to a person at most, per payment.
MOST_PROPOSALS = 5
CONTESTED = 0.7


def decide(payments: Sequence[Payment], items: Iterable[OpenItem]) -> list[Decision]:
    """Decide all payments of a batch together, in their order."""
    index = ItemIndex(items)
    readings = [(payment, propose(payment, index)) for payment in payments]
    claims = _count_claims(readings)
    decisions = [_decide_one(payment, proposals, claims) for payment, proposals in readings]
    settled = {
        item
        for decision in decisions
        if decision.verdict == "matched"
        for item in decision.proposals[0].item_ids
    }
    return [_without_settled(decision, settled) for decision in decisions]


def _count_claims(readings: list[tuple[Payment, list[Proposal]]]) -> Counter[int]:
    """Count by how many payments each item is claimed by name."""
    claims: Counter[int] = Counter()
    for _payment, proposals in readings:
        claims.update({item for found in proposals if _is_named(found) for item in found.item_ids})
    return claims


def _is_named(proposal: Proposal) -> bool:
    return any(fact.code == "named" for fact in proposal.evidence)


def _decide_one(payment: Payment, proposals: list[Proposal], claims: Counter[int]) -> Decision:
    if not proposals:
        return Decision(payment, "unmatched")
    judged = [_contest(proposal, claims) for proposal in proposals]
    sure = [proposal for proposal in judged if proposal.confidence == SURE]
    if len(sure) == 1:
        return Decision(payment, "matched", (sure[0],))
    if sure:
        judged = [_ambiguous(proposal) if proposal in sure else proposal for proposal in judged]
    judged.sort(key=lambda proposal: -proposal.confidence)
    return Decision(payment, "proposed", tuple(judged[:MOST_PROPOSALS]))


def _without_settled(decision: Decision, settled: set[int]) -> Decision:
    """Drop proposals of items that another payment of the batch settles."""
    if decision.verdict != "proposed":
        return decision
    left = tuple(item for item in decision.proposals if not item.item_ids & settled)
    return replace(decision, proposals=left, verdict="proposed" if left else "unmatched")


def _contest(proposal: Proposal, claims: Counter[int]) -> Proposal:
    if not any(claims[item] > 1 for item in proposal.item_ids):
        return proposal
    fact = Evidence.of("claimed_twice", favourable=False)
    return replace(
        proposal,
        confidence=min(proposal.confidence, CONTESTED),
        evidence=(*proposal.evidence, fact),
    )


def _ambiguous(proposal: Proposal) -> Proposal:
    fact = Evidence.of("several_readings", favourable=False)
    return replace(proposal, confidence=CONTESTED, evidence=(*proposal.evidence, fact))
