"""Money that a payment provider passes on: many customers' payments in one, less its fee.

Customers paid by card or online; each payment is registered and waits. The provider collects
them and pays them out together. Which ones is said by the payout's text, or told by the sum: all
that was paid on consecutive days, less what customers got back::

    >>> from decimal import Decimal
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
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from .allocation.subset import find_sums
from .facts import Action, Decision, Evidence, OpenItem, Payment, Policy, Proposal
from .payer.names import normalise_name
from .references.scan import SHORTEST_SURE_DIGITS

# So many of the last days with payments are looked at.
MOST_DAYS = 62
MOST_PROPOSALS = 5
# A shorter name of a provider may be part of any name.
SHORTEST_NAME = 4
# So many payments have to be named where nobody knows who pays.
FEWEST_NAMED = 2

Kind = Literal["named", "run", "sum"]
# How sure a reading is by rule: proven, and with a fee that nothing proves.
PROVEN = {"named": 0.998, "run": 0.995, "sum": 0.4}
UNPROVEN = {"named": 0.7, "run": 0.5, "sum": 0.4}
BESIDE_NAMED = 0.2


@dataclass(frozen=True, slots=True)
class Online:
    """A payment through a provider, or a refund, that waits for the bank.

    :ivar item: on the outstanding account; a refund's residual is negative.
    """

    item: OpenItem
    provider_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier payout kept: its fee, and what customers had paid of it."""

    fee: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Provider:
    """Who passes on customers' payments.

    :ivar names: names by which its payouts are known.
    :ivar accounts: accounts from which it paid before.
    :ivar kept: what its earlier payouts kept, payouts without a fee included.
    """

    provider_id: int
    name: str
    names: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    kept: tuple[Kept, ...] = ()

    def pays(self, payment: Payment) -> bool:
        """Whether the payment comes from the provider: by its account, or by its name."""
        if payment.account_number and payment.account_number in self.accounts:
            return True
        said = payment.payer_name or " ".join(payment.texts[:1])
        words = set(normalise_name(said).split())
        known = (set(normalise_name(name).split()) for name in self.names)
        return any(name <= words and sum(map(len, name)) >= SHORTEST_NAME for name in known)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One set of payments that the payout may be of."""

    provider: Provider
    online: tuple[Online, ...]
    kind: Kind
    amount: Decimal
    skips_named: bool = False

    @property
    def paid(self) -> Decimal:
        return sum((one.item.residual for one in self.online if one.item.residual > 0), Decimal(0))

    @property
    def fee(self) -> Decimal:
        return sum((one.item.residual for one in self.online), -self.amount)

    @property
    def slack(self) -> Decimal:
        """By how much a fee may be off: providers round each payment's."""
        return _unit(self.amount) * len(self.online)

    @property
    def item_ids(self) -> frozenset[int]:
        return frozenset(one.item.item_id for one in self.online)


@dataclass(slots=True)
class _Pool:
    """What waits at one provider in one currency, by day and by key."""

    provider: Provider
    online: list[Online] = field(default_factory=list)
    by_key: dict[str, list[Online]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Online) -> None:
        self.online.append(one)
        for key, _label in one.item.keys:
            if not key.isdigit() or len(key) >= SHORTEST_SURE_DIGITS:
                self.by_key[key].append(one)

    def until(self, day: date | None) -> list[Online]:
        """What was paid until a day, oldest first."""
        found = [one for one in self.online if day is None or one.day <= day]
        return sorted(found, key=lambda one: (one.day, one.item.item_id))

    def named(self, keys: Iterable[str], day: date | None) -> tuple[Online, ...]:
        found = {one.item.item_id: one for key in keys for one in self.by_key.get(key, ())}
        return tuple(one for _id, one in sorted(found.items()) if day is None or one.day <= day)


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
    pools = _make_pools(outstanding, providers)
    found = {}
    for payment in payments:
        readings = [
            reading
            for (_provider, currency), pool in pools.items()
            if currency == payment.currency and payment.amount > 0
            for reading in _read(payment, pool, policy)
        ]
        if readings:
            found[payment.payment_id] = _rank(readings, policy)
    return _without_rivals(found)


def _make_pools(
    outstanding: Sequence[Online], providers: Sequence[Provider]
) -> dict[tuple[int, str], _Pool]:
    by_id = {provider.provider_id: provider for provider in providers}
    pools: dict[tuple[int, str], _Pool] = {}
    for one in outstanding:
        key = (one.provider_id, one.item.currency)
        if key not in pools:
            pools[key] = _Pool(by_id[one.provider_id])
        pools[key].add(one)
    return pools


def _read(payment: Payment, pool: _Pool, policy: Policy) -> list[_Reading]:
    """All readings of a payment as a payout of one provider, each set of payments once."""
    named = pool.named(payment.named_keys() & pool.by_key.keys(), payment.day)
    is_known = pool.provider.pays(payment)
    if not is_known and (len(named) < FEWEST_NAMED or payment.payer_ids | payment.alias_ids):
        return []
    ways: list[tuple[Kind, tuple[Online, ...]]] = [("named", named)] if named else []
    if is_known:
        waiting = pool.until(payment.day)
        ways += [("run", run) for run in _runs(waiting, payment.amount, policy.payout_share)]
        ways += [("sum", some) for some in _sums(waiting, payment.amount)]
    ids = {one.item.item_id for one in named}
    readings: dict[frozenset[int], _Reading] = {}
    for kind, online in ways:
        has_all = ids <= {one.item.item_id for one in online}
        reading = _Reading(pool.provider, online, kind, payment.amount, not has_all)
        if _is_possible(reading, payment, policy):
            readings.setdefault(reading.item_ids, reading)
    return list(readings.values())


def _is_possible(reading: _Reading, payment: Payment, policy: Policy) -> bool:
    if reading.item_ids in payment.rejected:
        return False
    return 0 <= reading.fee <= reading.paid * policy.payout_share + reading.slack


def _runs(waiting: list[Online], amount: Decimal, share: Decimal) -> list[tuple[Online, ...]]:
    """All that was paid on consecutive days, where it may be the amount and its fee."""
    by_day: dict[date, list[Online]] = defaultdict(list)
    for one in waiting:
        by_day[one.day].append(one)
    days = sorted(by_day)[-MOST_DAYS:]
    nets = [sum((one.item.residual for one in by_day[day]), Decimal(0)) for day in days]
    gross = [sum(max(one.item.residual, Decimal(0)) for one in by_day[day]) for day in days]
    slack = _unit(amount) * len(waiting)
    runs = []
    for first in range(len(days)):
        sums = zip(accumulate(nets[first:]), accumulate(gross[first:]), strict=True)
        runs += [
            tuple(one for day in days[first:last] for one in by_day[day])
            for last, (net, paid) in enumerate(sums, first + 1)
            if 0 <= net - amount <= paid * share + slack
        ]
    return runs


def _sums(waiting: list[Online], amount: Decimal) -> list[tuple[Online, ...]]:
    """Payments that add up to the amount exactly, whenever they were made; a few of the ways."""
    unit = _unit(amount)
    cents = tuple(int(one.item.residual / unit) for one in waiting)
    sums = find_sums(cents, int(amount / unit))
    return [tuple(waiting[place] for place in places) for places in sums.solutions]


def _unit(amount: Decimal) -> Decimal:
    """The smallest amount of the currency in which ``amount`` is written."""
    return Decimal(1).scaleb(min(int(amount.as_tuple().exponent), 0))


def _prove_fee(reading: _Reading, policy: Policy) -> str:
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


def _rank(readings: list[_Reading], policy: Policy) -> tuple[Proposal, ...]:
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


def _is_proven(reading: _Reading, proposal: Proposal) -> bool:
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


def _propose(reading: _Reading, policy: Policy) -> Proposal:
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


def _tell(reading: _Reading) -> list[Evidence]:
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


def _tell_fee(reading: _Reading, proof: str, policy: Policy) -> list[Evidence]:
    """What was kept, and what proves that it was the fee."""
    paid = str(reading.amount)
    if not reading.fee:
        return [Evidence.of("amount_equal", amount=paid)]
    owed, fee = str(reading.amount + reading.fee), str(reading.fee)
    share = f"{reading.fee / reading.paid * 100:.2f}"
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
