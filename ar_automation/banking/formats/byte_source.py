"""A file that is read piece by piece: what its head and its end look like, and how far it went.

A parser that streams sees each piece once. What must be known of the file beside (how it
begins, whether its last bytes close it, whether it is larger than anything a bank sends) is
remembered here, so that nobody has to hold the file.

>>> source = ByteSource.of(b"<Document></Document>")
>>> [bytes(piece) for piece in source], source.head[:4], source.tail[-4:]
([b'<Document></Document>'], b'<Doc', b'ent>')
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from .prolog import CHUNK_BYTES
from .size import MAX_STREAM_BYTES, check_size, too_large

TAIL_BYTES = 4096


class ByteSource:
    """The bytes of a file, once, in pieces of 64 KB.

    ``head`` is the first piece, known before reading; ``tail`` the end of what was read so
    far.

    :param file: anything with ``read(size)``, from where it stands; it is not closed
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = self._read()
        self.tail = self.head[-TAIL_BYTES:]

    @classmethod
    def of(cls, content: bytes) -> ByteSource:
        """Read a file that is in memory already.

        :raises StatementFileError: ``statement.too_large``
        """
        check_size(content)
        return cls(BytesIO(content))

    def __iter__(self) -> Iterator[bytes]:
        """Hand out the pieces.

        :raises StatementFileError: ``statement.too_large`` once the limit is passed
        """
        piece, total = self.head, 0
        while piece:
            total += len(piece)
            if total > MAX_STREAM_BYTES:
                raise too_large(MAX_STREAM_BYTES)
            self.tail = (self.tail + piece)[-TAIL_BYTES:]
            yield piece
            piece = self._read()

    def _read(self) -> bytes:
        """Return a full piece where the file still has one: pipes hand out less at a time."""
        found = self._file.read(CHUNK_BYTES)
        while found and len(found) < CHUNK_BYTES:
            more = self._file.read(CHUNK_BYTES - len(found))
            if not more:
                break
            found += more
        return found
