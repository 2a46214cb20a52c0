"""The two doors through which bank files are read.

``parse`` reads a whole file of up to 64 MB and returns all of it, or refuses all of it. ``stream``
hands out a file of any size statement by statement and transaction by transaction; a fault is
then found where it stands, so whoever takes transactions must be able to take them back.

>>> import io
>>> content = b":20:A\\n:25:NL02\\n:60F:C260301EUR1,00\\n" + (
...     b":61:260302C5,00NTRF\\n:62F:C260302EUR6,00\\n-")
>>> [statement] = parse("march.sta", content)
>>> [streamed] = [each.read_whole() for each in stream("march.sta", io.BytesIO(content))]
>>> streamed == statement, statement.balance_gap
(True, Decimal('0.00'))

Which formats are truly streamed depends on what they promise. camt and MT940 tell their story from
beginning to end. BAI2 says only in its last record whether its totals agree, QIF only by all its
dates how they are written, a table by all its rows; these, and OFX, are read whole, up to the
bound of ``size``, and refused beyond it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from ...exceptions import StatementFileError
from .camt import stream_camt
from .detection import detect_format, parse_statements
from .mt94x import stream_mt94x
from .prolog import HEAD_BYTES
from .size import MAX_BYTES
from .statement import Statement
from .streamed import StreamedStatement
from .table import TableProfile
from .table.banks import BANKS

_COPY_BYTES = 1024 * 1024
_IN_MEMORY = 8 * 1024 * 1024

STREAMED: dict[str, Callable[[BinaryIO, str], Iterator[StreamedStatement]]] = {
    "camt": stream_camt,
    "mt94x": stream_mt94x,
}


def parse(
    filename: str, content: bytes, *, profiles: Iterable[TableProfile] = BANKS
) -> list[Statement]:
    """Return all statements in a bank file, whatever its format.

    :param filename: only to be named in errors; the format is told from the content
    :param content: the whole file, at most 64 MB
    :param profiles: among which the profile of a table (CSV, XLSX) is chosen by its header; one
        alone is used as it is
    :raises StatementFileError: the file is empty, of no known format, too large, or cannot be
        taken as the truth; nothing of it may be used then
    """
    return parse_statements(content, filename, profiles)


def stream(
    filename: str, file: BinaryIO, *, profiles: Iterable[TableProfile] = BANKS
) -> Iterator[StreamedStatement]:
    """Yield the statements of a bank file of any size, in their order, while it is read.

    Each must be read before the next one is asked for: what is left of it then is passed over.

    :param filename: only to be named in errors; the format is told from the content
    :param file: the bytes, from where the file stands; it is not closed. Where it cannot go
        back, it is copied to the disk.
    :param profiles: among which the profile of a table (CSV, XLSX) is chosen by its header
    :raises StatementFileError: as :func:`parse`, but where the fault stands: what was handed
        out before must not be kept then. A format that cannot be streamed is refused at once
        if the file is larger than 64 MB.
    """
    with _rewindable(file) as source:
        head = source.read(HEAD_BYTES)
        source.seek(0)
        name = detect_format(head)
        if name in STREAMED:
            yield from STREAMED[name](source, filename)
            return
        content = source.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise _too_large(filename, name)
        for statement in parse(filename, content, profiles=profiles):
            yield StreamedStatement.of(statement)


def is_streamed(head: bytes) -> bool:
    """Tell whether a file is truly streamed, by its first 64 KB."""
    return detect_format(head[:HEAD_BYTES]) in STREAMED


@contextmanager
def _rewindable(file: BinaryIO) -> Iterator[BinaryIO]:
    """Return the file, or a copy on the disk if it cannot go back to where it stands."""
    if file.seekable() and file.tell() == 0:
        yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        while chunk := file.read(_COPY_BYTES):
            copy.write(chunk)
        copy.seek(0)
        yield cast(BinaryIO, copy)


def _too_large(filename: str, name: str | None) -> StatementFileError:
    said = f"a file of the format {name}" if name else "a file of this format"
    return StatementFileError(
        "statement.too_large",
        filename,
        "",
        f"the file is larger than {MAX_BYTES // 1024**2} MB, and {said} can only be read whole",
        hint="Ask the bank for a file of a shorter period, or for CAMT (camt.053).",
    )
