"""The first bytes of an XML file: its encoding, its DOCTYPE, its root element.

An XML parser trusts what a file says of itself. Here the two things that must not be taken on
trust are looked at first: whether the file is written in the encoding that it declares (a wrong
declaration turns names into garbage, or hides markup from whoever looks at the bytes), and
whether it carries a document type declaration, which bank files never need and attacks do.

>>> prolog = read_prolog(b'<?xml version="1.0" encoding="UTF-8"?><a:Doc xmlns:a="urn:x"/>')
>>> prolog.declared, prolog.root, prolog.namespace, prolog.doctype
('UTF-8', 'a:Doc', 'urn:x', None)
>>> read_prolog('<!DOCTYPE html><html/>'.encode('utf-16')).doctype
'html'
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...exceptions import StatementFileError

HEAD_BYTES = 65_536
CHUNK_BYTES = 65_536

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_ENCODING = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(rb"<\?xml\s[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\s*([^\s>\[]*)", re.IGNORECASE)
_ROOT = re.compile(r"<([^\s<>/!?]+)([^<>]*)>")
_NAMESPACE = r"""\sxmlns%s\s*=\s*["']([^"']*)["']"""
# Encodings that contain ASCII; Python also knows others that undo escapes or unpack archives.
_ACCEPTED_CODECS = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|cp(437|85\d|866|874|932|936|949|950)|koi8-[rut]"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc_(jp|kr)"
)


@dataclass(frozen=True, slots=True)
class Prolog:
    """What the start of a file tells.

    ``mark`` is the encoding shown by the first bytes themselves (empty where they fit any
    encoding that contains ASCII), ``declared`` the one that the XML declaration names.
    ``doctype`` is the name in the document type declaration, None if there is no such
    declaration. ``root`` is the root element's name as written, empty if none was found.
    """

    mark: str
    mark_length: int
    declared: str
    doctype: str | None
    root: str
    namespace: str

    @property
    def root_name(self) -> str:
        """The root element's name without its prefix."""
        return self.root.rpartition(":")[2]


def read_prolog(content: bytes) -> Prolog:
    """Describe the start of a file; never fails, whatever the content.

    Only the first 64 KB are looked at.
    """
    mark, length = _mark(content)
    head = content[length:HEAD_BYTES].decode(mark or "latin-1", "replace")
    declared = _ENCODING.match(head)
    position = _after_comments(head, 0)
    doctype = _DOCTYPE.match(head, position)
    root = None if doctype else _ROOT.match(head, position)
    name = root.group(1) if root else ""
    return Prolog(
        mark=mark,
        mark_length=length,
        declared=declared.group(1) if declared else "",
        doctype=doctype.group(1) if doctype else None,
        root=name,
        namespace=_namespace(name, root.group(2)) if root else "",
    )


def _mark(content: bytes) -> tuple[str, int]:
    for mark, codec in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return codec, len(mark)
    for start, codec in _UNMARKED_STARTS:
        if content.startswith(start):
            return codec, 0
    return "", 0


def _after_comments(head: str, position: int) -> int:
    """Return where the first thing stands that is no blank, comment or instruction."""
    while True:
        while position < len(head) and head[position].isspace():
            position += 1
        for start, end in (("<!--", "-->"), ("<?", "?>")):
            if head.startswith(start, position):
                stop = head.find(end, position + len(start))
                position = len(head) if stop < 0 else stop + len(end)
                break
        else:
            return position


def _namespace(name: str, attributes: str) -> str:
    prefix = name.rpartition(":")[0]
    found = re.search(_NAMESPACE % (":" + re.escape(prefix) if prefix else ""), attributes)
    return found.group(1) if found else ""


def utf8_pieces(pieces: Iterable[bytes], prolog: Prolog) -> Iterator[bytes]:
    """Turn the pieces of a file into UTF-8 text, proving its encoding on the way.

    They come out with neither byte-order mark nor XML declaration: it may name the encoding
    that the text had before, and some XML parsers believe it whatever they are told.

    :param pieces: the file; its first piece holds the XML declaration
    :raises StatementFileError: ``statement.encoding`` if the declared encoding is unknown, is
        contradicted by the first bytes, or does not fit some byte further on.
    """
    codec = text_codec(prolog)
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line, is_first = 1, True
    for piece in pieces:
        content = piece[prolog.mark_length :] if is_first else piece
        try:
            text = decoder.decode(content)
        except UnicodeDecodeError as error:
            raise _undecodable(prolog, line + content.count(b"\n", 0, error.start)) from None
        utf8 = content if codec == "utf-8" else text.encode()
        yield _without_declaration(utf8) if is_first else utf8
        line, is_first = line + content.count(b"\n"), False
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        raise _undecodable(prolog, line) from None


def _without_declaration(start: bytes) -> bytes:
    """Cut the XML declaration off, keeping its line ends so that lines count on."""
    declaration = _DECLARATION.match(start)
    if not declaration:
        return start
    return b"\n" * declaration.group().count(b"\n") + start[declaration.end() :]


def text_codec(prolog: Prolog) -> str:
    """Return Python's name of the encoding a file is in.

    :raises StatementFileError: ``statement.encoding`` if it is unknown or contradictory
    """
    try:
        declared = codecs.lookup(prolog.declared or prolog.mark or "utf-8").name
    except LookupError:
        declared = ""
    if prolog.mark:
        # UTF-16 and UTF-32 may be declared with or without their byte order.
        if declared and prolog.mark.startswith(declared):
            return prolog.mark
        raise _mismatch(prolog.mark.upper()[:6], prolog.declared)
    if declared in ("utf-8", "ascii"):
        return "utf-8"
    if declared.startswith(("utf-16", "utf-32")):
        raise _mismatch("an 8-bit encoding", prolog.declared)
    if not _ACCEPTED_CODECS.fullmatch(declared):
        raise StatementFileError(
            "statement.encoding",
            "",
            "line 1",
            f"the file declares the encoding '{prolog.declared}', which is not known",
            hint="Ask the bank for the file in UTF-8.",
        )
    return declared


def _mismatch(real: str, declared: str) -> StatementFileError:
    return StatementFileError(
        "statement.encoding",
        "",
        "line 1",
        f"the file is written in {real} but declares the encoding '{declared}'; "
        "read one way or the other, names and amounts could change",
        hint="Take the file from the bank again, without opening and saving it in between.",
    )


def _undecodable(prolog: Prolog, line: int) -> StatementFileError:
    said = f"the declared encoding '{prolog.declared}'" if prolog.declared else "UTF-8"
    return StatementFileError(
        "statement.encoding",
        "",
        f"line {line}",
        f"the file holds bytes that are no text in {said}",
        hint="Take the file from the bank again, without opening and saving it in between.",
    )
