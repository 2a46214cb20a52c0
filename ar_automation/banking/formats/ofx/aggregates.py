"""From tags to aggregates: which values belong together.

An OFX *aggregate* is a tag around other tags. In SGML its closing tag is the only sign of it, and
a value that is empty looks like the beginning of one. Those that money hangs on are known by name
(``PARENTS``): they must be closed, and stand where they belong. Any other tag without text is an
aggregate if it is closed, else an empty value:

>>> from ..plain_text import read_plain_text
>>> content = b"<OFX><STATUS><CODE>0<LANGUAGE><SEVERITY>INFO</STATUS></OFX>"
>>> for aggregate in read_aggregates(read_plain_text(content), 0):
...     print(aggregate.name, "in", aggregate.parent or "none", sorted(aggregate.node))
STATUS in OFX ['CODE', 'LANGUAGE', 'SEVERITY']
OFX in none ['STATUS']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ....exceptions import StatementFileError
from ..plain_text import PlainText
from ..xml_node import EMPTY, Node
from .markup import Tag, refused, tags

_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_ANYWHERE: frozenset[str] = frozenset()
# Known aggregates, and in which other known ones they may stand.
PARENTS: dict[str, frozenset[str]] = {
    "OFX": frozenset({""}),
    "SONRS": frozenset({"OFX"}),
    "BANKMSGSRSV1": frozenset({"OFX"}),
    "CREDITCARDMSGSRSV1": frozenset({"OFX"}),
    "STMTTRNRS": frozenset({"BANKMSGSRSV1"}),
    "CCSTMTTRNRS": frozenset({"CREDITCARDMSGSRSV1"}),
    "STMTRS": frozenset({"STMTTRNRS"}),
    "CCSTMTRS": frozenset({"CCSTMTTRNRS"}),
    "BANKTRANLIST": _STATEMENTS,
    "BANKTRANLISTP": _STATEMENTS,
    "STMTTRN": frozenset({"BANKTRANLIST", "INVBANKTRAN"}),
    "STMTTRNP": frozenset({"BANKTRANLISTP"}),
    "LEDGERBAL": _STATEMENTS,
    "AVAILBAL": _STATEMENTS,
    "INVBANKTRAN": _ANYWHERE,
    "BANKACCTFROM": _ANYWHERE,
    "CCACCTFROM": _ANYWHERE,
    "STATUS": _ANYWHERE,
}
# Handed out and forgotten, so that memory does not hold all of them a second time.
RECORDS = frozenset({"STMTTRN", "STMTTRNP"})
MAX_DEPTH = 64
MAX_TAGS_WITHOUT_RECORD = 200_000


class Aggregate(NamedTuple):
    """A known aggregate that was closed.

    ``parent`` is the known one around it, ``header`` the statement that it stands in, as far as it
    was read by then.
    """

    name: str
    node: Node
    header: Node
    parent: str
    position: int


class _Frame:
    """An aggregate that is open, or a tag of which it is not yet known what it is."""

    __slots__ = ("is_known", "name", "node", "position", "values")

    def __init__(self, tag: Tag) -> None:
        self.name = tag.name
        self.is_known = tag.name in PARENTS
        self.position = tag.position
        self.node = Node()
        self.values: set[str] = set()

    def add(self, name: str, value: Node | str) -> None:
        if name in self.node:
            self.node[name].append(value)
        else:
            self.node[name] = [value]

    def absorb(self, other: _Frame) -> None:
        """Take over what was read into a frame that turned out to be an empty value."""
        for name, values in other.node.items():
            self.node.setdefault(name, []).extend(values)
        self.values |= other.values


def read_aggregates(document: PlainText, position: int) -> Iterator[Aggregate]:
    """Hand out the known aggregates of a file, each when it is closed.

    A caller must not keep an effect of any of them before the last one has come: only then is
    it certain that the file is whole.

    :raises StatementFileError: a tag is missing, surplus, or where it does not belong
    """
    builder = _Builder(document)
    for tag in tags(document, position):
        if builder.is_finished:
            raise refused(document, tag.position, "malformed", "the file goes on behind its end")
        if tag.is_open:
            builder.open(tag)
        else:
            closed = builder.close(tag)
            if closed:
                yield closed
    if not builder.is_finished:
        raise refused(
            document,
            len(document.content),
            "truncated",
            "the file breaks off here: its end (</OFX>) is missing, so transactions may be too",
        )


class _Builder:
    def __init__(self, document: PlainText) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.is_finished = False
        self.quiet_tags = 0
        self.last_value = ""

    def open(self, tag: Tag) -> None:
        self._count(tag)
        self.last_value = ""
        if tag.name in PARENTS:
            self._end_unclosed_list(tag)
            self._check_place(tag)
        elif not self.stack:
            raise self._refused(tag, "the file does not begin with <OFX>")
        elif tag.text:
            self.stack[-1].add(tag.name, tag.text)
            self.stack[-1].values.add(tag.name)
            self.last_value = tag.name
            return
        if len(self.stack) >= MAX_DEPTH:
            raise refused(self.document, tag.position, "too_deep", "the tags are nested too deeply")
        self.stack.append(_Frame(tag))

    def close(self, tag: Tag) -> Aggregate | None:
        """Close the innermost aggregate of that name, or else the value of that name."""
        last, self.last_value = self.last_value, ""
        if last and last != tag.name and tag.name not in PARENTS and not self._is_open(tag.name):
            # A bank's slip of the pen: <DTUSER>20260302</DTPOSTED>. The value is where it is.
            self.stack[-1].values.discard(last)
            return None
        depth = self._depth_of(tag)
        if depth is None:
            return None
        self._dissolve(depth)
        frame = self.stack.pop()
        if self.stack and frame.name not in RECORDS:
            self.stack[-1].add(frame.name, frame.node or "")
        self.is_finished = not self.stack
        if frame.name in RECORDS:
            self.quiet_tags = 0
        if not frame.is_known:
            return None
        return Aggregate(
            frame.name, frame.node, self._header(), self._known_parent(), frame.position
        )

    def _is_open(self, name: str) -> bool:
        """Tell whether a tag may be closed, within the innermost known aggregate."""
        for frame in reversed(self.stack):
            if frame.name == name or name in frame.values:
                return True
            if frame.is_known:
                break
        return False

    def _dissolve(self, depth: int) -> None:
        """Turn what was opened inside of a frame, and not closed, into empty values."""
        while len(self.stack) > depth + 1:
            empty = self.stack.pop()
            self.stack[-1].add(empty.name, "")
            self.stack[-1].absorb(empty)

    def _end_unclosed_list(self, tag: Tag) -> None:
        """Some banks do not close the list of transactions before the balance behind it."""
        if tag.name not in ("LEDGERBAL", "AVAILBAL") or self._known_parent() != "BANKTRANLIST":
            return
        names = [frame.name for frame in self.stack]
        depth = len(names) - 1 - names[::-1].index("BANKTRANLIST")
        self._dissolve(depth)
        unclosed = self.stack.pop()
        self.stack[-1].add(unclosed.name, unclosed.node)

    def _depth_of(self, tag: Tag) -> int | None:
        """Return where in the stack the tag was opened; None if it closes a single value."""
        for depth in range(len(self.stack) - 1, -1, -1):
            frame = self.stack[depth]
            if frame.name == tag.name:
                return depth
            if tag.name in frame.values:
                frame.values.remove(tag.name)
                return None
            if frame.is_known:
                line = self.document.line_of(frame.position)
                raise self._refused(
                    tag,
                    f"</{tag.name[:40]}> stands here, but <{frame.name}> of line {line} is not "
                    "closed yet",
                )
        raise self._refused(tag, f"</{tag.name[:40]}> closes nothing")

    def _check_place(self, tag: Tag) -> None:
        allowed, parent = PARENTS[tag.name], self._known_parent()
        if allowed and parent not in allowed:
            raise self._refused(
                tag, f"<{tag.name}> stands {f'inside <{parent}>' if parent else 'outside'}"
            )
        if tag.text:
            raise self._refused(tag, f"the text '{tag.text[:40]}' stands outside of any value")

    def _known_parent(self) -> str:
        return next((frame.name for frame in reversed(self.stack) if frame.is_known), "")

    def _header(self) -> Node:
        return next((frame.node for frame in self.stack if frame.name in _STATEMENTS), EMPTY)

    def _count(self, tag: Tag) -> None:
        self.quiet_tags += 1
        if self.quiet_tags > MAX_TAGS_WITHOUT_RECORD:
            raise refused(
                self.document,
                tag.position,
                "too_large",
                "one part of the file is far larger than any transaction",
            )

    def _refused(self, tag: Tag, reason: str) -> StatementFileError:
        return refused(self.document, tag.position, "malformed", reason)
