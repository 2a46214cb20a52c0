"""Who may decide how much credit, and when two people have to.

A company's approval matrix is a list of bands. A band begins at an amount, ends before
another (or has no end), names who decides in it, and may demand two different people:

    >>> small = Band(Decimal(0), Decimal(5000), frozenset({1, 2}))
    >>> large = Band(Decimal(5000), None, frozenset({2, 3}), four_eyes=True)
    >>> judge_approval([small, large], Decimal(4000), Approver(1))
    'final'
    >>> judge_approval([small, large], Decimal(9000), Approver(1))
    'not_entitled'
    >>> judge_approval([small, large], Decimal(9000), Approver(2))
    'first'
    >>> judge_approval([small, large], Decimal(9000), Approver(3), first=2)
    'final'
    >>> judge_approval([small, large], Decimal(9000), Approver(2), first=2)
    'same_person'

Without a matrix every credit manager decides every amount alone. With one, an amount that
no band covers is for supervisors; they may also stand in for whoever a band names, but
never for both people of a band with four eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Approval = Literal["final", "first", "same_person", "not_entitled"]


@dataclass(frozen=True, slots=True)
class Band:
    """Amounts from ``start`` up to, but without, ``end``; None is no end.

    :ivar approvers: ids of the users who decide in it; nobody named is every credit manager.
    :ivar four_eyes: two different people have to approve.
    """

    start: Decimal
    end: Decimal | None
    approvers: frozenset[int] = frozenset()
    four_eyes: bool = False

    def covers(self, amount: Decimal) -> bool:
        """Whether the amount lies in the band."""
        return self.start <= amount and (self.end is None or amount < self.end)

    def overlaps(self, other: Band) -> bool:
        """Whether some amount lies in both bands."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )


@dataclass(frozen=True, slots=True)
class Approver:
    """A credit manager who wants to approve."""

    user_id: int
    is_supervisor: bool = False


def find_band(bands: Sequence[Band], amount: Decimal) -> Band | None:
    """Return the band in which an amount lies, None if there is none."""
    return next((band for band in bands if band.covers(amount)), None)


def judge_approval(
    bands: Sequence[Band], amount: Decimal, approver: Approver, first: int | None = None
) -> Approval:
    """Say what a credit manager's approval of an amount is worth.

    :param amount: what is to be approved, in the company's currency.
    :param first: id of the user who has approved already, in a band with four eyes.
    """
    if not bands:
        return "final"
    band = find_band(bands, amount)
    if not _is_entitled(band, approver):
        return "not_entitled"
    if band is None or not band.four_eyes:
        return "final"
    if first is None:
        return "first"
    return "same_person" if first == approver.user_id else "final"


def _is_entitled(band: Band | None, approver: Approver) -> bool:
    if approver.is_supervisor:
        return True
    return band is not None and (not band.approvers or approver.user_id in band.approvers)
