"""The form by which a bank writes its entries: understood once, then filled in for every entry.

The program of a bank writes entry after entry by one pattern: the same elements in the same
order, of which only the texts differ. So an element is cut into its *form* (the markup, each
text replaced by a dot) and its *texts*. A form that was met before has its node already; the
new texts are put into their places there, at a fraction of the cost of building it.

>>> form, texts = cut('<Ntry><Amt Ccy="EUR">5.00</Amt> <Nm>A &amp; B</Nm></Ntry>')
>>> form, texts
('<Ntry><Amt Ccy="EUR">.</Amt><Nm>.</Nm></Ntry>', ['5.00', 'A & B'])

What is cut is always markup that an XML library wrote for a tree in memory, never the file
itself: there a ``<`` or ``>`` can only be a tag's, whatever the file contained.
"""

from __future__ import annotations

import re

from .xml_node import TEXT, Node

MAX_DEPTH = 64
MAX_FORMS = 400
MAX_SPARE = 64  # nodes of one form that are kept for an entry with many parts of that form

_BLANK = re.compile(r">\s+<")
_FILLED = re.compile(r">\s*([^<\s][^<]*)<")
_TOKEN = re.compile(r"<(/?)([^\s/>]+)([^>]*?)(/?)>(\.?)")
_ATTRIBUTE = re.compile(r'\s([^\s=]+)="([^"]*)"')
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

Place = tuple[list[Node | str], int]


class TooDeepError(Exception):
    """Elements are nested deeper than ``MAX_DEPTH``."""


def cut(markup: str) -> tuple[str, list[str]]:
    """Return an element's form and its texts, those of blanks only left out.

    :param markup: the element as an XML library writes it
    """
    dense = _BLANK.sub("><", markup)
    texts = _FILLED.findall(dense)
    if "&" in dense:
        texts = [unescape(text) for text in texts]
    return _FILLED.sub(">.<", dense), texts


def tokens(form: str) -> list[tuple[str, str, str, str, str]]:
    """Return a form's tags: slash of an end tag, name, attributes, slash of an empty one, dot."""
    return _TOKEN.findall(form)


def unescape(text: str) -> str:
    """Return a text with the characters that its references stand for.

    :raises ValueError: a number that is no character
    """
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


class Forms:
    """The forms that were met, each with its nodes.

    :param attributed: local names of the elements whose attributes are kept
    """

    def __init__(self, attributed: frozenset[str]) -> None:
        self._attributed = attributed
        self._known: dict[str, _Form] = {}
        self._used: list[_Form] = []

    def fill(self, markup: str) -> Node:
        """Return the element's node, valid until :meth:`reuse` is called.

        :raises TooDeepError: the element is nested too deeply
        """
        form_text, texts = cut(markup)
        form = self._known.get(form_text)
        if form is None:
            form = self._learn(form_text)
        if not form.used:
            self._used.append(form)
        return form.fill(texts)

    def build(self, markup: str) -> Node:
        """Return the element as a node of its own, which stays as it is."""
        form, texts = cut(markup)
        return _Form(form, self._attributed).fill(texts)

    def reuse(self) -> None:
        """Take back all nodes that were handed out, to fill them anew."""
        for form in self._used:
            form.used = 0
        self._used.clear()

    def _learn(self, text: str) -> _Form:
        if len(self._known) >= MAX_FORMS:
            self._known.clear()
        form = self._known[text] = _Form(text, self._attributed)
        return form


class _Form:
    """One form and the nodes made of it."""

    def __init__(self, text: str, attributed: frozenset[str]) -> None:
        self._text = text
        self._attributed = attributed
        self._spare = [self._blank()]
        self.used = 0

    def fill(self, texts: list[str]) -> Node:
        node, places = self._next()
        for (values, position), text in zip(places, texts, strict=True):
            values[position] = text
        return node

    def _next(self) -> tuple[Node, list[Place]]:
        number = self.used
        self.used += 1
        if number < len(self._spare):
            return self._spare[number]
        blank = self._blank()
        if number < MAX_SPARE:
            self._spare.append(blank)
        return blank

    def _blank(self) -> tuple[Node, list[Place]]:
        """Return a node with empty texts, and where each of the texts belongs."""
        reader = FormReader(self._attributed)
        for token in tokens(self._text):
            reader.take(token)
        return reader.root, reader.places


class _Open:
    """An element whose end has not come yet."""

    def __init__(self, name: str, attributes: str, place: int | None) -> None:
        self.name = name.rpartition(":")[2]
        self.attributes = attributes
        self.place = place
        self.node = Node()
        self.has_children = False


class FormReader:
    """Builds the blank node of a form. Text beside elements has a place that nobody reads.

    :param attributed: local names of the elements whose attributes are kept
    :param part: local name of the elements whose nodes are put into ``parts``, leaving an
        empty text in their place
    """

    def __init__(self, attributed: frozenset[str], part: str = "") -> None:
        self.root = Node()
        self.parts: list[Node] = []
        self.places: list[Place] = []
        self._attributed = attributed
        self._part = part
        self._open: list[_Open] = []

    def take(self, token: tuple[str, str, str, str, str]) -> None:
        """Go on by one of the :func:`tokens` of the form."""
        closing, name, attributes, is_empty, dot = token
        if closing:
            self._close(has_tail=bool(dot))
        else:
            self._begin(name, attributes, has_text=bool(dot) and not is_empty)
            if is_empty:
                self._close(has_tail=bool(dot))

    def _begin(self, name: str, attributes: str, *, has_text: bool) -> None:
        if len(self._open) > MAX_DEPTH:
            raise TooDeepError
        place = self._new_place() if has_text else None
        if self._open:
            self._open[-1].has_children = True
        self._open.append(_Open(name, attributes, place))

    def _close(self, *, has_tail: bool) -> None:
        element = self._open.pop()
        if self._open:
            self._put_into(self._open[-1].node, element)
        else:
            self.root = element.node
        if has_tail:
            self._new_place()

    def _put_into(self, parent: Node, element: _Open) -> None:
        if element.name == self._part:
            self.parts.append(element.node)
            parent[element.name] = [""]
            return
        values = parent.setdefault(element.name, [])
        values.append(self._value(element, values))

    def _value(self, element: _Open, values: list[Node | str]) -> Node | str:
        if element.has_children:
            return element.node
        if element.name not in self._attributed:
            self._put(element.place, (values, len(values)))
            return ""
        texts: list[Node | str] = [""]
        node = Node({TEXT: texts})
        for name, value in _ATTRIBUTE.findall(element.attributes):
            node[f"@{name}"] = [unescape(value)]
        self._put(element.place, (texts, 0))
        return node

    def _put(self, number: int | None, place: Place) -> None:
        if number is not None:
            self.places[number] = place

    def _new_place(self) -> int:
        self.places.append(([""], 0))
        return len(self.places) - 1
