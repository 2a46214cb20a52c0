"""Amounts in formats that leave the decimal separator open: ``1234.50``, ``1234,50``.

The rule is never a wrong amount. A separator with three digits behind it may mark thousands or
decimals; where the digits before it allow both, the text is refused, unless the caller knows
which one the file uses.

>>> parse_decimal("-1.234,50"), parse_decimal("+0.125"), parse_decimal("1,234", decimal_mark=".")
(Decimal('-1234.50'), Decimal('0.125'), Decimal('1234'))
>>> try:
...     parse_decimal("1,234")
... except StatementFileError as error:
...     print(error)
'1,234' may be 1234 or a little more than 1: what ',' means in it cannot be told
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...exceptions import StatementFileError
from .camt.scalars import MAX_DECIMALS, MAX_DIGITS

_PLAIN = re.compile(r"([+-]?)(\d+)(?:([.,])(\d*))?|([+-]?)([.,])(\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?|[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?", re.A)


def parse_decimal(text: str, decimal_mark: str = "") -> Decimal:
    """Return an amount with its sign.

    :param decimal_mark: ``.`` or ``,`` if it is known, ``""`` if the text itself must tell
    :raises StatementFileError: ``statement.amount`` if it is no amount or has two meanings
    """
    if len(text) > 40:
        raise _refused(text, "is not an amount")
    mark = decimal_mark or _own_mark(text)
    grouping = "," if mark == "." else "."
    plain = _PLAIN.fullmatch(text)
    if plain and grouping not in text:
        return _checked(text, text.replace(mark, "."))
    if _GROUPED.fullmatch(text) and mark not in text.rpartition(grouping)[0]:
        return _checked(text, text.replace(grouping, "").replace(mark, "."))
    raise _refused(text, "is not an amount (digits with a decimal point or comma)")


def evident_mark(text: str) -> str:
    """Return the decimal separator that an amount leaves no doubt about, else ``""``.

    >>> evident_mark("12,50"), evident_mark("1,234.5"), evident_mark("1,234"), evident_mark("7")
    (',', '.', '', '')
    """
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return ""
    mark = text[last]
    other = "," if mark == "." else "."
    if text.count(mark) > 1:
        return other  # repeated, it marks thousands
    digits = text[:last].lstrip("+-")
    if other in digits or len(text) - last != 4:
        return mark
    return mark if len(digits) > 3 or not digits.strip("0") else ""


def _own_mark(text: str) -> str:
    mark = evident_mark(text)
    if mark:
        return mark
    found = _PLAIN.fullmatch(text)
    if found and found[3]:
        raise _refused(
            text,
            f"may be {found[2]}{found[4]} or a little more than {found[2]}: what '{found[3]}' "
            "means in it cannot be told",
        )
    return "."


def _checked(text: str, plain: str) -> Decimal:
    whole, _mark, decimals = plain.lstrip("+-").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > MAX_DECIMALS or len(whole.lstrip("0")) + len(decimals) > MAX_DIGITS:
        raise _refused(text, "is an amount with more digits than a bank can mean")
    return Decimal(plain)


def _refused(text: str, reason: str) -> StatementFileError:
    shown = text[:40]
    return StatementFileError(
        "statement.amount", "", "", f"'{shown}' {reason}", details={"text": shown}
    )
