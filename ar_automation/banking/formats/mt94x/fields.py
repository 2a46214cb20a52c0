"""From lines to fields and messages.

What makes reading fields hard is the free text of ``:86:``. It is cut into lines of 65 characters
wherever that may be, so a line of it can begin with a colon (``:26:37`` of a time), and can be
a lone dash, which otherwise ends a message. Minutes and seconds stay below 60, so only the
tags below 60 can be mistaken for a time: within a text they are none, but for a ``:20:`` that the
next field of a message's head follows.

>>> from .lines import text_lines
>>> content = b":20:A\\n:61:2603020302C1,NTRF\\n:86:paid at 10\\n:26:37\\n-\\n:20:B\\n:25:1"
>>> for field in read_fields(text_lines(content)):
...     print(field.tag, field.lines)
20 ['A']
61 ['2603020302C1,NTRF']
86 ['paid at 10', ':26:37']
end ['-']
20 ['B']
25 ['1']
end []
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ....exceptions import StatementFileError

END = "end"
MAX_LINES = 1000
MAX_TEXT = 65_536
TEXTS = frozenset({"61", "86", "NS"})

_TAG = re.compile(r":(20|21|25|28C?|13D?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NSF?):(.*)", re.S)
_LIKE_A_TIME = frozenset({"13", "20", "21", "25", "28"})
# In the national 7-bit set of Swedish banks the closing brace is an å.
_END_MARK = re.compile(r"\s*-(?:[}å].*|XXX)?\s*")
_ENVELOPE = re.compile(r"\s*\{[1-5]:")
_INTERIM_TYPE = re.compile(r"\{2:[IO]942")


@dataclass(slots=True)
class Field:
    """One field: its tag, its first line, the rest of that line and the lines that follow it.

    The tag ``end`` stands for the end of a message; its ``lines`` are empty if the message has no
    end mark. ``is_interim`` says that the envelope calls the message an MT942.
    """

    tag: str
    line: int
    lines: list[str] = field(default_factory=list)
    is_interim: bool = False

    @property
    def value(self) -> str:
        """The text on the tag's own line."""
        return self.lines[0].strip() if self.lines else ""

    @property
    def place(self) -> str:
        """Where the field stands, in words."""
        return f"line {self.line}, field :{self.tag}:"


def read_fields(lines: Iterable[tuple[int, str]]) -> Iterator[Field]:
    """Hand out the fields of all messages, and an ``end`` after each message.

    :raises StatementFileError: a field goes on over more lines than any bank writes
    """
    reader = _Reader()
    previous: tuple[int, str] | None = None
    for number, text in lines:
        if previous is not None:
            yield from reader.take(*previous, text)
        previous = number, text
    if previous is not None:
        yield from reader.take(*previous, "")
    yield from reader.finish()


class _Reader:
    """Gathers the lines of the field that is being read."""

    def __init__(self) -> None:
        self.field: Field | None = None
        self.skipped = self.length = 0
        self.is_interim = False
        self.is_closed = False

    def take(self, number: int, text: str, following: str) -> Iterator[Field]:
        """Take a line, knowing the next one; hand out what is complete by it."""
        if _ENVELOPE.match(text):
            yield from self.finish()
            self.is_interim = bool(_INTERIM_TYPE.search(text)) or self.is_interim
            text = text.partition("{4:")[2]
        tag = self._tag(text, following)
        if tag:
            yield from self._begin(tag, number, text)
        elif self._is_end(text, following):
            yield from self.finish(text.strip(), number)
        else:
            self._continue(text, number)

    def finish(self, mark: str = "", number: int = 0) -> Iterator[Field]:
        """End the message, if one is being read."""
        if self.field is not None:
            yield self.field
            yield Field(END, number or self.field.line, [mark] if mark else [], self.is_interim)
            self.field, self.is_interim, self.is_closed = None, False, False

    def _tag(self, text: str, following: str) -> str:
        found = _TAG.match(text.lstrip()) if ":" in text[:8] else None
        if found is None:
            return ""
        tag = found[1]
        in_text = self.field is not None and self.field.tag in TEXTS
        if in_text and tag in _LIKE_A_TIME and not (tag == "20" and following.startswith(":2")):
            return ""
        return tag

    def _begin(self, tag: str, number: int, text: str) -> Iterator[Field]:
        if tag == "20":
            yield from self.finish()
        elif self.field is not None:
            yield self.field
        self.skipped = self.length = 0
        self.is_closed = self.is_closed or tag[:2] in ("62", "90")
        self.field = Field(tag, number, [text.lstrip()[len(tag) + 2 :]])

    def _is_end(self, text: str, following: str) -> bool:
        """Tell an end mark from a dash within a text, which the text or the balances follow."""
        if self.field is None or not _END_MARK.fullmatch(text):
            return False
        if text.strip() != "-":
            return True
        next_tag = _TAG.match(following)
        if next_tag is not None:
            return next_tag[1] == "20"
        is_in_text = self.field.tag in TEXTS and not self.is_closed
        return not is_in_text or not following.strip() or _ENVELOPE.match(following) is not None

    def _continue(self, text: str, number: int) -> None:
        """Add a line to the field; what stands between messages belongs to none."""
        self.skipped += 1
        self.length += len(text)
        if self.skipped > MAX_LINES or self.length > MAX_TEXT:
            raise StatementFileError(
                "statement.malformed",
                "",
                f"line {number}",
                f"no field begins within {MAX_LINES} lines or {MAX_TEXT} characters",
            )
        if self.field is not None:
            self.field.lines.append(text)
