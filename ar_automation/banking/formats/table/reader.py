"""Reading a whole table by a profile.

Each account and currency in the table becomes one statement, oldest transaction first. Where the
table has a column with the balance behind each row, the opening balance follows from the first row
and the closing balance stands in the last one; a row in between that does not fit is a warning.

>>> from .profile import Columns, TableProfile
>>> columns = Columns(booking_date=("Date",), amount=("Amount",), balance=("Balance",),
...                   currency=("Currency",), texts=(("Text",),))
>>> profile = TableProfile("My bank", columns, delimiter=";", date_formats=("DD.MM.YYYY",))
>>> content = b'''Date;Amount;Currency;Balance;Text
... 03.03.2026;-1,50;EUR;348,50;Fee
... 02.03.2026;250,00;EUR;350,00;INV/2026/00017'''
>>> [statement] = parse_table(content, profile, "march.csv")
>>> [line.amount for line in statement.transactions], statement.opening.amount
([Decimal('250.00'), Decimal('-1.50')], Decimal('100.00'))
>>> statement.closing.amount, statement.balance_gap
(Decimal('348.50'), Decimal('0.00'))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ....exceptions import StatementFileError
from ..camt.scalars import account_number
from ..statement import Balance, Statement
from .entry import Entry, EntryReader
from .layout import Layout, find_layout
from .profile import TableProfile
from .rows import Row, read_text_rows
from .values import parse_amount
from .workbook import is_workbook, read_workbook_rows

DELIMITERS = (";", ",", "\t", "|")


def parse_table(content: bytes, profile: TableProfile, filename: str = "") -> list[Statement]:
    """Return the statements of a CSV text or an XLSX workbook, one per account and currency.

    Either the whole file is returned or none of it.

    :param filename: only to be named in errors
    :raises StatementFileError: the header does not fit the profile, a row is ragged or holds an
        unreadable date or amount, the table holds no transaction, or can be read in two ways
    """
    try:
        layout = read_layout(content, profile)
        statements = _read_statements(layout, profile)
    except StatementFileError as error:
        raise error.in_file(filename) from None
    kind = "xlsx" if is_workbook(content) else "csv"
    return [replace(each, source_format=kind, source_version=profile.name) for each in statements]


def read_layout(content: bytes, profile: TableProfile) -> Layout:
    """Return the table taken apart; where the profile leaves the delimiter open, the best one.

    :raises StatementFileError: it is no table, or not that of the profile
    """
    if is_workbook(content):
        return find_layout(read_workbook_rows(content), profile)
    if profile.delimiter:
        return find_layout(_rows(content, profile.delimiter, profile), profile)
    found: list[Layout] = []
    refused: StatementFileError | None = None
    for delimiter in DELIMITERS:
        try:
            found.append(find_layout(_rows(content, delimiter, profile), profile))
        except StatementFileError as error:
            # With a wrong delimiter a table falls to pieces; what a whole one lacks says more.
            if refused is None or refused.code != "statement.header":
                refused = error
    if not found and refused:
        raise refused
    return max(found, key=lambda layout: layout.score)


def first_rows(content: bytes, profile: TableProfile, count: int) -> list[Row]:
    """Return the first rows as they stand in the file, for a person who looks for its columns.

    :raises StatementFileError: it is no table
    """
    if is_workbook(content):
        return read_workbook_rows(content)[:count]
    delimiters = (profile.delimiter,) if profile.delimiter else DELIMITERS
    tables = [_rows(content, delimiter, profile)[:count] for delimiter in delimiters]
    return max(tables, key=lambda rows: sum(len(row.cells) for row in rows))


def _rows(content: bytes, delimiter: str, profile: TableProfile) -> list[Row]:
    return list(read_text_rows(content, delimiter, profile.encoding))


def _read_statements(layout: Layout, profile: TableProfile) -> list[Statement]:
    reader = EntryReader(profile, layout)
    entries = [reader.read_row(row, number) for number, row in enumerate(reader.rows, 1)]
    if not entries:
        raise StatementFileError(
            "statement.no_statement", "", "", "the table has a header but no transaction below it"
        )
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.account, entry.currency), []).append(entry)
    labels = _Labels(profile, layout, reader.mark)
    is_alone = len(groups) == 1
    return [
        _statement(_oldest_first(group, profile), labels if is_alone else None)
        for group in groups.values()
    ]


class _Labels:
    """What stands about the account above the header, and below the last transaction."""

    def __init__(self, profile: TableProfile, layout: Layout, mark: str) -> None:
        self.rows = (*layout.preamble, *layout.body)
        self.mark = mark
        self.account = account_number(self._beside(profile.account_labels))
        self.opening = self._amount(profile.opening_labels)
        self.closing = self._amount(profile.closing_labels)

    def _beside(self, labels: Sequence[str]) -> str:
        """Return what stands behind a label, in its own cell or in the next one with a text."""
        for row in self.rows if labels else ():
            texts = [str(cell) for cell in row.cells if cell != ""]
            for place, text in enumerate(texts):
                for label in labels:
                    if text.casefold().startswith(label.casefold()):
                        rest = text[len(label) :].strip(" :\t")
                        return rest or (texts[place + 1] if place + 1 < len(texts) else "")
        return ""

    def _amount(self, labels: Sequence[str]) -> Decimal | None:
        for row in self.rows if labels else ():
            texts = [cell for cell in row.cells if cell != ""]
            first = str(texts[0]).casefold()
            if len(texts) > 1 and any(first.startswith(label.casefold()) for label in labels):
                try:
                    return parse_amount(texts[1], self.mark)
                except StatementFileError as error:
                    raise error.at(f"row {row.number}") from None
        return None


def _oldest_first(entries: list[Entry], profile: TableProfile) -> list[Entry]:
    """Return the entries in the order in which they were booked."""
    if profile.order == "auto":
        newest_first = _is_newest_first(entries)
    else:
        newest_first = profile.order == "newest"
    return entries[::-1] if newest_first else entries


def _is_newest_first(entries: list[Entry]) -> bool:
    """Tell by the dates, and where all are of one day by the balances."""
    first, last = entries[0].lines[0].booking_date, entries[-1].lines[0].booking_date
    if first != last:
        return first > last
    return len(_breaks(entries[::-1])) < len(_breaks(entries))


def _statement(entries: list[Entry], labels: _Labels | None) -> Statement:
    lines = tuple(line for entry in entries for line in entry.lines)
    days = [line.booking_date for line in lines]
    account, currency = entries[0].account, entries[0].currency
    booked = [entry for entry in entries if entry.is_booked]
    opening, closing = _balances(booked)
    if labels:
        account = account or labels.account
        opening = opening if labels.opening is None else labels.opening
        closing = closing if labels.closing is None else labels.closing
    first, last = min(days), max(days)
    balances = tuple(
        Balance(amount, currency, day, kind)
        for kind, amount, day in (("opening", opening, first), ("closing", closing, last))
        if amount is not None
    )
    return Statement(
        account=account,
        currency=currency,
        from_date=first,
        to_date=last,
        opening=next((each for each in balances if each.kind == "opening"), None),
        closing=next((each for each in balances if each.kind == "closing"), None),
        balances=balances,
        transactions=lines,
        entry_count=len(entries),
        warnings=tuple(_breaks(booked)[:1]),
    )


def _balances(booked: list[Entry]) -> tuple[Decimal | None, Decimal | None]:
    if not booked or booked[0].balance is None or booked[-1].balance is None:
        return None, None
    return booked[0].balance - booked[0].total, booked[-1].balance


def _breaks(entries: list[Entry]) -> list[str]:
    """Return a sentence for each balance that does not follow from the one before it."""
    found = []
    moved = Decimal(0)
    known: Decimal | None = None
    for entry in entries:
        if not entry.is_booked:
            continue
        moved += entry.total
        if entry.balance is None:
            continue
        if known is not None and known + moved != entry.balance:
            found.append(
                f"row {entry.row}: the balance {entry.balance} is not the balance before it, "
                f"{known}, and {moved} booked since: rows may be missing"
            )
        known, moved = entry.balance, Decimal(0)
    return found
