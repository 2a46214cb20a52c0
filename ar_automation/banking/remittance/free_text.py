r"""Reads an advice that is a text: an e-mail, or what a PDF shows.

Each line with something like a document's number and an amount is an entry. A text has no columns,
so it is believed only if its amounts add up to a total that it states::

    >>> advice = read_text('''Payment 4711
    ... INV/2026/00012   02.03.2026   100,00  10,00  90,00 damaged
    ... RE-2026-0007                                 50,00
    ... Total EUR 140,00''')
    >>> [(entry.document, str(entry.amount), str(entry.deduction)) for entry in advice.entries]
    [('INV/2026/00012', '90.00', '10.00'), ('RE-2026-0007', '50.00', '0')]
    >>> all(entry.is_sure for entry in advice.entries), advice.currency
    (True, 'EUR')
    >>> [entry.doubt for entry in read_text("INV/2026/00012 100.00").entries]
    ['the text states no total that proves it']
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from ...exceptions import StatementFileError
from ..formats.decimal_text import parse_decimal
from .advice import MOST_ENTRIES, RemittanceAdvice, RemittanceEntry, prove
from .table import is_total_label

LONGEST_TEXT = 500_000
LONGEST_LINE = 400
_DATE = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b(?![/\w])")
_AMOUNT = re.compile(r"(?<![\w/.,-])-?\d{1,3}(?:[.,' ]?\d{3}){0,4}[.,]\d{2}-?(?![\w/.,-]\w)")
_DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{2,38}[A-Za-z0-9]")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_CURRENCIES = frozenset(
    {"EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "CAD", "AUD"}
    | {"NZD", "JPY", "CNY", "INR", "ZAR", "MXN", "BRL", "TRY", "GEL", "RSD", "UAH", "ILS", "ISK"}
)
_REFERENCE = re.compile(
    r"(?:reference|referenz|avis|advice|payment no\.?|zahlung)\W{1,3}([A-Z0-9][A-Z0-9/-]{4,30})",
    re.IGNORECASE,
)
FEWEST_DIGITS = 3


def read_text(text: str) -> RemittanceAdvice:
    """Return what a text says; entries of a text without a total that fits are not sure."""
    entries: list[RemittanceEntry] = []
    totals: list[Decimal] = []
    for line in text[:LONGEST_TEXT].splitlines():
        line = line[:LONGEST_LINE]
        amounts = _amounts(line)
        if not amounts:
            continue
        if is_total_label(_AMOUNT.sub(" ", line)):
            totals.append(amounts[-1])
        elif len(entries) < MOST_ENTRIES:
            entries += _entries(line, amounts)
    total = totals[-1] if totals else None
    proven = prove(tuple(entries), total)
    if total is None:
        doubt = "the text states no total that proves it"
        proven = tuple(replace(entry, doubt=entry.doubt or doubt) for entry in proven)
    found = _REFERENCE.search(text[: LONGEST_LINE * 20])
    return RemittanceAdvice(proven, total, _currency(text), found[1] if found else "")


def _entries(line: str, amounts: list[Decimal]) -> list[RemittanceEntry]:
    rest = _AMOUNT.sub(" ", _DATE.sub(" ", line))
    numbers = [
        word for word in _DOCUMENT.findall(rest) if sum(map(str.isdigit, word)) >= FEWEST_DIGITS
    ]
    if not numbers:
        return []
    words = " ".join(word for word in rest.split() if word.isalpha() and len(word) > 3)
    amount, kept, doubt = _told(amounts)
    return [RemittanceEntry(numbers[0], amount, kept, words[:200], tuple(numbers[1:4]), doubt)]


def _told(amounts: list[Decimal]) -> tuple[Decimal | None, Decimal, str]:
    """What the amounts of a line mean: paid, deducted, and what is doubtful."""
    if len(amounts) == 1:
        return amounts[0], Decimal(0), ""
    if len(amounts) == 2 and amounts[0] == amounts[1]:
        return amounts[0], Decimal(0), ""
    if len(amounts) == 3 and amounts[0] - abs(amounts[1]) == amounts[2]:
        return amounts[2], abs(amounts[1]), ""
    shown = ", ".join(map(str, amounts[:5]))
    return None, Decimal(0), f"which of {shown} is paid is not clear"


def _amounts(line: str) -> list[Decimal]:
    found = []
    for match in _AMOUNT.finditer(_DATE.sub(" ", line)):
        written = re.sub(r"[' ]", "", match.group())
        if written.endswith("-"):
            written = "-" + written[:-1].lstrip("-")
        try:
            found.append(parse_decimal(written))
        except StatementFileError:
            continue
    return found


def _currency(text: str) -> str:
    named = set(_CODE.findall(text[:LONGEST_TEXT])) & _CURRENCIES
    if not named and "€" in text:
        return "EUR"
    return named.pop() if len(named) == 1 else ""
