"""Rows of a workbook (XLSX), which is a ZIP archive of XML files.

Before anything is unpacked the archive's own list is looked at: how many files, how large they say
they are (the archive is never unpacked beyond that). No document type declaration is let through,
so that no entity can grow. Formulas are not evaluated, and the value that the last program left
beside one is not believed either: a bank's export has none where money stands.

>>> is_workbook(b"PK\\x03\\x04 no archive")
False
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell.read_only import EmptyCell

from ....exceptions import StatementFileError
from ..size import check_size
from .rows import Cell, Formula, Row, check_bounds

MAX_PARTS = 500
MAX_UNPACKED = 64 * 1024 * 1024
_HINT = "Export the table at the bank again, as CSV if that is possible."
_DECLARATION = "<!DOCTYPE"


def is_workbook(content: bytes) -> bool:
    """Tell whether the content is an XLSX workbook; never fails."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_workbook_rows(content: bytes) -> list[Row]:
    """Return the rows of the first sheet that are not empty.

    :raises StatementFileError: too large once unpacked, damaged, or with a DOCTYPE
    """
    check_size(content)
    try:
        _check_archive(content)
        return list(_read_rows(content))
    except StatementFileError:
        raise
    # openpyxl lets through whatever its parsers and converters raise on damaged parts.
    except Exception as error:
        raise _refused("malformed", f"the workbook is damaged ({_name(error)})") from error


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:80]}" if str(error) else type(error).__name__


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
                raise _refused(
                    "too_large",
                    f"unpacked, the workbook would have {len(parts)} parts of {unpacked} bytes",
                )
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused("malformed", f"the workbook is damaged ({_name(error)})") from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a document type declaration, in whatever encoding it is written."""
    if not part.filename.endswith((".xml", ".rels", ".vml")):
        return
    raw = archive.read(part)
    for codec in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le"):
        if _DECLARATION.encode(codec) in raw:
            raise _refused("doctype", f"{part.filename[:80]} has a document type declaration")


def _read_rows(content: bytes) -> Iterator[Row]:
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=False, keep_links=False
    )
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its size may be wrong
        cells_read = 0
        for number, cells in enumerate(sheet.iter_rows(), 1):
            cells_read += len(cells)
            check_bounds(number, len(cells), cells_read)
            row = Row(number, tuple(_value(cell) for cell in cells), from_workbook=True)
            if not row.is_empty:
                yield row
    finally:
        book.close()


def _value(cell: Any) -> Cell:
    if isinstance(cell, EmptyCell) or cell.value is None:
        return ""
    value = cell.value
    if cell.data_type == "f":
        return Formula(value if isinstance(value, str) else "=")
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        # The program keeps fifteen digits; what is behind them is noise of the binary form.
        return Decimal(format(value, ".15g"))
    return str(value).strip()


def _refused(code: str, reason: str) -> StatementFileError:
    return StatementFileError(f"statement.{code}", "", "", reason, hint=_HINT)
