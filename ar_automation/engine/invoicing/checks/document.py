"""Checks of what the document itself says: total, taxes, terms, currency, credit.

>>> from decimal import Decimal
>>> from .registry import check_invoice
>>> facts = InvoiceFacts(total=Decimal(-5), rounding=Decimal("0.01"))
>>> [found.kind for found in check_invoice(facts, [CheckRule("negative_total")])]
['negative_total']
"""

from __future__ import annotations

from .facts import CheckRule, InvoiceFacts
from .registry import Values, register_check


def _is_zero(facts: InvoiceFacts) -> bool:
    return abs(facts.total) < facts.rounding / 2


@register_check("zero_total")
def check_zero_total(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """There is nothing to pay."""
    return {} if _is_zero(facts) else None


@register_check("negative_total")
def check_negative_total(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """Money is given back, which nobody has decided yet."""
    if _is_zero(facts):
        return None
    return {} if facts.is_credit_note or facts.total < 0 else None


@register_check("no_rate")
def check_rate(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """Without an exchange rate the books would take the amount one to one."""
    return None if facts.has_rate else {}


@register_check("no_tax")
def check_taxes(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """A line without a tax that its product, or the other lines, have."""
    return {"lines": facts.untaxed_lines} if facts.untaxed_lines else None


@register_check("other_terms")
def check_terms(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """Payment terms that are not the customer's."""
    if not facts.customer_terms or facts.terms == facts.customer_terms:
        return None
    return {"terms": facts.terms, "customer_terms": facts.customer_terms}


@register_check("credit_hold")
def check_credit_hold(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The customer owes more than it may."""
    return {"reason": facts.credit_hold} if facts.credit_hold else None
