"""Switzerland: *QR reference*, 27 digits, modulus 10 recursive.

>>> is_valid("210000000003139471430009017"), is_valid("210000000003139471430009018")
(True, False)
"""

from __future__ import annotations

from stdnum.ch import esr


def is_valid(key: str) -> bool:
    """Tell whether the check digit fits."""
    return len(key) == 27 and key.isdigit() and bool(esr.is_valid(key))
