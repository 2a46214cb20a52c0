"""What the fixed-width files of Finnish banks have in common: rows, columns, letters, accounts.

A row is cut by columns, which are counted from 1 here as in the banks' own descriptions. Numbers
are filled up with zeros, texts with blanks, days are YYMMDD, amounts are in cents.
Where a file is pure ASCII it is in the Finnish seven-bit alphabet, which has its letters in the
places of brackets; otherwise it is in an eight-bit one.

>>> [row] = read_rows(b"T10188P{iv{kassa 0603030000000000012345")
>>> row.text(7, 16), row.day(18, 23, "booking date"), row.amount(24, 39, "amount")
('Päiväkassa', datetime.date(2006, 3, 3), Decimal('123.45'))

The 14 digits of an account in these files are what stands behind country and check digits in its
IBAN, so the IBAN can be told:

>>> finnish_account("29501800000014"), finnish_account("DE89 3704")
('FI7429501800000014', 'DE893704')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...exceptions import StatementFileError
from .bai2.values import parse_day
from .camt.scalars import account_number, one_line
from .plain_text import AGAIN, read_plain_text

_SEVEN_BIT = str.maketrans("{|}[\\]", "äöåÄÖÅ")
_DIGITS = re.compile(r"[0-9]+")
_SIGNS = {"+": 1, "-": -1, " ": 1}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file, with the number of its line; its methods take columns from 1."""

    content: str
    line: int

    def text(self, first: int, last: int) -> str:
        """Return the text of some columns, with its blanks reduced."""
        return one_line(self.content[first - 1 : last])

    def number(self, first: int, last: int, name: str) -> int:
        """Return a whole number; blank columns are zero.

        :raises StatementFileError: ``statement.amount``, if there is anything but digits
        """
        text = self.content[first - 1 : last].strip()
        if text and not _DIGITS.fullmatch(text):
            raise self.refused("amount", f"the {name} '{text[:40]}' is no number")
        return int(text or "0")

    def amount(self, first: int, last: int, name: str) -> Decimal:
        """Return an unsigned amount; every column must hold a digit, or the row was cut."""
        text = self.content[first - 1 : last]
        if len(text) <= last - first or not _DIGITS.fullmatch(text):
            raise self.refused("amount", f"the {name} '{text.strip()[:40]}' is no amount")
        return Decimal(self.number(first, last, name)).scaleb(-2)

    def signed_amount(self, first: int, last: int, name: str) -> Decimal:
        """Return an amount whose first column is its sign.

        :raises StatementFileError: ``statement.direction``, if it is no sign
        """
        amount = self.amount(first + 1, last, name)
        sign = self.content[first - 1 : first]
        if sign not in _SIGNS or (sign == " " and amount):
            raise self.refused("direction", f"'{sign}' is no sign of the {name}")
        return amount * _SIGNS[sign]

    def day(self, first: int, last: int, name: str) -> date | None:
        """Return a day, None where the bank wrote zeros or nothing."""
        text = self.content[first - 1 : last].strip()
        if not text.strip("0"):
            return None
        try:
            return parse_day(text)
        except StatementFileError as error:
            raise self.refused("date", f"the {name}: {error.reason}") from None

    def needed_day(self, first: int, last: int, name: str) -> date:
        """Return a day that must be there."""
        day = self.day(first, last, name)
        if day is None:
            raise self.refused("date", f"the {name} is missing")
        return day

    def refused(self, code: str, reason: str) -> StatementFileError:
        """Return the error for this row."""
        return StatementFileError(f"statement.{code}", "", f"line {self.line}", reason, hint=AGAIN)


def read_rows(content: bytes) -> list[Row]:
    """Return the rows of a file that are not blank.

    :raises StatementFileError: it is too large or no text
    """
    document = read_plain_text(content)
    is_seven_bit = document.content.isascii()
    rows = []
    for number, line in document.lines():
        text = line.rstrip("\r\n\x1a ")
        if text:
            rows.append(Row(text.translate(_SEVEN_BIT) if is_seven_bit else text, number))
    return rows


def finnish_account(text: str) -> str:
    """Return an account number, as IBAN if it is one of Finland's 14 digits; ``""`` for zeros."""
    number = account_number(text)
    if not number.strip("0"):
        return ""
    if len(number) != 14 or not _DIGITS.fullmatch(number):
        return number
    # ISO 13616: FI00 moved behind the number and written in digits; 98 minus the rest by 97.
    return f"FI{98 - int(number + '151800') % 97:02}{number}"


def finnish_reference(text: str) -> str:
    """Return a reference number (viitenumero) without the zeros before it.

    >>> finnish_reference("00000000000000455435")
    '455435'
    """
    return text.lstrip("0")
