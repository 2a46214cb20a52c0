"""Reading a provider's JSON records: what is there is read strictly, what is absent is empty.

This is :mod:`.json_values` for records with many optional fields, which know their place.

A field of another type than agreed, an amount that is none or a day that does not exist means
that the answer is not what was agreed: it is refused whole, with the place and the value.

>>> record = Record({"amount": "-12.50", "day": "2026-03-02T23:30-05:00"}, "entry 1")
>>> record.amount("amount"), record.day("day"), record.text("name"), record.child("party").text("x")
(Decimal('-12.50'), datetime.date(2026, 3, 2), '', '')
>>> try:
...     record.amount("day")
... except ConnectorError as error:
...     print(error)
The provider's answer is not as agreed: entry 1: day: '2026-03-02T23:30-05:00' is no amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .errors import ConnectorError
from .json_values import (
    as_amount,
    as_currency,
    as_day,
    as_list,
    as_moment,
    as_text,
    broken,
    joined,
    raw_json,
)


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
            raise broken(place, "it is no object")
        self._fields = value

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    @property
    def raw(self) -> str:
        """The provider's own text of it."""
        return raw_json(self._fields)

    def text(self, name: str) -> str:
        """Return a text or whole number as text without outer blanks; ``""`` if it is absent."""
        return as_text(self._fields.get(name), self._at(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, or one text as such a list; empty ones are left out."""
        value = self._fields.get(name)
        values = value if isinstance(value, list) else [value]
        found = (as_text(part, self._at(name)) for part in values)
        return tuple(text for text in found if text)

    def flag(self, name: str) -> bool:
        """Whether a field is true; absent is false."""
        value = self._fields.get(name)
        if value not in (None, True, False):
            raise broken(self._at(name), "it is neither true nor false")
        return value is True

    def child(self, name: str) -> Record:
        """Return the object of that name, an empty one if it is absent."""
        value = self._fields.get(name)
        return Record({} if value is None else value, self._at(name))

    def children(self, name: str) -> list[Record]:
        """Return the objects of a list, none if it is absent; a single object counts as a list."""
        value = self._fields.get(name)
        if value is None:
            return []
        values = [value] if isinstance(value, Mapping) else as_list(value, self._at(name))
        return [Record(part, f"{self._at(name)} {number}") for number, part in enumerate(values, 1)]

    def has_text(self, name: str) -> bool:
        """Whether a field that may be object or text is a text."""
        return isinstance(self._fields.get(name), str)

    def day(self, name: str) -> date | None:
        """Return a calendar day as the bank wrote it; a time or its zone does not move it."""
        return as_day(self._fields[name], self._at(name)) if self.text(name) else None

    def moment(self, name: str) -> datetime | None:
        """Return a point in time (without a zone: UTC); None if it is absent or unreadable."""
        try:
            return as_moment(self._fields.get(name), self._at(name))
        except ConnectorError:
            return None

    def amount(self, name: str) -> Decimal:
        """Return an amount exactly as written, with its sign; it must be there."""
        return as_amount(self._fields.get(name), self._at(name))

    def currency(self, name: str) -> str:
        """Return a currency's ISO 4217 code; it must be there."""
        return as_currency(self._fields.get(name), self._at(name))

    def refused(self, reason: str) -> ConnectorError:
        """Return the error for a record that is readable but makes no sense."""
        return broken(self.place, reason)

    def _at(self, name: str) -> str:
        return joined(self.place, name)
