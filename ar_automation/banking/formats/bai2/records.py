"""From the lines of a BAI2 file to its records.

A record begins with its code and ends with ``/``. Banks bend this: the text at the end of a 16
record may end without ``/`` or hold some, several records may stand on one line, and a text may go
on in a line without code. 88 records become further segments of the record that they continue:

>>> from ..plain_text import read_plain_text
>>> text = read_plain_text(b"49,-1600,11/  03,77,,010,-3500/\\n88,4,/\\n16,142,5,Z,,,A/B\\nC 1/2")
>>> for record in read_records(text):
...     print(record.line, record.code, record.segments)
1 49 ['-1600,11']
1 03 ['77,,010,-3500', '4,']
3 16 ['142,5,Z,,,A/B C 1/2']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ....exceptions import StatementFileError
from ..plain_text import PlainText

_START = re.compile(r"\s*(01|02|03|16|49|88|98|99),")
_NEXT_ON_LINE = re.compile(r"/[ \t]+(?=(?:01|02|03|16|49|88|98|99),)")
MAX_SEGMENTS = 10_000
MAX_SEGMENT = 20_000


@dataclass(frozen=True, slots=True)
class Record:
    """A record with what its 88 records add; ``segments`` are without codes and ``/``."""

    code: str
    segments: list[str]
    line: int


class Fields:
    """The fields of a record, one after the other, across its continuations."""

    __slots__ = ("_index", "_position", "_segments")

    def __init__(self, record: Record) -> None:
        self._segments = record.segments
        self._index = self._position = 0

    @property
    def is_done(self) -> bool:
        """Tell whether no field is left."""
        self._move_on()
        return self._index >= len(self._segments)

    def take(self) -> str:
        """Return the next field, stripped; ``""`` where there is none any more."""
        if self.is_done:
            return ""
        segment = self._segments[self._index]
        stop = segment.find(",", self._position)
        stop = len(segment) if stop < 0 else stop
        value = segment[self._position : stop]
        self._position = stop + 1
        return value.strip()

    def rest(self) -> list[str]:
        """Return all that is left as text, one part per record."""
        if self.is_done:
            return []
        first = self._segments[self._index][self._position :]
        return [first, *self._segments[self._index + 1 :]]

    def _move_on(self) -> None:
        while self._index < len(self._segments) and self._position > len(
            self._segments[self._index]
        ):
            self._index += 1
            self._position = 0


def read_records(document: PlainText) -> Iterator[Record]:
    """Hand out the records of a file, each with its continuations.

    :raises StatementFileError: a line is no record and continues no text
    """
    record: Record | None = None
    for number, line in document.lines():
        for piece in _NEXT_ON_LINE.split(line):
            text = piece.strip()
            if not text:
                continue
            started = _START.match(text)
            if started and started[1] != "88":
                if record:
                    yield record
                record = Record(started[1], [_body(text[started.end() :])], number)
            else:
                _continue(record, text, is_88=bool(started), line=number)
    if record:
        yield record


def _continue(record: Record | None, text: str, *, is_88: bool, line: int) -> None:
    if record is None or (not is_88 and record.code != "16"):
        raise StatementFileError(
            "statement.malformed",
            "",
            f"line {line}",
            f"'{text[:40]}' begins with no record code of BAI2; nothing was imported",
        )
    if len(record.segments) > MAX_SEGMENTS or len(record.segments[-1]) > MAX_SEGMENT:
        raise StatementFileError(
            "statement.too_large", "", f"line {line}", "a record is far longer than any bank's"
        )
    if is_88:
        record.segments.append(_body(text[3:]))
    else:
        record.segments[-1] += " " + _body(text)


def _body(text: str) -> str:
    text = text.rstrip()
    return text.removesuffix("/")
