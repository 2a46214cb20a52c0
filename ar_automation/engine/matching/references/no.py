"""Norway: *KID*, 2 to 25 digits, modulus 10 (Luhn) or modulus 11, where ten is a hyphen.

>>> is_valid("12345678903"), is_valid("2345676"), is_valid("12345678901")
(True, True, False)
"""

from __future__ import annotations

from .check_digits import luhn, mod11


def is_valid(key: str) -> bool:
    """Tell whether the check digit fits under either modulus."""
    return 2 <= len(key) <= 25 and (luhn(key) or mod11(key))
