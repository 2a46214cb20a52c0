"""What is measured of a candidate, as numbers between 0 and 1.

Every feature has one direction: more of it never makes a match less probable if its sign is
``+``, and never more probable if it is ``-``. The weights are learnt under this constraint, so
that no evidence in favour can ever lower a probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import log10

from ..amounts.fit import Fit, judge
from ..candidates import Candidate, Findings
from ..facts import OpenItem, Policy, SettledItem
from ..payer.directory import RANK, PayerKind
from ..references.scan import Strength

# name: sign of its weight (+1, -1, or 0 where either is possible)
SIGNS = {
    "any": 0,
    "named_full": 1,
    "named_part": 1,
    "named_tail": 1,
    "named_near": 1,
    "named_some": 0,
    "beyond_named": -1,
    "unlike_named": -1,
    "left_out": -1,
    "payer_account": 1,
    "payer_learnt": 1,
    "payer_number": 1,
    "payer_name": 1,
    "payer_shared": 1,
    "payer_parent": 1,
    "payer_similar": 1,
    "payer_other": -1,
    "rarity": 1,
    "fit_exact": 1,
    "fit_discount": 1,
    "fit_habit": 1,
    "fit_rounding": 1,
    "fit_charges": 1,
    "fit_currency": 1,
    "fit_short": 0,
    "fit_over": -1,
    "fit_mismatch": -1,
    "several_items_unnamed": -1,
    "several_customers": -1,
    "settled_named": -1,
    "settled_same_amount": -1,
    "stranger_named": -1,
    "incomplete_search": -1,
}
STRONG_PAYERS: frozenset[PayerKind] = frozenset({"account", "learnt", "number", "name"})
MOST_RARE = 6


@dataclass(frozen=True, slots=True)
class Assessment:
    """A candidate with all that its probability is made of.

    :ivar named: weakest strength by which its items are named, ``None`` if one is not named.
    :ivar payer: weakest kind by which its customers are known as payers, ``None`` if unknown.
    :ivar other_payer: the money comes from another customer, as far as is known.
    :ivar chance: how many sets would fit as well by chance.
    :ivar left_out: how many surely named items it does not settle; ``left_own`` of them are
        owed by its own customers.
    """

    candidate: Candidate
    fit: Fit
    named: Strength | None
    payer: PayerKind | None
    other_payer: bool
    chance: float
    left_out: int
    left_own: int
    settled: tuple[SettledItem, ...]
    features: dict[str, float]


def assess(
    candidate: Candidate, found: Findings, policy: Policy, settled: tuple[SettledItem, ...]
) -> Assessment:
    """Measure one candidate."""
    fit = judge(found.payment, candidate.items, policy)
    strengths = [found.strength(item) for item in candidate.items]
    named = min((strength for strength in strengths if strength), default=None)
    named = named if None not in strengths else None
    customers = {item.customer_id for item in candidate.items}
    payer = _payer_of(customers, found)
    other = payer is None and bool(STRONG_PAYERS & set(found.payers.values()))
    left_out = _left_out(candidate, found)
    left_own = sum(item.customer_id in customers for item in left_out)
    chance = _chance(found, candidate, fit, named)
    told = Assessment(
        candidate, fit, named, payer, other, chance, len(left_out), left_own, settled, {}
    )
    told.features.update(_measure(told, found, len(customers), some=any(strengths)))
    return told


def _left_out(candidate: Candidate, found: Findings) -> list[OpenItem]:
    """Items that are named surely by words that name none of the chosen items."""
    chosen = {item.item_id for item in candidate.items}
    met = {found.mentions[item].written for item in chosen if item in found.mentions}
    return [
        item
        for item in found.named
        if item.item_id not in chosen and found.mentions[item.item_id].written not in met
    ]


def _payer_of(customers: set[int], found: Findings) -> PayerKind | None:
    """The weakest kind by which every customer is known; none if one is not."""
    kinds = [found.payers.get(customer) for customer in customers]
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds):
        return None
    return max(known, key=lambda kind: RANK[kind])


def _chance(found: Findings, candidate: Candidate, fit: Fit, named: Strength | None) -> float:
    """Expected number of sets that fit by chance: sets tried, over amounts as round as this.

    Where some items are named, only the others have to be explained by the amount.
    """
    if named is not None and named >= Strength.PART:
        return 1 / _amounts_like(found.payment.amount)
    guessed = [
        item.residual for item in candidate.items if (found.strength(item) or 0) < Strength.PART
    ]
    rest = sum(guessed, Decimal(0)) if len(guessed) < len(candidate.items) else fit.paid
    likely = _amounts_like(rest)
    if fit.kind in ("charges", "currency", "habit"):
        likely = max(likely // 100, 1)
    return candidate.tried / likely


def _amounts_like(amount: Decimal) -> int:
    """How many amounts up to this one are as round as it: 12.34 is one of 1,234, 1,200 of 12."""
    units = int(abs(amount).scaleb(2)) or 1
    while units % 10 == 0:
        units //= 10
    return units


def _measure(told: Assessment, found: Findings, customers: int, *, some: bool) -> dict[str, float]:
    measured: dict[str, float] = {"any": 1.0, f"fit_{told.fit.kind}": 1.0}
    if told.named is not None:
        measured[f"named_{told.named.name.lower()}"] = 1.0
    elif some:
        measured["named_some"] = 1.0
    if told.named is None and told.left_out:
        measured["unlike_named"] = 1.0
    elif told.named is None and some:
        measured["beyond_named"] = 1.0
    if told.payer is not None:
        measured[f"payer_{told.payer}"] = 1.0
    if told.fit.kind in ("exact", "discount", "currency", "charges", "habit"):
        measured["rarity"] = min(max(-log10(told.chance), 0), MOST_RARE) / MOST_RARE
    flags = {
        "payer_other": told.other_payer,
        "left_out": told.left_out > 0,
        "several_customers": customers > 1,
        "several_items_unnamed": told.named is None and len(told.candidate.items) > 1,
        "settled_named": bool(told.settled),
        "settled_same_amount": _is_settled_amount(told.settled, found.payment.amount),
        "stranger_named": bool(found.reading.strangers),
        "incomplete_search": not told.candidate.is_complete,
    }
    measured.update({name: 1.0 for name, holds in flags.items() if holds})
    return measured


def _is_settled_amount(settled: tuple[SettledItem, ...], amount: Decimal) -> bool:
    return any(item.amount == amount for item in settled)
