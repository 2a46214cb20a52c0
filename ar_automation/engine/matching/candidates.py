"""Which sets of open items one payment may settle.

Three readings of a payment are tried. *Named*: the items whose numbers stand in its texts,
together, by customer, and those of them that add up. *Payer*: the items of the customers that
may have paid: singly, all together, those whose counters stand in the text, and every set that
adds up. *Amount*: any item of exactly this amount. Each set carries how many sets could have
fitted by chance: an amount that one of two items has says more than one among ten thousand::

    >>> from decimal import Decimal
    >>> from .facts import Knowledge, OpenItem
    >>> items = [OpenItem(n, f"INV/2026/{n:05d}", 7, Decimal(n * 10), "EUR", 5) for n in (1, 2, 3)]
    >>> index = ItemIndex(items, Knowledge())
    >>> found = gather(Payment(1, Decimal(30), "EUR", (), frozenset({7})), index)
    >>> [[item.item_id for item in candidate.items] for candidate in found.candidates]
    [[3], [1, 2]]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from .allocation.subset import MOST_ITEMS, MOST_ITEMS_SMALL, find_sums
from .amounts.fit import discount_of
from .facts import OpenItem, Payment
from .index import ItemIndex
from .payer.directory import PayerKind
from .references.scan import Mention, Reading, Strength, is_near, read_texts

# More items of one amount than this say nothing about any of them.
MOST_OF_ONE_AMOUNT = 5
MOST_NAMED = 200
MOST_NEAR = 60
MOST_CLOSE = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A set of items; ``tried`` is how many sets could have fitted by chance."""

    items: tuple[OpenItem, ...]
    tried: int
    is_complete: bool = True


@dataclass(slots=True)
class Findings:
    """All that was found out about one payment before it is judged."""

    payment: Payment
    reading: Reading
    payers: dict[int, PayerKind]
    mentions: dict[int, Mention]
    candidates: list[Candidate] = field(default_factory=list)
    seen: dict[frozenset[int], int] = field(default_factory=dict)
    named: list[OpenItem] = field(default_factory=list)

    def add(self, items: Iterable[OpenItem], tried: int, *, is_complete: bool = True) -> None:
        """Add a set of items, once, unless a person refused it."""
        chosen = tuple(sorted(items, key=lambda item: item.item_id))
        ids = frozenset(item.item_id for item in chosen)
        if not chosen or ids in self.payment.rejected:
            return
        known = self.seen.get(ids)
        if known is None:
            self.seen[ids] = len(self.candidates)
            self.candidates.append(Candidate(chosen, tried, is_complete))
        elif self.candidates[known].tried > tried:
            self.candidates[known] = Candidate(chosen, tried, is_complete)

    def strength(self, item: OpenItem) -> Strength | None:
        """How surely the texts name an item."""
        mention = self.mentions.get(item.item_id)
        return mention.strength if mention else None


def gather(payment: Payment, index: ItemIndex) -> Findings:
    """Collect what a payment names, who may have paid, and the sets it may settle."""
    texts = (*payment.texts, *(document.number for document in payment.advised))
    reading = read_texts(texts, index.numbers)
    payers = index.directory.identify(payment)
    found = Findings(payment, reading, payers, dict(reading.mentions))
    named = found.named = _add_named(found, index)
    for customer in sorted(payers):
        _add_of_payer(found, index, index.by_customer.get(customer, []), named)
    _add_of_amount(found, index)
    return found


def _add_named(found: Findings, index: ItemIndex) -> list[OpenItem]:
    """Items that are named surely: all of them, each customer's, each that fits, sums."""
    named = [
        index.items[item_id]
        for item_id, mention in found.mentions.items()
        if mention.strength >= Strength.PART
    ][:MOST_NAMED]
    if not named:
        return named
    found.add(named, 1)
    customers = {item.customer_id for item in named}
    if len(customers) > 1:
        for customer in sorted(customers):
            found.add([item for item in named if item.customer_id == customer], len(customers))
    if len(named) > 1:
        for item in _exact(found.payment, named):
            found.add([item], len(named))
        _add_sums(found, named)
        _add_documents(found, named)
    return named


def _add_documents(found: Findings, named: list[OpenItem]) -> None:
    """Every document by itself: the payer may have named one as context only."""
    documents: dict[tuple[int, str], list[OpenItem]] = {}
    for item in named:
        documents.setdefault((item.document_id or item.item_id, item.name), []).append(item)
    if 1 < len(documents) <= MOST_OF_ONE_AMOUNT:
        for items in documents.values():
            found.add(items, len(documents))


def _add_of_payer(
    found: Findings, index: ItemIndex, own: list[OpenItem], named: list[OpenItem]
) -> None:
    payment = found.payment
    convertible = {payment.currency, *(currency for currency, _amount in payment.converted)}
    own = [item for item in own if item.currency in convertible]
    if not own:
        return
    exact = _exact(payment, own)
    for item in exact[:MOST_OF_ONE_AMOUNT]:
        found.add([item], len(own))
    if _is_settled_by_name(payment, named):
        return
    _note_weak_mentions(found, index, own)
    if any(found.strength(item) is not None for item in own):
        _add_weakly_named(found, own)
    same = [item for item in own if item.currency == payment.currency]
    if len(exact) <= 1:
        _add_sums(found, same)
        _add_rest(found, same, named)
    if len(same) > 1 and sum(item.residual for item in same) == payment.amount:
        found.add(same, 2)
    _add_close(found, index, own)


def _note_weak_mentions(found: Findings, index: ItemIndex, own: list[OpenItem]) -> None:
    """Counters and slips of the pen count only for items that something else points to."""
    reading = found.reading
    if not (reading.tails or reading.strangers or reading.oddities):
        return
    tails = {tail.lstrip("0") or "0" for tail in reading.tails}
    # Who writes a number of ours in full has not mistyped another one.
    slips: tuple[str, ...] = ()
    if not found.named and len(own) <= MOST_NEAR:
        slips = (*reading.strangers, *reading.oddities)
    for item in own:
        if item.item_id in found.mentions:
            continue
        number = index.numbers.numbers[item.item_id]
        counter = number.counter.lstrip("0")
        if counter and counter in tails:
            found.mentions[item.item_id] = Mention(Strength.TAIL, "invoice number", counter)
        else:
            _note_slip(found, item, number.letters + number.digits, slips)


def _note_slip(found: Findings, item: OpenItem, key: str, slips: tuple[str, ...]) -> None:
    keys = (key, *(one for one, _label in item.keys))
    for written in slips:
        if any(is_near(written, one) for one in keys):
            found.mentions[item.item_id] = Mention(Strength.NEAR, "invoice number", written)
            return


def _add_weakly_named(found: Findings, own: list[OpenItem]) -> None:
    weakly = [item for item in own if found.strength(item) is not None]
    found.add(weakly, 1)
    for item in weakly[:MOST_OF_ONE_AMOUNT]:
        found.add([item], len(weakly))
    tails = [item for item in weakly if (found.strength(item) or 0) >= Strength.TAIL]
    found.add(tails, 1)
    if len(weakly) > 1:
        _add_sums(found, weakly)


def _exact(payment: Payment, items: list[OpenItem]) -> list[OpenItem]:
    return [
        item
        for item in items
        if item.residual == payment.amount and item.currency == payment.currency
    ]


def _is_settled_by_name(payment: Payment, named: list[OpenItem]) -> bool:
    """Whether what is named is paid exactly: no other sum needs to be looked for."""
    return bool(named) and sum(item.residual for item in named) == payment.amount


def _add_sums(found: Findings, items: list[OpenItem]) -> None:
    """Every set of the items that adds up to the payment."""
    if not 2 <= len(items) <= MOST_ITEMS_SMALL:
        return
    if any(item.currency != found.payment.currency for item in items):
        return
    sums = find_sums(tuple(_cents(item.residual) for item in items), _cents(found.payment.amount))
    for places in sums.solutions:
        tried = len(items) if len(places) == 1 else sums.tried
        chosen = [items[place] for place in places]
        found.add(chosen, tried, is_complete=sums.is_complete)


def _add_rest(found: Findings, own: list[OpenItem], named: list[OpenItem]) -> None:
    """What is named, and of the payer's other items those that make up the rest."""
    fixed = [item for item in named if item in own]
    others = [item for item in own if item not in fixed]
    if not fixed or len(own) <= MOST_ITEMS or len(others) > MOST_ITEMS_SMALL:
        return
    rest = found.payment.amount - sum((item.residual for item in fixed), Decimal(0))
    sums = find_sums(tuple(_cents(item.residual) for item in others), _cents(rest))
    for places in sums.solutions:
        chosen = [*fixed, *(others[place] for place in places)]
        found.add(chosen, max(sums.tried, 1), is_complete=sums.is_complete)


def _add_close(found: Findings, index: ItemIndex, own: list[OpenItem]) -> None:
    """Single items that a discount, charges or the exchange rate lie in between."""
    payment = found.payment
    converted = dict(payment.converted)
    close = []
    for item in own[:MOST_NAMED]:
        policy = index.knowledge.policy_for(item.customer_id)
        paid = payment.amount if item.currency == payment.currency else converted[item.currency]
        missing = item.residual - paid
        margin = min(policy.charge, abs(item.residual) * policy.charge_share)
        if item.currency != payment.currency:
            margin = abs(item.residual) * policy.currency_share
        discount = discount_of(item, payment.day, policy)
        margin = max(margin, policy.tolerance_short)
        excess = max(policy.rounding, policy.tolerance_over)
        if missing and (missing == discount or -excess <= missing <= margin):
            close.append((abs(missing - discount), item.item_id, item))
    for _distance, _item_id, item in sorted(close)[:MOST_CLOSE]:
        found.add([item], len(own))


def _add_of_amount(found: Findings, index: ItemIndex) -> None:
    payment = found.payment
    items = index.by_amount.get((payment.currency, payment.amount), [])
    if not items:
        return
    if len(items) <= MOST_NEAR:
        _note_weak_mentions(found, index, items)
        told = [item for item in items if found.strength(item) is not None]
        for item in told[:MOST_OF_ONE_AMOUNT]:
            found.add([item], len(items))
    if len(items) <= MOST_OF_ONE_AMOUNT:
        for item in items:
            found.add([item], index.per_currency[payment.currency])


def _cents(amount: Decimal) -> int:
    """Whole numbers to add: thousandths, the smallest unit of any currency in use."""
    return int(amount.scaleb(3))
