"""Checks before posting: what is surely wrong with a drafted invoice.

A check speaks up only about what can be known for certain. An invoice with findings stays
a draft and waits for a person; one without is posted::

    >>> from decimal import Decimal
    >>> cent = Decimal("0.01")
    >>> check_invoice(InvoiceFacts(total=Decimal("120.00"), rounding=cent, has_email=True))
    ()
    >>> check_invoice(InvoiceFacts(total=Decimal("0.00"), rounding=cent))
    ('zero_total', 'no_email')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What is known of one drafted invoice.

    :ivar total: total with taxes in the invoice's currency; positive on a credit note too.
    :ivar rounding: smallest amount of that currency.
    :ivar is_credit_note: more was returned or deducted than delivered.
    :ivar channel: how the customer receives invoices: ``email``, ``snailmail``, ``manual``, …
    :ivar has_email: the invoice's recipient has a valid e-mail address.
    :ivar missing_address: names of the fields that a letter needs and the recipient lacks.
    :ivar has_rate: an exchange rate for the currency is known on the invoice's date.
    """

    total: Decimal
    rounding: Decimal
    is_credit_note: bool = False
    channel: str = "email"
    has_email: bool = False
    missing_address: tuple[str, ...] = ()
    has_rate: bool = True


def _check_total(facts: InvoiceFacts) -> str:
    if abs(facts.total) < facts.rounding / 2:
        return "zero_total"
    if facts.is_credit_note or facts.total < 0:
        return "negative_total"
    return ""


def _check_email(facts: InvoiceFacts) -> str:
    return "no_email" if facts.channel == "email" and not facts.has_email else ""


def _check_address(facts: InvoiceFacts) -> str:
    return "no_address" if facts.channel == "snailmail" and facts.missing_address else ""


def _check_rate(facts: InvoiceFacts) -> str:
    return "" if facts.has_rate else "no_rate"


CHECKS: tuple[Callable[[InvoiceFacts], str], ...] = (
    _check_total,
    _check_email,
    _check_address,
    _check_rate,
)


def check_invoice(facts: InvoiceFacts) -> tuple[str, ...]:
    """Return the codes of what is wrong, in the order of :data:`CHECKS`; empty if nothing is."""
    return tuple(code for check in CHECKS if (code := check(facts)))
