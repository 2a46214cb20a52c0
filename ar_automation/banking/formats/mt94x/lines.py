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
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from ....exceptions import StatementFileError
from ..size import check_size

MAX_LINE = 65_536
HEAD_BYTES = 65_536
_CHUNK = 1024 * 1024

_SEPARATORS = (b"\n", b"\r", b"@@")
_CODECS = ("utf-8", "cp1252")
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
    """Hand out number and text of each line of a text in memory; see :func:`file_lines`."""
    check_size(content)
    return file_lines(io.BytesIO(content))


def file_lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Hand out number and text of each line, without its end and without control characters.

    The file is read twice: which encoding and which line ends it has, only the whole of it tells.

    :raises StatementFileError: the file holds NUL bytes or a line without end
    """
    survey = _Survey(file)
    file.seek(survey.start)
    rest, number = b"", 0
    while chunk := file.read(_CHUNK):
        *lines, rest = (rest + chunk).split(survey.separator)
        for raw in lines:
            number += 1
            yield number, _text(raw, number, survey.codec)
        if len(rest) > MAX_LINE:
            raise _too_long(number + 1)
    if rest:
        yield number + 1, _text(rest, number + 1, survey.codec)


def ends_within_line(file: BinaryIO) -> bool:
    """Tell whether the last line has no end, so that it may have been cut off."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 2))
    return not file.read(2).endswith((b"\n", b"\r", b"@@"))


def _text(raw: bytes, number: int, codec: str) -> str:
    if len(raw) > MAX_LINE:
        raise _too_long(number)
    return raw.decode(codec, "replace").translate(_CONTROLS)


def _too_long(number: int) -> StatementFileError:
    return _refusal("malformed", "no bank writes lines that long", f"line {number}")


class _Survey:
    """How a file is written: its encoding, its line ends, where its text begins.

    :raises StatementFileError: it holds NUL bytes
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self.start = 0
        self.codec = "latin-1"
        self.separator = b"\n"
        decoders = {codec: codecs.getincrementaldecoder(codec)() for codec in _CODECS}
        found: set[bytes] = set()
        last = b""
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            if not last and chunk.startswith(codecs.BOM_UTF8):
                self.start = len(codecs.BOM_UTF8)
            if b"\0" in chunk:
                raise _refusal("encoding", "the file holds NUL bytes, which no text has")
            found.update(each for each in _SEPARATORS if each in last[-1:] + chunk)
            last = chunk
            decoders = {codec: each for codec, each in decoders.items() if _fits(each, chunk)}
        decoders = {codec: each for codec, each in decoders.items() if _fits(each, b"", final=True)}
        self.codec = next(iter(decoders), "latin-1")
        self.separator = next((each for each in _SEPARATORS if each in found), b"\n")


def _fits(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
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
