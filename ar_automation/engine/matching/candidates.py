"""Which sets of open items one payment may settle, each with its evidence.

Three readings of a payment are tried. *Named*: the items whose numbers stand in its texts.
*Payer*: the open items of the customer whose account it came from, singly where the amount
fits, all of them where their sum fits. *Amount*: any single item of exactly this amount, a
weak hint that is never more than a proposal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from .facts import Evidence, OpenItem, Payment, Proposal

SURE = 1.0
NAMED_OTHER_PAYER = 0.85
NAMED_ONE_OF_SEVERAL = 0.8
NAMED_OTHER_AMOUNT = 0.6
PAYER_AND_AMOUNT = 0.8
PAYER_ALL_ITEMS = 0.75
AMOUNT_ONLY = 0.3
# More items of one amount than this say nothing about any of them.
MOST_OF_ONE_AMOUNT = 5


class ItemIndex:
    """The open items of a batch, found by number, customer and amount."""

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self.by_key: dict[str, list[OpenItem]] = defaultdict(list)
        self.by_customer: dict[int, list[OpenItem]] = defaultdict(list)
        self.by_amount: dict[tuple[str, object], list[OpenItem]] = defaultdict(list)
        for item in items:
            for key, _label in item.keys:
                self.by_key[key].append(item)
            self.by_customer[item.customer_id].append(item)
            self.by_amount[item.currency, item.residual].append(item)


def propose(payment: Payment, index: ItemIndex) -> list[Proposal]:
    """Return all readings of a payment, best first, without those a person refused."""
    found = [*_named(payment, index), *_from_payer(payment, index), *_same_amount(payment, index)]
    best: dict[frozenset[int], Proposal] = {}
    for proposal in found:
        known = best.get(proposal.item_ids)
        if known is None or known.confidence < proposal.confidence:
            best[proposal.item_ids] = proposal
    ranked = sorted(best.values(), key=lambda item: (-item.confidence, sorted(item.item_ids)))
    return [item for item in ranked if item.item_ids not in payment.rejected]


def _named(payment: Payment, index: ItemIndex) -> list[Proposal]:
    """Items whose numbers the payer wrote, together; or one of several with one number."""
    hits = {key: index.by_key[key] for key in payment.named_keys() if key in index.by_key}
    if not hits:
        return []
    named: dict[int, tuple[OpenItem, str]] = {}
    for key in sorted(hits):
        for item in hits[key]:
            named.setdefault(item.item_id, (item, key))
    items = tuple(item for item, _key in named.values())
    whole = _rate_named(payment, items, {item.item_id: key for item, key in named.values()})
    if whole.confidence == SURE or len(items) == 1:
        return [whole]
    # Instalments share their invoice's number: the one whose amount fits is meant. Of several
    # numbers named, one whose amount fits is only likely.
    limit = SURE if len(hits) == 1 else NAMED_ONE_OF_SEVERAL
    single = [
        _rate_named(payment, (item,), {item.item_id: key})
        for item, key in named.values()
        if item.residual == payment.amount
    ]
    return [whole, *(replace(one, confidence=min(one.confidence, limit)) for one in single)]


def _rate_named(payment: Payment, items: tuple[OpenItem, ...], keys: dict[int, str]) -> Proposal:
    evidence = [
        Evidence.of("named", number=item.name, key=keys[item.item_id], label=_label(item, keys))
        for item in items
    ]
    confidence = SURE
    for fact, limit in (
        _judge_currency(payment, items),
        _judge_amount(payment, items),
        _judge_payer(payment, items),
        _judge_customers(items),
    ):
        evidence.append(fact)
        confidence = min(confidence, limit)
    return Proposal(items, confidence, tuple(evidence))


def _label(item: OpenItem, keys: dict[int, str]) -> str:
    return next(label for key, label in item.keys if key == keys[item.item_id])


def _judge_currency(payment: Payment, items: tuple[OpenItem, ...]) -> tuple[Evidence, float]:
    currencies = sorted({item.currency for item in items})
    if currencies == [payment.currency]:
        return Evidence.of("currency_equal", currency=payment.currency), SURE
    return (
        Evidence.of(
            "currency_differs",
            favourable=False,
            paid=payment.currency,
            owed=", ".join(currencies),
        ),
        NAMED_OTHER_AMOUNT,
    )


def _judge_amount(payment: Payment, items: tuple[OpenItem, ...]) -> tuple[Evidence, float]:
    owed = sum((item.residual for item in items), start=payment.amount * 0)
    if owed == payment.amount:
        return Evidence.of("amount_equal", amount=str(payment.amount)), SURE
    code = "amount_short" if payment.amount < owed else "amount_over"
    return (
        Evidence.of(
            code,
            favourable=False,
            paid=str(payment.amount),
            owed=str(owed),
            difference=str(abs(owed - payment.amount)),
        ),
        NAMED_OTHER_AMOUNT,
    )


def _judge_payer(payment: Payment, items: tuple[OpenItem, ...]) -> tuple[Evidence, float]:
    customers = {item.customer_id for item in items}
    if not payment.payer_ids:
        return Evidence.of("payer_unknown"), SURE
    if customers & payment.payer_ids:
        return Evidence.of("payer_known"), SURE
    return Evidence.of("payer_other", favourable=False), NAMED_OTHER_PAYER


def _judge_customers(items: tuple[OpenItem, ...]) -> tuple[Evidence, float]:
    if len({item.customer_id for item in items}) == 1:
        return Evidence.of("one_customer"), SURE
    return Evidence.of("several_customers", favourable=False), NAMED_OTHER_AMOUNT


def _from_payer(payment: Payment, index: ItemIndex) -> list[Proposal]:
    proposals = []
    for customer in sorted(payment.payer_ids):
        items = tuple(
            item
            for item in index.by_customer.get(customer, ())
            if item.currency == payment.currency
        )
        equal = [item for item in items if item.residual == payment.amount]
        limit = PAYER_AND_AMOUNT if len(equal) == 1 else AMOUNT_ONLY
        facts = (
            Evidence.of("payer_known"),
            Evidence.of("amount_equal", amount=str(payment.amount)),
        )
        proposals += [Proposal((item,), limit, facts) for item in equal[:MOST_OF_ONE_AMOUNT]]
        if len(items) > 1 and sum(item.residual for item in items) == payment.amount:
            everything = (*facts, Evidence.of("all_items", count=str(len(items))))
            proposals.append(Proposal(items, PAYER_ALL_ITEMS, everything))
    return proposals


def _same_amount(payment: Payment, index: ItemIndex) -> list[Proposal]:
    items = index.by_amount.get((payment.currency, payment.amount), [])
    if len(items) > MOST_OF_ONE_AMOUNT:
        return []
    fact = Evidence.of("amount_equal", amount=str(payment.amount))
    limit = AMOUNT_ONLY / max(len(items), 1)
    return [
        Proposal((item,), limit, (fact, Evidence.of("not_named", favourable=False)))
        for item in items
    ]
