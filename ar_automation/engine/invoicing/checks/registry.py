"""The registry of checks: one pure function per kind.

A check returns None where all is well, else the values that its sentence names::

    >>> @register_check("odd_total")
    ... def check_odd_total(facts, rule):
    ...     return {} if facts.total % 2 else None
    >>> from decimal import Decimal
    >>> from .facts import CheckRule, InvoiceFacts
    >>> facts = InvoiceFacts(total=Decimal(3), rounding=Decimal("0.01"))
    >>> [found.kind for found in check_invoice(facts, [CheckRule("odd_total", "note")])]
    ['odd_total']
    >>> del KINDS["odd_total"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from .facts import CheckRule, Finding, InvoiceFacts

Values: TypeAlias = "Mapping[str, object] | None"
Check: TypeAlias = "Callable[[InvoiceFacts, CheckRule], Values]"

KINDS: dict[str, Check] = {}


def register_check(kind: str) -> Callable[[Check], Check]:
    """Make the decorated function the check of ``kind``.

    :raises ValueError: if another function is that already.
    """

    def register(check: Check) -> Check:
        if kind in KINDS:
            raise ValueError(f"There is a check {kind!r} already: {KINDS[kind]!r}")
        KINDS[kind] = check
        return check

    return register


def check_invoice(facts: InvoiceFacts, rules: Iterable[CheckRule]) -> tuple[Finding, ...]:
    """Return what the checks of ``rules`` find, in the order of the rules.

    :raises KeyError: for a rule whose kind nobody registered.
    """
    found = []
    for rule in rules:
        values = KINDS[rule.kind](facts, rule)
        if values is not None:
            found.append(Finding(rule.kind, rule.severity, rule.key, values))
    return tuple(found)
