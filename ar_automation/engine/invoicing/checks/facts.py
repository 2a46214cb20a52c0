"""What checks look at, and what they say.

Amounts are decimals in the invoice's currency; a total is positive on a credit note, too::

    >>> from decimal import Decimal
    >>> InvoiceFacts(total=Decimal("120.00"), rounding=Decimal("0.01")).is_credit_note
    False
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Twin:
    """Another invoice of the customer with the same lines and total.

    :ivar name: its number, or empty for a draft.
    :ivar days: days between the two invoice dates.
    """

    name: str
    days: int


@dataclass(frozen=True, slots=True)
class PlanOverlap:
    """A period of another recurring plan that bills the same product for the same days."""

    plan: str
    product: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What is known of one invoice.

    :ivar total: total with taxes.
    :ivar rounding: smallest amount of the currency.
    :ivar is_credit_note: more was returned or deducted than delivered.
    :ivar channel: how the customer receives invoices: ``email``, ``snailmail``, ``manual``, …
    :ivar can_use_channel: the channel is installed and works for this customer.
    :ivar has_email: the invoice's recipient has a valid e-mail address.
    :ivar missing_address: names of the fields that a letter needs and the recipient lacks.
    :ivar required: what the customer's invoices must carry: ``vat``, ``po``, ``buyer_reference``.
    :ivar given: which of those are there.
    :ivar has_valid_vat: the VAT number, if there is one, has the form of its country.
    :ivar has_rate: an exchange rate for the currency is known on the invoice's date.
    :ivar untaxed_lines: texts of lines that carry no tax though their product, or the other
        lines, do.
    :ivar terms: payment terms of the invoice, and ``customer_terms`` those of the customer;
        empty where there are none.
    :ivar past_totals: totals of the customer's last invoices in this currency, newest first.
    :ivar prices: ``(product, unit price, past unit prices, newest first)`` per line.
    :ivar twins: invoices that look the same.
    :ivar overlaps: periods of other plans for the same product.
    :ivar credit_hold: why the customer gets no more credit, in words; empty if it does.
    :ivar extra: facts of checks that other addons registered.
    """

    total: Decimal
    rounding: Decimal
    is_credit_note: bool = False
    channel: str = "email"
    can_use_channel: bool = True
    has_email: bool = False
    missing_address: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    has_valid_vat: bool = True
    has_rate: bool = True
    untaxed_lines: tuple[str, ...] = ()
    terms: str = ""
    customer_terms: str = ""
    past_totals: tuple[Decimal, ...] = ()
    prices: tuple[tuple[str, Decimal, tuple[Decimal, ...]], ...] = ()
    twins: tuple[Twin, ...] = ()
    overlaps: tuple[PlanOverlap, ...] = ()
    credit_hold: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What a person set up for one check.

    :ivar kind: which check.
    :ivar severity: ``block``, ``ask`` or ``note``.
    :ivar key: whatever the caller knows the rule by.
    :ivar days: how far apart two invoices may lie and still be suspected to be one.
    :ivar history: how many past invoices say what is usual.
    :ivar min_history: fewer than that say nothing.
    :ivar deviations: how many median deviations from the median are far.
    :ivar min_percent: what differs by less than this is never far.
    """

    kind: str
    severity: str = "ask"
    key: int = 0
    days: int = 7
    history: int = 12
    min_history: int = 6
    deviations: Decimal = Decimal(8)
    min_percent: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say of an invoice.

    :ivar values: what the sentence about it names.
    """

    kind: str
    severity: str = "ask"
    key: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
