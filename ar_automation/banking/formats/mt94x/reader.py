"""Reading a whole file of messages.

A message is complete when it has its opening and its closing balance (a report: its totals or
an end mark). What is less is an *extract*: it can be looked at, but it is not the account's story
and must not be imported. If it was cut off, a warning says where:

>>> cut = b":20:A\\n:25:1\\n:60F:C260302EUR1,00\\n:61:260302C5,00NTRF"
>>> [extract] = parse_mt94x(cut, "cut.sta")
>>> extract.is_account_story, extract.warnings[0][:57]
(False, 'line 4: the message that begins in line 1 breaks off here')
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sized
from decimal import Decimal
from itertools import chain
from typing import BinaryIO

from ....exceptions import StatementFileError
from ..size import check_size
from ..statement import Balance, Statement, Transaction
from ..streamed import Body, StreamedStatement
from .booking import read_booking
from .detail import one_line
from .fields import END, TEXTS, Field, read_fields
from .free import numbered
from .lines import ends_within_line, file_lines
from .movement import Movement, parse_movement
from .scalars import parse_balance

MAX_ENTRIES = 200_000
MAX_STATEMENTS = 50_000
MAX_FIELDS = 1_000_000
MAX_REPEATED = 200
_REPORT_TAGS = frozenset({"34F", "90C", "90D"})
_ACCOUNT = re.compile(r"(.*?[^A-Z\s])\s*([A-Z]{3})", re.ASCII)
_ACCOUNT_WITH_CURRENCY = re.compile(r"(.*)/([A-Z]{3})", re.ASCII)
_FLOOR = re.compile(r"([A-Z]{3})[CD]?\d", re.ASCII)
_NUMBER = re.compile(r"(\d{1,12})(?:/(\d{1,6}))?.*", re.ASCII)


def parse_mt94x(content: bytes, filename: str = "") -> list[Statement]:
    """Return the statements of a file of MT940 or MT942 messages, in their order.

    Either the whole file is returned or none of it.

    :param filename: only to be named in errors
    :raises StatementFileError: something that money hangs on is missing or unreadable
    """
    try:
        check_size(content)
    except StatementFileError as error:
        raise error.in_file(filename) from None
    reader = _Reader(io.BytesIO(content), filename, limit=MAX_ENTRIES)
    return [statement.read_whole() for statement in reader.statements()]


def stream_mt94x(file: BinaryIO, filename: str = "") -> Iterator[StreamedStatement]:
    """Yield the statements of a file of any size, in their order, while it is read.

    Each must be read before the next one is asked for: what is left of it then is passed over.

    :param file: the bytes; it is read twice, so it must be able to go back to its beginning
    :param filename: only to be named in errors
    :raises StatementFileError: as :func:`parse_mt94x`, but where the fault stands: what was
        handed out before must not be kept then
    """
    return _Reader(file, filename).statements()


class _Reader:
    """Hands out messages one by one.

    :param limit: how many bookings are read, for whoever keeps them all
    """

    def __init__(self, file: BinaryIO, filename: str, limit: int | None = None) -> None:
        self.file = file
        self.filename = filename
        self.limit = limit
        self.entries = self.messages = 0

    def statements(self) -> Iterator[StreamedStatement]:
        last: _Message | None = None
        try:
            fields = self._counted(read_fields(file_lines(self.file)))
            for first in fields:
                last = _Message(first)
                statement = self._streamed(last, chain([first], fields))
                yield statement
                for _passed_over in statement.transactions:
                    pass
            if last is None:
                raise StatementFileError(
                    "statement.no_statement", "", "", "the file holds no message (MT940 or MT942)"
                )
            if ends_within_line(self.file):
                last.check_end()
        except StatementFileError as error:
            raise error.in_file(self.filename) from None

    def _counted(self, fields: Iterator[Field]) -> Iterator[Field]:
        for number, field in enumerate(fields):
            self.entries += field.tag == "61"
            self.messages += field.tag == END
            if self.limit and (
                self.entries > self.limit or self.messages > MAX_STATEMENTS or number > MAX_FIELDS
            ):
                raise _too_large()
            yield field

    def _streamed(self, message: _Message, fields: Iterator[Field]) -> StreamedStatement:
        """Read the head of a message: all up to its first booking."""
        lines = self._lines(message, fields)
        first = next(lines, None)

        def body() -> Body:
            if first is not None:
                yield first
                yield from lines
            return message.head()

        return StreamedStatement(message.head(), body())

    def _lines(self, message: _Message, fields: Iterator[Field]) -> Iterator[Transaction]:
        try:
            for field in fields:
                try:
                    yield from message.take(field)
                except StatementFileError as error:
                    raise error.at(field.place) from None
                if field.tag == END:
                    message.finish(field)
                    return
        except StatementFileError as error:
            raise error.in_file(self.filename) from None


def _too_large() -> StatementFileError:
    return StatementFileError(
        "statement.too_large",
        "",
        "",
        f"the file holds more than {MAX_ENTRIES} bookings or {MAX_STATEMENTS} statements",
        hint="Ask the bank for a file of a shorter period.",
    )


class _Message:
    """Gathers the fields of one message."""

    def __init__(self, first: Field) -> None:
        self.first = first
        self.last = first
        self.tags: set[str] = set()
        self.identifier = ""
        self.account = ""
        self.currency = ""
        self.owner_name = ""
        self.number = ""
        self.page = 0
        self.opening: Balance | None = None
        self.closing: Balance | None = None
        self.balances: list[Balance] = []
        self.count = 0
        self.total = Decimal(0)
        self.decimals = 2
        self.is_report = False
        self.end: Field | None = None
        self.movement: Movement | None = None
        self.texts: list[Field] = []
        self.information: list[str] = []
        self.warnings: list[str] = []

    def take(self, field: Field) -> Iterator[Transaction]:
        """Add a field; hand out the booking that is complete by it.

        :raises StatementFileError: it cannot be read, or stands where it means nothing
        """
        if field.tag not in ("86", "NS", "NSF"):
            yield from self._finish_movement()
        if field.tag == "61":
            self._begin_movement(field)
        elif field.tag in TEXTS:
            self._take_text(field)
        elif field.tag[0] == "6":
            self._take_balance(field)
        elif field.tag != END:
            self._take_head(field)
        if field.tag != END:
            self.tags.add(field.tag)
            self.last = field

    def _take_head(self, field: Field) -> None:
        if field.tag == "20":
            self.identifier = field.value
        elif field.tag == "25":
            self._take_account(field.value)
        elif field.tag in ("28", "28C"):
            found = _NUMBER.fullmatch(field.value)
            if found:
                self.number, self.page = found[1], int(found[2] or 0)
        elif field.tag == "34F":
            floor = _FLOOR.match(field.value)
            self.currency = self.currency or (floor[1] if floor else "")

    def _take_account(self, text: str) -> None:
        """Read the account, which may have its currency at its end."""
        found = _ACCOUNT_WITH_CURRENCY.fullmatch(text) or _ACCOUNT.fullmatch(text)
        account, currency = (found[1], found[2]) if found else (text, "")
        account = "".join(account.split())
        if self.account and account != self.account:
            raise _malformed(f"the message names two accounts, '{self.account}' and '{account}'")
        self.account, self.currency = account, currency or self.currency

    def _take_balance(self, field: Field) -> None:
        is_opening, is_closing = field.tag[:2] == "60", field.tag[:2] == "62"
        balance = parse_balance(field.tag, field.value, self.currency)
        if "20" in self.tags and (
            (is_opening and (self.opening or self.count)) or (is_closing and self.closing)
        ):
            raise _malformed(
                f"the message has a second {'opening' if is_opening else 'closing'} "
                "balance, or bookings before it"
            )
        if is_opening:
            self.opening = self.opening or balance
            self.currency = self.opening.currency or self.currency
        elif is_closing:
            self.closing = balance
            self.currency = self.currency or balance.currency
        self.balances.append(balance)
        self.decimals = max(self.decimals, _decimals(balance.amount))
        self._check_number(self.balances)

    def _begin_movement(self, field: Field) -> None:
        if self.closing is not None:
            self.warnings.append(f"{field.place}: the booking stands after the closing balance")
            self._check_number(self.warnings)
        self.movement = parse_movement(field.lines)

    def _take_text(self, field: Field) -> None:
        if self.movement is not None:
            self.texts.append(field)
            self._check_number(self.texts)
            return
        if field.tag == "NS":
            self.owner_name = self.owner_name or dict(numbered(field.lines)).get("22", "")
            return
        lines = [one_line(line) for line in field.lines]
        self.information.extend(line for line in lines if line)
        self._check_number(self.information)

    def _check_number(self, found: Sized) -> None:
        if len(found) > MAX_REPEATED:
            raise _malformed(f"the field is repeated more often than {MAX_REPEATED} times")

    def _finish_movement(self) -> Iterator[Transaction]:
        if self.movement is None:
            return
        self.count += 1
        line = read_booking(self.movement, self.texts, self.count, self.account, self.currency)
        self.movement, self.texts = None, []
        self.total += line.amount
        self.decimals = max(self.decimals, _decimals(line.amount))
        yield line

    def finish(self, end: Field) -> None:
        """End the message.

        :param end: the field that ends it
        :raises StatementFileError: the message is not whole
        """
        self.end = end
        self.is_report = end.is_interim or bool(_REPORT_TAGS & self.tags and not self.opening)
        if "20" in self.tags:
            self._check_whole(is_report=self.is_report, has_mark=bool(end.lines))

    def head(self) -> Statement:
        """Return what is known so far, without the bookings."""
        has_balances = self.opening is not None and self.closing is not None
        # Before its end a message is not known to be more than an extract.
        is_whole = has_balances and self.end is not None and not self.warnings
        return Statement(
            account=self.account,
            currency=self.currency,
            owner_name=self.owner_name,
            identifier=self.identifier,
            sequence_number=self.number,
            page=self.page,
            is_last_page="62M" not in self.tags,
            to_date=self.closing.balance_date if self.closing else None,
            opening=self.opening,
            closing=self.closing,
            balances=tuple(self.balances),
            entry_count=self.count,
            source_format="MT942" if self.is_report else "MT940" if is_whole else "MT940 extract",
            information="\n".join(self.information),
            warnings=tuple(self.warnings),
        )

    def _check_whole(self, *, is_report: bool, has_mark: bool) -> None:
        if is_report:
            if not has_mark and not self.tags & {"90C", "90D"}:
                raise self._cut_off("its totals or its end mark are missing")
        elif self.opening is None and (self.count or self.closing):
            raise _malformed("the message has no opening balance").at(self.first.place)
        elif self.opening is not None and self.closing is None and not has_mark:
            self.warnings.append(str(self._cut_off("its closing balance is missing")))

    def check_end(self) -> None:
        """Refuse a last balance that does not prove anything and looks cut off itself.

        :raises StatementFileError: the file's last character belongs to a balance with fewer
            decimals than any amount before it, or than two
        """
        is_marked = self.end is not None and self.end.lines
        if is_marked or self.last.tag[0] != "6" or not self.balances:
            return
        last = self.balances[-1]
        is_proven = (
            last is self.closing
            and self.opening is not None
            and self.opening.amount + self.total == last.amount
        )
        if not is_proven and _decimals(last.amount) < self.decimals:
            raise self._cut_off("its last amount may lack digits, and no line end follows it")

    def _cut_off(self, what: str) -> StatementFileError:
        return StatementFileError(
            "statement.truncated",
            "",
            f"line {self.last.line}",
            f"the message that begins in line {self.first.line} breaks off here: {what}",
            hint="Download the file from the bank again.",
        )


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _malformed(reason: str) -> StatementFileError:
    return StatementFileError(
        "statement.malformed", "", "", reason, hint="Download the file from the bank again."
    )
