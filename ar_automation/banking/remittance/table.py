r"""Reads an advice that is a table, by the titles of its columns.

The header is the row that has a column of documents and one of amounts, in one of many languages.
A row without a document, or one that says "total", states the total::

    >>> content = b"Invoice;Gross;Deduction;Reason\nINV/1;100,00;10,00;damaged\nTotal;90,00;;\n"
    >>> advice = read_text_table(content)
    >>> [(entry.document, str(entry.amount), entry.is_sure) for entry in advice.entries]
    [('INV/1', '90.00', True)]
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ...exceptions import StatementFileError
from ..formats.table.rows import Cell, Row, read_text_rows
from ..formats.table.values import decimal_mark, header_currency, parse_amount
from .advice import MOST_ENTRIES, RemittanceAdvice, RemittanceEntry, prove

DELIMITERS = (";", ",", "\t", "|")
SEARCHED_ROWS = 40
# Column: words in its title, more telling ones first.
TITLES = {
    "deduction": "deduction discount skonto abzug kürzung kuerzung escompte déduction korting "
    "sconto descuento difference differenz withheld short",
    "reason": "reason grund comment motif bemerkung remark motivo opmerking verwendung",
    "gross": "gross brutto rechnungsbetrag original bruto offen open",
    "paid": "paid net zahlbetrag gezahlt payé betaald pagado pagato zahlung allocated remitted",
    "amount": "amount betrag montant bedrag importe importo belopp value kwota",
    "document": "invoice rechnung facture factuur factura fattura faktura bill beleg document "
    "number nummer numéro referen",
    "currency": "currency währung waehrung devise valuta curr ccy moneda",
}
# A column of dates may have "invoice" in its title, too.
NO_COLUMN = ("date", "datum", "data", "fecha", "tag")
TOTALS = frozenset(
    {"total", "totals", "totale", "totaal", "summe", "gesamt", "gesamtbetrag", "suma", "sum"}
)


def read_text_table(content: bytes) -> RemittanceAdvice | None:
    """Return the advice in a CSV file; None if it has no header that is understood.

    :raises StatementFileError: the file is no text.
    """
    best: tuple[int, list[Row], dict[str, int], int] | None = None
    for delimiter in DELIMITERS:
        try:
            rows = list(read_text_rows(content, delimiter, "cp1252"))
        except StatementFileError as error:
            if error.code != "statement.malformed":
                raise
            continue
        found = _find_header(rows)
        if found and (best is None or len(found[1]) > best[0]):
            best = (len(found[1]), rows, found[1], found[0])
    return _read(best[1], best[2], best[3]) if best else None


def read_table_rows(rows: Sequence[Row]) -> RemittanceAdvice | None:
    """Return the advice in the rows of a workbook; None if no header is understood."""
    found = _find_header(rows)
    return _read(rows, found[1], found[0]) if found else None


def _find_header(rows: Sequence[Row]) -> tuple[int, dict[str, int]] | None:
    best: tuple[int, dict[str, int]] | None = None
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        columns = _columns(row)
        if "document" not in columns or not columns.keys() & {"paid", "amount", "gross"}:
            continue
        if best is None or len(columns) > len(best[1]):
            best = place, columns
    return best


def _columns(row: Row) -> dict[str, int]:
    """The column of each kind; of several, the one with the most telling title."""
    ranked: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(row.cells):
        kind, rank = _kind_of(cell)
        if kind and (rank, place) < ranked.get(kind, (99, 0)):
            ranked[kind] = rank, place
    return {kind: place for kind, (_rank, place) in ranked.items()}


def _kind_of(cell: Cell) -> tuple[str, int]:
    title = str(cell).casefold()
    words = title.replace("-", " ").replace(".", " ").split()
    if len(title) > 40 or any(char.isdigit() for char in title):
        return "", 0
    if any(word.startswith(NO_COLUMN) or word.endswith("datum") for word in words):
        return "", 0
    if "invoice" in words and "amount" in words:
        return "gross", 0
    for kind, known in TITLES.items():
        for rank, beginning in enumerate(known.split()):
            if any(word.startswith(beginning) for word in words):
                return kind, rank
    return "", 0


def is_total_label(text: str) -> bool:
    """Tell whether a text is the label of a total.

    >>> is_total_label("Grand Total:"), is_total_label("Total INV/2026/1"), is_total_label("Summit")
    (True, False, False)
    """
    words = [word.strip(" :*=-") for word in text.casefold().split()[:4]]
    return bool(TOTALS & set(words)) and not any(map(str.isdigit, text))


def _read(rows: Sequence[Row], columns: dict[str, int], header: int) -> RemittanceAdvice:
    places = [columns[kind] for kind in ("paid", "amount", "gross", "deduction") if kind in columns]
    body = rows[header + 1 :][:MOST_ENTRIES]
    cells = [row.cells[place] for row in body for place in places if place < len(row.cells)]
    try:
        mark = decimal_mark(cells, "")
    except StatementFileError:
        mark = ""
    entries, total = [], None
    for row in body:
        entry = _entry(row, columns, mark)
        if _is_total(row, entry.document):
            total = entry.amount if entry.amount is not None else total
        elif entry.document:
            entries.append(entry)
    return RemittanceAdvice(
        prove(tuple(entries), total), total, _currency(rows[header], body, columns)
    )


def _entry(row: Row, columns: dict[str, int], mark: str) -> RemittanceEntry:
    document = _text(row, columns, "document")
    gross, doubt_gross = _amount(row, columns, "gross", mark)
    paid, doubt_paid = _amount(row, columns, "paid" if "paid" in columns else "amount", mark)
    kept, doubt_kept = _amount(row, columns, "deduction", mark)
    kept = abs(kept) if kept is not None else None
    doubt = doubt_gross or doubt_paid or doubt_kept
    if paid is None and gross is not None:
        paid = gross - (kept or 0)
    elif paid is not None and gross is not None:
        if kept is None:
            kept = gross - paid
        elif gross - kept != paid:
            doubt = doubt or f"{gross} less {kept} is not {paid}"
    if paid is None:
        doubt = doubt or "it has no amount"
    reason = _text(row, columns, "reason")
    return RemittanceEntry(document, paid, kept or Decimal(0), reason, doubt=doubt)


def _text(row: Row, columns: dict[str, int], kind: str) -> str:
    cell = _cell(row, columns, kind)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat() if isinstance(cell, date) else str(cell)[:200]


def _cell(row: Row, columns: dict[str, int], kind: str) -> Cell:
    place = columns.get(kind, len(row.cells))
    return row.cells[place] if place < len(row.cells) else ""


def _amount(row: Row, columns: dict[str, int], kind: str, mark: str) -> tuple[Decimal | None, str]:
    """The amount in a cell, and what is doubtful about it."""
    cell = _cell(row, columns, kind)
    if cell == "":
        return None, ""
    try:
        return parse_amount(cell, mark), ""
    except StatementFileError as error:
        return None, error.reason


def _is_total(row: Row, document: str) -> bool:
    if not document:
        return True
    first = next((str(cell) for cell in row.cells if cell != ""), "")
    return is_total_label(document) or is_total_label(first)


def _currency(header: Row, body: Sequence[Row], columns: dict[str, int]) -> str:
    named = {_text(row, columns, "currency").upper() for row in body} - {""}
    if not named:
        named = {header_currency(str(cell)) for cell in header.cells} - {""}
    found = named.pop() if len(named) == 1 else ""
    return found if len(found) == 3 and found.isalpha() else ""
