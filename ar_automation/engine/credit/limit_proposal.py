"""Which credit limit and terms a customer should have, with the calculation shown.

A limit that is never used protects nobody, and one that is too low loses orders. So the start
is what the customer *needs*: its purchases per day, times the days for which they stay unpaid
(terms, the days by which it usually pays late, and a margin until the next order). Behaviour
and outside knowledge, condensed in the class, say which part of that is granted, and the class
caps it. The result is rounded down to two leading digits.

    >>> needs = Needs(turnover=Decimal(365_000), days_known=365, terms=30, days_late=5)
    >>> proposal = propose_limit(needs, RiskClass("B", 60, trust=Decimal("0.8")))
    >>> proposal.need, proposal.limit
    (Decimal('50000'), Decimal('40000'))

What the policy allows to be changed without asking is its *automatic band*:

    >>> band = AutomaticBand(percent=Decimal(20), up_to=Decimal(50_000))
    >>> band.holds(Decimal(40_000), Decimal(44_000)), band.holds(Decimal(40_000), Decimal(60_000))
    (True, False)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from .scorecard import RiskClass

ZERO = Decimal(0)
MARGIN_DAYS = 15
MIN_DAYS_KNOWN = 30  # a customer of three days does not buy so much all year


@dataclass(frozen=True, slots=True)
class Needs:
    """What a limit has to cover.

    :ivar turnover: invoiced in the last 12 months, taxes included, in company currency.
    :ivar days_known: days since the first invoice, at most 365.
    :ivar terms: payment terms in days.
    :ivar days_late: days by which the customer usually pays late; early counts as 0.
    """

    turnover: Decimal
    days_known: int
    terms: int
    days_late: float


@dataclass(frozen=True, slots=True)
class LimitProposal:
    """A limit and how it came about.

    :ivar per_day: purchases per day.
    :ivar days: days for which purchases stay unpaid.
    :ivar need: both multiplied.
    :ivar trust: part of it that the class grants.
    :ivar cap: highest limit of the class, None for none.
    :ivar limit: the proposal; zero means *no credit*.
    :ivar terms: proposed terms in days.
    :ivar outside_cap: what a credit bureau or insurer would lend at most, None if nobody says.
    """

    per_day: Decimal
    days: int
    need: Decimal
    trust: Decimal
    cap: Decimal | None
    limit: Decimal
    terms: int
    outside_cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AutomaticBand:
    """Changes that need nobody's consent.

    :ivar percent: largest change in percent of the limit so far.
    :ivar up_to: highest limit that is set without asking.
    """

    percent: Decimal = ZERO
    up_to: Decimal = ZERO

    def holds(self, current: Decimal, proposed: Decimal) -> bool:
        """Whether a change lies in the band.

        Never from *no limit* to a limit, nor to no credit at all: a person does that.
        """
        if current <= 0 or proposed <= 0 or proposed > self.up_to:
            return False
        return abs(proposed - current) * 100 <= current * self.percent


def propose_limit(needs: Needs, risk: RiskClass) -> LimitProposal:
    """Propose a limit and terms for a customer with a history."""
    turnover = max(needs.turnover, ZERO)
    per_day = turnover / max(min(needs.days_known, 365), MIN_DAYS_KNOWN)
    terms = needs.terms if risk.max_terms is None else min(needs.terms, risk.max_terms)
    days = terms + max(round(needs.days_late), 0) + MARGIN_DAYS
    need = (per_day * days).quantize(Decimal(1))
    limit = need * risk.trust
    if risk.cap is not None:
        limit = min(limit, risk.cap)
    return LimitProposal(per_day, days, need, risk.trust, risk.cap, round_limit(limit), terms)


def propose_start(start: Decimal, terms: int, risk: RiskClass) -> LimitProposal:
    """Propose for a customer without a history: the starting limit, capped by the class."""
    limit = start if risk.cap is None else min(start, risk.cap)
    allowed = terms if risk.max_terms is None else min(terms, risk.max_terms)
    return LimitProposal(ZERO, 0, ZERO, Decimal(1), risk.cap, limit, allowed)


def apply_outside_cap(proposal: LimitProposal, cap: Decimal | None) -> LimitProposal:
    """Propose no more than an outsider would lend; None leaves the proposal as it is.

    >>> start = propose_start(Decimal(900), 30, RiskClass("C", 40, trust=Decimal(1)))
    >>> apply_outside_cap(start, Decimal(500)).limit, apply_outside_cap(start, None).limit
    (Decimal('500'), Decimal('900'))
    """
    if cap is None:
        return proposal
    return replace(proposal, limit=min(proposal.limit, cap), outside_cap=cap)


def round_limit(amount: Decimal) -> Decimal:
    """Round down to two leading digits: 12,345 becomes 12,000.

    >>> round_limit(Decimal("12345.67")), round_limit(Decimal("0.4")), round_limit(Decimal(-5))
    (Decimal('12000'), Decimal('0'), Decimal('0'))
    """
    whole = max(amount, ZERO).quantize(Decimal(1), ROUND_FLOOR)
    if not whole:
        return ZERO
    unit = Decimal(10) ** max(whole.adjusted() - 1, 0)
    return (whole // unit) * unit
