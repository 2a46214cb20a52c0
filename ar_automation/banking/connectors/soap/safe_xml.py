"""Reading XML from a bank's service: whole, strictly, and within limits.

A SOAP answer is one tree that has to be seen whole, because its signatures are computed over
parts of it. (Statement files are read as streams by ``banking.formats``.) What a bank never
sends is refused before it can do harm: document types (hence entities and external files), more
bytes, elements or depth than any answer has, anything not well-formed to the last byte.

>>> read_xml(b"<a><b>1</b></a>")[0].text
'1'
>>> try:
...     read_xml(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
... except ConnectorError as error:
...     print(error.kind)
protocol
"""

from __future__ import annotations

from lxml import etree

from ..errors import ConnectorError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 500_000
_CHUNK = 8192
_DOCTYPE = b"<!DOCTYPE"


def read_xml(content: bytes, what: str = "The bank's answer") -> etree._Element:
    """Return the root element of a document.

    :param what: subject of the sentence in errors
    :raises ConnectorError: ``protocol``: not well-formed, or beyond the limits
    """
    if len(content) > MAX_BYTES:
        raise _refused(what, f"is larger than {MAX_BYTES // 1024 // 1024} MB")
    parser = _parser()
    try:
        # The end of a document decides whether it is whole: nothing is used before.
        _feed(parser, content, what)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _refused(what, f"is no well-formed XML ({_short(error)})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(what)
    return root


def _parser() -> etree.XMLPullParser:
    # Long texts are normal here (a whole file in one element), which libxml2 allows only
    # together with any depth; depth is therefore counted below.
    return etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=False,
        huge_tree=True,
        collect_ids=False,
    )


def _feed(parser: etree.XMLPullParser, content: bytes, what: str) -> None:
    depth = elements = 0
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        if _DOCTYPE in content[max(0, start - len(_DOCTYPE)) : start + _CHUNK]:
            raise _doctype(what)
        parser.feed(chunk)
        for event, _element in parser.read_events():
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if depth > MAX_DEPTH:
                raise _refused(what, "nests its elements deeper than any bank does")
            if elements > MAX_ELEMENTS:
                raise _refused(what, "has more elements than any bank's answer")


def _short(error: etree.XMLSyntaxError) -> str:
    return " ".join((error.msg or "").split())[:120]


def _doctype(what: str) -> ConnectorError:
    return _refused(
        what,
        "declares a document type (DOCTYPE), through which foreign content could be pulled in",
    )


def _refused(what: str, reason: str) -> ConnectorError:
    return ConnectorError("protocol", f"{what} {reason}.")
