"""Reading a provider's JSON: what is there is read strictly, what is absent is empty.

A field of another type than agreed, an amount that is none or a day that does not exist means
that the answer is not what was agreed: it is refused whole, with the place and the value.

>>> record = Record({"amount": "-12.50", "day": "2026-03-02T23:30-05:00"}, "entry 1")
>>> record.amount("amount"), record.day("day"), record.text("name"), record.child("party").text("x")
(Decimal('-12.50'), datetime.date(2026, 3, 2), '', '')
>>> try:
...     record.amount("day")
... except ConnectorError as error:
...     print(error)
The answer's entry 1: day: '2026-03-02T23:30-05:00' is not an amount (digits with a decimal point)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from ...exceptions import StatementFileError
from ..formats.camt.scalars import parse_amount, parse_date, parse_moment
from .errors import ConnectorError

_CURRENCY = re.compile(r"[A-Z]{3}")


class Record:
    """One JSON object of an answer.

    :param place: where it stands, in words, for the messages
    :raises ConnectorError: ``protocol``, here and in every method, if the answer is not what
        was agreed
    """

    __slots__ = ("_fields", "place")

    def __init__(self, value: Any, place: str) -> None:
        self.place = place
        if not isinstance(value, Mapping):
            raise self._error("", "is not an object")
        self._fields = value

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    @property
    def raw(self) -> str:
        """The provider's own text of it."""
        return json.dumps(self._fields, ensure_ascii=False, default=str)

    def text(self, name: str) -> str:
        """Return a text or whole number as text without outer blanks; ``""`` if it is absent."""
        return self._text(name, self._fields.get(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, or one text as such a list; empty ones are left out."""
        value = self._fields.get(name)
        values = value if isinstance(value, list) else [value]
        found = (self._text(name, part) for part in values)
        return tuple(text for text in found if text)

    def flag(self, name: str) -> bool:
        """Whether a field is true; absent is false."""
        value = self._fields.get(name)
        if value not in (None, True, False):
            raise self._error(name, "is neither true nor false")
        return value is True

    def child(self, name: str) -> Record:
        """Return the object of that name, an empty one if it is absent."""
        value = self._fields.get(name)
        return Record({} if value is None else value, f"{self.place}: {name}")

    def children(self, name: str) -> list[Record]:
        """Return the objects of a list, none if it is absent; a single object counts as a list."""
        value = self._fields.get(name)
        if value is None:
            return []
        values = [value] if isinstance(value, Mapping) else value
        if not isinstance(values, list):
            raise self._error(name, "is not a list")
        return [
            Record(part, f"{self.place}: {name} {number}") for number, part in enumerate(values, 1)
        ]

    def has_text(self, name: str) -> bool:
        """Whether a field that may be object or text is a text."""
        return isinstance(self._fields.get(name), str)

    def day(self, name: str) -> date | None:
        """Return a calendar day as the bank wrote it; a time or its zone does not move it."""
        text = self.text(name)
        try:
            return parse_date(text.replace(" ", "T", 1)) if text else None
        except StatementFileError as error:
            raise self._error(name, error.reason) from None

    def moment(self, name: str) -> datetime | None:
        """Return a point in time (without a zone: UTC); None if it is absent or unreadable."""
        moment = parse_moment(self.text(name))
        if moment is not None and moment.tzinfo is None:
            return moment.replace(tzinfo=timezone.utc)
        return moment

    def amount(self, name: str) -> Decimal:
        """Return an amount exactly as written, with its sign; it must be there."""
        value = self._fields.get(name)
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 40:
            value = format(value, "f")
        try:
            return parse_amount(self._text(name, value))
        except StatementFileError as error:
            raise self._error(name, error.reason) from None

    def currency(self, name: str) -> str:
        """Return a currency's ISO 4217 code; it must be there."""
        code = self.text(name)
        if not _CURRENCY.fullmatch(code.upper()):
            raise self._error(name, f"'{code[:20]}' is no currency")
        return code.upper()

    def refused(self, reason: str) -> ConnectorError:
        """Return the error for a record that is readable but makes no sense."""
        return self._error("", reason)

    def _text(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return value.replace("\x00", "").strip()
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return str(value)
        raise self._error(name, "is not a text")

    def _error(self, name: str, reason: str) -> ConnectorError:
        where = f"{self.place}: {name}" if name else self.place
        return ConnectorError("protocol", f"The answer's {where}: {reason}".rstrip("."))
