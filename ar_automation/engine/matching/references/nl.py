"""The Netherlands: *betalingskenmerk*, 16 digits, the first of which checks the others.

>>> is_valid("1234567890123456"), is_valid("5000056789012345")
(False, True)
"""

from __future__ import annotations

WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def is_valid(key: str) -> bool:
    """Tell whether the check digit fits: weighted sum from the right, modulus 11."""
    if len(key) != 16 or not key.isdigit():
        return False
    total = sum(int(digit) * WEIGHTS[place % 10] for place, digit in enumerate(key[:0:-1]))
    check = 11 - total % 11
    return int(key[0]) == {10: 1, 11: 0}.get(check, check)
