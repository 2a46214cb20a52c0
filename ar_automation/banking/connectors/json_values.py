"""Typed reading of what a provider answers in JSON.

A bank's answer is somebody else's data: a key may be missing, a number may be a text, a text
a list. Each reader here returns the one type that the caller needs, or says in words
which key of which answer is wrong; nothing is guessed, no number goes through a float.

>>> as_amount("-12.50", "amount"), as_day("2026-03-02T23:30:00Z", "date")
(Decimal('-12.50'), datetime.date(2026, 3, 2))
>>> try:
...     as_amount("12,5x", "transaction t1: amount")
... except ConnectorError as error:
...     print(error.kind, error)
protocol The provider's answer is not as agreed: transaction t1: amount: '12,5x' is no amount.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timezone, tzinfo
from decimal import Decimal
from typing import Any

from ..formats.camt.scalars import MAX_DECIMALS, MAX_DIGITS
from .errors import ConnectorError

_AMOUNT = re.compile(r"([+-]?)(\d{1,30})(?:\.(\d{1,30}))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=[TZ +-]|$)", re.ASCII)
_LONGEST = 40
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def broken(place: str, reason: str) -> ConnectorError:
    """Return the error for an answer that is not what was agreed."""
    return ConnectorError("protocol", f"The provider's answer is not as agreed: {place}: {reason}.")


def as_record(value: object, place: str) -> dict[str, Any]:
    """Return a JSON object; ``protocol`` if it is anything else."""
    if not isinstance(value, dict):
        raise broken(place, f"{_kind(value)} stands where an object should")
    return value


def as_list(value: object, place: str) -> list[Any]:
    """Return a JSON array; ``protocol`` if it is anything else."""
    if not isinstance(value, list):
        raise broken(place, f"{_kind(value)} stands where a list should")
    return value


def as_text(value: object, place: str) -> str:
    """Return a text without blanks around; numbers as they are written, null as ``""``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "").strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    # Written out, a number such as 1e999999 would fill the memory.
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < _LONGEST:
        return format(value, "f")
    raise broken(place, f"{_kind(value)} stands where a text should")


def get_text(record: Mapping[str, Any], key: str, place: str = "") -> str:
    """Return the text of a key, ``""`` if the key is missing or null."""
    return as_text(record.get(key), joined(place, key))


def need_text(record: Mapping[str, Any], key: str, place: str = "") -> str:
    """Return the text of a key that must have one."""
    text = get_text(record, key, place)
    if not text:
        raise broken(joined(place, key), "it is missing")
    return text


def as_amount(value: object, place: str) -> Decimal:
    """Return an amount as the provider writes it, in major units, with its sign.

    :raises ConnectorError: ``protocol``, if it is no plain decimal number or has more digits
        than ISO 20022 allows (18, of which 5 behind the point)
    """
    found = _AMOUNT.fullmatch(as_text(value, place))
    if not found:
        raise broken(place, f"{shown(value)} is no amount")
    decimals = (found[3] or "").rstrip("0")
    if len(decimals) > MAX_DECIMALS or len(found[2].lstrip("0")) + len(decimals) > MAX_DIGITS:
        raise broken(place, f"{shown(value)} has more digits than an amount can have")
    return Decimal(found[0])


def as_currency(value: object, place: str) -> str:
    """Return an ISO 4217 code in upper case."""
    code = as_text(value, place).upper()
    if not _CURRENCY.fullmatch(code):
        raise broken(place, f"{shown(value)} is no currency code")
    return code


def as_day(value: object, place: str) -> date:
    """Return the day that a date or a date with time is written with.

    The day is taken as it is written and never converted: a bank that writes
    ``2026-03-02T00:00:00Z`` means the second of March wherever it is read.
    """
    text = as_text(value, place)
    try:
        if not _DAY.match(text):
            raise ValueError
        return date.fromisoformat(text[:10])
    except ValueError:
        raise broken(place, f"{shown(value)} is no date") from None


def as_moment(value: object, place: str) -> datetime:
    """Return a moment from ISO 8601 text with a time zone (UTC if none is written)."""
    text = as_text(value, place)
    try:
        if not _DAY.match(text):
            raise ValueError
        moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", _six_digits(text)))
    except ValueError:
        raise broken(place, f"{shown(value)} is no date and time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def day_at(value: object, zone: tzinfo, place: str) -> date:
    """Return the day that a moment belongs to where the bank keeps its books.

    A day without a time is that day; there is nothing to convert.
    """
    if len(as_text(value, place)) <= 10:
        return as_day(value, place)
    try:
        return as_moment(value, place).astimezone(zone).date()
    except (OverflowError, ValueError):
        raise broken(place, f"{shown(value)} is no date and time") from None


def joined(place: str, key: str) -> str:
    """Return the words that name a key within a place."""
    return f"{place}: {key}" if place else key


def shown(value: object) -> str:
    """Return a value for an error message: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _kind(value: object) -> str:
    """Return what sort of JSON value it is; the value itself may be anything, a secret, too."""
    kinds = {dict: "an object", list: "a list", str: "a text", type(None): "nothing"}
    return kinds.get(type(value), "a number, true or false")


def raw_json(record: object) -> str:
    """Return a record as JSON text, numbers as they came."""
    return json.dumps(record, default=_plain_number, ensure_ascii=False, sort_keys=True)


def _plain_number(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _six_digits(text: str) -> str:
    """Python 3.10 reads fractions of a second with three or six digits only."""
    return re.sub(r"\.(\d+)", lambda found: f".{found[1][:6]:0<6}", text, count=1, flags=re.ASCII)
