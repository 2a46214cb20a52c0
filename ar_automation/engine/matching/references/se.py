"""Sweden: *OCR* number, 2 to 25 digits, Luhn; some senders add the length as last but one.

>>> is_valid("12344"), is_valid("12345")
(True, False)
"""

from __future__ import annotations

from .check_digits import luhn


def is_valid(key: str) -> bool:
    """Tell whether the check digit fits."""
    return key.isdigit() and 2 <= len(key) <= 25 and luhn(key)
