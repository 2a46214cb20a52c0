"""Money that a payment provider passes on: many customers' payments in one, less its fee.

Customers paid by card or online; each payment is registered and waits. The provider collects
them and pays them out together. Which ones is said by the payout's text, or told by the sum: all
that was paid on consecutive days, less what customers got back::

    >>> from datetime import date
    >>> from .facts import OpenItem
    >>> def online(n, amount, day):
    ...     item = OpenItem(n, f"PBNK/{n}", n, Decimal(amount), "EUR", 5)
    ...     return Online(item, 1, date(2026, 3, day))
    >>> waiting = [online(1, 60, 1), online(2, 45, 1), online(3, -5, 1), online(4, 70, 2)]
    >>> stripe = Provider(1, "Stripe", ("Stripe",))
    >>> payment = Payment(9, Decimal(100), "EUR", ("payout",), payer_name="STRIPE PAYMENTS EU")
    >>> (proposal,) = find_payouts([payment], waiting, [stripe], Policy())[9]
    >>> proposal.book, proposal.allocation
    (True, ((1, Decimal('60')), (2, Decimal('45')), (3, Decimal('-5'))))

A fee is proven by earlier payouts of the provider, or by the rate that the policy states. What
is not proven, and whatever may be read in two ways, is proposed.

Where customers got back more than they paid, the provider takes the money, and the payout is
negative::

    >>> waiting = [online(1, 60, 1), online(2, -100, 1)]
    >>> taken = Payment(9, Decimal(-40), "EUR", ("payout",), payer_name="STRIPE PAYMENTS EU")
    >>> find_payouts([taken], waiting, [stripe], Policy())[9][0].book
    True

It may pay out in another currency than customers paid in. Its fee cannot be told from its rate
then, so that such a payout is proposed, however well it fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .facts import Action, Decision, Evidence, Payment, Policy, Proposal
from .payout_reading import Online, Provider, Reading, make_pools, read_payout

MOST_PROPOSALS = 5
# How sure a reading is by rule: proven, and with a fee that nothing proves.
PROVEN = {"named": 0.998, "run": 0.995, "sum": 0.4}
UNPROVEN = {"named": 0.7, "run": 0.5, "sum": 0.4}
BESIDE_NAMED = 0.2


def find_payouts(
    payments: Sequence[Payment],
    outstanding: Sequence[Online],
    providers: Sequence[Provider],
    policy: Policy,
) -> dict[int, tuple[Proposal, ...]]:
    """Propose what payouts are made of, best first; the first is booked if it says so.

    :param outstanding: all that waits at the providers.
    :param policy: its ``payout_share`` is the most that a fee may be of what customers paid.
    :return: ``{payment id: proposals}`` of payments that come from a provider, or that name
        several payments that waited at one.
    """
    pools = make_pools(outstanding, providers)
    found = {}
    for payment in payments:
        readings = [
            reading
            for (_provider, currency), pool in pools.items()
            if payment.amount
            for reading in read_payout(currency, payment, pool, policy)
        ]
        if readings:
            found[payment.payment_id] = _rank(readings, policy)
    return _without_rivals(found)


def _prove_fee(reading: Reading, policy: Policy) -> str:
    """Return the code of what proves the fee, ``""`` if nothing does."""
    slack = reading.slack
    if policy.payout_is_exact:
        is_stated = abs(reading.fee - reading.paid * policy.payout_share) <= slack
        return "payout_fee_stated" if is_stated else ""
    shares = [kept.fee / kept.paid for kept in reading.provider.kept if kept.fee > 0 < kept.paid]
    if not shares:
        return ""
    low, high = min(shares) * reading.paid - slack, max(shares) * reading.paid + slack
    return "payout_fee_usual" if low <= reading.fee <= high else ""


def _rank(readings: list[Reading], policy: Policy) -> tuple[Proposal, ...]:
    """Make proposals of readings; one is booked if it is the only one that is proven."""
    made = [(reading, _propose(reading, policy)) for reading in readings]
    proven = [pair for pair in made if _is_proven(*pair)]
    chosen = [pair for pair in proven if pair[0].kind == "named"] or proven
    ranked = []
    for reading, proposal in made:
        if len(chosen) > 1 and (reading, proposal) in chosen:
            proposal = _doubted(proposal, "several_readings")
        elif [(reading, proposal)] == chosen:
            proposal = replace(proposal, book=_may_book(proposal, policy))
        ranked.append(proposal)
    ranked.sort(key=lambda proposal: -proposal.confidence)
    return tuple(ranked[:MOST_PROPOSALS])


def _is_proven(reading: Reading, proposal: Proposal) -> bool:
    return proposal.confidence >= PROVEN["run"] and not reading.skips_named


def _may_book(proposal: Proposal, policy: Policy) -> bool:
    return proposal.action in policy.actions and proposal.confidence >= policy.threshold


def _doubted(proposal: Proposal, code: str) -> Proposal:
    fact = Evidence.of(code, favourable=False)
    return replace(
        proposal,
        book=False,
        confidence=proposal.confidence / 2,
        evidence=(*proposal.evidence, fact),
    )


def _propose(reading: Reading, policy: Policy) -> Proposal:
    if reading.rate is not None:
        return _propose_converted(reading, reading.rate)
    proof = _prove_fee(reading, policy) if reading.fee else "none"
    confidence = (PROVEN if proof else UNPROVEN)[reading.kind]
    if reading.skips_named:
        confidence = min(confidence, BESIDE_NAMED)
    action: Action = "bank_charge" if reading.fee else "full"
    items = tuple(one.item for one in reading.online)
    return Proposal(
        items,
        confidence,
        (*_tell(reading), *_tell_fee(reading, proof, policy)),
        tuple((item.item_id, item.residual) for item in items),
        action,
        provider_id=reading.provider.provider_id,
    )


def _propose_converted(reading: Reading, rate: Decimal) -> Proposal:
    """The whole difference is one of exchange: nobody says what the fee is of it."""
    items = tuple(one.item for one in reading.online)
    paid, owed = (
        round(amount * rate, 2) for amount in (reading.amount, reading.amount + reading.fee)
    )
    facts = (
        *_tell(reading),
        Evidence.of("amount_converted", paid=str(paid), owed=str(owed)),
        Evidence.of("payout_rate", favourable=False, sold=items[0].currency),
    )
    return Proposal(
        items,
        UNPROVEN[reading.kind],
        facts,
        tuple((item.item_id, item.residual) for item in items),
        "currency_difference",
        provider_id=reading.provider.provider_id,
    )


def _tell(reading: Reading) -> list[Evidence]:
    """What speaks for the payments, and against them."""
    count = str(len(reading.online))
    days = [one.day.isoformat() for one in reading.online]
    facts = [Evidence.of("payout_provider", provider=reading.provider.name)]
    if reading.kind == "named":
        facts.append(Evidence.of("payout_named", count=count))
    elif reading.kind == "run":
        facts.append(Evidence.of("payout_run", count=count, first=min(days), last=max(days)))
    else:
        facts.append(Evidence.of("payout_sum", favourable=False, count=count))
    if reading.skips_named:
        facts.append(Evidence.of("payout_skips_named", favourable=False))
    return facts


def _tell_fee(reading: Reading, proof: str, policy: Policy) -> list[Evidence]:
    """What was kept, and what proves that it was the fee."""
    paid = str(reading.amount)
    if not reading.fee:
        return [Evidence.of("amount_equal", amount=paid)]
    owed, fee = str(reading.amount + reading.fee), str(reading.fee)
    # of what customers paid, or, where none did, of what they got back
    share = f"{reading.fee / (reading.paid or abs(reading.amount)) * 100:.2f}"
    facts = [Evidence.of("payout_fee", paid=paid, owed=owed, difference=fee, share=share)]
    facts.append(
        Evidence.of(proof) if proof else Evidence.of("payout_fee_unproven", favourable=False)
    )
    if "bank_charge" not in policy.books_off:
        facts.append(Evidence.of("payout_fee_account", favourable=False))
    return facts


def beside_others(decision: Decision, payout: Sequence[Proposal]) -> Decision:
    """Put the readings of a payment as a payout, none of them sure, beside its other readings.

    What the other readings are sure of is booked only if it is a reading of the payout, too.
    """
    others = {other.item_ids: other for other in decision.proposals if other.items}
    own = {proposal.item_ids: proposal for proposal in payout}
    first = decision.proposals[0] if decision.verdict == "matched" else None
    if first and first.item_ids in own:
        return decision
    if first:
        others[first.item_ids] = _doubted(first, "several_readings")
    ranked = sorted({**others, **own}.values(), key=lambda proposal: -proposal.confidence)
    return Decision(decision.payment, "proposed", tuple(ranked), decision.settled)


def _without_rivals(found: dict[int, tuple[Proposal, ...]]) -> dict[int, tuple[Proposal, ...]]:
    """Book no payment twice: a person sees the payouts that want the same."""
    claims = Counter(
        item_id
        for proposals in found.values()
        if proposals[0].book
        for item_id in proposals[0].item_ids
    )
    return {
        payment_id: (_doubted(proposals[0], "claimed_twice"), *proposals[1:])
        if proposals[0].book and any(claims[item_id] > 1 for item_id in proposals[0].item_ids)
        else proposals
        for payment_id, proposals in found.items()
    }
