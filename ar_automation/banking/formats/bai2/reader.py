"""Reading a whole BAI2 file, and comparing it with its control totals.

Totals are wrong in real files, so a wrong one is a warning on every account below it:

>>> content = b'''01,B,C,260303,0600,1,,,2/
... 02,C,B,1,260302,,USD,2/
... 03,77,,010,100,,/
... 49,101,2/
... 98,100,1,4/
... 99,100,1,6/'''
>>> parse_bai2(content, "march.bai")[0].warnings[0]
'line 4: the control total of account 77 is 101, but its amounts sum up to 100'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ....exceptions import StatementFileError
from ..plain_text import PlainText, read_plain_text
from ..prolog import read_prolog
from ..statement import Statement, Transaction
from .account import CLOSING, OPENING, Header, read_header, read_transaction
from .records import Fields, Record, read_records
from .values import parse_currency, parse_day, parse_number

_HEADER = re.compile(r"\s*01,[^,\n]{0,80},[^,\n]{0,80},\d{6,8},", re.ASCII)
_DEFAULT_CURRENCY = "USD"
_AGAIN = "Ask the bank for the file again; nothing was imported."
# As-of-date modifier: 1 and 3 are interim data, which the final file repeats.
_INTERIM = ("1", "3")
_STATUSES = {"2": "deletion", "3": "correction", "4": "test"}


@dataclass(slots=True)
class Trailer:
    """A 49, 98 or 99 record: the sum of all amounts, how many parts and how many records."""

    total: int
    parts: int | None
    records: int
    line: int


@dataclass(slots=True)
class Account:
    """An account from its 03 to its 49 record, with the sum of all amounts in it."""

    header: Header
    total: int
    records: int
    lines: list[Transaction] = field(default_factory=list)
    trailer: Trailer | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """The accounts of a bank on a day, from its 02 to its 98 record."""

    day: date
    status: str
    currency: str
    modifier: str
    line: int
    accounts: list[Account] = field(default_factory=list)
    records: int = 1
    trailer: Trailer | None = None


def is_bai2(content: bytes) -> bool:
    """Tell whether the content begins with a file header of BAI2."""
    mark = read_prolog(content[:8])
    head = content[mark.mark_length : 1024].decode(mark.mark or "latin-1", "replace")
    return bool(_HEADER.match(head))


def parse_bai2(content: bytes, filename: str = "") -> list[Statement]:
    """Return one statement per account of a BAI2 file, in their order.

    Either the whole file is returned or none of it.

    :param filename: only to be named in errors
    :raises StatementFileError: the file cannot be read to its end, or something that money
        hangs on is missing or unreadable. Totals that do not agree are ``warnings``.
    """
    try:
        reader = Reader(read_plain_text(content))
        reader.read_all()
        return reader.statements()
    except StatementFileError as error:
        raise error.in_file(filename) from None


class Reader:
    """Takes in the records of a file in their order, and compares its totals then."""

    def __init__(self, document: PlainText) -> None:
        self.document = document
        self.groups: list[Group] = []
        self.message_id = ""
        self.records = 0
        self.trailer: Trailer | None = None
        self.readers: dict[str, tuple[str, Callable[[Record], None]]] = {
            "01": ("start", self._file),
            "02": ("file", self._group),
            "03": ("group", self._account),
            "16": ("account", self._transaction),
            "49": ("account", self._end_account),
            "98": ("group", self._end_group),
            "99": ("file", self._end_file),
        }
        self.state = "start"

    def read_all(self) -> None:
        """Read all records.

        :raises StatementFileError: a record is unreadable or stands where it does not belong
        """
        for record in read_records(self.document):
            expected, read = self.readers[record.code]
            if self.state != expected:
                raise _refused(
                    record.line,
                    "malformed",
                    f"a record {record.code} cannot stand here ({_SITUATIONS[self.state]})",
                )
            self._count(len(record.segments))
            try:
                read(record)
            except StatementFileError as error:
                raise error.at(f"record {record.code} in line {record.line}") from None
        if self.state != "end":
            line = self.document.line_of(len(self.document.content))
            raise _refused(
                line,
                "truncated",
                "the file breaks off here: its end (record 99) is missing, so transactions may be "
                "missing too",
            )

    def statements(self) -> list[Statement]:
        """Return one statement per account, with what its totals contradict as warnings."""
        self._check_totals()
        return [
            self._statement(group, account) for group in self.groups for account in group.accounts
        ]

    def _check_totals(self) -> None:
        """Compare sums and counts with those that the bank states on all three levels.

        What is wrong on a level is noted on every account below it, since nobody can tell in which
        of them a line is missing.
        """
        file_total = 0
        for group in self.groups:
            group_total = 0
            for account in group.accounts:
                name = f"account {account.header.account}"
                account.warnings = _compare(
                    account.trailer, name, account.total, None, account.records
                )
                group_total += account.trailer.total if account.trailer else 0
            name = f"the group of line {group.line}"
            wrong = _compare(group.trailer, name, group_total, len(group.accounts), group.records)
            _warn(group.accounts, wrong)
            file_total += group_total
        wrong = _compare(self.trailer, "the file", file_total, len(self.groups), self.records)
        for group in self.groups:
            _warn(group.accounts, wrong)

    def _count(self, records: int) -> None:
        self.records += records
        if self.state in ("group", "account"):
            self.groups[-1].records += records
        if self.state == "account":
            self.groups[-1].accounts[-1].records += records

    def _file(self, record: Record) -> None:
        fields = Fields(record)
        sender, _receiver, _day, _time = (fields.take() for _field in range(4))
        self.message_id = "/".join(filter(None, (sender, fields.take())))
        self.state = "file"

    def _group(self, record: Record) -> None:
        fields = Fields(record)
        _receiver, _originator, status, day, _time = (fields.take() for _field in range(5))
        currency = parse_currency(fields.take(), _DEFAULT_CURRENCY)
        group = Group(parse_day(day), status, currency, fields.take(), record.line)
        if status not in ("", "1", *_STATUSES):
            raise StatementFileError(
                "statement.malformed", "", "", f"'{status[:20]}' is no group status of BAI2"
            )
        self.groups.append(group)
        group.records = len(record.segments)
        self.state = "group"

    def _account(self, record: Record) -> None:
        group = self.groups[-1]
        header = read_header(record, group.currency)
        total = sum(each.amount for each in header.summaries)
        group.accounts.append(Account(header, total, len(record.segments)))
        self.state = "account"

    def _transaction(self, record: Record) -> None:
        group = self.groups[-1]
        account = group.accounts[-1]
        if group.status in _STATUSES:
            raise StatementFileError(
                "statement.correction",
                "",
                "",
                f"the transactions are a {_STATUSES[group.status]} (group status "
                f"{group.status} in line {group.line}); booked, they would count twice",
                hint="Ask the bank for the whole day's file.",
            )
        number = len(account.lines) + 1
        line, amount = read_transaction(record, account.header.currency, group.day, number)
        account.lines.append(line)
        account.total += amount

    def _end_account(self, record: Record) -> None:
        self.groups[-1].accounts[-1].trailer = _read_trailer(record, has_parts=False)
        self.state = "group"

    def _end_group(self, record: Record) -> None:
        self.groups[-1].trailer = _read_trailer(record, has_parts=True)
        self.state = "file"

    def _end_file(self, record: Record) -> None:
        self.trailer = _read_trailer(record, has_parts=True)
        self.state = "end"

    def _statement(self, group: Group, account: Account) -> Statement:
        header = account.header
        balances = header.balances(group.day)
        return Statement(
            account=header.account,
            currency=header.currency,
            message_id=self.message_id,
            from_date=group.day,
            to_date=group.day,
            opening=next((each for each in balances if each.kind == OPENING), None),
            closing=next((each for each in balances if each.kind == CLOSING), None),
            balances=balances,
            transactions=tuple(account.lines),
            entry_count=len(account.lines),
            source_format="bai2.interim" if group.modifier in _INTERIM else "bai2",
            source_version="2",
            warnings=tuple(account.warnings),
        )


_SITUATIONS = {
    "start": "the file has not begun yet",
    "file": "no group is open",
    "group": "no account is open",
    "account": "an account is open",
    "end": "the file has ended",
}


def _read_trailer(record: Record, *, has_parts: bool) -> Trailer:
    fields = Fields(record)
    total = parse_number(fields.take(), "the control total")
    parts = parse_number(fields.take(), "the number of parts") if has_parts else None
    records = parse_number(fields.take(), "the number of records")
    return Trailer(total, parts, records, record.line)


def _compare(
    trailer: Trailer | None, name: str, total: int, parts: int | None, records: int
) -> list[str]:
    """Return a sentence for each figure of a trailer that is not what the records make."""
    if trailer is None:
        return []
    stated = (
        (trailer.total, total, f"the control total of {name} is", "its amounts sum up to"),
        (trailer.parts, parts, f"the number of parts of {name} is", "it holds"),
        (trailer.records, records, f"the number of records of {name} is", "it holds"),
    )
    return [
        f"line {trailer.line}: {what} {said}, but {but} {found}"
        for said, found, what, but in stated
        if said != found
    ]


def _warn(accounts: list[Account], warnings: list[str]) -> None:
    for account in accounts:
        account.warnings.extend(warnings)


def _refused(line: int, code: str, reason: str) -> StatementFileError:
    return StatementFileError(
        f"statement.{code}", "", f"line {line}", f"{reason}; nothing was imported", hint=_AGAIN
    )
