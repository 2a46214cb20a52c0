"""Reading a whole file of messages.

A message is complete when it has its opening and its closing balance (a report: its totals or
an end mark). What is less is an *extract*: it can be looked at, but it is not the account's story
and must not be imported. If it was cut off, a warning says where:

>>> cut = b":20:A\\n:25:1\\n:60F:C260302EUR1,00\\n:61:260302C5,00NTRF"
>>> [extract] = parse_mt94x(cut, "cut.sta")
>>> extract.is_account_story, extract.warnings
(False, ('line 4: the message that begins in line 1 breaks off here: its closing balance is missing',))
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from decimal import Decimal

from ....exceptions import StatementFileError
from ..statement import Balance, Statement, Transaction
from .booking import read_booking
from .detail import one_line
from .fields import END, TEXTS, Field, read_fields
from .free import numbered
from .lines import ends_within_line, text_lines
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
    :raises StatementFileError: a message is cut off, or something that money hangs on is missing
        or unreadable
    """
    try:
        statements = list(_read_statements(content))
    except StatementFileError as error:
        raise error.in_file(filename) from None
    if statements:
        return statements
    raise StatementFileError(
        "statement.no_statement", filename, "", "the file holds no message (MT940 or MT942)"
    )


def _read_statements(content: bytes) -> Iterator[Statement]:
    message: _Message | None = None
    entries = count = 0
    may_be_cut = ends_within_line(content)
    last: tuple[_Message, Field] | None = None
    for fields, field in enumerate(read_fields(text_lines(content))):
        if message is None:
            message = _Message(field)
        try:
            message.take(field)
        except StatementFileError as error:
            raise error.at(field.place) from None
        entries += field.tag == "61"
        if field.tag == END:
            count += 1
            last = (message, field)
            yield message.finish(field)
            message = None
        if entries > MAX_ENTRIES or count > MAX_STATEMENTS or fields > MAX_FIELDS:
            raise _too_large()
    if may_be_cut and last is not None:
        last[0].check_end(last[1])


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
        self.transactions: list[Transaction] = []
        self.movement: Movement | None = None
        self.texts: list[Field] = []
        self.information: list[str] = []
        self.warnings: list[str] = []

    def take(self, field: Field) -> None:
        """Add a field.

        :raises StatementFileError: it cannot be read, or stands where it means nothing
        """
        if field.tag not in ("86", "NS", "NSF"):
            self._finish_movement()
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
            (is_opening and (self.opening or self.transactions)) or (is_closing and self.closing)
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

    def _finish_movement(self) -> None:
        if self.movement is None:
            return
        number = len(self.transactions) + 1
        self.transactions.append(
            read_booking(self.movement, self.texts, number, self.account, self.currency)
        )
        self.movement, self.texts = None, []

    def finish(self, end: Field) -> Statement:
        """Return the statement.

        :param end: the field that ends the message
        :raises StatementFileError: the message is not whole
        """
        is_report = end.is_interim or bool(_REPORT_TAGS & self.tags and not self.opening)
        has_mark = bool(end.lines)
        if "20" in self.tags:
            self._check_whole(is_report=is_report, has_mark=has_mark)
        has_balances = self.opening is not None and self.closing is not None
        is_whole = has_balances and not self.warnings
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
            transactions=tuple(self.transactions),
            entry_count=len(self.transactions),
            source_format="MT942" if is_report else "MT940" if is_whole else "MT940 extract",
            information="\n".join(self.information),
            warnings=tuple(self.warnings),
        )

    def _check_whole(self, *, is_report: bool, has_mark: bool) -> None:
        if is_report:
            if not has_mark and not self.tags & {"90C", "90D"}:
                raise self._cut_off("its totals or its end mark are missing")
        elif self.opening is None and (self.transactions or self.closing):
            raise _malformed("the message has no opening balance").at(self.first.place)
        elif self.opening is not None and self.closing is None and not has_mark:
            self.warnings.append(str(self._cut_off("its closing balance is missing")))

    def check_end(self, end: Field) -> None:
        """Refuse a last balance that does not prove anything and looks cut off itself.

        :raises StatementFileError: the file's last character belongs to a balance with fewer
            decimals than any amount before it, or than two
        """
        if end.lines or self.last.tag[0] != "6" or not self.balances:
            return
        amounts = [line.amount for line in self.transactions]
        amounts += [balance.amount for balance in self.balances]
        wanted = max(2, *(_decimals(amount) for amount in amounts))
        last = self.balances[-1]
        is_proven = (
            last is self.closing
            and self.opening is not None
            and (
                self.opening.amount + sum(line.amount for line in self.transactions) == last.amount
            )
        )
        if not is_proven and _decimals(last.amount) < wanted:
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
