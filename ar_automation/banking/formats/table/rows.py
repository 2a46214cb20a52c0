"""Rows of cells, whether from a text (CSV) or from a workbook (XLSX).

A text is read strictly: a quotation mark that is never closed, or bytes of two encodings, refuse
the file. What looks like a formula in a text is a text like any other, and is never evaluated.

>>> content = b'Date;Text\\n2.3.26;"=1+1; x"\\n'
>>> [row.cells for row in read_text_rows(content, ";", "cp1252")]
[('Date', 'Text'), ('2.3.26', '=1+1; x')]
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from ..plain_text import AGAIN, read_plain_text

MAX_ROWS = 100_000
MAX_CELLS = 2_000_000
MAX_COLUMNS = 300
HEAD_BYTES = 262_144
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_LINE_END = re.compile(r"\r*\n|\r")


class Formula(str):
    """The cell of a workbook that computes something; what it shows may be anything."""

    __slots__ = ()


Cell = str | date | Decimal | Formula


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the number under which a person finds it, from 1."""

    number: int
    cells: tuple[Cell, ...]
    from_workbook: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell != "" for cell in self.cells)


def read_text_rows(content: bytes, delimiter: str, encoding: str) -> Iterator[Row]:
    """Return the rows of a text that are not empty.

    :param encoding: of texts that are no Unicode
    :raises StatementFileError: it is no text, mixes encodings, or a quotation mark is left open
    """
    text = _decode(content, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    cells_read = 0
    while True:
        first_line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _malformed(first_line, f"the row cannot be read ({error})") from None
        number += 1
        cells_read += len(cells)
        row = Row(first_line, tuple(cell.strip() for cell in cells))
        check_bounds(number, len(cells), cells_read)
        if not row.is_empty:
            yield row


def check_bounds(rows: int, columns: int, cells: int) -> None:
    """Refuse tables that no bank writes.

    :raises StatementFileError: ``statement.too_large``
    """
    if rows > MAX_ROWS or columns > MAX_COLUMNS or cells > MAX_CELLS:
        raise StatementFileError(
            "statement.too_large",
            "",
            f"row {rows}",
            f"a table of more than {MAX_ROWS} rows, {MAX_COLUMNS} columns or {MAX_CELLS} cells is "
            "not read",
            hint="Export a shorter period.",
        )


def _decode(content: bytes, encoding: str) -> str:
    document = read_plain_text(content, encoding)
    if document.codec != "utf-8" and _UTF8_SEQUENCE.search(document.content):
        _check_mixture(document.content, document.codec)
    return _LINE_END.sub("\n", document.decode(document.content))


def _check_mixture(content: bytes, codec: str) -> None:
    """Refuse a text in which some letters are UTF-8 and others are not.

    The two or three bytes of such a letter hardly ever follow one another in a text of another
    8-bit encoding, but letters of Asian encodings look like that all the time.
    """
    if not codec.startswith(("cp125", "iso8859", "latin", "cp85", "cp437")):
        return
    found = _UTF8_SEQUENCE.search(content)
    line = content.count(b"\n", 0, found.start()) + 1 if found else 1
    raise StatementFileError(
        "statement.encoding",
        "",
        f"line {line}",
        f"some letters of the file are UTF-8, others {codec}: it was put together from two files",
        hint=AGAIN,
    )


def _malformed(row: int, reason: str) -> StatementFileError:
    return StatementFileError(
        "statement.malformed", "", f"row {row}", reason, hint="Export the file again."
    )
