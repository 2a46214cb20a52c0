"""Reading a whole TITO file: which records make a statement, and whether it is whole.

A statement states how many records it has; one that has fewer, or whose last bookings have no
balance behind them, was cut and is refused. Sums that do not agree are warnings.

>>> try:
...     parse_tito(b"T00322100" + b"0" * 313, "cut.tito")
... except StatementFileError as error:
...     print(error)
cut.tito: line 1: the first day is missing
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from ....exceptions import StatementFileError
from ..camt.collective import merge_details
from ..finnish_record import Row, finnish_account, read_rows
from ..prolog import read_prolog
from ..statement import Balance, Statement, Transaction
from .entry import CORRECTIONS, Entry

_HEADER = re.compile(r"\s*T00\d{3}.{3}[\dA-Z ]{14}[\d ]{3}\d{22}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_IBAN = re.compile(r"([A-Z]{2}\d{2}[A-Z0-9]{10,30})(?: +([A-Z0-9]{8}(?:[A-Z0-9]{3})?))?", re.ASCII)
# Periods of a sum that the statement itself covers: a day, the statement.
_DAY_SUM, _STATEMENT_SUM = "1", "2"


@dataclass(slots=True)
class Parts:
    """The records of one statement, as they are met."""

    header: Row
    entries: list[Entry] = field(default_factory=list)
    closings: list[Row] = field(default_factory=list)
    sums: list[Row] = field(default_factory=list)
    is_open: bool = False
    records: int = 1


def is_tito(content: bytes) -> bool:
    """Tell whether the content begins with the T00 record of a TITO statement."""
    mark = read_prolog(content[:8])
    head = content[mark.mark_length : 512].decode(mark.mark or "latin-1", "replace")
    return bool(_HEADER.match(head))


def parse_tito(content: bytes, filename: str = "") -> list[Statement]:
    """Return the statements of a TITO file, or refuse it whole.

    :param filename: only to be named in errors
    :raises StatementFileError: it was cut, or something that money hangs on is unreadable
    """
    try:
        return [_statement(parts) for parts in _Reader().collect(read_rows(content))]
    except StatementFileError as error:
        raise error.in_file(filename) from None


class _Reader:
    """Gives each record to the statement that it belongs to."""

    def __init__(self) -> None:
        self.found: list[Parts] = []
        self.readers: dict[str, Callable[[Parts, Row], None]] = {
            "T10": _take_entry,
            "T11": _take_detail,
            "T40": _take_closing,
            "T50": _take_sum,
            "T51": _take_corrections,
            "T60": _take_other,
            "T70": _take_other,
            "T80": _take_entry,
            "T81": _take_detail,
        }

    def collect(self, rows: list[Row]) -> list[Parts]:
        """Return the statements' records.

        :raises StatementFileError: a record is unknown, longer than it says, or out of place
        """
        for row in rows:
            code = row.content[:3]
            if len(row.content) > row.number(4, 6, "length of the record"):
                raise row.refused("malformed", "the record is longer than it says")
            if code == "T00":
                self.found.append(Parts(row))
                continue
            if not self.found or code not in self.readers:
                raise row.refused("malformed", f"'{code}' is no record that can stand here")
            self.found[-1].records += 1
            self.readers[code](self.found[-1], row)
        return self.found


def _take_entry(parts: Parts, row: Row) -> None:
    entry = Entry(row, is_notice=row.content.startswith("T8"))
    parts.is_open = True
    siblings = parts.entries
    for _level in range(entry.level):
        if not siblings:
            raise row.refused("malformed", "a part of a booking has no booking above it")
        siblings = siblings[-1].parts
    siblings.append(entry)


def _take_detail(parts: Parts, row: Row) -> None:
    if not parts.entries:
        raise row.refused("malformed", "details have no booking above them")
    entry = parts.entries[-1]
    while entry.parts:
        entry = entry.parts[-1]
    entry.add(row)


def _take_closing(parts: Parts, row: Row) -> None:
    parts.closings.append(row)
    parts.is_open = False


def _take_sum(parts: Parts, row: Row) -> None:
    parts.sums.append(row)


def _take_corrections(_parts: Parts, row: Row) -> None:
    """Read sums of corrections, which repeat what the bookings say, to see that they are whole."""
    _stated_sums(row)


def _take_other(_parts: Parts, _row: Row) -> None:
    """Pass over the bank's messages."""


def _statement(parts: Parts) -> Statement:
    header = parts.header
    from_date = header.needed_day(27, 32, "first day")
    currency = header.text(97, 99)
    if not _CURRENCY.fullmatch(currency):
        raise header.refused("currency", f"'{currency}' is no currency code")
    extra = _check_count(parts)
    balances = _balances(parts, currency, from_date)
    lines = _transactions(parts, currency)
    iban = _IBAN.match(header.text(293, 322))
    return Statement(
        account=iban[1] if iban else finnish_account(header.text(10, 23)),
        currency=currency,
        owner_name=header.text(148, 182),
        bic=(iban[2] or "") if iban else "",
        identifier=header.text(24, 26),
        sequence_number=header.text(24, 26),
        created_at=_moment(header),
        from_date=from_date,
        to_date=header.day(33, 38, "last day"),
        opening=balances[0],
        closing=_last(balances),
        balances=balances,
        transactions=tuple(lines),
        entry_count=len(parts.entries),
        source_format="TITO",
        source_version=header.text(7, 9),
        information=header.text(100, 129),
        warnings=(*extra, *_compare_sums(parts)),
    )


def _check_count(parts: Parts) -> list[str]:
    """Refuse a statement that has lost records; return a warning for one that has too many."""
    header, stated = parts.header, parts.header.number(91, 96, "number of records")
    if parts.is_open or not parts.closings or parts.records < stated:
        raise header.refused(
            "truncated",
            f"the statement breaks off: it has {parts.records} records"
            + (f" of {stated}" if stated else "")
            + (", and no balance behind its last booking" if parts.is_open else ""),
        )
    if stated and parts.records > stated:
        return [f"line {header.line}: there are {parts.records} records, {stated} are stated"]
    return []


def _balances(parts: Parts, currency: str, from_date: date) -> tuple[Balance, ...]:
    """Return the opening balance, then each T40's booked and available one."""
    header = parts.header
    day = header.day(66, 71, "day of the opening balance") or from_date
    opening = header.signed_amount(72, 90, "opening balance")
    found = [Balance(opening, currency, day, "OPBD")]
    for number, row in enumerate(parts.closings, 1):
        closing_day = row.needed_day(7, 12, "day of the balance")
        is_last = number == len(parts.closings)
        booked = row.signed_amount(13, 31, "balance")
        found.append(Balance(booked, currency, closing_day, "CLBD" if is_last else "ITBD"))
        if is_last and row.text(32, 50):
            available = row.signed_amount(32, 50, "available balance")
            found.append(Balance(available, currency, closing_day, "CLAV"))
    return tuple(found)


def _last(balances: tuple[Balance, ...]) -> Balance | None:
    return next((each for each in balances if each.kind == "CLBD"), None)


def _transactions(parts: Parts, currency: str) -> list[Transaction]:
    found: list[Transaction] = []
    for number, entry in enumerate(parts.entries, 1):
        booking = entry.transaction(currency, number)
        details = [
            _part_of(booking, part.transaction(currency, number, position))
            for position, part in enumerate(entry.parts, 1)
        ]
        if not details:
            found.append(booking)
        elif sum((each.amount for each in details), Decimal(0)) == booking.amount:
            found += details
        else:
            found.append(merge_details(booking, [booking, *details]))
    return found


def _part_of(booking: Transaction, part: Transaction) -> Transaction:
    """Return a part of a booking, with the day, references and texts that only the whole has."""
    return replace(
        part,
        additional_info="\n".join(filter(None, (part.additional_info, booking.remittance.text))),
        booking_date=booking.booking_date,
        value_date=part.value_date or booking.value_date,
        status=booking.status,
        bank_reference=part.bank_reference or booking.bank_reference,
        entry_reference=part.entry_reference or booking.entry_reference,
        is_reversal=booking.is_reversal,
        batch=replace(part.batch, size=max(booking.batch.size, part.batch.position)),
    )


def _compare_sums(parts: Parts) -> list[str]:
    """Return a sentence for each sum that the bookings do not make up.

    Some banks count corrections into it, others tell them apart (T51).
    """
    warnings = []
    for row in parts.sums:
        day, stated = row.day(8, 13, "day of the sum"), _stated_sums(row)
        if row.text(7, 7) not in (_DAY_SUM, _STATEMENT_SUM):
            continue
        wanted = day if row.text(7, 7) == _DAY_SUM else None
        whole = _sums(parts, wanted, CORRECTIONS)
        if stated not in (whole, _sums(parts, wanted, ())):
            warnings.append(
                f"line {row.line}: the sums {stated[0]} and {stated[1]} are stated, "
                f"but the bookings make {whole[0]} and {whole[1]}"
            )
    return warnings


def _stated_sums(row: Row) -> tuple[Decimal, Decimal]:
    credits = row.signed_amount(22, 40, "sum of credits")
    return credits, row.signed_amount(49, 67, "sum of debits")


def _sums(parts: Parts, day: date | None, corrections: tuple[str, ...]) -> tuple[Decimal, Decimal]:
    kinds = ("1", "2", *corrections)
    amounts = [
        entry.amount
        for entry in parts.entries
        if entry.kind in kinds
        and not entry.is_notice
        and day in (None, entry.row.day(31, 36, "booking date"))
    ]
    credits = sum((each for each in amounts if each > 0), Decimal(0))
    return credits, sum(amounts, Decimal(0)) - credits


def _moment(header: Row) -> datetime | None:
    """Return when the bank made it; None if that is unreadable, since nothing hangs on it."""
    try:
        day = header.day(39, 44, "day of making")
        clock = header.number(45, 48, "time of making")
        return datetime(day.year, day.month, day.day, *divmod(clock, 100)) if day else None  # noqa: DTZ001 (the bank's own time)
    except (StatementFileError, ValueError):
        return None
