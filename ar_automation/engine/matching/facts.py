"""What the matching knows of payments and open items, and what it answers.

Amounts are in the currency that stands beside them, exact, and positive for money that a
customer pays or owes; a credit note's open amount is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from .references import named_keys

Verdict = Literal["matched", "proposed", "unmatched"]


@dataclass(frozen=True, slots=True)
class Payment:
    """One bank transaction that brought money in.

    :ivar texts: everything the payer wrote, free and structured.
    :ivar payer_ids: customers (commercial partners) that the paying account belongs to.
    :ivar rejected: sets of item ids that a person has refused for this payment.
    """

    payment_id: int
    amount: Decimal
    currency: str
    texts: tuple[str, ...]
    payer_ids: frozenset[int] = frozenset()
    rejected: frozenset[frozenset[int]] = frozenset()

    def named_keys(self) -> set[str]:
        """Return every normalised number that one of the texts may name."""
        return set().union(*map(named_keys, self.texts))


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One open item of a customer.

    :ivar residual: what is still owed, in ``currency``; negative for a credit note.
    :ivar keys: normalised numbers by which a payer may name it, each with the word that
        people know it by, e.g. ``(("INV202600012", "invoice number"), …)``.
    :ivar account_id: the receivable account it stands on.
    """

    item_id: int
    name: str
    customer_id: int
    residual: Decimal
    currency: str
    account_id: int
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that speaks for or against a match.

    :ivar code: stable code; the sentence is made from it where it is shown.
    :ivar params: the values in the sentence.
    :ivar favourable: whether the fact speaks for the match.
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()
    favourable: bool = True

    @classmethod
    def of(cls, code: str, *, favourable: bool = True, **params: str) -> Evidence:
        """Build evidence with named values."""
        return cls(code, tuple(sorted(params.items())), favourable)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A set of items that the payment may settle.

    :ivar confidence: between 0 and 1; 1 is reserved for what may be booked unattended.
    """

    items: tuple[OpenItem, ...]
    confidence: float
    evidence: tuple[Evidence, ...]

    @property
    def item_ids(self) -> frozenset[int]:
        """Ids of the items."""
        return frozenset(item.item_id for item in self.items)

    @property
    def residual(self) -> Decimal:
        """Sum of what the items are still owed."""
        return sum((item.residual for item in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one payment, with the proposals ranked best first."""

    payment: Payment
    verdict: Verdict
    proposals: tuple[Proposal, ...] = field(default=())
