"""A credit application as it comes from the web: cleaned, and what is wrong with it.

Everything in a form from the web is somebody else's text. A line is one line: line breaks and
control characters, with which headers of a mail could be forged, become blanks. Amounts are plain
numbers. What is wrong is said per field by a code, all at once; the words are the screen's.

>>> clean_line("  Mill\\r\\nBcc: all@example.com ")
'Mill Bcc: all@example.com'
>>> form, errors = check_form({"name": "Mill", "contact_name": "Ann", "email": "ann@mill.example",
...     "requested_limit": "12000,50", "country": "DE", "consent": "on"})
>>> form.requested_limit, errors
(Decimal('12000.50'), {})
>>> sorted(check_form({"email": "a@b", "requested_limit": "1e9"})[1].items())[:2]
[('consent', 'missing'), ('contact_name', 'missing')]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Problem = Literal["missing", "invalid", "too_long"]

MAX_LINE = 120
MAX_TEXT = 2000
MAX_FILES = 5
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_FILENAME = 100
MOST_REFERENCES = 3
_AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9 ()/.-]{3,40}", re.ASCII)
_KINDS = {
    b"%PDF-": ("application/pdf", (".pdf",)),
    b"\x89PNG\r\n\x1a\n": ("image/png", (".png",)),
    b"\xff\xd8\xff": ("image/jpeg", (".jpg", ".jpeg")),
}
_LINES = ("name", "contact_name", "street", "zip", "city", "vat", "registration", "terms")
_REQUIRED = ("name", "contact_name", "email", "country", "requested_limit")


@dataclass(frozen=True, slots=True)
class TradeReference:
    """Who already sells to the applicant, and whom to ask there."""

    company: str
    contact: str


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """What was filled in, cleaned. ``country`` is an ISO 3166 code, ``terms`` the id of terms."""

    name: str
    contact_name: str
    email: str
    phone: str
    street: str
    zip: str
    city: str
    country: str
    vat: str
    registration: str
    terms: str
    message: str
    requested_limit: Decimal
    references: tuple[TradeReference, ...]


def clean_line(text: str) -> str:
    """Return a text as one line, without control and direction characters."""
    kept = (" " if _is_hidden(letter) else letter for letter in text)
    return " ".join("".join(kept).split())


def clean_text(text: str) -> str:
    """Return a text of several lines, without other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean_line(line) for line in lines).strip()


def check_form(values: Mapping[str, str]) -> tuple[ApplicationForm, dict[str, Problem]]:
    """Return what was filled in and what is wrong with it, by field.

    :param values: the form's fields as sent; unknown ones are ignored
    """
    lines = {name: clean_line(values.get(name, "")) for name in (*_LINES, "phone", "country")}
    email = values.get("email", "").strip()
    amount = values.get("requested_limit", "").strip()
    form = ApplicationForm(
        **{**lines, "country": lines["country"].upper()},
        email=email,
        message=clean_text(values.get("message", "")),
        requested_limit=_amount(amount),
        references=_references(values),
    )
    errors: dict[str, Problem] = {}
    _mark_long(form, errors)
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        errors["email"] = "invalid"
    if form.phone and not _PHONE.fullmatch(form.phone):
        errors["phone"] = "invalid"
    if form.requested_limit <= 0:
        errors["requested_limit"] = "invalid"
    for name in _REQUIRED:
        if not values.get(name, "").strip():
            errors[name] = "missing"
    if values.get("consent") != "on":
        errors["consent"] = "missing"
    return form, errors


def kind_of_file(filename: str, content: bytes) -> str:
    """Return the media type of a file that may be attached; ``""`` for any other.

    Name and content have to agree: PDF, PNG or JPEG. Office documents are not taken, since
    they carry programs.
    """
    for beginning, (kind, endings) in _KINDS.items():
        if content.startswith(beginning) and filename.lower().endswith(endings):
            return kind
    return ""


def clean_filename(filename: str) -> str:
    """Return a file's own name, without folders, short enough to keep its ending.

    >>> clean_filename("../../etc/pass\\x00wd.pdf")
    'pass wd.pdf'
    """
    own = clean_line(re.split(r"[\\/]", filename)[-1]).strip(". ")
    return own[-MAX_FILENAME:] or "file"


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ".")) if _AMOUNT.fullmatch(text) else Decimal(0)


def _references(values: Mapping[str, str]) -> tuple[TradeReference, ...]:
    found = (
        TradeReference(
            clean_line(values.get(f"reference_company_{number}", ""))[:MAX_LINE],
            clean_line(values.get(f"reference_contact_{number}", ""))[:MAX_LINE],
        )
        for number in range(1, MOST_REFERENCES + 1)
    )
    return tuple(each for each in found if each.company)


def _mark_long(form: ApplicationForm, errors: dict[str, Problem]) -> None:
    for name in (*_LINES, "phone", "country"):
        if len(getattr(form, name)) > MAX_LINE:
            errors[name] = "too_long"
    if len(form.message) > MAX_TEXT:
        errors["message"] = "too_long"
