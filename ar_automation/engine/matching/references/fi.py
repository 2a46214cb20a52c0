"""Finland and Estonia: *viitenumero*, 4 to 20 digits, weights 7-3-1; leading zeros mean nothing.

>>> is_valid("1232"), is_valid("1233"), is_valid("00001232")
(True, False, True)
"""

from __future__ import annotations

from .check_digits import weights_731


def is_valid(key: str) -> bool:
    """Tell whether the check digit fits."""
    return key.isdigit() and 4 <= len(key.lstrip("0")) <= 20 and weights_731(key)
