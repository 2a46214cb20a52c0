"""Amounts, dates and type codes of BAI2.

Amounts are whole numbers in the smallest unit of their currency:

>>> scaled(2500, "USD"), scaled(2500, "JPY"), scaled(2500, "KWD")
(Decimal('25.00'), Decimal('2500'), Decimal('2.500'))

Whether a transaction is a credit or a debit is told by its type code alone:

>>> [direction(code) for code in ("115", "495", "890")]
[1, -1, 0]
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from ..minor_units import decimals_of

_NUMBER = re.compile(r"[+-]?\d{1,20}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DAY = re.compile(r"(\d{2}|[12]\d{3})(\d{2})(\d{2})", re.ASCII)
_CODE = re.compile(r"\d{3}", re.ASCII)
# What is told about an account or a payment without moving money.
_SILENT = (range(1, 100), range(700, 920))
_CREDITS = (range(101, 400), range(920, 960))
_DEBITS = (range(401, 700), range(960, 1000))


def scaled(number: int, currency: str) -> Decimal:
    """Return an amount in units of its currency."""
    return Decimal(number).scaleb(-decimals_of(currency))


def parse_number(text: str, name: str) -> int:
    """Return a whole number with its sign.

    :param name: what it is, for the error
    :raises StatementFileError: ``statement.amount`` if the text is none
    """
    if not _NUMBER.fullmatch(text):
        raise StatementFileError(
            "statement.amount",
            "",
            "",
            f"{name} '{text[:40]}' is not a whole number",
            details={"text": text[:40]},
        )
    return int(text)


def parse_currency(text: str, default: str) -> str:
    """Return a currency code, the default where there is none.

    :raises StatementFileError: ``statement.currency`` if the text is none
    """
    if text and not _CURRENCY.fullmatch(text):
        raise StatementFileError("statement.currency", "", "", f"'{text[:40]}' is no currency code")
    return text or default


def parse_day(text: str) -> date:
    """Return a day that is written as YYMMDD, of the years 1970 to 2069, or as YYYYMMDD.

    :raises StatementFileError: ``statement.date`` if it is none
    """
    found = _DAY.fullmatch(text)
    day = _calendar_day(int(found[1]), int(found[2]), int(found[3])) if found else None
    if day is None:
        raise StatementFileError(
            "statement.date",
            "",
            "",
            f"'{text[:40]}' is no day of the calendar (expected is YYMMDD)",
            details={"text": text[:40]},
        )
    return day


def _calendar_day(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 1900 if year >= 70 else 2000
    try:
        return date(year, month, day)
    except ValueError:
        return None


def direction(code: str) -> int:
    """Return +1 for a credit, -1 for a debit, 0 for what moves no money.

    :raises StatementFileError: ``statement.direction`` if the code is not of three digits, or
        is that of a sum (100, 400), which is no transaction
    """
    number = int(code) if _CODE.fullmatch(code) else 0
    for sign, ranges in ((1, _CREDITS), (-1, _DEBITS), (0, _SILENT)):
        if any(number in each for each in ranges):
            return sign
    raise StatementFileError(
        "statement.direction",
        "",
        "",
        f"the type code '{code[:20]}' says neither credit nor debit",
        details={"text": code[:20]},
    )
