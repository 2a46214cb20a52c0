"""Amounts, days and balances as SWIFT writes them.

Amounts have a decimal comma and no sign: ``1234,5`` is one thousand two hundred and thirty-four and
a half. Days are written ``YYMMDD``. The rule is never a wrong amount: ``1.234,50`` is refused.

Interest is counted in months of 30 days, and banks write such a day (``160230``) as a
value date. It means the last day of that month:

>>> parse_day("160230"), parse_amount("1234,5")
(datetime.date(2016, 2, 29), Decimal('1234.5'))

The day of booking has no year. It is the one that lies nearest to the value date:

>>> nearest_day("0102", parse_day("251231"))
datetime.date(2026, 1, 2)
>>> balance = parse_balance("62F", "D260302EUR17,20", "")
>>> balance.amount, balance.currency, balance.kind
(Decimal('-17.20'), 'EUR', '62F')
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ....exceptions import StatementFileError
from ..statement import Balance

MAX_DIGITS = 18
MAX_DECIMALS = 5
# What banks write where a reference does not exist, or says that it stands in field 86.
PLACEHOLDERS = frozenset(
    {"NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "NONE", "NV"}
    | {"EREF", "PREF", "MREF", "MARF", "KREF", "IREF"}
)

_AMOUNT = re.compile(r"(\d{1,40})(?:,(\d{0,40}))?", re.ASCII)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})?(\d+,\d*)", re.ASCII)


def parse_amount(text: str) -> Decimal:
    """Return an unsigned amount.

    :raises StatementFileError: ``statement.amount`` if the text is none, or has more digits than
        an amount of money can have
    """
    found = _AMOUNT.fullmatch(text)
    whole = found[1].lstrip("0") if found else ""
    decimals = (found[2] or "").rstrip("0") if found else ""
    if not found or len(decimals) > MAX_DECIMALS or len(whole) + len(decimals) > MAX_DIGITS:
        raise StatementFileError(
            "statement.amount",
            "",
            "",
            f"'{text[:40]}' is not an amount (digits with a decimal comma)",
            details={"text": text[:40]},
        )
    return Decimal(f"{found[1]}.{found[2]}" if found[2] else found[1])


@lru_cache(maxsize=4096)
def parse_day(text: str) -> date:
    """Return the day of ``YYMMDD``; years from 80 on are those of the last century.

    :raises StatementFileError: ``statement.date`` if there is no such day
    """
    digits = text if len(text) == 6 and text.isascii() and text.isdigit() else "000000"
    year = int(digits[:2])
    day = month_day(year + (1900 if year >= 80 else 2000), digits[2:])
    if day is None:
        raise _no_day(text)
    return day


def month_day(year: int, text: str) -> date | None:
    """Return the day ``MMDD`` of a year; a day up to 31 that the month lacks is its last one."""
    month, day = int(text[:2]), int(text[2:])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


@lru_cache(maxsize=4096)
def nearest_day(text: str, to: date) -> date:
    """Return the day ``MMDD`` nearest to another day, since banks give the year only of one.

    :raises StatementFileError: ``statement.date`` if there is no such day
    """
    days = [day for year in (-1, 0, 1) if (day := month_day(to.year + year, text))]
    if not days:
        raise _no_day(text)
    return min(days, key=lambda day: abs(day - to))


def parse_balance(tag: str, text: str, currency: str) -> Balance:
    """Return the balance of a field 60, 62, 64 or 65.

    :param tag: the field's tag, which becomes the balance's kind
    :param currency: that of the account, for banks that leave it out of the closing balance
    :raises StatementFileError: it cannot be read as a whole
    """
    found = _BALANCE.fullmatch(text)
    if not found:
        raise StatementFileError(
            "statement.balance",
            "",
            "",
            f"'{text[:60]}' is not a balance (C or D, date YYMMDD, currency, amount)",
            details={"text": text[:60]},
        )
    sign = 1 if found[1] == "C" else -1
    return Balance(sign * parse_amount(found[4]), found[3] or currency, parse_day(found[2]), tag)


def reference(text: str) -> str:
    """Return a reference, or ``""`` where the text only says that there is none here."""
    text = text.strip()
    return "" if text.upper() in PLACEHOLDERS else text


def _no_day(text: str) -> StatementFileError:
    return StatementFileError(
        "statement.date", "", "", f"'{text[:20]}' is not a date", details={"text": text[:20]}
    )
