"""Whom a collector calls first.

Each customer's row gets the *expected value of acting today*: the money that may be asked for,
times the probability that it does not come by itself, and more the older it is, the more
promises were broken, and the longer nobody spoke to the customer::

    value = amount x chance x (1 + age / 90) x (1 + broken / 4) x (0.2 ... 1 by the last contact)

A customer who owes 1,000, is half a year late, likely to stay so and was never spoken to comes
before one who owes 2,000 since yesterday and was called yesterday::

    >>> today = date(2026, 7, 1)
    >>> silent = Standing(1, Decimal(1000), date(2026, 1, 2), chance_late=Decimal("0.9"))
    >>> called = Standing(2, Decimal(2000), date(2026, 6, 30), last_contact=date(2026, 6, 30))
    >>> [row.customer_id for row in rank_customers([called, silent], today)]
    [1, 2]
    >>> [reason.code for reason in rank_customers([silent], today)[0].reasons]
    ['late', 'chance', 'never_contacted']

The value orders customers within a *band*: first those with a next action for today or earlier,
then those to act on, then those who wait for a later day, at the end those with nothing to ask
for now, because all of it is paused or disputed::

    >>> held = Standing(3, Decimal(0), paused=Pause("hold", "2026-07-31"))
    >>> planned = Standing(4, Decimal(1), next_action=today)
    >>> [row.band for row in rank_customers([held, called, planned], today)]
    ['due', 'open', 'paused']
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Band = Literal["due", "open", "later", "paused"]
BANDS: tuple[Band, ...] = ("due", "open", "later", "paused")

# What is not known of a customer is taken for an even chance.
UNKNOWN_CHANCE = Decimal("0.5")
# Whoever is late already is never certain to pay by itself.
LEAST_CHANCE = Decimal("0.05")
AGE_UNIT = 90
OLDEST = 360
MOST_BROKEN = 8
# After so many days a contact is forgotten, and one of today leaves a fifth of the value.
CONTACT_FADES = 14
LEAST_CONTACT = Decimal("0.2")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a customer is left in peace.

    :ivar code: what pauses: ``hold``, ``customer_hold``, ``promise``, ``plan``, ``handover``,
        ``excluded``, ``disputed`` or ``credit``.
    :ivar until: its last day as text; empty where nobody knows it.
    """

    code: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a customer.

    :ivar amount: overdue and to be asked for now, in company currency: without what is paused
        or disputed, less credit that was not applied. Zero or below: nothing to ask for.
    :ivar oldest_due: due day of the oldest item in it.
    :ivar chance_late: 0 to 1, by the newest credit review; None where there was none.
    :ivar broken: promises and plans broken in the last twelve months.
    :ivar last_contact: last day on which the customer was reached or written to.
    :ivar touched_today: whether somebody logged a contact today, successful or not.
    :ivar next_action: day of the next action that a collector planned.
    :ivar paused: why something of the customer is left in peace.
    """

    customer_id: int
    amount: Decimal
    oldest_due: date | None = None
    chance_late: Decimal | None = None
    broken: int = 0
    last_contact: date | None = None
    touched_today: bool = False
    next_action: date | None = None
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that put a customer where it is, with its figure: days, per cent, count, day."""

    code: str
    figure: int | str = 0


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a customer stands.

    :ivar value: expected value of acting today, in company currency.
    """

    customer_id: int
    band: Band
    value: Decimal
    reasons: tuple[Reason, ...]


def rank_customers(standings: Iterable[Standing], day: date) -> list[Rank]:
    """Order customers by what a collector gains by acting today.

    Customers of the same value keep the order of their identities, so that a list does not
    change between two looks at it.
    """
    ranks = [
        Rank(
            standing.customer_id,
            find_band(standing, day),
            weigh(standing, day),
            explain(standing, day),
        )
        for standing in standings
    ]
    order = {band: place for place, band in enumerate(BANDS)}
    return sorted(ranks, key=lambda rank: (order[rank.band], -rank.value, rank.customer_id))


def find_band(standing: Standing, day: date) -> Band:
    """Which part of the list a customer belongs to.

    A next action that is due comes first even where something pauses: the collector who planned
    it knew why.
    """
    if standing.next_action is not None and standing.next_action <= day:
        return "due"
    if standing.amount <= 0:
        return "paused"
    if standing.next_action is not None or standing.touched_today:
        return "later"
    return "open"


def weigh(standing: Standing, day: date) -> Decimal:
    """Expected value of acting on a customer today, in company currency; never below zero.

    It never falls when the amount, the chance of being late, the age, the broken promises or
    the days since the last contact grow.
    """
    chance = UNKNOWN_CHANCE if standing.chance_late is None else standing.chance_late
    return (
        max(standing.amount, Decimal(0))
        * min(max(chance, LEAST_CHANCE), ONE)
        * (ONE + Decimal(min(_days_late(standing, day), OLDEST)) / AGE_UNIT)
        * (ONE + Decimal(min(standing.broken, MOST_BROKEN)) / 4)
        * _weigh_contact(standing, day)
    )


def explain(standing: Standing, day: date) -> tuple[Reason, ...]:
    """The facts behind a customer's place, in the order of a sentence about it."""
    reasons = []
    if standing.next_action is not None:
        code = "action_due" if standing.next_action <= day else "action_later"
        reasons.append(Reason(code, standing.next_action.isoformat()))
    if standing.paused is not None:
        reasons.append(Reason(standing.paused.code, standing.paused.until))
    if standing.oldest_due is not None and standing.amount > 0:
        reasons.append(Reason("late", _days_late(standing, day)))
    if standing.chance_late is not None:
        reasons.append(Reason("chance", int(standing.chance_late * 100)))
    if standing.broken:
        reasons.append(Reason("broken", standing.broken))
    reasons.append(_explain_contact(standing, day))
    return tuple(reasons)


def _days_late(standing: Standing, day: date) -> int:
    return max((day - standing.oldest_due).days, 0) if standing.oldest_due else 0


def _days_silent(standing: Standing, day: date) -> int | None:
    return max((day - standing.last_contact).days, 0) if standing.last_contact else None


def _weigh_contact(standing: Standing, day: date) -> Decimal:
    days = _days_silent(standing, day)
    if days is None or days >= CONTACT_FADES:
        return ONE
    return LEAST_CONTACT + (ONE - LEAST_CONTACT) * days / CONTACT_FADES


def _explain_contact(standing: Standing, day: date) -> Reason:
    if standing.touched_today:
        return Reason("touched_today")
    days = _days_silent(standing, day)
    return Reason("never_contacted") if days is None else Reason("contacted", days)
