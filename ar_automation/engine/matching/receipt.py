"""Whether a customer is told of a payment that arrived and was applied.

Two things may be worth a mail: the payment itself (a *receipt*), and money that no invoice needs
and that stays as the customer's open credit. One mail says both, so that a customer never gets
two for one payment::

    >>> decide_receipt(ReceiptFacts(mode="on_request", amount=Decimal(100), has_address=True))
    ReceiptDecision(send=False, reason='not_wanted')
    >>> decide_receipt(
    ...     ReceiptFacts(
    ...         mode="on_request",
    ...         amount=Decimal(100),
    ...         credit=Decimal(30),
    ...         tells_credit=True,
    ...         has_address=True,
    ...     )
    ... )
    ReceiptDecision(send=True, reason='credit')
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Mode = Literal["never", "on_request", "always"]
Reason = Literal[
    "receipt", "credit", "not_wanted", "too_small", "no_address", "several_customers", "no_customer"
]


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What is known of one payment that was applied.

    :ivar mode: the company's policy on receipts.
    :ivar wish: what the customer asked for: ``wanted``, ``unwanted`` or nothing.
    :ivar amount: what was paid, in company currency.
    :ivar least: payments below this get no receipt, in company currency.
    :ivar credit: what of the payment stays as the customer's open credit.
    :ivar tells_credit: customers are told of open credit, receipts or not.
    :ivar customers: whose items the payment settles, as a number.
    :ivar has_address: the customer can be reached by e-mail.
    """

    mode: Mode
    amount: Decimal
    wish: str = ""
    least: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    tells_credit: bool = False
    customers: int = 1
    has_address: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptDecision:
    """Whether to send, and the stable code of why, or why not."""

    send: bool
    reason: Reason


def decide_receipt(facts: ReceiptFacts) -> ReceiptDecision:
    """Decide whether one payment is acknowledged by mail now.

    A customer who wants no receipts gets none, not even of a credit. What one customer owes
    is no business of another: a payment for several customers is acknowledged to nobody.
    """
    if facts.customers != 1:
        return ReceiptDecision(False, "several_customers" if facts.customers else "no_customer")
    reason = _reason_to_send(facts)
    if reason in ("receipt", "credit") and not facts.has_address:
        return ReceiptDecision(False, "no_address")
    return ReceiptDecision(reason in ("receipt", "credit"), reason)


def _reason_to_send(facts: ReceiptFacts) -> Reason:
    if facts.wish == "unwanted":
        return "not_wanted"
    if facts.tells_credit and facts.credit > 0:
        return "credit"
    if facts.mode == "never" or (facts.mode == "on_request" and facts.wish != "wanted"):
        return "not_wanted"
    return "receipt" if facts.amount >= facts.least else "too_small"
