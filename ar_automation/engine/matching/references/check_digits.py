"""The check digits that national payment references share.

Each function returns whether the last character fits those before it::

    >>> luhn("79927398713"), weights_731("1234561"), mod11("12345678")
    (True, True, False)
"""

from __future__ import annotations

from stdnum import luhn as stdnum_luhn


def luhn(digits: str) -> bool:
    """Modulus 10 with weights 1 and 2 from the right (ISO/IEC 7812-1, annex B)."""
    return digits.isdigit() and bool(stdnum_luhn.is_valid(digits))


def weights_731(digits: str) -> bool:
    """Weights 7, 3, 1 from the right; the check digit completes the sum to a ten."""
    if not digits.isdigit():
        return False
    weights = (7, 3, 1)
    total = sum(int(digit) * weights[position % 3] for position, digit in enumerate(digits[-2::-1]))
    return (10 - total % 10) % 10 == int(digits[-1])


def mod11(text: str, *, remainder_10: str = "-", highest: int = 7) -> bool:
    """Weights 2 to ``highest`` from the right, repeating, modulus 11.

    :param remainder_10: how a check digit of ten is written.
    """
    body, check = text[:-1], text[-1:]
    if not body.isdigit():
        return False
    span = highest - 1
    total = sum(int(digit) * (2 + place % span) for place, digit in enumerate(body[::-1]))
    digit = (11 - total % 11) % 11
    return check == (remainder_10 if digit == 10 else str(digit))
