"""Checks of the way to the customer and of what the customer demands.

>>> from decimal import Decimal
>>> from .registry import check_invoice
>>> facts = InvoiceFacts(
...     Decimal(5), Decimal("0.01"), channel="manual", required=frozenset({"po"})
... )
>>> [found.kind for found in check_invoice(facts, [CheckRule("no_email"), CheckRule("no_po")])]
['no_po']
"""

from __future__ import annotations

from .facts import CheckRule, InvoiceFacts
from .registry import Values, register_check


@register_check("no_email")
def check_email(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """Invoices go by e-mail, and there is no address."""
    return {} if facts.channel == "email" and not facts.has_email else None


@register_check("no_address")
def check_address(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """Invoices go by post, and the address is incomplete."""
    if facts.channel != "snailmail" or not facts.missing_address:
        return None
    return {"fields": facts.missing_address}


@register_check("no_channel")
def check_channel(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The customer's channel is not there, or cannot carry this invoice."""
    return None if facts.can_use_channel else {"channel": facts.channel}


def _is_missing(facts: InvoiceFacts, name: str) -> bool:
    return name in facts.required and name not in facts.given


@register_check("no_po")
def check_order_number(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The customer pays only what carries its order number."""
    return {} if _is_missing(facts, "po") else None


@register_check("no_buyer_reference")
def check_buyer_reference(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The customer routes invoices by a reference of its own."""
    return {} if _is_missing(facts, "buyer_reference") else None


@register_check("no_vat")
def check_vat(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The invoice is not valid without the customer's VAT number."""
    return {} if _is_missing(facts, "vat") else None


@register_check("bad_vat")
def check_vat_form(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The VAT number has not the form of its country."""
    return None if facts.has_valid_vat else {}
