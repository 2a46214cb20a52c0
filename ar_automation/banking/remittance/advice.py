"""What a remittance advice says: documents, what is paid of each, what is deducted and why.

An entry is *sure* if its number and amount leave no doubt and all amounts make the total, where
one is stated. Entries that are not sure carry the reason in words and settle nothing::

    >>> entry = RemittanceEntry("INV/1", Decimal("90"), Decimal("10"), "damaged")
    >>> prove((entry,), Decimal("90"))[0].is_sure, prove((entry,), Decimal("95"))[0].doubt
    (True, 'the amounts add up to 90, not to the total of 95')
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

MOST_ENTRIES = 5000


@dataclass(frozen=True, slots=True)
class RemittanceEntry:
    """One line of an advice.

    :ivar document: the number as the customer wrote it.
    :ivar amount: what is paid of it; negative for a credit note; ``None`` if it is not clear.
    :ivar deduction: what the customer keeps back.
    :ivar alternatives: other numbers in the same line, any of which may be the document's.
    :ivar doubt: why the entry is not sure; empty if it is.
    """

    document: str
    amount: Decimal | None
    deduction: Decimal = Decimal(0)
    reason: str = ""
    alternatives: tuple[str, ...] = ()
    doubt: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether number and amount leave no doubt."""
        return not self.doubt and self.amount is not None


@dataclass(frozen=True, slots=True)
class RemittanceAdvice:
    """A whole advice.

    :ivar total: as stated; ``None`` if the advice states none.
    :ivar currency: code, empty if none is named or several are.
    """

    entries: tuple[RemittanceEntry, ...]
    total: Decimal | None = None
    currency: str = ""
    reference: str = ""

    @property
    def amount(self) -> Decimal:
        """The stated total, else the sum of what is clear."""
        return sum_of(self.entries) if self.total is None else self.total


def sum_of(entries: tuple[RemittanceEntry, ...]) -> Decimal:
    """Return the sum of the amounts that are clear."""
    return sum((entry.amount for entry in entries if entry.amount is not None), Decimal(0))


def prove(
    entries: tuple[RemittanceEntry, ...], total: Decimal | None
) -> tuple[RemittanceEntry, ...]:
    """Mark the entries that a total disproves."""
    found = sum_of(entries)
    if total is None or found == total:
        return entries
    doubt = f"the amounts add up to {found}, not to the total of {total}"
    return tuple(replace(entry, doubt=entry.doubt or doubt) for entry in entries)
