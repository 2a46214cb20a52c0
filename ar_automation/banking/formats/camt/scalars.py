"""Amounts, dates and indicators as ISO 20022 writes them.

The rule is never a wrong amount: a text that is not exactly what XML Schema and ISO 20022
allow is refused, not repaired. ``1,234`` could be a thousand or a little more than one.

>>> parse_amount("1234.50000")
Decimal('1234.50000')
>>> try:
...     parse_amount("1,234")
... except StatementFileError as error:
...     print(error)
'1,234' is not an amount (digits with a decimal point)
>>> parse_date("2026-03-02T23:30:00-05:00")
datetime.date(2026, 3, 2)
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from ....exceptions import StatementFileError
from ..statement import Money
from ..xml_node import TEXT, Node

# ISO 20022 ActiveOrHistoricCurrencyAndAmount: 18 digits, 5 of them after the point.
MAX_DIGITS = 18
MAX_DECIMALS = 5

# What the schemes write where a mandatory reference does not exist; ISO 20022 and the
# banks' guidelines agree on the first, the others are met in files.
PLACEHOLDERS = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "NONE", "NV"})

_PLAIN_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,5})?")
_AMOUNT = re.compile(r"([+-]?)(\d+)(?:\.(\d*))?|([+-]?)\.(\d+)", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\S*|Z|[+-]\d{2}:\d{2})?", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:(Z)|([+-])(\d{2}):(\d{2}))?", re.ASCII
)


@lru_cache(maxsize=1024)
def parse_amount(text: str) -> Decimal:
    """Return the amount exactly as written, with its sign.

    :raises StatementFileError: ``statement.amount`` if the text is no decimal number, or has
        more digits than ISO 20022 allows
    """
    if _PLAIN_AMOUNT.fullmatch(text):
        return Decimal(text)
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise StatementFileError(
            "statement.amount",
            "",
            "",
            f"'{text[:40]}' is not an amount (digits with a decimal point)",
            details={"text": text[:40]},
        )
    whole = (found[2] or "").lstrip("0")
    decimals = (found[3] or found[5] or "").rstrip("0")
    if len(decimals) > MAX_DECIMALS or len(whole) + len(decimals) > MAX_DIGITS:
        raise StatementFileError(
            "statement.amount",
            "",
            "",
            f"the amount '{text[:40]}' has more digits than a bank can mean",
            details={"text": text[:40]},
        )
    return Decimal(text)


def read_money(node: Node, name: str, default_currency: str = "") -> Money | None:
    """Return the amount under that name with its currency (attribute ``Ccy``), unsigned or not.

    :return: None if there is no such element or it is empty
    """
    found = node.get(name)
    if not found:
        return None
    value, currency = found[0], ""
    if isinstance(value, str):
        text = value.strip()
    else:
        text, currency = value.text(TEXT), value.text("@Ccy")
    return Money(parse_amount(text), currency or default_currency) if text else None


def parse_rate(text: str) -> Decimal | None:
    """Return an exchange rate; None where the text is none, since no booking hangs on it."""
    return Decimal(text) if len(text) <= 30 and _AMOUNT.fullmatch(text) else None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date:
    """Return the calendar day of an ISO date or date-time, as the bank wrote it.

    A time zone does not move the day: the bank books by its own calendar.

    :raises StatementFileError: ``statement.date`` if the text is no such day
    """
    found = _DATE.fullmatch(text)
    day = _calendar_day(found[1]) if found else None
    if day is None:
        raise StatementFileError(
            "statement.date", "", "", f"'{text[:40]}' is not a date", details={"text": text[:40]}
        )
    return day


def _calendar_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_date(node: Node) -> date | None:
    """Return the day of an ISO choice ``Dt`` or ``DtTm``; None if the node has neither."""
    text = node.text("Dt") or node.text("DtTm")
    return parse_date(text) if text else None


def parse_moment(text: str) -> datetime | None:
    """Return a point in time, with time zone if it is given; None if the text is none.

    It only tells when the bank made the file, so a strange one is no reason to refuse it.
    """
    found = _MOMENT.fullmatch(text)
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}") if found else None
    except ValueError:
        return None
    if moment is None or found is None:
        return None
    if found[3]:
        return moment.replace(tzinfo=timezone.utc)
    if not found[4]:
        return moment
    offset = timedelta(hours=int(found[5]), minutes=int(found[6]))
    if offset >= timedelta(hours=24):
        return None
    return moment.replace(tzinfo=timezone(offset if found[4] == "+" else -offset))


def lenient_date(text: str) -> date | None:
    """Return a day that nothing is booked by; None if the text is none."""
    try:
        return parse_date(text) if text else None
    except StatementFileError:
        return None


def parse_sign(text: str) -> int | None:
    """Return +1 for ``CRDT`` (money in), -1 for ``DBIT`` (money out), None if absent.

    :raises StatementFileError: ``statement.direction`` for anything else
    """
    if text == "CRDT":
        return 1
    if text == "DBIT":
        return -1
    if not text:
        return None
    raise StatementFileError(
        "statement.direction",
        "",
        "",
        f"'{text[:40]}' says neither credit (CRDT) nor debit (DBIT)",
        details={"text": text[:40]},
    )


def parse_flag(text: str) -> bool | None:
    """Return an XML Schema boolean; None if it is absent or none."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def reference(text: str) -> str:
    """Return a reference, or ``""`` where the text only says that there is none."""
    return "" if not text or text.upper() in PLACEHOLDERS else text


def one_line(text: str) -> str:
    """Return a text with its runs of blanks and line ends reduced to one blank."""
    return " ".join(text.split())


def account_number(text: str) -> str:
    """Return an account number without blanks, in upper case."""
    return "".join(text.split()).upper()
