"""Reads a PDF on its standard input and writes its text, as a program of its own.

A hostile PDF can make any reader use memory and time without end. Here the operating system
sets the limits: the program is told how much memory it may have and is killed when its time is up,
and nothing of it touches the server.
"""

import io
import resource
import sys

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MEMORY = 1024 * 1024 * 1024
SECONDS = 15
MOST_PAGES = 50
REFUSED = 3


def main() -> int:
    """Write the text of the pages; exit with ``REFUSED`` and a reason if that cannot be done."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()), strict=False)
        if reader.is_encrypted:
            return _refuse("it is protected by a password")
        if len(reader.pages) > MOST_PAGES:
            return _refuse(f"it has more than {MOST_PAGES} pages")
        text = "\n".join(page.extract_text(extraction_mode="layout") for page in reader.pages)
    except (PyPdfError, MemoryError, RecursionError, ValueError, TypeError, KeyError) as error:
        return _refuse(f"it is damaged ({type(error).__name__})")
    except (AttributeError, IndexError, OverflowError, ZeroDivisionError, OSError) as error:
        return _refuse(f"it is damaged ({type(error).__name__})")
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def _refuse(reason: str) -> int:
    sys.stdout.write(reason)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
