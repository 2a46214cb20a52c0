"""The text of a PDF, read by a program of its own within limits of time and memory.

Only what the PDF holds as text is read: a scanned picture has none, and is refused in words.

>>> try:
...     pdf_text(b"no PDF at all")
... except ArError as error:
...     print(error.code)
remittance.pdf
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ...exceptions import ArError

MAX_BYTES = 5 * 1024 * 1024
SECONDS = 20
REFUSED = 3
PROGRAM = Path(__file__).with_name("pdf_text_program.py")


def is_pdf(content: bytes) -> bool:
    """Tell whether a content claims to be a PDF."""
    return b"%PDF-" in content[:1024]


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF, line by line.

    :raises ArError: ``remittance.pdf`` with what is wrong, ``remittance.too_large``.
    """
    if len(content) > MAX_BYTES:
        raise ArError("remittance.too_large", "a PDF of more than 5 MB is not read")
    if not is_pdf(content):
        raise _refused("it is no PDF")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the content goes to its input
            [sys.executable, "-I", str(PROGRAM)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused("reading it takes too long") from None
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode == REFUSED:
        raise _refused(text[:200])
    if done.returncode:
        raise _refused("it is damaged, or reading it takes too much time or memory")
    if not text.strip():
        raise _refused("it has no text; a scanned picture cannot be read")
    return text


def _refused(reason: str) -> ArError:
    return ArError(
        "remittance.pdf",
        f"the PDF cannot be read: {reason}",
        hint="Send the list of documents as CSV, XLSX or in the text of the e-mail.",
    )
