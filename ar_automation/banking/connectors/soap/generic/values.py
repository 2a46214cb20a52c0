"""Texts of a request and of an answer: placeholders, amounts, dates, values at a path.

>>> fill({"filter": {"from": "{from_date}T00:00:00", "page": "{page}", "size": 50}},
...      {"from_date": "2026-03-01", "page": "0"})
{'filter': {'from': '2026-03-01T00:00:00', 'page': '0', 'size': 50}}
>>> read_amount("-1 250,50", ",")
Decimal('-1250.50')
>>> read_day("2026-03-01T23:30:00+04:00", "").isoformat()
'2026-03-01'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from ...errors import ConnectorError

_AMOUNT = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,10})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[TZ+-])")


def fill(value: Any, given: Mapping[str, str]) -> Any:
    """Return parameters with the placeholders of all texts replaced."""
    if isinstance(value, dict):
        return {name: fill(inner, given) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, given) for inner in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: given.get(found[1], ""), value)
    return value


def text_at(element: etree._Element, path: str, namespaces: Mapping[str, str]) -> str:
    """Return the text of the first element (or of the attribute) at a path, one-lined."""
    place, _at, attribute = path.partition("@")
    place = place.rstrip("/") or "."
    found = element if place == "." else element.find(place, dict(namespaces))
    if found is None:
        return ""
    return " ".join((found.get(attribute, "") if attribute else content_of(found)).split())


def content_of(element: etree._Element) -> str:
    """Return all text inside an element, without comments."""
    return str(element.xpath("string()"))


def read_amount(text: str, decimal: str) -> Decimal:
    """Return an amount as written, with blanks as separators of thousands at most.

    :raises ConnectorError: ``protocol``: it can be read in no way, or in two
    """
    plain = text.replace(" ", "").replace("\u00a0", "")
    if decimal == ",":
        plain = plain.replace(",", ".") if "." not in plain else "?"
    if not _AMOUNT.fullmatch(plain):
        raise ConnectorError("protocol", f"The bank's answer has an amount {text[:40]!r}.")
    return Decimal(plain)


def read_day(text: str, date_format: str) -> date:
    """Return the day that the bank wrote; a time or a time zone behind it cannot move it.

    :param date_format: as for ``strptime``; empty for ISO 8601
    :raises ConnectorError: ``protocol``
    """
    try:
        if date_format:
            return datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a day, no moment
        found = _DAY.match(text)
        return date.fromisoformat(found[0] if found else "")
    except ValueError:
        raise ConnectorError("protocol", f"The bank's answer has a date {text[:40]!r}.") from None
