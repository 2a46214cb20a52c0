"""What a row of an order file says, and what may be wrong with it.

>>> Buyer(code=" c-7 ").given()
(('code', 'c-7'),)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_BLANKS = re.compile(r"\s+")
_VAT_NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row or an order cannot be taken: a stable code, and the values of its sentence."""

    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """How a row names its customer, strongest first: our code, VAT number, e-mail, name."""

    code: str = ""
    vat: str = ""
    email: str = ""
    name: str = ""

    def given(self) -> tuple[tuple[str, str], ...]:
        """Return what is given, as it is compared, strongest first."""
        given = (
            ("code", text_key(self.code)),
            ("vat", vat_key(self.vat)),
            ("email", text_key(self.email)),
            ("name", text_key(self.name)),
        )
        return tuple(pair for pair in given if pair[1])

    def as_written(self, kind: str) -> str:
        """Return what the file says under a kind of key, for people to find it there."""
        return str(getattr(self, kind)).strip()


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """One row: so much of a product for a customer. Prices are per unit, None if not given."""

    number: int
    buyer: Buyer = Buyer()
    reference: str = ""
    order_date: date | None = None
    delivery_date: date | None = None
    product: str = ""
    barcode: str = ""
    description: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount: Decimal | None = None
    note: str = ""
    problems: tuple[Problem, ...] = ()


def text_key(text: str) -> str:
    """Return a text as it is compared: without regard to case and blanks around it."""
    return _BLANKS.sub(" ", text).strip().casefold()


def vat_key(text: str) -> str:
    """Return a VAT number as it is compared.

    >>> vat_key("BE 0477.472.701")
    'be0477472701'
    """
    return _VAT_NOISE.sub("", text).casefold()
