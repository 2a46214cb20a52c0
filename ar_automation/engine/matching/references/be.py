"""Belgium: structured communication ``+++123/4567/89002+++``, ten digits and their modulus 97.

>>> is_valid("123456789002"), is_valid("123456789003")
(True, False)
"""

from __future__ import annotations


def is_valid(key: str) -> bool:
    """Tell whether the two check digits fit; a remainder of 0 is written 97."""
    if len(key) != 12 or not key.isdigit():
        return False
    return (int(key[:10]) % 97 or 97) == int(key[10:])
