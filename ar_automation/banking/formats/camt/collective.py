"""A collective booking that cannot be split: one transaction with the texts of all its payments.

What all payments agree on is kept; where they differ, nothing is said rather than something
wrong. Texts and references are kept all, so that each invoice named in them can still be found.

>>> from datetime import date
>>> from decimal import Decimal
>>> booking = Transaction(Decimal(90), "EUR", date(2026, 3, 2))
>>> texts = ("Invoice 1", "Invoice 2")
>>> parts = [replace(booking, remittance=Remittance((text,))) for text in texts]
>>> merge_details(booking, parts).remittance.lines
('Invoice 1', 'Invoice 2')
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import TypeVar

from ..statement import (
    NO_PARTY,
    Identifiers,
    Remittance,
    ReturnReason,
    Transaction,
)

Item = TypeVar("Item")
Texts = TypeVar("Texts", Identifiers, ReturnReason)


def merge_details(booking: Transaction, parts: Sequence[Transaction]) -> Transaction:
    """Return one transaction for the payments of a collective booking.

    :param booking: the booking without what its details add
    :param parts: the payments, each as the booking with its detail
    """
    reasons = [part.return_reason for part in parts if part.return_reason is not None]
    texts = [text for part in parts for text in part.additional_info.split("\n")]
    return replace(
        booking,
        bank_reference=_same((part.bank_reference for part in parts), ""),
        entry_reference=_same((part.entry_reference for part in parts), ""),
        identifiers=_agreed(Identifiers, [part.identifiers for part in parts]),
        remittance=_all_remittance([part.remittance for part in parts]),
        additional_info="\n".join(_unique(texts)),
        counterparty=_same((part.counterparty for part in parts), NO_PARTY),
        ultimate_counterparty=_same((part.ultimate_counterparty for part in parts), NO_PARTY),
        charges=booking.charges or tuple(chain.from_iterable(part.charges for part in parts)),
        exchange=_same((part.exchange for part in parts), booking.exchange),
        bank_code=_same((part.bank_code for part in parts), booking.bank_code),
        return_reason=_agreed(ReturnReason, reasons) if reasons else None,
    )


def _same(values: Iterable[Item], otherwise: Item) -> Item:
    """Return the one value that all have, or the other if they differ."""
    first, *others = values
    return first if all(value == first for value in others) else otherwise


def _unique(values: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(values))


def _agreed(kind: type[Texts], values: Sequence[Texts]) -> Texts:
    names = [field.name for field in fields(kind)]
    return kind(**{name: _same((getattr(value, name) for value in values), "") for name in names})


def _all_remittance(remittances: Sequence[Remittance]) -> Remittance:
    return Remittance(
        lines=_unique(line for remittance in remittances for line in remittance.lines),
        references=_unique(r for remittance in remittances for r in remittance.references),
        documents=_unique(d for remittance in remittances for d in remittance.documents),
    )
