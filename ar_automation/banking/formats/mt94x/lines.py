"""From bytes to lines of text.

Nothing in these files says how they are written. UTF-8 proves itself; whatever is not UTF-8 is
read as Windows-1252 (the banks' usual legacy encoding), in which amounts and dates are the same
in any case. Lines end with CR LF, LF or CR, or, as in German files, with ``@@``.

>>> list(text_lines("@@:20:Zoë@@:25:1".encode("cp1252")))
[(1, ''), (2, ':20:Zoë'), (3, ':25:1')]
>>> is_mt94x(b":20:STARTUMS"), is_mt94x(b"<xml>"), is_mt94x(b"Date;Amount")
(True, False, False)
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from ....exceptions import StatementFileError
from ..size import check_size

MAX_LINE = 65_536
HEAD_BYTES = 65_536
_CHUNK = 1024 * 1024

_SEPARATORS = (b"\n", b"\r", b"@@")
# Files carry marks of the telex and DOS days: start and end of text, end of file.
_CONTROLS = dict.fromkeys((*range(9), *range(10, 32), *range(127, 160)))
_FIRST_FIELD = re.compile(
    rb"(?:^|[\r\n]|@@|\{4:)[\x01-\x20]*:"
    rb"(?:20:|21:|25:|28C?:|60[FM]:[CD]|61:\d{6}|62[FM]:[CD]|34F:[A-Z]{3}|86:|NS:)"
)
_ENVELOPE = re.compile(rb"\s*\{1:[A-Z]\d\d")
_FOREIGN_STARTS = (b"<", b"%PDF", b"PK", b"{\\rtf", b"[", b"OFXHEADER", b"!")


def is_mt94x(content: bytes) -> bool:
    """Tell whether a content begins like SWIFT account messages; never fails.

    Banks and people write lines of their own before the first message, so that the first field
    may stand anywhere in the first 64 KB. No other format begins lines with tags between colons.
    """
    head = content[:HEAD_BYTES].removeprefix(codecs.BOM_UTF8).lstrip(b"\x01 \t\r\n")
    if head.startswith(_FOREIGN_STARTS):
        return False
    if _ENVELOPE.match(head):
        return True
    found = _FIRST_FIELD.search(head)
    if found is None:
        return False
    # Single letters between colons may stand in any text: the references must be the message's.
    return found.start() == 0 or b":25:" in head or b":61:" in head


def text_lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Hand out number and text of each line, without its end and without control characters.

    :raises StatementFileError: the content is too large, holds NUL bytes or a line without end
    """
    check_size(content)
    if b"\0" in content:
        raise _refusal("encoding", "the file holds NUL bytes, which no text has")
    codec, start = _codec(content)
    separator = next((each for each in _SEPARATORS if each in content), b"\n")
    number = 0
    while start < len(content):
        number += 1
        end = content.find(separator, start)
        end = len(content) if end < 0 else end
        if end - start > MAX_LINE:
            raise _refusal("malformed", "no bank writes lines that long", f"line {number}")
        text = content[start:end].decode(codec, "replace")
        yield number, text.translate(_CONTROLS)
        start = end + len(separator)


def ends_within_line(content: bytes) -> bool:
    """Tell whether the last line has no end, so that it may have been cut off."""
    return not content.endswith((b"\n", b"\r", b"@@"))


def _codec(content: bytes) -> tuple[str, int]:
    """Return the encoding, and where the text begins."""
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    if _is_text_in("utf-8", content):
        return "utf-8", start
    return ("cp1252" if _is_text_in("cp1252", content) else "latin-1"), start


def _is_text_in(codec: str, content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK], start + _CHUNK >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _refusal(code: str, reason: str, place: str = "") -> StatementFileError:
    return StatementFileError(
        f"statement.{code}",
        "",
        place,
        reason,
        hint="Ask the bank for the file again, for a shorter period if it is large.",
    )
