"""Which format a file is in, by its content, and the one door through which files are read.

File names lie: banks and browsers call things ``.xml`` that are PDF files or log-in pages. So
every known format says of a content whether it is its own, in the order of ``FORMATS``; what no
format claims is named as precisely as possible, so that its sender knows what to send instead.

>>> detect_format(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
...               b'<BkToCstmrStmt/></Document>')
'camt'
>>> detect_format(b"%PDF-1.7") is None
True
>>> try:
...     parse_statements(b"%PDF-1.7", "march.xml")
... except StatementFileError as error:
...     print(error)
march.xml: this is a PDF document, whatever its name says
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...exceptions import StatementFileError
from .bai2 import is_bai2, parse_bai2
from .camt import family_of, parse_camt
from .ktl import is_ktl, parse_ktl
from .mt94x import is_mt94x, parse_mt94x
from .ofx import is_ofx, parse_ofx
from .prolog import HEAD_BYTES, Prolog, read_prolog
from .qif import is_qif, parse_qif
from .size import check_size
from .statement import Statement
from .table import TableProfile, guess_profile, is_workbook, parse_table
from .table.banks import BANKS
from .tito import is_tito, parse_tito

EXPECTED = (
    "Export the account statement as ISO 20022 CAMT (camt.053), MT940, OFX or BAI2 at the bank."
)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name, how to recognise it, and its reader.

    ``recognises`` gets the content and must not fail on any content; ``parse`` gets content
    and file name, and returns all statements or raises ``StatementFileError``.
    """

    name: str
    recognises: Callable[[bytes], bool]
    parse: Callable[[bytes, str], list[Statement]]


_CAMT_NAMESPACE = re.compile(r"camt\.05[234]\.")
_OPENING_TAGS = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")
_FIRST_TAGS = 100  # an envelope with its header may come before the message


def _is_camt(content: bytes) -> bool:
    """Tell whether one of the first elements is a camt message, or its namespace says so."""
    prolog = read_prolog(content)
    if _CAMT_NAMESPACE.search(prolog.namespace):
        return True
    head = content[prolog.mark_length : HEAD_BYTES].decode(prolog.mark or "latin-1", "replace")
    tags = _OPENING_TAGS.finditer(head)
    return any(family_of(tag.group(1)) for tag, _n in zip(tags, range(_FIRST_TAGS), strict=False))


# In the order in which they are asked; a later format adds its line here.
FORMATS: tuple[Format, ...] = (
    Format("camt", _is_camt, parse_camt),
    Format("mt94x", is_mt94x, parse_mt94x),
    Format("ofx", is_ofx, parse_ofx),
    Format("bai2", is_bai2, parse_bai2),
    Format("qif", is_qif, parse_qif),
    Format("tito", is_tito, parse_tito),
    Format("ktl", is_ktl, parse_ktl),
)

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a GZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an office document of the old kind (.xls, .doc)"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"{\\rtf", "a text document (RTF)"),
)
_JSON_TEXT = re.compile(rb"\s*[{\[]")
_ISO_MESSAGES = {
    "pain.001": "a payment order",
    "pain.002": "a payment status report",
    "pain.008": "a direct debit order",
    "camt.029": "an answer to an investigation",
    "camt.056": "a recall of a payment",
    "camt.060": "a request for a statement",
    "camt.086": "a bank's bill for its services",
}
_ISO_NAMESPACE = re.compile(r"\b([a-z]{4}\.\d{3})\.\d{3}\.\d{2}")


def detect_format(content: bytes) -> str | None:
    """Return the name of the content's format, None if no reader knows it."""
    found = _find_format(content)
    return found.name if found else None


def _find_format(content: bytes) -> Format | None:
    return next((each for each in FORMATS if each.recognises(content)), None)


def parse_statements(
    content: bytes, filename: str, profiles: Iterable[TableProfile] = BANKS
) -> list[Statement]:
    """Return all statements in a bank file, whatever its format.

    :param filename: only to be named in errors
    :param profiles: of tables (CSV, XLSX), which say nothing of themselves: one alone is
        used as it is, among several the header decides
    :raises StatementFileError: the file is empty, of no known format, or cannot be taken as
        the truth; nothing of it may be used then
    """
    if not content.strip(b" \t\r\n\0"):
        raise StatementFileError(
            "statement.empty", filename, "", "the file is empty", hint="Download it again."
        )
    found = _find_format(content)
    if found is not None:
        return found.parse(content, filename)
    try:
        check_size(content)
        if not may_be_table(content):
            raise _unknown(content)
        known = list(profiles)
        profile = known[0] if len(known) == 1 else guess_profile(content, known)
        return parse_table(content, profile, filename)
    except StatementFileError as error:
        raise error.in_file(filename) from None


def may_be_table(content: bytes) -> bool:
    """Tell whether the content may be a table: a workbook, or a text in rows and columns.

    >>> may_be_table(b"Date;Amount\\n2026-03-02;1,00"), may_be_table(b"<html>;</html>")
    (True, False)
    """
    if is_workbook(content):
        return True
    prolog = read_prolog(content)
    if prolog.root or prolog.doctype is not None or _JSON_TEXT.match(content):
        return False
    if any(content.startswith(start) for start, _kind in _SIGNATURES):
        return False
    head = content[prolog.mark_length : HEAD_BYTES].decode(prolog.mark or "latin-1", "replace")
    return "\0" not in head and any(mark in head for mark in ";,\t|")


def _unknown(content: bytes) -> StatementFileError:
    prolog = read_prolog(content)
    kind = next((kind for start, kind in _SIGNATURES if content.startswith(start)), "")
    if not kind and "html" in (prolog.root_name.lower(), (prolog.doctype or "").lower()):
        kind = "a web page (HTML), perhaps the bank's log-in page"
    if kind:
        return _not_a_statement(f"this is {kind}, whatever its name says")
    if prolog.doctype is not None:
        return _not_a_statement("this is XML with a document type declaration (DOCTYPE)")
    if prolog.root:
        return _other_schema(prolog)
    if _JSON_TEXT.match(content):
        return _not_a_statement("this is a JSON text, which is not supported yet")
    return _not_a_statement("this is no bank statement in a format that is known here")


def _not_a_statement(reason: str) -> StatementFileError:
    return StatementFileError("statement.format", "", "", reason, hint=EXPECTED)


def _other_schema(prolog: Prolog) -> StatementFileError:
    found = _ISO_NAMESPACE.search(prolog.namespace)
    message = found.group(1) if found else ""
    meaning = _ISO_MESSAGES.get(message, "")
    said = f"{found.group(0)}, {meaning}" if found and meaning else prolog.namespace
    return StatementFileError(
        "statement.schema",
        "",
        "",
        f"this is XML of another kind: its root element is '{prolog.root_name[:80]}'"
        + (f" ({said[:200]})" if said else "")
        + "; expected is a CAMT statement (camt.053, camt.052 or camt.054)",
        hint=EXPECTED,
        details={"root": prolog.root_name[:80], "namespace": prolog.namespace[:200]},
    )
