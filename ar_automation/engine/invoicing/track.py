"""The way of a sale from the order to the money: its stages, where it is, how long each took.

A track is a list of *moments*: a stage and the day on which it began. The stages have one
order, from *received* to *paid*. Most of them are the *main line*: each lasts until a later
one begins, so their days add up to the days of the whole. A hold, a promise and a dispute are
*interludes*: they run beside the main line and end on a day of their own::

    >>> from datetime import date
    >>> moments = [
    ...     Moment("invoiced", date(2026, 3, 2)),
    ...     Moment("sent", date(2026, 3, 4)),
    ...     Moment("due", date(2026, 4, 1)),
    ...     Moment("disputed", date(2026, 4, 3), until=date(2026, 4, 9)),
    ...     Moment("paid", date(2026, 4, 11)),
    ... ]
    >>> find_stage(moments, date(2026, 4, 5)), find_stage(moments, date(2026, 4, 10))
    ('disputed', 'due')
    >>> [(step.stage, step.days) for step in build_track(moments, date(2026, 5, 1))]
    [('invoiced', 2), ('sent', 28), ('due', 10), ('disputed', 6), ('paid', None)]

A moment in the future is planned: an invoice that is not due yet shows when it will be.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["done", "current", "ahead", "missed"]

STAGES = (
    "received",
    "checked",
    "held",
    "confirmed",
    "delivered",
    "invoiced",
    "sent",
    "opened",
    "due",
    "reminded",
    "promised",
    "disputed",
    "paid",
    "credited",
)
RANK = {stage: rank for rank, stage in enumerate(STAGES)}
INTERLUDES = frozenset({"held", "promised", "disputed"})
# Nothing comes after these.
FINAL = frozenset({"paid", "credited"})
# What a customer sees: facts that it knows or may know, and no judgement of ours.
NEUTRAL = frozenset(
    {"received", "confirmed", "delivered", "invoiced", "sent", "due", "paid", "credited"}
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The day on which a stage began.

    :ivar until: the day on which an interlude ended; None while it goes on.
    """

    stage: str
    at: datetime.date
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a track, to be shown.

    :ivar at: when it began, or is planned to; None if that is not known.
    :ivar days: how many days it took, or has taken so far; None for what takes none.
    :ivar state: ``done``; ``current``; ``ahead``; ``missed``: passed over without a trace.
    """

    stage: str
    at: datetime.date | None
    state: State
    days: int | None = None


def find_stage(moments: Iterable[Moment], today: datetime.date) -> str | None:
    """Return the furthest stage that has begun and not ended by ``today``; None if none has."""
    live = [
        moment.stage
        for moment in moments
        if moment.at <= today and (moment.until is None or moment.until > today)
    ]
    return max(live, key=RANK.__getitem__, default=None)


def measure_days(moment: Moment, moments: Iterable[Moment], today: datetime.date) -> int | None:
    """Return the days that a stage took, or has taken until ``today``.

    None for a final stage, for what has not begun, and for what a later stage overtook
    before it began, as an invoice that the customer opens after it was due.
    """
    later = [
        other.at
        for other in moments
        if RANK[other.stage] > RANK[moment.stage] and other.stage not in INTERLUDES
    ]
    ends = [today, *later]
    if moment.until is not None:
        ends.append(moment.until)
    if moment.stage in FINAL or moment.at > min(ends):
        return None
    return (min(ends) - moment.at).days


def build_track(
    moments: Sequence[Moment], today: datetime.date, expected: Iterable[str] = ()
) -> tuple[Step, ...]:
    """Return the steps of a track in the order of its stages.

    :param expected: stages to be shown even if nothing is known of them.
    :raises KeyError: for an unknown stage.

    >>> day = datetime.date(2026, 3, 2)
    >>> steps = build_track([Moment("received", day)], day, ["received", "confirmed"])
    >>> [(step.stage, step.state) for step in steps]
    [('received', 'current'), ('confirmed', 'ahead')]
    """
    current = find_stage(moments, today)
    known = {moment.stage: moment for moment in moments}
    stages = {*known, *expected}
    if current in FINAL:
        # what was planned does not happen any more
        stages = {name for name in stages if name in known and known[name].at <= today}
    steps = []
    for stage in sorted(stages, key=RANK.__getitem__):
        moment = known.get(stage)
        steps.append(
            Step(
                stage,
                moment.at if moment else None,
                _state(stage, moment, current, today),
                measure_days(moment, moments, today) if moment else None,
            )
        )
    return tuple(steps)


def _state(stage: str, moment: Moment | None, current: str | None, today: datetime.date) -> State:
    if stage == current:
        return "current"
    if moment and moment.at <= today:
        return "done"
    is_passed = current is not None and RANK[stage] < RANK[current]
    return "missed" if is_passed and moment is None else "ahead"


def merge_moments(parts: Sequence[Sequence[Moment]], *, is_whole: bool) -> tuple[Moment, ...]:
    """Return the moments of an order from those of its invoices, or the other way round.

    A stage begins when the first part enters it. The whole is at an end when all parts are,
    and nothing is left to invoice; until then, that a settled part was due says nothing.

    :param is_whole: no part is missing.

    >>> day, later = datetime.date(2026, 3, 2), datetime.date(2026, 3, 9)
    >>> paid = [[Moment("paid", day)], [Moment("paid", later)]]
    >>> [str(moment.at) for moment in merge_moments(paid, is_whole=True)]
    ['2026-03-09']
    >>> merge_moments([[Moment("paid", day)], [Moment("sent", day)]], is_whole=True)[0].stage
    'sent'
    """
    ends = [{moment.stage for moment in part} & FINAL for part in parts]
    is_final = is_whole and all(ends)
    merged: dict[str, list[Moment]] = {}
    for part, end in zip(parts, ends, strict=True):
        for moment in part:
            if is_final or not end or RANK[moment.stage] < RANK["due"]:
                merged.setdefault(moment.stage, []).append(moment)
    # paid as soon as one part was, even if others were credited
    if "paid" in merged:
        merged.pop("credited", None)
    return tuple(_merge(stage, found) for stage, found in merged.items())


def _merge(stage: str, found: Sequence[Moment]) -> Moment:
    days = [moment.at for moment in found]
    if stage in FINAL:
        return Moment(stage, max(days))
    ends = [moment.until for moment in found if moment.until is not None]
    return Moment(stage, min(days), max(ends) if len(ends) == len(found) else None)
