"""Bank statement files: one reader per format, one shape of result.

``parse(filename, content)`` returns all statements of a file, ``stream(filename, file)`` hands out
those of a file of any size while it is read (which of them truly are, ``is_streamed(head)``
tells; others are read whole). Both look at the content, never at the file's name,
choose the reader, and give ``statement.Statement`` or its streamed sister, or raise
``StatementFileError``.
"""

from .reading import is_streamed, parse, stream

__all__ = ["is_streamed", "parse", "stream"]
