"""The decision over a whole batch: what is booked, what is proposed, what is left.

Payments are not decided first come, first served. Each is read by itself, its readings get
probabilities, and then the batch is looked at as a whole: two payments that name one invoice
are a duplicate payment or a mistake, and a person sees both::

    >>> from decimal import Decimal
    >>> item = OpenItem(1, "INV/2026/00012", 7, Decimal("100"), "EUR", 5,
    ...                 (("INV202600012", "invoice number"),))
    >>> def pay(n): return Payment(n, Decimal("100"), "EUR", ("Re. INV/2026/00012",))
    >>> [decision.verdict for decision in decide([pay(1)], [item])]
    ['matched']
    >>> [decision.verdict for decision in decide([pay(1), pay(2)], [item])]
    ['proposed', 'proposed']

Money that no open item explains, but whose customer is known, is proposed *on account*; where
it names an order that is not invoiced yet, see :mod:`.prepayment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .allocation.conflicts import resolve
from .assess import Case, open_case
from .confidence.features import STRONG_PAYERS
from .facts import Action, Decision, Evidence, Knowledge, OpenItem, Payment, Proposal, Verdict
from .gate import RIVAL
from .index import ItemIndex
from .prepayment import find_prepayments

# What is proposed to a person at most, per payment.
MOST_PROPOSALS = 5
# How sure it is that money of a known customer, which nothing explains, is his.
ON_ACCOUNT = 0.5


def decide(
    payments: Sequence[Payment],
    items: Iterable[OpenItem],
    knowledge: Knowledge | None = None,
) -> list[Decision]:
    """Decide all payments of a batch together; the decisions come in the payments' order.

    :param items: every open item that one of the payments may settle.
    :param knowledge: customers, settled numbers and the policy; without it, nothing is known
        but what the payments say.
    """
    index = ItemIndex(items, knowledge or Knowledge())
    cases = [open_case(payment, index) for payment in payments]
    prepaid = find_prepayments(payments, index.knowledge, index.directory)
    for case in cases:
        case.prepaid = prepaid.get(case.payment.payment_id)
        case.weigh(index, MOST_PROPOSALS)
    resolve(cases, index, MOST_PROPOSALS)
    return [_conclude(case, index) for case in cases]


def _conclude(case: Case, index: ItemIndex) -> Decision:
    proposals = tuple(
        proposal
        for proposal in case.proposals
        if proposal.confidence >= index.knowledge.policy.least
    )
    settled = tuple(dict.fromkeys(item.name for item in case.settled))
    if proposals and proposals[0].book:
        return Decision(case.payment, "matched", proposals, settled)
    if case.prepaid is not None:
        return _beside_order(case.payment, case.prepaid, proposals, settled)
    if not proposals:
        proposals = _on_account(case)
    verdict: Verdict = "proposed" if any(proposal.items for proposal in proposals) else "unmatched"
    return Decision(case.payment, verdict, proposals, settled)


def _beside_order(
    payment: Payment, prepaid: Proposal, others: tuple[Proposal, ...], settled: tuple[str, ...]
) -> Decision:
    """Weigh an order paid in advance against open items that the payment may settle, too."""
    rival = max((proposal.confidence for proposal in others), default=0.0)
    if rival >= RIVAL or settled:
        prepaid = replace(prepaid, book=False)
    ranked = sorted((prepaid, *others), key=lambda proposal: -proposal.confidence)
    verdict: Verdict = "matched" if ranked[0].book else "proposed"
    return Decision(payment, verdict, tuple(ranked), settled)


def _on_account(case: Case) -> tuple[Proposal, ...]:
    """Money of a customer that nothing explains: a second payment, or one on account."""
    known = [customer for customer, kind in case.found.payers.items() if kind in STRONG_PAYERS]
    if len(known) != 1 or frozenset() in case.payment.rejected:
        return ()
    settled = [item for item in case.settled if item.customer_id == known[0]]
    facts = [Evidence.of(f"payer_{case.found.payers[known[0]]}".replace("account", "known"))]
    facts += [Evidence.of("settled_named", favourable=False, number=item.name) for item in settled]
    action: Action = "duplicate" if settled else "on_account"
    return (Proposal((), ON_ACCOUNT, tuple(facts), (), action, customer_id=known[0]),)
