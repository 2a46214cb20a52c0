"""Reading XML from outside: strictly, as a stream, within limits.

A bank file comes from outside and may be broken, cut off or hostile. This is the only place
where XML is parsed; its rules:

- no recovery: a file that is not well-formed to its last byte is refused whole, since a parser
  that repairs a cut file quietly keeps some of the payments and loses the rest;
- no document type declaration, hence no entities, no external files, no network;
- limits on size, depth, and on how much may pass without one finished record, so that
  memory is bounded by the record and not by the file.

Records come out as nodes, plain dictionaries from local names to values, so that the readers
need no namespaces and no XML library:

>>> content = b'<Doc><Batch><Id>7</Id><Row><Sum Ccy="EUR">5</Sum></Row></Batch></Doc>'
>>> layout = Layout(frozenset({"Batch"}), "Row", attributes=frozenset({"Sum"}))
>>> for record in stream(ByteSource.of(content), layout):
...     if record.name == "Row":
...         print(record.header.text("Id"), record.node.text("Sum"),
...               record.node.attribute("Sum", "Ccy"))
7 5 EUR
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from typing import NamedTuple, cast

from lxml import etree

from ...exceptions import StatementFileError
from .byte_source import ByteSource
from .prolog import Prolog, read_prolog, utf8_pieces
from .xml_form import Forms, TooDeepError
from .xml_layout import Layout
from .xml_node import EMPTY, Node
from .xml_repeat import MAX_LENGTH, Found, Repeats

__all__ = ["Layout", "Record", "stream"]

MAX_BYTES_WITHOUT_RECORD = 8 * 1024 * 1024
MAX_MARKUP_WITHOUT_RECORD = 500_000

# Control characters, which XML forbids; the bytes of longer characters are others.
_FORBIDDEN = bytes({*range(32)} - {9, 10, 13})
_NO_CHARACTERS = "\ufffe\uffff"
_LINE = re.compile(r" line \d+")


class Record(NamedTuple):
    """A finished record, or a finished container (then ``node`` is the same as ``header``).

    ``node`` and ``parts`` of a record are valid until the next record is asked for: their
    places are filled anew then. Those of a container, and every header, stay as they are.
    ``header`` is the container without its records, as far as it was read by then; ``parent``
    is the local name of the element around the container, ``namespace`` the container's.
    """

    name: str
    node: Node
    parts: list[Node]
    header: Node
    parent: str
    namespace: str
    line: int


def stream(source: ByteSource, layout: Layout) -> Iterator[Record]:
    """Hand out the records of a file one after the other, each container after its records.

    A caller must not keep an effect of any record before the last one has come: only then is
    it certain that the file is whole.

    :raises StatementFileError: the file is too large or too deep, not well-formed, cut off,
        in another encoding than it says, or it declares a document type
    """
    prolog = _checked_prolog(source.head)
    parser = _strict_parser(layout)
    reading = _Reading(parser, layout)
    try:
        for piece in utf8_pieces(source, prolog):
            yield from reading.take(piece)
        yield from reading.read_rest()
        root = parser.close()
    except etree.XMLSyntaxError as error:
        said, line = reading.first_complaint() or (error.msg or "", error.lineno or 1)
        raise _not_well_formed(said, line, source.tail, prolog) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()


def _strict_parser(layout: Layout) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=("end",),
        tag=layout.tags,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _checked_prolog(head: bytes) -> Prolog:
    prolog = read_prolog(head)
    if prolog.doctype is not None:
        raise _doctype()
    if not prolog.root:
        raise StatementFileError(
            "statement.malformed", "", "", "the file does not begin with an XML element"
        )
    return prolog


def _doctype() -> StatementFileError:
    return StatementFileError(
        "statement.doctype",
        "",
        "before the first element",
        "the file declares a document type (DOCTYPE), through which a file can pull in "
        "foreign content; bank statements have none, so it is not read",
    )


class _Reading:
    """One file on its way through the XML library, past which repeated records are led."""

    def __init__(self, parser: etree.XMLPullParser, layout: Layout) -> None:
        self._parser = parser
        self._collector = _Collector(layout)
        self._record = layout.record
        self._repeats = Repeats(layout)
        self._decoder = IncrementalNewlineDecoder(getincrementaldecoder("utf-8")(), translate=True)
        self._ending = re.compile(rf"</(?:[^\s<>/:]+:)?{layout.record}>")
        self._end_tag = ""
        self._rest = ""
        self._line = 1
        self._skipped_lines = 0  # which the library did not see
        self._complaint: tuple[str, int] | None = None
        # The last thing that was read, if it is a record: what follows is in its container.
        self._before: Record | None = None

    def take(self, piece: bytes) -> Iterator[Record]:
        """Hand out the records that end in a piece of the file."""
        text = self._rest + self._decoder.decode(piece)
        if len(piece.translate(None, _FORBIDDEN)) < len(piece) or any(
            character in text for character in _NO_CHARACTERS
        ):
            self._rest = ""
            yield from self._ask(text)
            return
        position = 0
        while end := self._end_of_record(text, position):
            markup = text[position:end]
            position = end
            found = self._repeats.recall(markup) if self._before else None
            if found is None:
                yield from self._ask(markup)
            else:
                yield self._repeated(markup, found)
        self._rest = text[position:]
        if len(self._rest) > MAX_LENGTH:
            yield from self.read_rest()

    def read_rest(self) -> Iterator[Record]:
        """Hand out the records that end in what is left of the file."""
        text, self._rest = self._rest, ""
        yield from self._ask(text)

    def first_complaint(self) -> tuple[str, int] | None:
        """Return what the library stumbled over first, in its words, and the line in the file."""
        first = None if self._complaint else next(iter(self._parser.feed_error_log), None)
        if first is not None:
            # Lines that the library names in its words are counted without the skipped ones.
            words = _LINE.sub("", first.message or "")
            self._complaint = " ".join(words.split()), (first.line or 1) + self._skipped_lines
        return self._complaint

    def _end_of_record(self, text: str, position: int) -> int:
        """Return where the next record seems to end, 0 if it does not end in the text."""
        if not self._end_tag:
            found = self._ending.search(text, position)
            self._end_tag = found.group() if found else ""
        end = text.find(self._end_tag, position) if self._end_tag else -1
        return end + len(self._end_tag) if end >= 0 else 0

    def _repeated(self, markup: str, found: Found) -> Record:
        before = cast("Record", self._before)
        line = self._line + markup.count("\n", 0, markup.index("<"))
        lines = markup.count("\n")
        self._line += lines
        self._skipped_lines += lines
        return Record(before.name, *found, before.header, before.parent, before.namespace, line)

    def _ask(self, markup: str) -> Iterator[Record]:
        """Let the XML library read on, and learn from what it finds."""
        content = markup.encode()
        self._parser.feed(content)
        # Some faults are noted by the library as soon as met, but raised at the end only.
        self.first_complaint()
        was_inside, count, last = self._before is not None, 0, None
        for record in self._collector.finished(self._parser, content):
            count += 1
            last = record._replace(line=record.line + self._skipped_lines)
            yield last
        self._line += markup.count("\n")
        self._before = last if last is not None and last.name == self._record else None
        is_one = was_inside and count == 1 and self._before is not None
        if not (is_one and last and self._repeats.learn(markup, Found(last.node, last.parts))):
            self._repeats.forget()


class _Collector:
    """Turns finished elements into records and frees them at once."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.names = _LocalNames()
        self.forms = Forms(layout.attributes)
        self.parts: list[Node] = []
        self.container: etree._Element | None = None
        self.header = EMPTY
        self.parent = ""
        self.namespace = ""
        self.quiet_bytes = 0
        self.quiet_markup = 0

    def finished(self, parser: etree.XMLPullParser, chunk: bytes) -> Iterator[Record]:
        """Hand out what the parser has finished with the piece that it was fed last."""
        self.quiet_bytes += len(chunk)
        # What a tree costs is its elements and, about three times as much, its attributes.
        self.quiet_markup += chunk.count(b"<") + 3 * chunk.count(b"=")
        for _event, element in parser.read_events():
            record = self._finish(cast("etree._Element", element))
            if record is not None:
                yield record
        if (
            self.quiet_bytes > MAX_BYTES_WITHOUT_RECORD
            or self.quiet_markup > MAX_MARKUP_WITHOUT_RECORD
        ):
            raise StatementFileError(
                "statement.too_large",
                "",
                "",
                "one part of the file is far larger than any entry of a bank statement",
            )

    def _finish(self, element: etree._Element) -> Record | None:
        """Return a finished record; None for a part, and for a known name in a strange place."""
        name = self.names[element.tag]
        container = element.getparent()
        found = None
        if name == self.layout.record:
            if container is None or self.names[container.tag] not in self.layout.containers:
                return None
            found = self._record(element, container)
        elif self._is_inside_record(element):
            if name != self.layout.part:
                return None
            self.parts.append(self._filled(element))
        elif name in self.layout.containers:
            found = self._end_of_container(element, name)
        self.quiet_bytes = self.quiet_markup = 0
        _free(element)
        return found

    def _is_inside_record(self, element: etree._Element) -> bool:
        record = self.layout.record
        return any(self.names[e.tag] == record for e in element.iterancestors())

    def _record(self, element: etree._Element, container: etree._Element) -> Record:
        if container is not self.container:
            self._enter(container)
        node, parts = self._filled(element), self.parts
        self.parts = []
        # From here on the next record may use the same nodes: it is read after this one.
        self.forms.reuse()
        return self._described(self.layout.record, node, parts, element)

    def _end_of_container(self, element: etree._Element, name: str) -> Record:
        self._enter(element)
        self.container = None
        return self._described(name, self.header, [], element)

    def _enter(self, container: etree._Element) -> None:
        parent = container.getparent()
        self.container = container
        self.header = self._header(container)
        self.parent = "" if parent is None else self.names[parent.tag]
        self.namespace = container.tag[1:].rpartition("}")[0]

    def _described(
        self, name: str, node: Node, parts: list[Node], element: etree._Element
    ) -> Record:
        line = _line(element)
        return Record(name, node, parts, self.header, self.parent, self.namespace, line)

    def _header(self, container: etree._Element) -> Node:
        """Copy a container without its records, of which many may wait to be handed out."""
        header = Node()
        for child in container:
            name = self.names[child.tag]
            if name != self.layout.record:
                value = self._built(child) if len(child) else child.text or ""
                header.setdefault(name, []).append(value)
        return header

    def _built(self, element: etree._Element) -> Node:
        try:
            return self.forms.build(_markup(element))
        except TooDeepError:
            raise _too_deep(_line(element)) from None

    def _filled(self, element: etree._Element) -> Node:
        try:
            return self.forms.fill(_markup(element))
        except TooDeepError:
            raise _too_deep(_line(element)) from None


def _markup(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


class _LocalNames(dict[str, str]):
    """Names without their namespace, each cut once."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition("}")[2]
        return name


def _free(element: etree._Element) -> None:
    """Drop an element's content, and its finished brother, so that memory stays bounded."""
    element.clear()
    brother = element.getprevious()
    parent = element.getparent()
    if parent is not None and brother is not None and brother.tag == element.tag:
        parent.remove(brother)


def _line(element: etree._Element) -> int:
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _too_deep(line: int) -> StatementFileError:
    return StatementFileError(
        "statement.too_deep",
        "",
        f"line {line}",
        "the elements are nested deeper than any bank statement nests them",
    )


def _not_well_formed(said: str, line: int, tail: bytes, prolog: Prolog) -> StatementFileError:
    """Say in words what the XML parser stumbled over first."""
    if "depth" in said.lower():
        return _too_deep(line)
    if said.startswith("Entity '"):
        return StatementFileError(
            "statement.entity",
            "",
            f"line {line}",
            f"the file uses an entity that XML does not know by itself ({said})",
        )
    if not _has_end_tag(tail, prolog):
        return StatementFileError(
            "statement.truncated",
            "",
            f"line {line}",
            f"the file breaks off here: its end (</{prolog.root}>) is missing, so entries may "
            "be missing too; nothing was imported",
            hint="Download the file from the bank again.",
        )
    return StatementFileError(
        "statement.malformed",
        "",
        f"line {line}",
        f"the XML is damaged here ({said}); nothing was imported",
        hint="Download the file from the bank again.",
    )


def _has_end_tag(tail: bytes, prolog: Prolog) -> bool:
    text = tail.decode(prolog.mark or "latin-1", "replace")
    return re.search(rf"</{re.escape(prolog.root)}\s*>", text) is not None
