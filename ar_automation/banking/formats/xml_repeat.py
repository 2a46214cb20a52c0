"""Records that repeat the form of one before: understood without asking the XML library again.

The program of a bank writes entry after entry by one pattern, of which only the texts differ. The
first entry of a pattern is read by the XML library. Where the library found it well-formed and
in its place, an entry that follows in the same place, with the very same markup, is well-formed
too, if its texts are: they hold no ``<`` by the way they are found, and what else could spoil
them (``]]>``, a bad reference, a control character) is looked for. So only the texts are taken out
of it and put where those of the first one stood, at a fraction of the cost.

>>> repeats = Repeats(Layout(frozenset({"Batch"}), "Row", attributes=frozenset({"Sum"})))
>>> first = Node({"Sum": [Node({"#text": ["5"], "@Ccy": ["EUR"]})]})
>>> repeats.learn('<Row><Sum Ccy="EUR">5</Sum></Row>', Found(first, []))
True
>>> repeats.recall('<Row><Sum Ccy="EUR">7</Sum></Row>').node.text("Sum")
'7'
>>> repeats.recall('<Row><Sum Ccy="USD">7</Sum></Row>') is None
True

Everything between the end of the record before and the end of this one counts as its markup.
So whatever stands between two records (a blank line is fine, another element is not)
belongs to the form, and a record that the library has not seen in that place is never taken.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .xml_form import MAX_FORMS, FormReader, Place, tokens, unescape
from .xml_layout import Layout
from .xml_node import Node

MAX_LENGTH = 32 * 1024  # of a record whose form is remembered

_FILLED = re.compile(r">\s*([^<\s][^<]*)<")
_ATTRIBUTE = r'\s+[^\s<>="\'&]+="[^<>"]*"'
_MARKUP = re.compile(rf"\s*(?:</?[^\s<>/=\"'&!?]+(?:{_ATTRIBUTE})*\s*/?>(?:\.|\s*))+")
# A reference that stands for one character; what it stands for is checked by ``_LEGAL``.
_REFERENCED = re.compile(r"[^&]*(?:&(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});[^&]*)*")
_LEGAL = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


class Found(NamedTuple):
    """What is inside a record: its node, and its parts apart from it."""

    node: Node
    parts: list[Node]


class Repeats:
    """The forms of the records that followed each other in one container."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[tuple[str, ...], _Repeated] = {}
        self._last: _Repeated | None = None

    def forget(self) -> None:
        """Begin anew in another place, where the same markup may mean something else."""
        self._known.clear()
        self._last = None

    def learn(self, markup: str, found: Found) -> bool:
        """Remember the form of a record that the XML library has read; False if it is too strange.

        A record is remembered only if its texts, put into its form, make what the library made.
        """
        if len(markup) > MAX_LENGTH or len(self._known) >= MAX_FORMS:
            return False
        pieces = _FILLED.split(markup)
        form = ">.<".join(pieces[::2])
        texts = _plain_texts(markup, pieces[1::2])
        if texts is None or not _MARKUP.fullmatch(form) or not _is_balanced(form):
            return False
        repeated = _Repeated(pieces[::2], form, self._layout)
        if not _is_same(repeated.fill(texts), found):
            return False
        self._known[tuple(pieces[::2])] = repeated
        return True

    def recall(self, markup: str) -> Found | None:
        """Return what is inside a record, None if only the XML library can tell.

        What is returned is valid until the next record of the same form is read.
        """
        pieces = _FILLED.split(markup)
        form, last = pieces[::2], self._last
        if last is None or form != last.markup:
            last = self._last = self._known.get(tuple(form))
            if last is None:
                return None
        texts: list[str] | None = pieces[1::2]
        if "&" in markup or "]]>" in markup:
            texts = _plain_texts(markup, pieces[1::2])
        return None if texts is None else last.fill(texts)


def _plain_texts(markup: str, texts: list[str]) -> list[str] | None:
    """Return the texts without references; None if XML forbids one of them."""
    if "]]>" in markup:
        return None
    if "&" not in markup:
        return texts
    if not all(_REFERENCED.fullmatch(text) for text in texts):
        return None
    try:
        plain = [unescape(text) for text in texts]
    except (ValueError, OverflowError):  # a number that is no character
        return None
    return plain if all(_LEGAL.fullmatch(text) for text in plain) else None


def _is_balanced(form: str) -> bool:
    """Tell whether a form ends every element that it begins, and none that it does not."""
    depth = 0
    for closing, _name, _attributes, is_empty, _dot in tokens(form):
        depth += -1 if closing else not is_empty
        if depth < 0:
            return False
    return depth == 0


class _Repeated:
    """One form, with the nodes that are filled again and again."""

    def __init__(self, markup: list[str], form: str, layout: Layout) -> None:
        self.markup = markup
        reader = FormReader(layout.attributes, layout.part)
        for token in tokens(form):
            reader.take(token)
        self._found = Found(reader.root, reader.parts)
        self._places: list[Place] = reader.places

    def fill(self, texts: list[str]) -> Found:
        for (values, position), text in zip(self._places, texts, strict=True):
            values[position] = text
        return self._found


def _is_same(filled: Found, found: Found) -> bool:
    return _stripped(filled.node) == _stripped(found.node) and [
        _stripped(part) for part in filled.parts
    ] == [_stripped(part) for part in found.parts]


def _stripped(value: Node | str) -> object:
    """Return a value as its readers see it: without the blanks around texts."""
    if isinstance(value, str):
        return value.strip()
    return {name: [_stripped(each) for each in values] for name, values in value.items()}
