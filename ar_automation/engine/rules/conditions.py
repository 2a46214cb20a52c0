"""Whether a rule fits a transaction: every condition that is set must hold.

>>> from decimal import Decimal
>>> fees = Rule(1, "Fees", text_test="contains", text="account fee", direction="out")
>>> bill = Transaction(9, Decimal("-4.90"), ("ACCOUNT  FEE 03/2026",))
>>> [fact.code for fact in fits(fees, bill, Expressions()).facts]
['rule_contains', 'rule_direction']
>>> fits(fees, Transaction(9, Decimal("4.90"), ("account fee",)), Expressions()) is None
True
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .expressions import Expressions
from .facts import Fact, Rule, Transaction

GROUPS = ("reference", "partner", "amount")


@dataclass(frozen=True, slots=True)
class Fit:
    """That a rule fits, why, and what the named groups of its expression found."""

    facts: tuple[Fact, ...]
    groups: dict[str, str] = field(default_factory=dict)


def fits(rule: Rule, transaction: Transaction, expressions: Expressions) -> Fit | None:
    """Return why a rule fits a transaction; None if it does not."""
    if rule.rule_id in transaction.refused or not _is_in_scope(rule, transaction):
        return None
    if not _is_amount_right(rule, transaction):
        return None
    facts: list[Fact] = []
    groups: dict[str, str] = {}
    if rule.text_test == "match_regex":
        found = _search(rule.text, transaction, expressions)
        if found is None:
            return None
        groups = {name: found[name] for name in GROUPS if found.get(name)}
        facts.append(Fact("rule_regex", (("pattern", rule.text),)))
    elif rule.text_test:
        contains = any(_fold(rule.text) in _fold(text) for text in transaction.texts)
        if contains != (rule.text_test == "contains"):
            return None
        facts.append(Fact(f"rule_{rule.text_test}", (("text", rule.text),)))
    return Fit((*facts, *_other_facts(rule)), groups)


def _is_in_scope(rule: Rule, transaction: Transaction) -> bool:
    if rule.journals and transaction.journal_id not in rule.journals:
        return False
    if rule.partners and transaction.partner_id not in rule.partners:
        return False
    if _fold(rule.transaction_type) not in _fold(transaction.transaction_type):
        return False
    return _is_valid_on(rule, transaction)


def _is_valid_on(rule: Rule, transaction: Transaction) -> bool:
    if transaction.day is None:
        return True
    if rule.valid_from and transaction.day < rule.valid_from:
        return False
    return not (rule.valid_until and transaction.day > rule.valid_until)


def _is_amount_right(rule: Rule, transaction: Transaction) -> bool:
    if rule.direction != "any" and (transaction.amount > 0) != (rule.direction == "in"):
        return False
    amount = abs(transaction.amount)
    if rule.amount_test in ("greater", "between") and amount < rule.least - rule.tolerance:
        return False
    return not (rule.amount_test in ("lower", "between") and amount > rule.most + rule.tolerance)


def _search(
    pattern: str, transaction: Transaction, expressions: Expressions
) -> dict[str, str] | None:
    for text in transaction.texts:
        found = expressions.find(pattern, text)
        if found is not None:
            return {name: value.strip() for name, value in found.groupdict().items() if value}
    return None


def _other_facts(rule: Rule) -> list[Fact]:
    facts = []
    if rule.amount_test:
        facts.append(Fact("rule_amount"))
    if rule.direction != "any":
        facts.append(Fact("rule_direction", (("direction", rule.direction),)))
    if rule.partners:
        facts.append(Fact("rule_partner"))
    if rule.transaction_type:
        facts.append(Fact("rule_type", (("type", rule.transaction_type),)))
    return facts


def _fold(text: str) -> str:
    """Case and the number of blanks do not matter: banks pad and wrap as they please."""
    return " ".join(text.casefold().split())
