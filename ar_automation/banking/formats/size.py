"""How large a file may be: one limit for every format.

A statement of a year of a busy account has some tens of megabytes. What is larger is a mistake
or an attack, and is refused before anything of it is read. A file that is streamed does not
fill the memory and may be larger, but not without end.

>>> check_size(b"small")
"""

from __future__ import annotations

from ...exceptions import StatementFileError

MAX_BYTES = 64 * 1024 * 1024
MAX_STREAM_BYTES = 960 * 1024 * 1024


def check_size(content: bytes) -> None:
    """Refuse a file that is too large to be held in memory.

    :raises StatementFileError: code ``statement.too_large``
    """
    if len(content) > MAX_BYTES:
        raise too_large(MAX_BYTES)


def too_large(limit: int) -> StatementFileError:
    """Say that a file is larger than the limit (in bytes)."""
    return StatementFileError(
        "statement.too_large",
        "",
        "",
        f"the file is larger than {limit // 1024**2} MB",
        hint="Ask the bank for a file of a shorter period.",
    )
