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
>>> for record in stream(content, layout):
...     if record.name == "Row":
...         print(record.header.text("Id"), record.node.text("Sum"),
...               record.node.attribute("Sum", "Ccy"))
7 5 EUR
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

from lxml import etree

from ...exceptions import StatementFileError
from .prolog import Prolog, read_prolog, utf8_chunks
from .size import check_size
from .xml_node import EMPTY, TEXT, Node

MAX_BYTES_WITHOUT_RECORD = 8 * 1024 * 1024
MAX_MARKUP_WITHOUT_RECORD = 500_000
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """Which elements of a message are handed out, by local name.

    *Containers* hold *records*; a record may hold many *parts*, which are handed out with it
    apart from its node. ``attributes`` names the elements whose attributes are kept.
    """

    containers: frozenset[str]
    record: str
    part: str = ""
    attributes: frozenset[str] = frozenset()

    @property
    def tags(self) -> list[str]:
        """The names to wait for, in any namespace or none."""
        names = {*self.containers, self.record, self.part} - {""}
        return [f"{{*}}{name}" for name in sorted(names)]


class Record(NamedTuple):
    """A finished record, or a finished container (then ``node`` is the same as ``header``).

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


def stream(content: bytes, layout: Layout) -> Iterator[Record]:
    """Hand out the records of a file one after the other, each container after its records.

    A caller must not keep an effect of any record before the last one has come: only then is
    it certain that the file is whole.

    :raises StatementFileError: the file is too large or too deep, not well-formed, cut off,
        in another encoding than it says, or it declares a document type
    """
    prolog = _checked_prolog(content)
    parser = _strict_parser(layout)
    collector = _Collector(layout)
    try:
        for chunk in utf8_chunks(content, prolog):
            parser.feed(chunk)
            yield from collector.finished(parser, chunk)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(parser, error, content, prolog) from None
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


def _checked_prolog(content: bytes) -> Prolog:
    check_size(content)
    prolog = read_prolog(content)
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


class _Collector:
    """Turns finished elements into records and frees them at once."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.names = _LocalNames()
        self.parts: list[Node] = []
        self.container: etree._Element | None = None
        self.header = EMPTY
        self.quiet_bytes = 0
        self.quiet_markup = 0

    def finished(self, parser: etree.XMLPullParser, chunk: bytes) -> Iterator[Record]:
        """Hand out what the parser has finished with the piece that it was fed last."""
        self.quiet_bytes += len(chunk)
        # What a tree costs is its elements and, about three times as much, its attributes.
        self.quiet_markup += chunk.count(b"<") + 3 * chunk.count(b"=")
        for _event, element in parser.read_events():
            yield from self._finish(cast("etree._Element", element))
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

    def _finish(self, element: etree._Element) -> Iterator[Record]:
        """Hand out an element, unless it bears a known name but stands where it means nothing."""
        name = self.names[element.tag]
        container = element.getparent()
        if name == self.layout.record:
            if container is None or self.names[container.tag] not in self.layout.containers:
                return
            yield self._record(element, container)
        elif self._is_inside_record(element):
            if name != self.layout.part:
                return
            self.parts.append(self._node(element))
        elif name in self.layout.containers:
            yield self._end_of_container(element, name)
        self.quiet_bytes = self.quiet_markup = 0
        _free(element)

    def _is_inside_record(self, element: etree._Element) -> bool:
        return any(self.names[e.tag] == self.layout.record for e in element.iterancestors())

    def _record(self, element: etree._Element, container: etree._Element) -> Record:
        if container is not self.container:
            self.container = container
            self.header = self._header(container)
        parts, self.parts = self.parts, []
        return self._described(container, self._node(element), parts, element)

    def _end_of_container(self, element: etree._Element, name: str) -> Record:
        self.container = None
        self.header = self._header(element)
        return self._described(element, self.header, [], element)._replace(name=name)

    def _described(
        self,
        container: etree._Element,
        node: Node,
        parts: list[Node],
        element: etree._Element,
    ) -> Record:
        parent = container.getparent()
        return Record(
            name=self.layout.record,
            node=node,
            parts=parts,
            header=self.header,
            parent="" if parent is None else self.names[parent.tag],
            namespace=container.tag[1:].rpartition("}")[0],
            line=_line(element),
        )

    def _header(self, container: etree._Element) -> Node:
        """Copy a container without its records, of which many may wait to be handed out."""
        header = Node()
        for child in container:
            name = self.names[child.tag]
            if name != self.layout.record:
                value = self._node(child, 1) if len(child) else child.text or ""
                header.setdefault(name, []).append(value)
        return header

    def _node(self, element: etree._Element, depth: int = 0) -> Node:
        """Copy an element into a node; it runs for every element, hence written for speed."""
        if depth > MAX_DEPTH:
            raise _too_deep(_line(element))
        node = Node()
        names = self.names
        attributed = self.layout.attributes
        for child in element:
            name = names[child.tag]
            value: Node | str
            if len(child):
                value = self._node(child, depth + 1)
            elif name in attributed:
                value = _with_attributes(child)
            else:
                value = child.text or ""
            if name in node:
                node[name].append(value)
            else:
                node[name] = [value]
        return node


def _with_attributes(element: etree._Element) -> Node:
    node = Node({TEXT: [element.text or ""]})
    for key, value in element.items():
        node[f"@{key!s}"] = [str(value)]
    return node


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


def _not_well_formed(
    parser: etree.XMLPullParser, error: etree.XMLSyntaxError, content: bytes, prolog: Prolog
) -> StatementFileError:
    """Say in words what the XML parser stumbled over first."""
    said, line = _first_complaint(parser, error)
    if "depth" in said.lower():
        return _too_deep(line)
    if said.startswith("Entity '"):
        return StatementFileError(
            "statement.entity",
            "",
            f"line {line}",
            f"the file uses an entity that XML does not know by itself ({said})",
        )
    if not _has_end_tag(content, prolog):
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


def _first_complaint(parser: etree.XMLPullParser, error: etree.XMLSyntaxError) -> tuple[str, int]:
    first = next(iter(parser.feed_error_log), None)
    said, line = (first.message, first.line) if first else (error.msg, error.lineno)
    return " ".join((said or "").split()), line or 1


def _has_end_tag(content: bytes, prolog: Prolog) -> bool:
    tail = content[-4096:].decode(prolog.mark or "latin-1", "replace")
    return re.search(rf"</{re.escape(prolog.root)}\s*>", tail) is not None
