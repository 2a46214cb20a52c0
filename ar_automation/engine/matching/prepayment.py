"""Money for an order that is not invoiced yet.

A customer who pays in advance quotes what he has: the number of the order or of the quotation.
No open item has it, so the money goes on his account, with the order in the evidence, and waits
for the order's invoice::

    >>> from decimal import Decimal
    >>> order = Order(3, "S00042", 7, "EUR", (("total", Decimal(120)),), ("S00042",))
    >>> payment = Payment(1, Decimal(120), "EUR", ("prepayment S00042",), frozenset({7}))
    >>> found = find_prepayments([payment], Knowledge(orders=(order,)), Directory(()))
    >>> found[1].action, found[1].customer_id, [fact.code for fact in found[1].evidence]
    ('prepayment', 7, ['order_named', 'order_total', 'payer_known'])

Amount and number both have to say so: part payments of orders are not guessed. Two payments for
one order are one too many, so neither is sure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .confidence.features import STRONG_PAYERS
from .facts import Evidence, Knowledge, Order, Payment, Proposal
from .payer.directory import Directory
from .references.scan import SHORTEST_SURE_DIGITS

# How sure it is by rule: no labelled payments of orders to learn from.
BY_CUSTOMER = 0.995
BY_ANYBODY = 0.9
BY_ANOTHER = 0.5
BY_SHORT_NUMBER = 0.8


def find_prepayments(
    payments: Sequence[Payment], knowledge: Knowledge, directory: Directory
) -> dict[int, Proposal]:
    """Propose payments that name one order and pay what it asks for.

    :return: ``{payment id: proposal}``; booked where the policy has the action ``prepayment``.
    """
    if not knowledge.orders:
        return {}
    by_key: dict[str, list[Order]] = defaultdict(list)
    for order in knowledge.orders:
        for key in order.keys:
            by_key[key].append(order)
    found = {}
    for payment in payments:
        if frozenset() in payment.rejected:
            continue
        orders = _named_orders(payment, by_key)
        if len(orders) == 1:
            found[payment.payment_id] = _propose(payment, orders[0], knowledge, directory)
    return _without_rivals(found)


def _named_orders(payment: Payment, by_key: Mapping[str, Sequence[Order]]) -> list[Order]:
    """The orders that a payment names and whose amount it is."""
    named = {
        order.order_id: order
        for key in payment.named_keys() & by_key.keys()
        for order in by_key[key]
        if order.currency == payment.currency and payment.amount in dict(order.amounts).values()
    }
    return [named[order_id] for order_id in sorted(named)]


def _propose(
    payment: Payment, order: Order, knowledge: Knowledge, directory: Directory
) -> Proposal:
    payers = directory.identify(payment)
    payer = payers.get(order.customer_id)
    kind = next(name for name, amount in order.amounts if amount == payment.amount)
    facts = [
        Evidence.of("order_named", number=order.name),
        Evidence.of(f"order_{kind}", amount=str(payment.amount)),
    ]
    if payer in STRONG_PAYERS:
        facts.append(Evidence.of("payer_known" if payer == "account" else f"payer_{payer}"))
        confidence = BY_CUSTOMER
    elif STRONG_PAYERS & set(payers.values()):
        facts.append(Evidence.of("payer_other", favourable=False))
        confidence = BY_ANOTHER
    else:
        facts.append(Evidence.of("payer_unknown", favourable=False))
        confidence = BY_ANYBODY
    if all(key.isdigit() and len(key) < SHORTEST_SURE_DIGITS for key in order.keys):
        confidence = min(confidence, BY_SHORT_NUMBER)
    policy = knowledge.policy_for(order.customer_id)
    return Proposal(
        (),
        confidence,
        tuple(facts),
        action="prepayment",
        book="prepayment" in policy.actions and confidence >= policy.threshold,
        customer_id=order.customer_id,
        orders=(order,),
    )


def _without_rivals(found: dict[int, Proposal]) -> dict[int, Proposal]:
    """Book no order twice: a person sees the payments that want the same."""
    claims = Counter(proposal.orders[0].order_id for proposal in found.values())
    twice = Evidence.of("claimed_twice", favourable=False)
    return {
        payment_id: proposal
        if claims[proposal.orders[0].order_id] == 1
        else replace(
            proposal,
            book=False,
            confidence=proposal.confidence / 2,
            evidence=(*proposal.evidence, twice),
        )
        for payment_id, proposal in found.items()
    }
