"""How large a file may be: one limit for every format.

A statement of a year of a busy account has some tens of megabytes. What is larger is a mistake
or an attack, and is refused before anything of it is read.

>>> check_size(b"small")
"""

from __future__ import annotations

from ...exceptions import StatementFileError

MAX_BYTES = 64 * 1024 * 1024


def check_size(content: bytes) -> None:
    """Refuse a file that is too large.

    :raises StatementFileError: code ``statement.too_large``
    """
    if len(content) > MAX_BYTES:
        raise StatementFileError(
            "statement.too_large",
            "",
            "",
            f"the file is larger than {MAX_BYTES // 1024**2} MB",
            hint="Ask the bank for a file of a shorter period.",
        )
