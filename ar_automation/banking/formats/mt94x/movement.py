"""The booking itself: field 61.

``2603020302RC250,00NTRFREF-7//BANK-1`` is read from left to right:

- ``260302`` value date, ``0302`` day of booking (may be missing, then it is the value date);
- ``RC`` direction: ``C`` money in, ``D`` money out, ``RC`` the reversal of a credit, so money
  out, ``RD`` the reversal of a debit, so money in; in reports also ``EC`` and ``ED``, expected;
- perhaps the third letter of the currency (the R of EUR);
- ``250,00`` amount; ``NTRF`` type of the booking; ``REF-7`` the account owner's reference;
- ``//BANK-1`` the bank's own reference; on the next line, what else the bank has to say.

>>> movement = parse_movement(["2603020302RC250,00NTRFREF-7//BANK-1", "back"])
>>> movement.amount, movement.is_reversal, movement.owner_reference, movement.bank_reference
(Decimal('-250.00'), True, 'REF-7', 'BANK-1')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from ..statement import Charge, Exchange, Money, Status
from .scalars import nearest_day, parse_amount, parse_day, reference

_MOVEMENT = re.compile(
    r"(\d{6})(\d{4})?\s*((?i:R[CD]|E[CD]|[CD]))([A-Z])?(\d+(?:,\d*)?)([A-Z][A-Z0-9 ]{3})(.*)",
    re.ASCII | re.DOTALL,
)
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}
_ORIGINAL = re.compile(r"/OCMT/([A-Z]{3})(\d{1,13}(?:,\d{0,5})?)", re.ASCII)
_CHARGE = re.compile(r"/CHGS/([A-Z]{3})(\d{1,13}(?:,\d{0,5})?)", re.ASCII)
_RATE = re.compile(r"/EXCH/(\d{1,12}(?:,\d{0,10})?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Movement:
    """A field 61, read. ``amount`` is signed from the account owner's view."""

    amount: Decimal
    booking_date: date
    value_date: date
    status: Status
    kind: str
    is_reversal: bool
    owner_reference: str
    bank_reference: str
    supplement: tuple[str, ...]


def parse_movement(lines: list[str]) -> Movement:
    """Return the booking of a field 61.

    :raises StatementFileError: day, direction, amount or type is missing or cannot be read
    """
    found = _MOVEMENT.fullmatch(lines[0].strip())
    if not found:
        raise StatementFileError(
            "statement.movement",
            "",
            "",
            f"'{lines[0][:60]}' is not a booking (value date YYMMDD, day of booking MMDD, C, D, RC "
            "or RD, amount with a decimal comma, type of four characters)",
            details={"text": lines[0][:60]},
        )
    value_date = parse_day(found[1])
    mark = found[3].upper()  # some banks write the letters small
    owner, _slashes, bank = found[7].partition("//")
    return Movement(
        amount=_SIGNS[mark] * parse_amount(found[5]),
        booking_date=nearest_day(found[2], value_date) if found[2] else value_date,
        value_date=value_date,
        status="pending" if mark[0] == "E" else "booked",
        kind=found[6].strip(),
        is_reversal=mark[0] == "R",
        owner_reference=reference(owner),
        bank_reference=reference(bank),
        supplement=tuple(line.strip() for line in lines[1:] if line.strip()),
    )


def read_exchange(text: str, amount: Decimal, currency: str) -> Exchange:
    """Return the original amount and the rate that a text gives in the codes of SWIFT.

    >>> read_exchange("/OCMT/USD50,/EXCH/1,25", Decimal("-40"), "EUR").foreign
    Money(amount=Decimal('-50'), currency='USD')
    """
    original = _ORIGINAL.search(text)
    if not original:
        return Exchange()
    money = Money(parse_amount(original[2]), original[1])
    rate = _RATE.search(text)
    foreign = Money(-money.amount if amount < 0 else money.amount, money.currency)
    return Exchange(
        instructed=money,
        foreign=foreign if currency and money.currency != currency else None,
        rate=Decimal(rate[1].replace(",", ".")) if rate else None,
    )


def read_charges(text: str) -> tuple[Charge, ...]:
    """Return the fees that a text gives in the codes of SWIFT; the account owner pays them."""
    return tuple(Charge(-parse_amount(each[2]), each[1]) for each in _CHARGE.finditer(text))
