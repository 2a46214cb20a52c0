"""One row of a table: a transaction, and perhaps its fee.

What an amount means is the profile's *sign* rule; see ``profile``. With fees of their own, a row
gives two transactions, which together move the balance:

>>> from .layout import find_layout
>>> from .profile import Columns, TableProfile
>>> columns = Columns(booking_date=("Date",), amount=("Gross",), fee=("Fee",))
>>> profile = TableProfile("Shop", columns, fee_rule="separate")
>>> rows = [Row(1, ("Date", "Gross", "Fee")), Row(2, ("2026-03-02", "84.00", "-4.25"))]
>>> layout = find_layout(rows, profile)
>>> entry = EntryReader(profile, layout).read_row(layout.body[0], 1)
>>> [line.amount for line in entry.lines], entry.total
([Decimal('84.00'), Decimal('-4.25')], Decimal('79.75'))
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from ....exceptions import StatementFileError
from ..camt.scalars import account_number, one_line, reference
from ..minor_units import decimals_of
from ..statement import (
    NO_EXCHANGE,
    NO_PARTY,
    BankCode,
    Charge,
    Exchange,
    Identifiers,
    Money,
    Party,
    Remittance,
    Status,
    StructuredReference,
    Transaction,
)
from .layout import Layout
from .profile import TWO_COLUMNS, TableProfile
from .rows import Cell, Formula, Row
from .values import day_format, decimal_mark, header_currency, parse_amount, parse_day, read_day

_AMOUNTS = ("amount", "debit", "credit", "fee", "balance")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, read. ``total`` is what it does to the balance, ``balance`` the one behind it."""

    row: int
    account: str
    currency: str
    total: Decimal
    balance: Decimal | None
    lines: tuple[Transaction, ...]

    @property
    def is_booked(self) -> bool:
        """Whether it moved money."""
        return self.lines[0].status == "booked"


class EntryReader:
    """Reads rows, knowing from all of them how dates and amounts are written.

    :raises StatementFileError: dates or amounts can be read in two ways
    """

    def __init__(self, profile: TableProfile, layout: Layout) -> None:
        self.profile = profile
        self.layout = layout
        self.rows = [row for row in layout.body if not self._is_skipped(row)]
        dates = self._column("booking_date")
        self.day_format = day_format(dates, profile.date_formats)
        amounts = [cell for name in _AMOUNTS for cell in self._column(name)]
        self.mark = decimal_mark(amounts, profile.decimal_mark)
        titles = (layout.title(name) for name in ("amount", "debit", "credit"))
        self.currency = profile.currency or next(filter(None, map(header_currency, titles)), "")

    def _is_skipped(self, row: Row) -> bool:
        first = next((str(cell) for cell in row.cells if cell != ""), "").casefold()
        profile = self.profile
        labels = (*profile.skip_words, *profile.opening_labels, *profile.closing_labels)
        return any(first.startswith(label.casefold()) for label in labels)

    def _column(self, name: str) -> list[Cell]:
        index = self.layout.indexes.get(name)
        if index is None:
            return []
        cells = (row.cells[index] for row in self.rows if index < len(row.cells))
        return [cell for cell in cells if cell != ""]

    # --- a row

    def read_row(self, row: Row, number: int) -> Entry:
        """Return what a row says.

        :param number: that of the entry in the file, from 1
        :raises StatementFileError: the row is ragged, or something that money hangs on is missing
            or unreadable
        """
        try:
            self._check_width(row)
            return self._read(row, number)
        except StatementFileError as error:
            raise error.at(f"row {row.number}") from None

    def _check_width(self, row: Row) -> None:
        filled = max((index + 1 for index, cell in enumerate(row.cells) if cell != ""), default=0)
        width = self.layout.width
        # A workbook does not store empty cells at the end of a row.
        if filled > width or (
            len(row.cells) < width and self.layout.header and not row.from_workbook
        ):
            raise StatementFileError(
                "statement.malformed",
                "",
                "",
                f"the row has {max(filled, len(row.cells))} cells, a whole row has {width}: a cell "
                "may have slipped into another column",
                hint="Export the file again, without changing it in between.",
            )

    def _read(self, row: Row, number: int) -> Entry:
        amount, fee = self._amount(row), self._fee(row)
        currency = self._text(row, "currency").upper() or self.currency
        if currency and not _CURRENCY.fullmatch(currency):
            raise _bad("currency", f"'{currency[:40]}' is no currency code")
        lines = [self._transaction(row, amount, currency, number)]
        if fee and self.profile.fee_rule == "separate":
            lines.append(self._fee_line(lines[0], fee))
        elif fee and self.profile.fee_rule == "included":
            lines[0] = replace(lines[0], charges=(Charge(fee, currency, included=True),))
        total = sum((line.amount for line in lines), Decimal(0))
        balance = self._number(row, "balance")
        for value in (amount, fee, balance):
            _check_decimals(value, currency)
        account = account_number(self._text(row, "account").strip("\"'"))
        return Entry(row.number, account, currency, total, balance, tuple(lines))

    def _transaction(self, row: Row, amount: Decimal, currency: str, number: int) -> Transaction:
        text = self._text
        own_reference = reference(text(row, "bank_reference"))
        structured = reference(text(row, "structured_reference"))
        return Transaction(
            amount=amount,
            currency=currency,
            booking_date=parse_day(self._cell(row, "booking_date"), self.day_format),
            value_date=read_day(self._cell(row, "value_date"), self.day_format),
            status=self._status(row),
            entry_number=number,
            bank_reference=own_reference,
            entry_reference=own_reference,
            identifiers=Identifiers(
                end_to_end_id=reference(text(row, "end_to_end_id")),
                mandate_id=reference(text(row, "mandate_id")),
            ),
            remittance=Remittance(
                lines=self._lines(row),
                references=(StructuredReference(structured),) if structured else (),
            ),
            counterparty=self._party(row, amount),
            exchange=self._exchange(row, amount, currency),
            bank_code=BankCode(proprietary=one_line(text(row, "kind"))),
        )

    # --- amounts

    def _amount(self, row: Row) -> Decimal:
        sign = self.profile.sign
        if sign in TWO_COLUMNS:
            return self._from_two_columns(row)
        amount = self._number(row, "amount")
        if amount is None:
            raise _bad("incomplete", "the amount is missing")
        if sign == "inverse":
            return -amount
        return amount if sign == "signed" else self._directed(row, abs(amount))

    def _from_two_columns(self, row: Row) -> Decimal:
        debit, credit = self._number(row, "debit"), self._number(row, "credit")
        if debit is None and credit is None:
            raise _bad("incomplete", "both amounts, money out and money in, are missing")
        if debit and credit:
            raise _bad("direction", "the row has an amount in both columns, money out and money in")
        out = debit or Decimal(0)
        return (credit or Decimal(0)) + (out if self.profile.sign == "signed_columns" else -out)

    def _directed(self, row: Row, amount: Decimal) -> Decimal:
        word = self._text(row, "direction").casefold()
        if word in _folded(self.profile.debit_words):
            return -amount
        # A bank that marks only one direction leaves the other column empty.
        if word in _folded(self.profile.credit_words) or not self.profile.credit_words:
            return amount
        raise _bad("direction", f"'{word[:40]}' says neither money in nor money out")

    def _fee(self, row: Row) -> Decimal | None:
        """Return the fee as it moves the account: negative when it is paid."""
        return None if self.profile.fee_rule == "none" else self._number(row, "fee")

    def _number(self, row: Row, name: str) -> Decimal | None:
        cell = self._cell(row, name)
        return None if cell == "" else parse_amount(cell, self.mark)

    def _fee_line(self, line: Transaction, fee: Decimal) -> Transaction:
        return replace(
            line,
            amount=fee,
            remittance=Remittance(lines=("Fee", *line.remittance.lines)),
            counterparty=NO_PARTY,
            exchange=NO_EXCHANGE,
            bank_code=BankCode(proprietary="fee"),
        )

    # --- texts

    def _cell(self, row: Row, name: str) -> Cell:
        index = self.layout.indexes.get(name)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def _text(self, row: Row, name: str) -> str:
        return _as_text(self._cell(row, name))

    def _lines(self, row: Row) -> tuple[str, ...]:
        cells = (row.cells[index] for index in self.layout.texts if index < len(row.cells))
        return tuple(dict.fromkeys(filter(None, (one_line(_as_text(cell)) for cell in cells))))

    def _status(self, row: Row) -> Status:
        word = self._text(row, "status").casefold()
        if word in _folded(self.profile.ignored_words):
            return "information"
        return "pending" if word in _folded(self.profile.pending_words) else "booked"

    def _party(self, row: Row, amount: Decimal) -> Party:
        side = "payee_name" if amount < 0 else "payer_name"
        name = one_line(self._text(row, side) or self._text(row, "party_name"))
        account = account_number(self._text(row, "party_account"))
        if not name and not account:
            return NO_PARTY
        return Party(name=name, account=account, bic=self._text(row, "party_bic").upper())

    def _exchange(self, row: Row, amount: Decimal, currency: str) -> Exchange:
        code = self._text(row, "foreign_currency").upper()
        if code == currency or not _CURRENCY.fullmatch(code):
            return NO_EXCHANGE
        foreign = self._number(row, "foreign_amount")
        if not foreign:
            return NO_EXCHANGE
        signed = abs(foreign) if amount > 0 else -abs(foreign)
        return Exchange(instructed=Money(abs(foreign), code), foreign=Money(signed, code))


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Formula):
        raise _bad("formula", f"a cell holds a formula ({cell[:40]}), which is not evaluated")
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell).strip()


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}


def _check_decimals(value: Decimal | None, currency: str) -> None:
    places = decimals_of(currency)
    if value is not None and currency and value != round(value, places):
        raise _bad("amount", f"the amount {value} has more decimals than {currency}")


def _bad(code: str, reason: str) -> StatementFileError:
    return StatementFileError(f"statement.{code}", "", "", reason)
