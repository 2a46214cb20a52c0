"""Markers in the text of an invoice line, filled with what is known of the period.

Only names of a fixed list are filled; nothing of the text is evaluated::

    >>> fill("Hosting {period_start} to {period_end}",
    ...      {"period_start": "1 March", "period_end": "31 March"})
    'Hosting 1 March to 31 March'
    >>> unknown_markers("Price of {product} by {self.env}")
    ('self.env',)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKERS = (
    "period_start",
    "period_end",
    "period_month",
    "period_year",
    "product",
    "plan",
    "customer_reference",
    "quantity",
)
MARKER = re.compile(r"\{([^{}]*)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each known marker by its value; everything else stays as it is."""
    return MARKER.sub(lambda match: values.get(match[1], match[0]), text)


def unknown_markers(text: str) -> tuple[str, ...]:
    """Return the names in braces that are no markers."""
    return tuple(name for name in MARKER.findall(text) if name not in MARKERS)
