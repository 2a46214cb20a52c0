"""Who may approve that a customer's credit is paid back.

Paying money out is where fraud pays, so another person than the one who asked looks at it
(four eyes). A company may spare itself that for small amounts::

    >>> may_approve(RefundFacts(Decimal(500), requested_by=1, approver=2, alone_up_to=Decimal(0)))
    True
    >>> may_approve(RefundFacts(Decimal(500), requested_by=1, approver=1, alone_up_to=Decimal(0)))
    False
    >>> may_approve(RefundFacts(Decimal(5), requested_by=1, approver=1, alone_up_to=Decimal(20)))
    True
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """What is known of one refund that waits for approval.

    :ivar amount: to be paid back, in company currency.
    :ivar requested_by: user who asked for it.
    :ivar approver: user who would approve it.
    :ivar alone_up_to: up to this amount one person may do both, in company currency.
    """

    amount: Decimal
    requested_by: int
    approver: int
    alone_up_to: Decimal


def may_approve(facts: RefundFacts) -> bool:
    """Say whether this user may approve this refund."""
    return facts.approver != facts.requested_by or facts.amount <= facts.alone_up_to
