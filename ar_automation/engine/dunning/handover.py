"""The papers of a case that goes to a lawyer or a collection agency.

Tables are CSV files that a spreadsheet opens. What customers and colleagues wrote goes into
them as text: a cell that a spreadsheet would take for a formula gets an apostrophe first::

    >>> print(write_table(["Note", "Amount"], [["=HYPERLINK(1)", Decimal("-5.00")]])
    ...       .decode("utf-8-sig"), end="")
    Note,Amount
    '=HYPERLINK(1),-5.00
    >>> name_file("INV/2026/00012", ".pdf", set())
    'INV_2026_00012.pdf'
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | float | Decimal | date | datetime | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# the same papers make the same file, byte by byte
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
NAME_LENGTH = 80


def write_table(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file (UTF-8 with a mark that spreadsheets know it by)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_write_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def name_file(name: str, ending: str, taken: set[str]) -> str:
    """Return a file name without folders, unlike all those ``taken``, and note it there.

    >>> taken = {"a.pdf"}
    >>> [name_file(name, ".pdf", taken) for name in ("../a", "a", "")]
    ['a-2.pdf', 'a-3.pdf', 'document.pdf']
    """
    stem = re.sub(r"[^\w.-]+", "_", name).strip("._")[:NAME_LENGTH] or "document"
    found, number = f"{stem}{ending}", 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}{ending}"
    taken.add(found)
    return found


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of the files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, ZIP_TIME), content, compress_type=zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def _write_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    text = str(cell)
    is_words = isinstance(cell, str)
    return f"'{text}" if is_words and text.startswith(FORMULA_STARTS) else text
