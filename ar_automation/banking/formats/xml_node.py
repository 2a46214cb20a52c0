"""An XML element as a plain value, for readers that know neither namespaces nor an XML library.

>>> node = Node({"Id": ["7"], "Sum": [Node({"#text": ["5.00"], "@Ccy": ["EUR"]})]})
>>> node.text("Id"), node.text("Sum"), node.attribute("Sum", "Ccy"), node.text("Absent", "Child")
('7', '5.00', 'EUR', '')
"""

from __future__ import annotations

TEXT = "#text"


class Node(dict[str, "list[Node | str]"]):
    """An XML element: for each local name of a child, the children of that name in order.

    A child without children and attributes is its text. Attributes, kept only where the
    layout asks for them, stand under ``@name``, the text beside them under ``#text``.
    """

    __slots__ = ()

    def text(self, name: str, *more: str) -> str:
        """Return the stripped text of the first element at the path; ``""`` if there is none."""
        found = self.get(name)
        if not found:
            return ""
        value = found[0]
        if isinstance(value, str):
            return "" if more else value.strip()
        return value.text(*more) if more else value._own_text()

    def attribute(self, name: str, attribute: str) -> str:
        """Return an attribute of the first child of that name; ``""`` if there is none."""
        return self.node(name).text("@" + attribute)

    def node(self, name: str, *more: str) -> Node:
        """Return the first element at the path; an empty node if there is none."""
        found = self.get(name)
        if not found or isinstance(found[0], str):
            return EMPTY
        return found[0].node(*more) if more else found[0]

    def nodes(self, name: str) -> list[Node]:
        """Return all children of that name that have children or attributes themselves."""
        found = self.get(name)
        return [value for value in found if not isinstance(value, str)] if found else []

    def texts(self, name: str) -> list[str]:
        """Return the texts of all children of that name, without the empty ones."""
        found = self.get(name)
        if not found:
            return []
        texts = [v.strip() if isinstance(v, str) else v._own_text() for v in found]
        return [text for text in texts if text]

    def search(self, name: str) -> str:
        """Return the first non-empty text under that name at any depth."""
        for text in self.texts(name):
            return text
        for children in self.values():
            for child in children:
                found = "" if isinstance(child, str) else child.search(name)
                if found:
                    return found
        return ""

    def _own_text(self) -> str:
        found = self.get(TEXT)
        return found[0].strip() if found and isinstance(found[0], str) else ""


EMPTY = Node()
