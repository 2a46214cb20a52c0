"""Reading an answer's body, never more of it than was agreed.

A few kilobytes of gzip can unpack to gigabytes. So the body is taken from the wire as it is and
unpacked here in bounded steps; the moment it would exceed the limit, reading ends.

>>> packed = zlib.compress(bytes(10_000_000))
>>> len(packed) < 10_000
True
>>> try:
...     unpack([packed], "deflate", limit=1_000_000)
... except ConnectorError as error:
...     print(error.kind, error)
protocol The answer is larger than 1,000,000 bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from .errors import ConnectorError

_STEP = 65_536
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def unpack(chunks: Iterable[bytes], encoding: str, *, limit: int) -> bytes:
    """Return the decoded body.

    :param encoding: the header ``Content-Encoding``
    :param limit: bytes that the decoded body may have
    :raises ConnectorError: ``protocol`` if it is larger, damaged, or packed in a way unknown
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _collect(chunks, limit)
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _collect(_inflate(chunks), limit)
    raise ConnectorError("protocol", f"The answer is packed as '{encoding[:20]}', unasked.")


def _collect(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise ConnectorError("protocol", f"The answer is larger than {limit:,} bytes.")
    return bytes(body)


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what packed chunks hold, at most one step at a time; several members may follow."""
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)
    is_empty = True
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                is_empty = False
                if stream.eof:
                    stream = zlib.decompressobj(_GZIP_OR_ZLIB)
                yield stream.decompress(rest, _STEP)
                rest = stream.unused_data if stream.eof else stream.unconsumed_tail
    except zlib.error as error:
        raise ConnectorError("protocol", "The answer's compression is damaged.") from error
    if not is_empty:
        yield from _drain(stream)


def _drain(stream: zlib._Decompress) -> Iterator[bytes]:
    while not stream.eof:
        rest = stream.decompress(stream.unconsumed_tail, _STEP)
        if not rest:
            raise ConnectorError("unavailable", "The answer ends in the middle.")
        yield rest
