"""Reading a whole QIF file.

Sections begin with ``!``. Those of bank accounts, cash, cards and other assets or liabilities hold
transactions; categories, securities and the like are passed over:

>>> content = b"!Type:Cat\\nNRent\\n^\\n!Type:CCard\\nD2026-03-02\\nT-12.50\\n^"
>>> parse_qif(content)[0].booked_sum
Decimal('-12.50')
>>> try:
...     parse_qif(b"!Type:Bank\\nD2026-03-02\\nT-12.50", "march.qif")
... except StatementFileError as error:
...     print(error)
march.qif: line 3: the file breaks off here: the last transaction has no end (^)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ....exceptions import StatementFileError
from ..camt.scalars import one_line
from ..decimal_text import evident_mark, parse_decimal
from ..plain_text import PlainText, read_plain_text
from ..prolog import read_prolog
from ..statement import (
    NO_PARTY,
    Balance,
    Identifiers,
    Party,
    Remittance,
    Statement,
    Transaction,
)
from .dates import order_of, read_day

_HEADER = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*!(?:Type|Account|Option|Clear)\b", re.I)
_ACCOUNTS = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
_INVESTMENTS = "invst"
_ONCE = "DTU"
_MAX_LINES = 5_000_000
_MAX_SECTIONS = 10_000
_AGAIN = "Download the file again; nothing was imported."


@dataclass(slots=True)
class Item:
    """A transaction as written: for each letter its lines."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, letter: str, text: str) -> None:
        """Take in a line; behind the first split (``S``) a date is that of a split."""
        if letter == "D" and "S" in self.values and "D" in self.values:
            return
        self.values.setdefault(letter, []).append(text)

    def first(self, letter: str) -> str:
        """Return the first line of a letter, ``""`` if there is none."""
        found = self.values.get(letter)
        return found[0] if found else ""


@dataclass(slots=True)
class Section:
    """The transactions below one section header; ``account`` is the name in force."""

    kind: str
    account: str
    items: list[Item] = field(default_factory=list)


def is_qif(content: bytes) -> bool:
    """Tell whether the content begins with a section header of QIF."""
    mark = read_prolog(content[:8])
    head = content[mark.mark_length : 4096].decode(mark.mark or "latin-1", "replace")
    return bool(_HEADER.match(head))


def parse_qif(content: bytes, filename: str = "") -> list[Statement]:
    """Return the statement of a QIF file, which must hold one account only.

    :param filename: only to be named in errors
    :raises StatementFileError: the file is cut off, holds no or several accounts, or its dates or
        amounts are unreadable or can be read in two ways
    """
    try:
        sections = _account_sections(read_plain_text(content))
        return [_statement([item for section in sections for item in section.items])]
    except StatementFileError as error:
        raise error.in_file(filename) from None


def _account_sections(document: PlainText) -> list[Section]:
    """Return the sections that hold the transactions of the one account."""
    sections = _read_sections(document)
    found = [each for each in sections if each.kind in _ACCOUNTS and each.items]
    if not found:
        other = any(each.kind == _INVESTMENTS for each in sections)
        raise StatementFileError(
            "statement.no_statement",
            "",
            "",
            "the file is QIF but holds no transactions of a bank account or card"
            + (", only those of an investment account" if other else ""),
        )
    names = list(dict.fromkeys((each.kind, each.account) for each in found))
    if len(names) > 1:
        said = ", ".join(f"'{account or kind}'" for kind, account in names[:5])
        raise StatementFileError(
            "statement.several_accounts",
            "",
            "",
            f"the file holds several accounts ({said}), and QIF gives no account numbers",
            hint="Export each account to a file of its own.",
        )
    return found


def _read_sections(document: PlainText) -> list[Section]:
    sections = [Section("", "")]
    account, item = "", None
    for number, line in document.lines():
        if number > _MAX_LINES or len(sections) > _MAX_SECTIONS:
            raise StatementFileError(
                "statement.too_large", "", f"line {number}", "the file is larger than any bank's"
            )
        text = line.strip()
        section = sections[-1]
        if not text or (text.startswith("#") and item is None):
            continue
        if text.startswith("!"):
            if item and section.kind in _ACCOUNTS:
                raise _cut_off(number)
            item = None
            sections.append(Section(_kind(text), account))
        elif text == "^":
            if section.kind == "!account" and item:
                account = item.first("N") or account
            elif item and section.kind in _ACCOUNTS:
                section.items.append(item)
            item = None
        else:
            item = item or Item(number)
            item.add(text[0].upper(), text[1:].strip())
    if item and sections[-1].kind in _ACCOUNTS:
        raise _cut_off(number)
    return sections


def _kind(header: str) -> str:
    """Return what a section holds: the type in lower case, or the header itself."""
    name, _colon, kind = header.lower().partition(":")
    return kind.strip() if name == "!type" else name.strip()


def _cut_off(line: int) -> StatementFileError:
    return StatementFileError(
        "statement.truncated",
        "",
        f"line {line}",
        "the file breaks off here: the last transaction has no end (^)",
        hint=_AGAIN,
    )


def _statement(items: list[Item]) -> Statement:
    for item in items:
        _check_complete(item)
    order = order_of(item.first("D") for item in items)
    mark = _decimal_mark(_amounts(items))
    lines = []
    opening: Balance | None = None
    for number, item in enumerate(items, 1):
        line = _transaction(item, order, mark, number)
        if number == 1 and line.status == "information":
            opening = Balance(_amount(item, mark), "", line.booking_date, "Opening Balance")
        lines.append(line)
    days = [line.booking_date for line in lines]
    return Statement(
        from_date=min(days),
        to_date=max(days),
        opening=opening,
        balances=(opening,) if opening else (),
        transactions=tuple(lines),
        entry_count=len(lines),
        source_format="qif",
    )


def _check_complete(item: Item) -> None:
    doubled = next((letter for letter in _ONCE if len(item.values.get(letter, [])) > 1), "")
    reason = ""
    if doubled:
        reason = f"it has two lines {doubled}: two transactions seem to have run into one"
    elif not item.first("D"):
        reason = "it has no date (line D)"
    elif not (item.first("T") or item.first("U")):
        reason = "it has no amount (line T)"
    elif item.first("T") and item.first("U") and item.first("T") != item.first("U"):
        reason = "it has two different amounts (lines T and U)"
    if reason:
        raise StatementFileError("statement.incomplete", "", _place(item), reason, hint=_AGAIN)


def _amounts(items: list[Item]) -> Iterator[str]:
    for item in items:
        yield item.first("T") or item.first("U")


def _decimal_mark(texts: Iterator[str]) -> str:
    """Return the decimal separator of the file, ``""`` if no amount tells.

    :raises StatementFileError: two amounts tell different ones
    """
    marks = {mark for text in texts if (mark := evident_mark(text))}
    if len(marks) > 1:
        raise StatementFileError(
            "statement.amount", "", "", "some amounts have a decimal point and others a comma"
        )
    return marks.pop() if marks else ""


def _amount(item: Item, mark: str) -> Decimal:
    return parse_decimal(item.first("T") or item.first("U"), mark)


def _transaction(item: Item, order: str, mark: str, number: int) -> Transaction:
    day = read_day(item.first("D"), order)
    try:
        amount = _amount(item, mark)
    except StatementFileError as error:
        raise error.at(_place(item)) from None
    if day is None:
        raise StatementFileError("statement.date", "", _place(item), "it has no date")
    name, reference = one_line(item.first("P")), one_line(item.first("N"))
    memo = one_line(" ".join(item.values.get("M", [])))
    address = "\n".join(filter(None, item.values.get("A", [])))
    # The first entry of an export states with which balance the account began.
    is_opening = number == 1 and name.casefold() == "opening balance"
    return Transaction(
        amount=amount,
        currency="",
        booking_date=day,
        status="information" if is_opening else "booked",
        entry_number=number,
        entry_reference=reference,
        identifiers=Identifiers(cheque_number=reference if reference.isdigit() else ""),
        remittance=Remittance(lines=tuple(filter(None, [memo or name]))),
        counterparty=Party(name=name, address=address) if name else NO_PARTY,
    )


def _place(item: Item) -> str:
    return f"transaction of line {item.line}"
