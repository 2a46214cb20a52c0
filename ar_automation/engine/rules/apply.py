"""Goes through the rules in their order and says what they make of a transaction.

The first rule that fits books, and no later one is looked at, unless it is told to let others
go on with what it leaves. Rules that only say who the other side is never end the search::

    >>> from decimal import Decimal
    >>> from .facts import RuleLine
    >>> rules = [Rule(1, "Who", (RuleLine(1, 0, "percentage", Decimal(100), partner_id=7),),
    ...               "contains", "powerco"),
    ...          Rule(2, "Power", (RuleLine(2, 63, "percentage", Decimal(100)),),
    ...               "contains", "electricity", is_automated=True)]
    >>> outcome = apply_rules(Transaction(5, Decimal(-80), ("POWERCO electricity May",)), rules)
    >>> outcome.rules, outcome.partner_id, outcome.is_automated
    ((1, 2), 7, True)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from .conditions import Fit, fits
from .counterpart import divide, read_amount
from .expressions import Expressions
from .facts import Fact, Outcome, Rule, Share, Transaction


@dataclass(slots=True)
class _Course:
    """What the rules have said so far."""

    rest: Decimal
    rules: list[Rule] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    partner_id: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def note(self, rule: Rule, fit: Fit) -> None:
        self.rules.append(rule)
        self.facts.append(Fact("rule_applies", (("rule", rule.name),)))
        self.facts += fit.facts
        for name, value in fit.groups.items():
            self.found.setdefault(name, []).append(value)


def apply_rules(
    transaction: Transaction, rules: Iterable[Rule], expressions: Expressions | None = None
) -> Outcome:
    """Return what the rules make of a transaction.

    :param rules: in the order in which they are tried.
    :param expressions: shared by a batch, so that a slow expression costs its time once.
    """
    expressions = expressions or Expressions()
    course = _Course(transaction.amount)
    for rule in rules:
        fit = fits(rule, transaction, expressions)
        if fit is None:
            continue
        if rule.maps_partner:
            course.note(rule, fit)
            course.partner_id = course.partner_id or rule.maps_partner
        elif _books(rule, fit, transaction, expressions, course) and rule.stops:
            break
    return _conclude(transaction, course)


def _books(
    rule: Rule, fit: Fit, transaction: Transaction, expressions: Expressions, course: _Course
) -> bool:
    """Let a rule take its part; a rule without accounts only adds what it found out."""
    stated = read_amount(fit.groups.get("amount", ""))
    divided = divide(rule.lines, transaction, expressions, stated, course.rest)
    if divided is None:
        return False
    shares, course.rest = divided
    course.note(rule, fit)
    course.shares += shares
    return bool(shares)


def _conclude(transaction: Transaction, course: _Course) -> Outcome:
    booking = [rule for rule in course.rules if any(line.account_id for line in rule.lines)]
    complete = bool(course.shares) and not course.rest
    return Outcome(
        transaction,
        tuple(rule.rule_id for rule in course.rules),
        tuple(course.shares),
        course.partner_id,
        tuple(course.found.get("reference", ())),
        tuple(course.found.get("partner", ())),
        course.rest,
        complete and all(rule.is_automated for rule in booking),
        tuple(course.facts),
    )
