"""What a credit bureau is asked, and what it answers.

A company is looked up by its VAT number, its registration number or its name, in this order of
trust; the bureau answers with *candidates*. Choosing among several is a person's work. The
*report* of one company holds its rating on the bureau's own scale, made comparable as a score
from 0 (will not pay) to 100 (no risk seen), and what the bureau would lend it.

>>> CompanyQuery("DE", vat="DE 136 695 976").vat_number
'DE136695976'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from ..contract import Context


@dataclass(frozen=True, slots=True)
class CompanyQuery:
    """Whom we mean. ``country`` is the ISO 3166 code of two letters; empty parts are unknown."""

    country: str
    vat: str = ""
    registration: str = ""
    name: str = ""

    @property
    def vat_number(self) -> str:
        """The VAT number without blanks and points, in upper case."""
        return re.sub(r"[^0-9A-Za-z]", "", self.vat).upper()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company that the bureau knows; ``identifier`` is the bureau's own name for it."""

    identifier: str
    name: str
    country: str = ""
    registration: str = ""
    vat: str = ""
    status: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class RatingReport:
    """What a bureau says of one company.

    ``score`` is comparable between bureaus and countries (0 worst, 100 best), None where the
    bureau rates nothing. ``limit`` is what it would lend in ``currency``, None where it
    names none. ``rated_on`` is when the rating last changed, as far as it says so. ``raw`` is the
    answer's own text, for administrators.
    """

    identifier: str
    name: str
    rating: str
    scale: str
    score: Decimal | None
    description: str = ""
    limit: Decimal | None = None
    currency: str = ""
    rated_on: date | None = None
    is_active: bool = True
    raw: str = field(default="", repr=False)


class BureauConnector(Protocol):
    """A bureau opened with somebody's credentials.

    Each method raises :class:`~..errors.ConnectorError` and nothing else for what the world does
    wrong.
    """

    def check_access(self) -> None:
        """Prove the credentials, without an order that costs money."""

    def find_companies(self, query: CompanyQuery) -> list[Candidate]:
        """Return the companies that fit, at most ten; searching costs nothing."""

    def read_report(self, identifier: str) -> RatingReport:
        """Order the report of one company; bureaus charge for it."""


@dataclass(frozen=True, slots=True)
class Bureau:
    """One bureau, as the registry lists it. ``environments`` are (code, label), the default first.

    ``open`` turns a context, whose credentials hold ``username``, ``password`` and
    ``environment``, into a connector.
    """

    code: str
    name: str
    environments: tuple[tuple[str, str], ...]
    open: Callable[[Context], BureauConnector]
