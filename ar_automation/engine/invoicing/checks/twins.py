"""Checks of invoices that bill what another one bills already.

Two invoices for different orders, or for different periods of a plan, are no twins however
alike they look; who collects the facts leaves them out::

    >>> from decimal import Decimal
    >>> from .registry import check_invoice
    >>> twin = Twin("INV/2026/0007", days=3)
    >>> facts = InvoiceFacts(Decimal(5), Decimal("0.01"), twins=(twin,))
    >>> [found.values["days"] for found in check_invoice(facts, [CheckRule("duplicate")])]
    [3]
"""

from __future__ import annotations

from .facts import CheckRule, InvoiceFacts, Twin
from .registry import Values, register_check


@register_check("duplicate")
def check_duplicate(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """The nearest invoice with the same customer, lines and total within the rule's days."""
    near: list[Twin] = [twin for twin in facts.twins if twin.days <= rule.days]
    if not near:
        return None
    nearest = min(near, key=lambda twin: (twin.days, twin.name))
    return {"name": nearest.name, "days": nearest.days}


@register_check("period_overlap")
def check_overlap(facts: InvoiceFacts, rule: CheckRule) -> Values:
    """Another plan of the customer bills the same product for the same days."""
    if not facts.overlaps:
        return None
    first = min(facts.overlaps, key=lambda item: (item.first, item.plan))
    return {
        "plan": first.plan,
        "product": first.product,
        "first": first.first,
        "last": first.last,
    }
