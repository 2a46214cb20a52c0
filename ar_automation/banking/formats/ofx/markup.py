"""The tags of an OFX file, SGML or XML, one after the other.

A tag comes with the text behind it, since SGML leaves the closing tag of a single value out:

>>> text = read_plain_text(b"<A><B>x &amp; y<!-- no --><C/></A>")
>>> [(tag.name, tag.is_open, tag.text) for tag in tags(text, 0)]
[('A', True, ''), ('B', True, 'x & y'), ('C', True, ''), ('C', False, ''), ('A', False, '')]

Nothing is repaired: a ``<`` that begins no tag, or text behind a closing tag, is refused. Tags
are found by plain search, in time that grows with the length of the file only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ....exceptions import StatementFileError
from ..plain_text import PlainText, read_plain_text
from ..prolog import read_prolog

_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9_.:-]*)(\s[^<>]*|/)?>")
_HEADER = re.compile(r"\s*OFXHEADER\s*:", re.IGNORECASE)
_LEGACY = re.compile(rb"CHARSET\s*:\s*([A-Za-z0-9_-]{1,20})", re.IGNORECASE)
_DECLARED_UTF8 = re.compile(rb"<\?xml[^<>]{0,200}encoding\s*=\s*[\"']utf-8[\"']", re.IGNORECASE)
_LEGACY_CODECS = {
    b"8859-1": "latin-1",
    b"ISO-8859-1": "latin-1",
    b"8859-15": "iso8859-15",
    b"1250": "cp1250",
    b"1251": "cp1251",
}
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));", re.A)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_HEAD_BYTES = 4096
_MAX_ASIDES = 1000
_CDATA = b"<![CDATA["


class Tag(NamedTuple):
    """An opening or closing tag, with the text behind it and its place in the file."""

    name: str
    is_open: bool
    text: str
    position: int


def is_ofx(content: bytes) -> bool:
    """Tell whether the content is an OFX file, by its header or its first element."""
    prolog = read_prolog(content)
    if prolog.root.upper() == "OFX":
        return True
    head = content[prolog.mark_length : _HEAD_BYTES].decode(prolog.mark or "latin-1", "replace")
    return bool(_HEADER.match(head))


def read_ofx_text(content: bytes) -> PlainText:
    """Decode a file: UTF-8 if it is, else what its header declares, else Windows-1252."""
    head = content[:_HEAD_BYTES].partition(b"<OFX>")[0]
    if _DECLARED_UTF8.search(head):
        return read_plain_text(content, legacy="")
    declared = _LEGACY.search(head)
    return read_plain_text(
        content, _LEGACY_CODECS.get(declared[1].upper(), "cp1252") if declared else "cp1252"
    )


def find_root(document: PlainText) -> int:
    """Return where the first tag stands, behind header lines, comments and instructions."""
    content, position = document.content, 0
    for _count in range(_MAX_ASIDES):
        position = content.find(b"<", position)
        if position < 0:
            raise refused(document, len(content), "truncated", "the file ends before <OFX>")
        if content.startswith(b"<!--", position):
            position = _behind(document, position, b"-->")
        elif content.startswith(b"<?", position):
            position = _behind(document, position, b"?>")
        else:
            return position
    raise refused(document, position, "malformed", "there are far too many comments")


def tags(document: PlainText, position: int) -> Iterator[Tag]:
    """Hand out the tags from a position on.

    :raises StatementFileError: something is neither tag nor the text of a value
    """
    content = document.content
    names: dict[bytes, str] = {}
    while position < len(content):
        found = _TAG.match(content, position)
        if not found:
            raise refused(
                document,
                position,
                "malformed",
                "the file breaks off, or is damaged, here: no tag begins like this",
            )
        start, raw = position, found[2]
        name = names.get(raw) or names.setdefault(raw, document.decode(raw).upper())
        text, position = _text(document, found.end())
        is_open = not found[1]
        is_empty = is_open and (found[3] or b"").endswith(b"/")
        if text and (is_empty or not is_open):
            raise refused(
                document, start, "malformed", f"the text '{text[:40]}' stands outside of any value"
            )
        yield Tag(name, is_open, text, start)
        if is_empty:
            yield Tag(name, False, "", start)


def refused(document: PlainText, position: int, code: str, reason: str) -> StatementFileError:
    """Return the error for a fault at a place; nothing of the file may be used then."""
    return StatementFileError(
        f"statement.{code}",
        "",
        f"line {document.line_of(position)}",
        f"{reason}; nothing was imported",
        hint="Download the file from the bank again.",
    )


def _text(document: PlainText, start: int) -> tuple[str, int]:
    """Return the text that begins at a position, and where the next tag stands."""
    content = document.content
    stop = content.find(b"<", start)
    stop = len(content) if stop < 0 else stop
    if not content.startswith(b"<!", stop):
        return _plain(document, content[start:stop]), stop
    parts = [_plain(document, content[start:stop])]
    while content.startswith(b"<!", stop):
        if len(parts) > _MAX_ASIDES:
            raise refused(document, stop, "malformed", "there are far too many comments")
        if content.startswith(_CDATA, stop):
            start = _behind(document, stop, b"]]>")
            parts.append(document.decode(content[stop + len(_CDATA) : start - 3]).strip())
        elif content.startswith(b"<!--", stop):
            start = _behind(document, stop, b"-->")
        else:
            raise refused(document, stop, "doctype", "a document type declaration is not allowed")
        stop = content.find(b"<", start)
        stop = len(content) if stop < 0 else stop
        parts.append(_plain(document, content[start:stop]))
    return " ".join(filter(None, parts)), stop


def _plain(document: PlainText, raw: bytes) -> str:
    text = document.decode(raw.strip())
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    is_text = code >= 0x20 and not 0xD800 <= code <= 0xDFFF and code <= 0x10FFFF
    return chr(code) if is_text else found[0]


def _behind(document: PlainText, position: int, end: bytes) -> int:
    stop = document.content.find(end, position + 2)
    if stop < 0:
        raise refused(document, position, "truncated", f"what begins here has no '{end.decode()}'")
    return stop + len(end)
