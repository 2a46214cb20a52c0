"""Dates and amounts as banks write them into tables.

>>> parse_amount("+ £1,100.00", "."), parse_amount("12,50-", ","), parse_amount("(7.00)", "")
(Decimal('1100.00'), Decimal('-12.50'), Decimal('-7.00'))

Which format the dates are in is decided by all of them together; if two formats fit and tell
different days, the file is refused:

>>> day_format(["9/4/2026", "9/25/2026"], ("DD/MM/YYYY", "MM/DD/YYYY"))
'MM/DD/YYYY'
>>> parse_day("2026-03-02 10:15:00", "YYYY-MM-DD")
datetime.date(2026, 3, 2)
>>> try:
...     day_format(["3/2/2026"], ("DD/MM/YYYY", "MM/DD/YYYY"))
... except StatementFileError as error:
...     print(error)
'3/2/2026' may be 2026-02-03 (DD/MM/YYYY) or 2026-03-02 (MM/DD/YYYY)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ....exceptions import StatementFileError
from ..decimal_text import evident_mark, parse_decimal
from .rows import Cell, Formula

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun"]
_MONTHS += ["jul", "aug", "sep", "oct", "nov", "dec"]
_TOKEN = re.compile(r"YYYY|YY|MMM|MM|DD")
_PATTERNS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MMM": r"(?P<name>[A-Za-z]{3})[a-z]*\.?",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
}
_TIME = r"(?:[T ,]+\d{1,2}[:.]\d{2}.{0,30})?"
_SYMBOLS = {"€": "EUR", "£": "GBP", "$": "", "¥": "", "Kč": "CZK", "zł": "PLN", "kr": "", "Fr.": ""}
_UNIT = "|".join([r"[A-Z]{3}", *(re.escape(each) for each in _SYMBOLS)])
_LEADING = re.compile(rf"([+-]?)(?:{_UNIT})")
_TRAILING = re.compile(rf"(?:{_UNIT})$")
# Blanks of all widths and apostrophes mark thousands, or stand between sign and digits.
_GAPS = dict.fromkeys(map(ord, " \t\xa0\u2007\u2009\u202f'’"))
_MINUS = str.maketrans({"−": "-", "–": "-"})
_HEADER_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def check_date_format(form: str) -> None:
    """Check that a text is a date format.

    :raises StatementFileError: ``statement.profile`` if it names no day, month and year
    """
    _pattern(form)


@lru_cache(maxsize=256)
def _pattern(form: str) -> re.Pattern[str]:
    """Return the expression of a format.

    :raises StatementFileError: it names no day, month and year, or one of them twice
    """
    parts, position = [], 0
    for token in _TOKEN.finditer(form):
        parts += [re.escape(form[position : token.start()]), _PATTERNS[token.group()]]
        position = token.end()
    tokens = sorted({"Y": "Y", "M": "M", "D": "D"}[each[0]] for each in _TOKEN.findall(form))
    if tokens != ["D", "M", "Y"]:
        raise StatementFileError(
            "statement.profile",
            "",
            "",
            f"'{form[:40]}' is no date format: it needs DD, MM or MMM, and YYYY or YY, each once",
        )
    return re.compile("".join(parts) + re.escape(form[position:]) + _TIME, re.ASCII)


def read_day(cell: Cell, form: str) -> date | None:
    """Return the day that a cell holds, None if it is none in this format."""
    if isinstance(cell, date):
        return cell
    found = _pattern(form).fullmatch(str(cell))
    if not found:
        return None
    part = found.groupdict()
    month = part.get("month") or _month_number(part["name"])
    year = part.get("year") or str(2000 + int(part["short"]))
    try:
        return date(int(year), int(month), int(part["day"]))
    except ValueError:
        return None


def _month_number(name: str) -> str:
    lower = name.lower()
    return str(_MONTHS.index(lower) + 1) if lower in _MONTHS else "0"


def parse_day(cell: Cell, form: str) -> date:
    """Return the day that a cell holds.

    :raises StatementFileError: ``statement.date``
    """
    day = read_day(cell, form)
    if day is None:
        shown = str(cell)[:40]
        raise StatementFileError(
            "statement.date",
            "",
            "",
            f"'{shown}' is no day of the calendar (expected is {form})" if shown else "has no date",
            details={"text": shown},
        )
    return day


def day_format(cells: Sequence[Cell], formats: Sequence[str]) -> str:
    """Return the format that all dates are in; the first one if none fits them all.

    :raises StatementFileError: ``statement.date`` if two fit and tell different days
    """
    fitting = [form for form in formats if all(read_day(cell, form) for cell in cells)]
    if not fitting:
        return max(formats, key=lambda form: sum(bool(read_day(cell, form)) for cell in cells))
    for cell in cells:
        days = {form: read_day(cell, form) for form in fitting}
        if len(set(days.values())) > 1:
            said = " or ".join(f"{day} ({form})" for form, day in days.items())
            raise StatementFileError(
                "statement.date",
                "",
                "",
                f"'{str(cell)[:40]}' may be {said}",
                hint="Set the date format in the profile, or export a longer period.",
            )
    return fitting[0]


def decimal_mark(cells: Sequence[Cell], known: str) -> str:
    """Return the decimal mark of a column, ``""`` if no amount in it leaves no doubt.

    :raises StatementFileError: ``statement.amount`` if two amounts have different ones
    """
    if known:
        return known
    marks = {
        mark for cell in cells if isinstance(cell, str) and (mark := evident_mark(_digits(cell)))
    }
    if len(marks) > 1:
        raise StatementFileError(
            "statement.amount", "", "", "some amounts have a decimal point and others a comma"
        )
    return marks.pop() if marks else ""


def parse_amount(cell: Cell, mark: str) -> Decimal:
    """Return an amount with its sign; currency signs around it are passed over.

    :raises StatementFileError: ``statement.amount`` if it is none, or a formula of a workbook
    """
    if isinstance(cell, Formula):
        raise StatementFileError(
            "statement.formula",
            "",
            "",
            f"instead of an amount there is a formula ({cell[:40]}), which is not evaluated",
            hint="Export the table at the bank again, without changing it.",
        )
    # A number of a workbook has no marks of its own; written out, it uses the point.
    if isinstance(cell, Decimal):
        return parse_decimal(format(cell, "f"), ".")
    text = str(cell)
    try:
        return parse_decimal(_digits(text), mark)
    except StatementFileError as error:
        shown = text[:40]
        raise StatementFileError(
            error.code,
            "",
            "",
            error.reason.replace(f"'{_digits(text)[:40]}'", f"'{shown}'", 1),
            details={"text": shown},
        ) from None


def _digits(text: str) -> str:
    """Return an amount as sign and digits with their marks only."""
    plain = text.translate(_MINUS).translate(_GAPS)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    plain = _TRAILING.sub("", _LEADING.sub(r"\1", plain, count=1))
    if plain.endswith(("-", "+")) and plain[:1] not in ("-", "+"):
        plain = plain[-1] + plain[:-1]
    return plain


def header_currency(header: str) -> str:
    """Return the currency that a header names, ``""`` if none.

    >>> header_currency("Betrag (EUR)"), header_currency("Betrag (€)"), header_currency("AMOUNT")
    ('EUR', 'EUR', '')
    """
    found = _HEADER_CODE.search(header)
    if found and found.group() != header:
        return found.group()
    return next((code for symbol, code in _SYMBOLS.items() if code and symbol in header), "")
