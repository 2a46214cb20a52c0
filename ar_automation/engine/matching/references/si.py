"""Slovenia: *SI12*, up to twelve digits and a check digit, modulus 11; SI00 and SI99 are free.

>>> is_valid("SI121234567890120"), is_valid("SI121234567890121"), is_valid("SI0012345")
(True, False, True)
"""

from __future__ import annotations

from .check_digits import mod11


def is_valid(key: str) -> bool:
    """Tell whether the reference is of a known model and its check digit fits."""
    if not key.startswith("SI") or len(key) < 5:
        return False
    model, digits = key[2:4], key[4:]
    if model in ("00", "99"):
        return digits.isdigit()
    return model == "12" and mod11(digits, remainder_10="0", highest=13)
