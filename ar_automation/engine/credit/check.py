"""Whether a customer may go on buying on credit, at any point between quotation and invoice.

A policy says for each *checkpoint* what follows from a customer who owes too much:
nothing, a warning, or a hold. A customer may stand under several limits at once, its own
and those of the credit groups that it belongs to; each of them must be kept:

    >>> own = LimitLevel(exposure=Decimal(400), limit=Decimal(1000))
    >>> shared = LimitLevel(exposure=Decimal(1900), limit=Decimal(2000), group="Acme")
    >>> facts = CheckFacts(amount=Decimal(300), levels=(own, shared))
    >>> check = check_credit(facts, CheckRules(CreditPolicy(), response="hold"))
    >>> check.decision, check.reasons[0].group, check.available
    ('hold', 'Acme', Decimal('100'))

Prepaid orders pass always, and so does *instant credit*: a small order of a customer with
a good score. A limit of zero means that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Literal

from .exposure import ZERO
from .order_decision import CreditPolicy, OverLimit, TooLate

Checkpoint = Literal["quotation", "order", "delivery", "invoice"]
Response = Literal["nothing", "warn", "hold"]
Verdict = Literal["pass", "warn", "hold"]

CHECKPOINTS: tuple[Checkpoint, ...] = ("quotation", "order", "delivery", "invoice")
# Where an amount that adds nothing has nothing to be judged by; later on, the goods and
# the invoice are part of the exposure already and what is owed is judged as it stands.
ADDING: tuple[Checkpoint, ...] = ("quotation", "order")


@dataclass(frozen=True, slots=True)
class LimitLevel:
    """A limit that the customer stands under.

    :ivar exposure: what counts towards this limit: the customer's, or the whole group's.
    :ivar limit: zero means none; None that it is in a currency that has no rate.
    :ivar group: name of the credit group whose limit it is; empty for the customer's own.
    """

    exposure: Decimal
    limit: Decimal | None
    group: str = ""


@dataclass(frozen=True, slots=True)
class CheckRules:
    """What the policy says at one checkpoint.

    :ivar policy: tolerance and overdue rule; its limit is not used.
    :ivar response: what follows when a rule is broken.
    :ivar instant_score: score from which instant credit is given; None switches it off.
    :ivar instant_amount: amount up to which instant credit is given.
    :ivar holds_unrated: stop customers whose rating cannot be fetched.
    """

    policy: CreditPolicy
    response: Response = "hold"
    checkpoint: Checkpoint = "order"
    instant_score: int | None = None
    instant_amount: Decimal = ZERO
    holds_unrated: bool = False


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """A customer and what is to be added to its exposure, in company currency.

    :ivar amount: what is added; zero to judge what is owed as it stands.
    :ivar late: overdue for longer than the policy allows.
    :ivar score: payment index 0 to 100; None if there is none.
    :ivar is_prepaid: paid in full before the goods leave.
    :ivar is_unrated: the bureau that rates the customer cannot be reached.
    """

    amount: Decimal
    levels: tuple[LimitLevel, ...] = ()
    late: Decimal = ZERO
    oldest_overdue_days: int = 0
    score: int | None = None
    is_prepaid: bool = False
    is_unrated: bool = False


@dataclass(frozen=True, slots=True)
class GroupOverLimit:
    """The credit group that the customer belongs to would exceed its limit."""

    code: ClassVar[str] = "group_over_limit"

    group: str
    over: OverLimit


@dataclass(frozen=True, slots=True)
class NoRate:
    """A limit is in a currency that cannot be converted."""

    code: ClassVar[str] = "no_rate"

    group: str


@dataclass(frozen=True, slots=True)
class Unrated:
    """The bureau that rates the customer cannot be reached."""

    code: ClassVar[str] = "unrated"


CheckReason = OverLimit | TooLate | GroupOverLimit | NoRate | Unrated


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """The verdict and its reasons; ``available`` is None for who has no limit."""

    decision: Verdict
    reasons: tuple[CheckReason, ...]
    available: Decimal | None


def check_credit(facts: CheckFacts, rules: CheckRules) -> CreditCheck:
    """Decide whether the customer passes this checkpoint."""
    available = available_credit(facts.levels)
    if rules.response == "nothing" or _passes_at_once(facts, rules):
        return CreditCheck("pass", (), available)
    reasons = _broken_rules(facts, rules)
    return CreditCheck(rules.response if reasons else "pass", reasons, available)


def available_credit(levels: tuple[LimitLevel, ...]) -> Decimal | None:
    """What may still be bought under the tightest limit; None if there is no limit.

    >>> available_credit((LimitLevel(Decimal(40), ZERO), LimitLevel(Decimal(40), Decimal(50))))
    Decimal('10')
    """
    # thousands of customers are asked for at once, and a list is made faster than a generator
    left = [level.limit - level.exposure for level in levels if level.limit]
    return min(left) if left else None


def _passes_at_once(facts: CheckFacts, rules: CheckRules) -> bool:
    adds_nothing = facts.amount < 0 or (not facts.amount and rules.checkpoint in ADDING)
    is_instant = (
        rules.checkpoint in ADDING
        and rules.instant_score is not None
        and facts.score is not None
        and facts.score >= rules.instant_score
        and facts.amount <= rules.instant_amount
    )
    return facts.is_prepaid or adds_nothing or is_instant


def _broken_rules(facts: CheckFacts, rules: CheckRules) -> tuple[CheckReason, ...]:
    found: list[CheckReason | None] = [_over(facts, rules, level) for level in facts.levels]
    policy = rules.policy
    if policy.check_overdue and facts.late > policy.overdue_amount:
        found.append(
            TooLate(
                facts.late, policy.overdue_amount, policy.overdue_days, facts.oldest_overdue_days
            )
        )
    if rules.holds_unrated and facts.is_unrated:
        found.append(Unrated())
    return tuple(reason for reason in found if reason)


def _over(facts: CheckFacts, rules: CheckRules, level: LimitLevel) -> CheckReason | None:
    if level.limit is None:
        return NoRate(level.group)
    policy = replace(rules.policy, limit=level.limit)
    if not level.limit or level.exposure + facts.amount <= policy.allowed:
        return None
    over = OverLimit(
        level.exposure, facts.amount, level.limit, policy.allowed, facts.oldest_overdue_days
    )
    return GroupOverLimit(level.group, over) if level.group else over
