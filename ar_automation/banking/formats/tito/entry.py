"""One booking of a TITO file: its T10 record, and the T11 records that tell more of it.

A T11 record says in columns 7 and 8 what it holds. Nothing in it moves money, so one of an unknown
kind is kept as text.

>>> booking = "T10188000001" + " " * 18 + "060303" * 3 + "2730" + "Palvelumaksu".ljust(35)
>>> entry = Entry(Row(booking + "-" + "2100".zfill(18), 2))
>>> entry.add(Row("T1107800" + "Lasku 17".ljust(35) + "kiitos", 3))
>>> line = entry.transaction("EUR", 1)
>>> line.amount, line.remittance.lines, line.additional_info
(Decimal('-21.00'), ('Lasku 17', 'kiitos'), 'Palvelumaksu')
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from ..bai2.values import parse_day
from ..camt.scalars import reference
from ..finnish_record import Row, finnish_account, finnish_reference
from ..statement import (
    BankCode,
    Batch,
    Exchange,
    Identifiers,
    Money,
    Party,
    ReferredDocument,
    Remittance,
    ReturnReason,
    StructuredReference,
    Transaction,
)

_TEXT_COLUMNS = 35
CORRECTIONS = ("3", "4")
_REJECTED = "9"
_KINDS = ("1", "2", *CORRECTIONS, _REJECTED)
_SIGN_OF_KIND = {"1": 1, "2": -1}


@dataclass(slots=True)
class Entry:
    """A T10 record with its T11 records; ``parts`` are the entries of the level below."""

    row: Row
    is_notice: bool = False
    more: list[Row] = field(default_factory=list)
    parts: list[Entry] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Take in a T11 record."""
        self.more.append(row)

    @property
    def level(self) -> int:
        """0 for a booking, more for a part of the one above."""
        return self.row.number(188, 188, "level")

    @property
    def kind(self) -> str:
        """1 credit, 2 debit, 3 correction of a credit, 4 of a debit, 9 rejected."""
        return self.row.content[48:49]

    @property
    def amount(self) -> Decimal:
        """The amount with its sign."""
        amount = self.row.signed_amount(88, 106, "amount")
        if self.kind not in _KINDS:
            raise self.row.refused("direction", f"'{self.kind}' is no kind of booking")
        if amount * _SIGN_OF_KIND.get(self.kind, 0) < 0:
            raise self.row.refused(
                "direction", f"the kind of booking ({self.kind}) and the sign contradict each other"
            )
        return amount

    def transaction(self, currency: str, number: int, position: int = 0) -> Transaction:
        """Return the booking.

        :param position: of a part of a booking that is split, from 1
        :raises StatementFileError: amount, day or direction cannot be read
        """
        row = self.row
        archive = row.text(13, 30)
        has_moved = self.kind != _REJECTED and not self.is_notice
        return Transaction(
            amount=self.amount,
            currency=currency,
            booking_date=row.needed_day(31, 36, "booking date"),
            value_date=row.day(37, 42, "value date"),
            status="booked" if has_moved else "information",
            entry_number=number,
            bank_reference=archive if archive.strip("0") else "",
            entry_reference=archive,
            identifiers=Identifiers(end_to_end_id=reference(self._sepa(254, 288))),
            remittance=self._remittance(),
            additional_info="\n".join(filter(None, (row.text(53, 87), *self._notes()))),
            counterparty=self._party(),
            exchange=self._exchange(),
            bank_code=BankCode(proprietary=row.text(50, 52), issuer="FI"),
            is_reversal=self.kind in CORRECTIONS,
            return_reason=self._return_reason(),
            batch=Batch(size=self._size(), position=position),
        )

    # --- what the T11 records tell

    def _of_kind(self, *kinds: str) -> list[Row]:
        return [row for row in self.more if row.content[6:8] in kinds]

    def _texts(self, *kinds: str) -> list[str]:
        """Return the texts of such records, which go by 35 columns."""
        found = [
            row.text(first, first + _TEXT_COLUMNS - 1)
            for row in self._of_kind(*kinds)
            for first in range(9, len(row.content) + 1, _TEXT_COLUMNS)
        ]
        return [text for text in found if text]

    def _sepa(self, first: int, last: int) -> str:
        return next((row.text(first, last) for row in self._of_kind("11")), "")

    def _remittance(self) -> Remittance:
        given = (finnish_reference(self.row.text(160, 179)), self._sepa(9, 43))
        values = dict.fromkeys(filter(None, given))
        documents = [
            ReferredDocument(number=row.text(20, 34), document_date=_invoice_day(row))
            for row in self._of_kind("02")
            if row.text(20, 34)
        ]
        return Remittance(
            lines=tuple(self._texts("00", "06")),
            references=tuple(StructuredReference(value) for value in values),
            documents=tuple(documents),
        )

    def _notes(self) -> list[str]:
        known = ("00", "01", "02", "04", "05", "06", "11")
        return self._texts(*{row.content[6:8] for row in self.more} - set(known))

    def _party(self) -> Party:
        """The counterparty by the T10 record, and by the longer fields of SEPA where they are."""
        names = (114, 183) if self.amount < 0 else (184, 253)
        longer = self._sepa(*names)
        short = self.row.text(109, 143)
        return Party(
            name=longer or short,
            account=self._sepa(44, 78).replace(" ", "") or finnish_account(self.row.text(145, 158)),
            bic=self._sepa(79, 113),
        )

    def _exchange(self) -> Exchange:
        for row in self._of_kind("05"):
            amount, currency = row.signed_amount(9, 27, "foreign amount"), row.text(29, 31)
            if currency.isalpha() and len(currency) == 3:
                return Exchange(foreign=Money(abs(amount).copy_sign(self.amount), currency))
        return Exchange()

    def _return_reason(self) -> ReturnReason | None:
        original = next((row.text(9, 26) for row in self._of_kind("04")), "")
        return ReturnReason(original_transaction_id=original) if original else None

    def _size(self) -> int:
        counted = [row.number(9, 16, "number of payments") for row in self._of_kind("01")]
        return max([len(self.parts), *counted])


def _invoice_day(row: Row) -> date | None:
    """Return the day of an invoice; nothing is booked by it, so a strange one is left out."""
    text = row.text(36, 41)
    try:
        return parse_day(text) if text.strip("0") else None
    except StatementFileError:
        return None
