"""Any table as it stands: titles and rows of cells, for whoever knows what its columns mean.

Beside statements, other lists come as CSV or XLSX: usage, orders. They are read with the same
bounds and the same care (encodings, quotation marks, formulas, archives that grow) as a bank's.

>>> table = read_cells(b"Item;Qty\\nA-1;2\\n")
>>> table.titles, [row.cells for row in table.rows]
(('Item', 'Qty'), [('A-1', '2')])
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from .reader import DELIMITERS
from .rows import Cell, Formula, Row, read_text_rows
from .values import day_format, decimal_mark, parse_amount, parse_day
from .workbook import is_workbook, read_workbook_rows

_PEEK = 100
DATE_FORMATS = ("YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "YYYYMMDD")


@dataclass(frozen=True, slots=True)
class CellTable:
    """The titles of a table, and the rows below them."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]


def read_cells(content: bytes, encoding: str = "cp1252") -> CellTable:
    """Return a CSV text or the first sheet of an XLSX workbook; its first row holds the titles.

    :param encoding: of texts that are no Unicode
    :raises StatementFileError: it is no table, too large, damaged, or has no row below the titles
    """
    rows = read_workbook_rows(content) if is_workbook(content) else _text_rows(content, encoding)
    if len(rows) < 2:
        raise StatementFileError(
            "statement.no_statement", "", "", "the table has no row below its titles"
        )
    titles = tuple(str(cell) for cell in rows[0].cells)
    return CellTable(titles, tuple(rows[1:]))


def read_amounts(cells: Sequence[Cell]) -> list[Decimal | StatementFileError | None]:
    """Return the numbers in a column; why not, where a cell holds none; None where it is empty.

    >>> read_amounts(["1,5", "", "x"])[:2]
    [Decimal('1.5'), None]
    """
    filled = [cell for cell in cells if cell != ""]
    try:
        mark = decimal_mark(filled, "")
    except StatementFileError as error:
        return [None if cell == "" else error for cell in cells]
    return [None if cell == "" else _amount(cell, mark) for cell in cells]


def read_days(cells: Sequence[Cell]) -> list[date | StatementFileError | None]:
    """Return the days in a column; why not, where a cell holds none; None where it is empty.

    >>> read_days(["25.12.2026", ""])
    [datetime.date(2026, 12, 25), None]
    """
    filled = [cell for cell in cells if cell != ""]
    try:
        form = day_format(filled, DATE_FORMATS)
    except StatementFileError as error:
        return [None if cell == "" else error for cell in cells]
    return [None if cell == "" else _day(cell, form) for cell in cells]


def _amount(cell: Cell, mark: str) -> Decimal | StatementFileError:
    try:
        return parse_amount(cell, mark)
    except StatementFileError as error:
        return error


def _day(cell: Cell, form: str) -> date | StatementFileError:
    if isinstance(cell, Formula):
        return StatementFileError(
            "statement.formula", "", "", f"instead of a day there is a formula ({cell[:40]})"
        )
    try:
        return parse_day(cell, form)
    except StatementFileError as error:
        return error


def _text_rows(content: bytes, encoding: str) -> list[Row]:
    """Return the rows by the delimiter that takes the text apart most evenly."""
    best: tuple[int, list[Row]] = (0, [])
    refused: StatementFileError | None = None
    for delimiter in DELIMITERS:
        try:
            rows = list(read_text_rows(content, delimiter, encoding))
        except StatementFileError as error:
            refused = refused or error
            continue
        best = max(best, (_evenness(rows), rows), key=lambda pair: pair[0])
    if not best[1] and refused:
        raise refused
    return best[1]


def _evenness(rows: Sequence[Row]) -> int:
    widths = Counter(len(row.cells) for row in rows[:_PEEK])
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return width * count
