"""What a rule is, what it looks at, and what it answers.

Amounts are exact, in the transaction's own currency, and positive for money in. A share is a
part of the transaction with the same sign: a share of +5 of a payment received becomes a credit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

TextTest = Literal["", "contains", "not_contains", "match_regex"]
AmountTest = Literal["", "lower", "greater", "between"]
Direction = Literal["any", "in", "out"]
AmountKind = Literal["fixed", "percentage", "percentage_st_line", "regex", "ar_group"]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One counterpart of a rule.

    :ivar kind: ``fixed`` amount, ``percentage`` of what the lines before left open,
        ``percentage_st_line`` of the whole transaction, ``regex``: the amount that ``pattern``
        finds in a text, ``ar_group``: the amount that the rule's own expression found.
    :ivar value: the amount or percentage, where ``kind`` has one.
    """

    line_id: int
    account_id: int
    kind: AmountKind
    value: Decimal = Decimal(0)
    pattern: str = ""
    partner_id: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must all hold, and what is booked then.

    :ivar journals: ids; empty stands for every journal, as with ``partners``.
    :ivar tolerance: by how much an amount may lie outside the limits.
    :ivar transaction_type: text that the bank's type of the transaction must contain.
    :ivar is_automated: booked without asking; otherwise proposed.
    :ivar stops: no later rule is looked at once this one applied.
    """

    rule_id: int
    name: str
    lines: tuple[RuleLine, ...] = ()
    text_test: TextTest = ""
    text: str = ""
    amount_test: AmountTest = ""
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    direction: Direction = "any"
    transaction_type: str = ""
    journals: frozenset[int] = frozenset()
    partners: frozenset[int] = frozenset()
    valid_from: date | None = None
    valid_until: date | None = None
    is_automated: bool = False
    stops: bool = True

    @property
    def maps_partner(self) -> int:
        """The partner that the rule assigns without booking anything; 0 if it books."""
        if len(self.lines) == 1 and self.text_test and not self.lines[0].account_id:
            return self.lines[0].partner_id
        return 0


@dataclass(frozen=True, slots=True)
class Transaction:
    """A bank transaction as rules see it.

    :ivar texts: label, references, note and details, each by itself.
    :ivar decimals: of its currency; shares are rounded to them.
    :ivar refused: rules that a person has refused for it.
    """

    transaction_id: int
    amount: Decimal
    texts: tuple[str, ...] = ()
    journal_id: int = 0
    partner_id: int = 0
    day: date | None = None
    transaction_type: str = ""
    decimals: int = 2
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """What one counterpart gets of the transaction."""

    line: RuleLine
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """Why a rule fits: a stable code and the values in its sentence."""

    code: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules make of one transaction.

    :ivar rules: ids of those that apply, in order.
    :ivar partner_id: who was found out to be the other side; 0 if nobody.
    :ivar references: what the expressions found to be references.
    :ivar partner_names: what the expressions found to be the other side's name.
    :ivar rest: what no counterpart takes.
    :ivar is_automated: every rule that books does so without asking, and nothing is left.
    """

    transaction: Transaction
    rules: tuple[int, ...] = ()
    shares: tuple[Share, ...] = ()
    partner_id: int = 0
    references: tuple[str, ...] = ()
    partner_names: tuple[str, ...] = ()
    rest: Decimal = Decimal(0)
    is_automated: bool = False
    facts: tuple[Fact, ...] = ()

    @property
    def is_bookable(self) -> bool:
        """Whether the shares are the whole transaction, each with an account."""
        return bool(self.shares) and not self.rest
