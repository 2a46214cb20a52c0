"""Checks of invoices: what is wrong, doubtful or worth knowing before posting and sending.

A *check* is a pure function from the facts of one invoice and the rule that a person set up
to at most one finding. The rule says how severe a finding is (``block``: nobody goes past
it, ``ask``: a person may accept it with a reason, ``note``: only said) and brings the
numbers the check works with. Facts in, findings out; no clock, no database::

    >>> from decimal import Decimal
    >>> facts = InvoiceFacts(total=Decimal("0.00"), rounding=Decimal("0.01"))
    >>> rules = [CheckRule("zero_total"), CheckRule("no_email", "block")]
    >>> [(found.kind, found.severity) for found in check_invoice(facts, rules)]
    [('zero_total', 'ask'), ('no_email', 'block')]

Another addon adds a check with :func:`register_check`, its facts through ``facts.extra``.
"""

from . import document, recipient, twins, usual
from .facts import CheckRule, Finding, InvoiceFacts, PlanOverlap, Twin
from .registry import KINDS, check_invoice, register_check

__all__ = [
    "KINDS",
    "CheckRule",
    "Finding",
    "InvoiceFacts",
    "PlanOverlap",
    "Twin",
    "check_invoice",
    "document",
    "recipient",
    "register_check",
    "twins",
    "usual",
]
