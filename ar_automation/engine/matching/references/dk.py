"""Denmark: *FIK* payment identification of card types 71 (15 digits) and 75 (16 digits), Luhn.

>>> is_valid("000000000001230"), is_valid("000000000001231")
(True, False)
"""

from __future__ import annotations

from .check_digits import luhn


def is_valid(key: str) -> bool:
    """Tell whether the check digit fits."""
    return len(key) in (15, 16) and luhn(key)
