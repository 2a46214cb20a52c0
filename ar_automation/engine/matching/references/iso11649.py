"""ISO 11649: the creditor reference ``RF`` + two check digits + up to 21 characters.

>>> is_valid("RF18539007547034"), is_valid("RF19539007547034")
(True, False)
>>> inner("RF18539007547034")
'539007547034'
"""

from __future__ import annotations

from stdnum import iso11649


def is_valid(key: str) -> bool:
    """Tell whether the check digits fit (ISO 7064 mod 97-10)."""
    return key.startswith("RF") and 5 <= len(key) <= 25 and bool(iso11649.is_valid(key))


def inner(key: str) -> str:
    """Return the national reference inside."""
    return key[4:]
