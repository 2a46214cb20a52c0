"""Croatia: ``HR`` + model + up to 22 digits; the models with one checked part are checked.

>>> is_valid("HR0012345"), is_valid("HR0112340"), is_valid("HR0112343")
(True, False, True)
"""

from __future__ import annotations

from .check_digits import mod11

UNCHECKED = ("00", "99")
CHECKED_WHOLE = ("01",)


def is_valid(key: str) -> bool:
    """Tell whether the model is known and its check digit fits."""
    if not key.startswith("HR") or not 5 <= len(key) <= 26 or not key[4:].isdigit():
        return False
    if key[2:4] in UNCHECKED:
        return True
    return key[2:4] in CHECKED_WHOLE and mod11(key[4:], remainder_10="0", highest=11)
