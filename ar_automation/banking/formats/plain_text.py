"""Bank files that are text but not strict XML: which encoding they are in, and where one is.

Such files declare their encoding wrongly as often as not, or cannot declare it at all. UTF-8
proves itself: other text practically never happens to be valid UTF-8. So it is tried first, then
the encoding that the format used before. Amounts and dates are ASCII in all of them.

>>> read_plain_text("Café".encode("cp1252")).codec
'cp1252'
>>> text = read_plain_text(b"\\xef\\xbb\\xbfone\\r\\ntwo")
>>> text.content, text.codec, text.line_of(5)
(b'one\\r\\ntwo', 'utf-8', 2)
>>> try:
...     read_plain_text(b"one\\0two")
... except StatementFileError as error:
...     print(error)
line 1: the file holds a NUL byte, so it is no text
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from ...exceptions import StatementFileError
from .prolog import CHUNK_BYTES, read_prolog
from .size import check_size

MAX_LINE_BYTES = 8 * 1024 * 1024
AGAIN = "Take the file from the bank again, without opening and saving it in between."


@dataclass(frozen=True, slots=True)
class PlainText:
    """The bytes of a text without byte-order mark, in an encoding that contains ASCII."""

    content: bytes
    codec: str

    def line_of(self, position: int) -> int:
        """Return the number, from 1, of the line that a byte stands in."""
        return self.content.count(b"\n", 0, position) + 1

    def decode(self, raw: bytes) -> str:
        """Return a part of the content as text."""
        return raw.decode(self.codec)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Return all lines with their numbers, without their line ends.

        :raises StatementFileError: ``statement.too_large`` at a line longer than any bank's
        """
        number = start = 0
        content = self.content.replace(b"\r\n", b"\n")
        if b"\n" not in content:
            content = content.replace(b"\r", b"\n")
        while start < len(content):
            stop = content.find(b"\n", start)
            stop = len(content) if stop < 0 else stop
            number += 1
            if stop - start > MAX_LINE_BYTES:
                raise StatementFileError(
                    "statement.too_large", "", f"line {number}", "the line is far too long"
                )
            yield number, self.decode(content[start:stop])
            start = stop + 1


def read_plain_text(content: bytes, legacy: str = "cp1252") -> PlainText:
    """Find out the encoding of a text.

    :param legacy: the encoding of texts that are no UTF-8; "" if there can be none
    :raises StatementFileError: too large, no text, or in neither encoding
    """
    check_size(content)
    mark = read_prolog(content[:8])
    body = content[mark.mark_length :]
    if mark.mark and mark.mark != "utf-8":
        body = _as_utf8(body, mark.mark)
    found = body.find(b"\0")
    if found >= 0:
        raise _no_text(body, found, "the file holds a NUL byte, so it is no text")
    position = _first_misfit(body, "utf-8")
    if position is None:
        return PlainText(body, "utf-8")
    if mark.mark or not legacy:
        raise _no_text(body, position, "the file holds bytes that are no text in UTF-8")
    position = _first_misfit(body, legacy)
    if position is not None:
        raise _no_text(
            body, position, f"the file holds bytes that are no text, in UTF-8 or in {legacy}"
        )
    return PlainText(body, legacy)


def _as_utf8(body: bytes, codec: str) -> bytes:
    try:
        return body.decode(codec).encode()
    except UnicodeDecodeError as error:
        raise StatementFileError(
            "statement.encoding",
            "",
            f"byte {error.start}",
            f"the file begins as {codec.upper()} but is damaged here",
            hint=AGAIN,
        ) from None


def _first_misfit(body: bytes, codec: str) -> int | None:
    """Return where the first byte stands that is no text in the encoding."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    for start in range(0, len(body), CHUNK_BYTES):
        try:
            decoder.decode(body[start : start + CHUNK_BYTES], start + CHUNK_BYTES >= len(body))
        except UnicodeDecodeError as error:
            return start + error.start
    return None


def _no_text(body: bytes, position: int, reason: str) -> StatementFileError:
    line = body.count(b"\n", 0, position) + 1
    return StatementFileError("statement.encoding", "", f"line {line}", reason, hint=AGAIN)
