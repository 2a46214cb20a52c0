"""From the cells of an order file to what its rows say.

A cell that cannot be read is a problem of its row, in words, not the end of the file.
"""

from ...banking.formats.table import read_amounts, read_days
from ...engine.invoicing.intake.rows import Buyer, IntakeRow, Problem
from ...exceptions import ArError

NUMBERS = ("quantity", "price", "discount")
DAYS = ("order_date", "delivery_date")


def read_rows(table, meanings):
    """The rows of a table.

    :param CellTable table: titles and rows of cells.
    :param list meanings: what each column means; ``""`` where it means nothing.
    :return: list of :class:`IntakeRow`, numbered as in the file.
    """
    places = {meaning: place for place, meaning in enumerate(meanings) if meaning}
    columns = {
        meaning: [_cell(row, place) for row in table.rows] for meaning, place in places.items()
    }
    for meaning in NUMBERS:
        if meaning in columns:
            columns[meaning] = read_amounts(columns[meaning])
    for meaning in DAYS:
        if meaning in columns:
            columns[meaning] = read_days(columns[meaning])
    return [
        _row(row, {meaning: cells[place] for meaning, cells in columns.items()}, len(meanings))
        for place, row in enumerate(table.rows)
    ]


def _cell(row, place):
    return row.cells[place] if place < len(row.cells) else ""


def _row(row, cells, width):
    problems = [
        Problem(f"{meaning}_unreadable", (value.reason,))
        for meaning, value in cells.items()
        if isinstance(value, ArError)
    ]
    if any(cell != "" for cell in row.cells[width:]):
        problems.append(Problem("row_too_wide"))
    typed = {
        meaning: None if isinstance(value, ArError) else value
        for meaning, value in cells.items()
        if meaning in NUMBERS + DAYS
    }
    texts = {
        meaning: _text(value) for meaning, value in cells.items() if meaning not in NUMBERS + DAYS
    }
    buyer = Buyer(
        texts.pop("customer_code", ""),
        texts.pop("vat", ""),
        texts.pop("email", ""),
        texts.pop("customer", ""),
    )
    return IntakeRow(row.number, buyer, problems=tuple(problems), **texts, **typed)


def _text(cell):
    """A number of a workbook that stands for a code has no decimals of its own."""
    return format(cell, "f") if hasattr(cell, "as_tuple") else str(cell)
