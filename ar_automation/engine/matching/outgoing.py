"""Money that went out: whose refund it was.

Seen in a mirror, paying back is being paid: what we owe a customer is his open item, and the
bank's line settles it. Only a refund that was registered and waits for the bank is booked; a
customer's open credit of that amount is proposed, since nobody has said that it was paid back.
What vendors are owed stands in the mirror, too, so that a vendor's payment finds its own item
and not a customer's::

    >>> from decimal import Decimal
    >>> refund = OpenItem(1, "PBNK/1", 7, Decimal(-80), "EUR", 5, (("PBNK00001", "payment"),))
    >>> paid = Payment(9, Decimal(-80), "EUR", ("PBNK/00001",))
    >>> (decision,) = decide_outgoing([paid], Owed([refund], waiting=frozenset({1})), Knowledge())
    >>> decision.verdict, decision.proposals[0].allocation
    ('matched', ((1, Decimal('-80')),))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .decide import decide
from .facts import Decision, Evidence, Knowledge, OpenItem, Payment, Policy, Proposal

WAITING = Evidence.of("refund_waiting")
CREDIT = Evidence.of("credit_open", favourable=False)


@dataclass(frozen=True, slots=True)
class Owed:
    """What we owe: customers' credit, refunds on their way, and what vendors are owed.

    :ivar items: with negative residuals.
    :ivar waiting: ids of registered refunds to customers that wait for the bank.
    :ivar foreign: ids of what vendors are owed.
    """

    items: Sequence[OpenItem]
    waiting: frozenset[int] = frozenset()
    foreign: frozenset[int] = frozenset()


def decide_outgoing(
    payments: Sequence[Payment], owed: Owed, knowledge: Knowledge
) -> list[Decision]:
    """Decide payments that went out, in their order; amounts are negative."""
    mirrored = [replace(payment, amount=-payment.amount, converted=()) for payment in payments]
    items = [replace(item, residual=-item.residual) for item in owed.items]
    policy = Policy(
        threshold=knowledge.policy.threshold,
        least=knowledge.policy.least,
        actions=frozenset({"full"}),
    )
    decisions = decide(mirrored, items, Knowledge(knowledge.customers, policy=policy))
    return [
        _back(payment, decision, owed)
        for payment, decision in zip(payments, decisions, strict=True)
    ]


def _back(payment: Payment, decision: Decision, owed: Owed) -> Decision:
    """Turn a decision round again; what is most probably a vendor's is left alone."""
    found = [proposal for proposal in decision.proposals if proposal.items]
    is_vendors = bool(found and found[0].item_ids & owed.foreign)
    if not found or is_vendors:
        return Decision(payment, "unmatched", is_vendors=is_vendors)
    proposals = tuple(_turned(proposal, owed) for proposal in found if _may_be(proposal, owed))
    if not proposals:
        return Decision(payment, "unmatched")
    return Decision(payment, "matched" if proposals[0].book else "proposed", proposals)


def _may_be(proposal: Proposal, owed: Owed) -> bool:
    """A refund is paid whole, to the customer whose it is, and not to a vendor."""
    to_other = any(fact.code == "payer_other" for fact in proposal.evidence)
    return proposal.action == "full" and not to_other and not proposal.item_ids & owed.foreign


def _turned(proposal: Proposal, owed: Owed) -> Proposal:
    is_waiting = proposal.item_ids <= owed.waiting
    return replace(
        proposal,
        items=tuple(replace(item, residual=-item.residual) for item in proposal.items),
        allocation=tuple((item_id, -amount) for item_id, amount in proposal.allocation),
        book=proposal.book and is_waiting,
        evidence=(*proposal.evidence, WAITING if is_waiting else CREDIT),
    )
