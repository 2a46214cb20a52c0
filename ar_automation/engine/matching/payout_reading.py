"""What a payment may be a payout of: sets of the payments that wait at a provider.

A payout is all that was paid on consecutive days, or what its text names, less a fee; a refund
counts below zero. Payments that add up to it otherwise are a reading, too, if a weak one::

    >>> def online(n, amount, day):
    ...     item = OpenItem(n, f"PBNK/{n}", n, Decimal(amount), "EUR", 5)
    ...     return Online(item, 1, date(2026, 3, day))
    >>> pool = Pool(Provider(1, "Stripe", ("Stripe",)))
    >>> for one in (online(1, 60, 1), online(2, 45, 1), online(3, 70, 2)):
    ...     pool.add(one)
    >>> payment = Payment(9, Decimal(105), "EUR", ("payout",), payer_name="STRIPE PAYMENTS EU")
    >>> [(reading.kind, sorted(reading.item_ids)) for reading in
    ...  read_payout("EUR", payment, pool, Policy())]
    [('run', [1, 2])]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from .allocation.subset import find_sums
from .facts import OpenItem, Payment, Policy
from .payer.names import normalise_name
from .references.scan import SHORTEST_SURE_DIGITS

# So many of the last days with payments are looked at.
MOST_DAYS = 62
# A shorter name of a provider may be part of any name.
SHORTEST_NAME = 4
# So many payments have to be named where nobody knows who pays.
FEWEST_NAMED = 2

Kind = Literal["named", "run", "sum"]


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
class Reading:
    """One set of payments that the payout may be of.

    :ivar amount: of the payout, in the currency of the payments.
    :ivar rate: what one unit of that is in the payout's currency; None if it is the same.
    """

    provider: Provider
    online: tuple[Online, ...]
    kind: Kind
    amount: Decimal
    skips_named: bool = False
    rate: Decimal | None = None

    @property
    def paid(self) -> Decimal:
        """What customers paid of it, without what they got back."""
        return sum((one.item.residual for one in self.online if one.item.residual > 0), Decimal(0))

    @property
    def fee(self) -> Decimal:
        """What the provider kept."""
        return sum((one.item.residual for one in self.online), -self.amount)

    @property
    def slack(self) -> Decimal:
        """By how much a fee may be off: providers round each payment's."""
        return _unit(self.amount) * len(self.online)

    @property
    def item_ids(self) -> frozenset[int]:
        """Ids of the payments."""
        return frozenset(one.item.item_id for one in self.online)


@dataclass(slots=True)
class Pool:
    """What waits at one provider in one currency, by day and by key."""

    provider: Provider
    online: list[Online] = field(default_factory=list)
    by_key: dict[str, list[Online]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Online) -> None:
        """Put a payment into the pool."""
        self.online.append(one)
        for key, _label in one.item.keys:
            if not key.isdigit() or len(key) >= SHORTEST_SURE_DIGITS:
                self.by_key[key].append(one)

    def until(self, day: date | None) -> list[Online]:
        """What was paid until a day, oldest first."""
        found = [one for one in self.online if day is None or one.day <= day]
        return sorted(found, key=lambda one: (one.day, one.item.item_id))

    def named(self, keys: Iterable[str], day: date | None) -> tuple[Online, ...]:
        """What was paid until a day and has one of the keys."""
        found = {one.item.item_id: one for key in keys for one in self.by_key.get(key, ())}
        return tuple(one for _id, one in sorted(found.items()) if day is None or one.day <= day)


def make_pools(
    outstanding: Sequence[Online], providers: Sequence[Provider]
) -> dict[tuple[int, str], Pool]:
    """What waits, by provider and currency."""
    by_id = {provider.provider_id: provider for provider in providers}
    pools: dict[tuple[int, str], Pool] = {}
    for one in outstanding:
        key = (one.provider_id, one.item.currency)
        if key not in pools:
            pools[key] = Pool(by_id[one.provider_id])
        pools[key].add(one)
    return pools


def read_payout(currency: str, payment: Payment, pool: Pool, policy: Policy) -> list[Reading]:
    """All readings of a payment as a payout of one provider, of sales in one currency."""
    if currency == payment.currency:
        return _read(payment, pool, policy)
    worth = dict(payment.converted).get(currency)
    if not worth or not pool.provider.pays(payment):
        return []
    return _read_converted(replace(payment, amount=worth), payment.amount / worth, pool, policy)


def _read_converted(payment: Payment, rate: Decimal, pool: Pool, policy: Policy) -> list[Reading]:
    """All readings of a payout that the provider has exchanged, at a rate near that of the day.

    :param payment: with its amount in the currency of the sales.
    """
    waiting = pool.until(payment.day)
    off = abs(payment.amount) * policy.currency_share
    named = pool.named(payment.named_keys() & pool.by_key.keys(), payment.day)
    ways: list[tuple[Kind, tuple[Online, ...]]] = [("named", named)] if named else []
    runs = _runs(waiting, payment.amount - off, policy.payout_share, 2 * off)
    ways += [("run", run) for run in runs]
    readings: dict[frozenset[int], Reading] = {}
    for kind, online in ways:
        reading = Reading(pool.provider, online, kind, payment.amount, rate=rate)
        is_near = -off <= reading.fee <= off + reading.paid * policy.payout_share
        if is_near and reading.item_ids not in payment.rejected:
            readings.setdefault(reading.item_ids, reading)
    return list(readings.values())


def _read(payment: Payment, pool: Pool, policy: Policy) -> list[Reading]:
    """All readings of a payment as a payout of one provider, each set of payments once."""
    named = pool.named(payment.named_keys() & pool.by_key.keys(), payment.day)
    is_known = pool.provider.pays(payment)
    if not is_known and (len(named) < FEWEST_NAMED or payment.payer_ids | payment.alias_ids):
        return []
    ways: list[tuple[Kind, tuple[Online, ...]]] = [("named", named)] if named else []
    if is_known:
        waiting = pool.until(payment.day)
        slack = _unit(payment.amount) * len(waiting)
        share = policy.payout_share
        ways += [("run", run) for run in _runs(waiting, payment.amount, share, slack)]
        ways += [("sum", some) for some in _sums(waiting, payment.amount)]
    ids = {one.item.item_id for one in named}
    readings: dict[frozenset[int], Reading] = {}
    for kind, online in ways:
        has_all = ids <= {one.item.item_id for one in online}
        reading = Reading(pool.provider, online, kind, payment.amount, not has_all)
        if _is_possible(reading, payment, policy):
            readings.setdefault(reading.item_ids, reading)
    return list(readings.values())


def _is_possible(reading: Reading, payment: Payment, policy: Policy) -> bool:
    if reading.item_ids in payment.rejected:
        return False
    return 0 <= reading.fee <= reading.paid * policy.payout_share + reading.slack


def _runs(
    waiting: list[Online], least: Decimal, share: Decimal, slack: Decimal
) -> list[tuple[Online, ...]]:
    """All that was paid on consecutive days, where it may be the amount and its fee.

    :param least: what the payments come to at least.
    :param share: the most that the fee is of what customers paid.
    :param slack: by how much it may be more.
    """
    by_day: dict[date, list[Online]] = defaultdict(list)
    for one in waiting:
        by_day[one.day].append(one)
    days = sorted(by_day)[-MOST_DAYS:]
    nets = [sum((one.item.residual for one in by_day[day]), Decimal(0)) for day in days]
    gross = [sum(max(one.item.residual, Decimal(0)) for one in by_day[day]) for day in days]
    runs = []
    for first in range(len(days)):
        sums = zip(accumulate(nets[first:]), accumulate(gross[first:]), strict=True)
        runs += [
            tuple(one for day in days[first:last] for one in by_day[day])
            for last, (net, paid) in enumerate(sums, first + 1)
            if 0 <= net - least <= paid * share + slack
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
