"""Canonical XML: the one way to write a part of a document down, so that it can be signed.

The same content can be written in many ways; a signature needs one. The *inclusive* form (C14N
1.0) writes an element with all namespaces that are in scope, also those that it does not use,
the *exclusive* form with those that it uses.

The trap: ``lxml`` writes a part of a tree without the unused namespaces of its ancestors, also
in inclusive form, so that genuine signatures of banks fail. Here the part is cut out first
with everything that reaches it from outside, then written.

>>> root = etree.fromstring('<a xmlns:unused="urn:u"><b>1</b></a>')
>>> canonical(root[0], Canonical(is_exclusive=False))
b'<b xmlns:unused="urn:u">1</b>'
>>> canonical(root[0], Canonical(is_exclusive=True))
b'<b>1</b>'
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

from lxml import etree

from ..errors import ConnectorError
from .safe_xml import read_xml

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Canonical:
    """How a part of a document is written down before it is digested."""

    is_exclusive: bool
    with_comments: bool = False
    prefixes: tuple[str, ...] = ()


_CANONICAL = {
    INCLUSIVE: Canonical(is_exclusive=False),
    INCLUSIVE + "#WithComments": Canonical(is_exclusive=False, with_comments=True),
    EXCLUSIVE: Canonical(is_exclusive=True),
    EXCLUSIVE + "WithComments": Canonical(is_exclusive=True, with_comments=True),
}
PLAIN = _CANONICAL[INCLUSIVE]


def canonical(
    element: etree._Element, form: Canonical, without: etree._Element | None = None
) -> bytes:
    """Return an element in canonical form, with the namespaces that reach it from outside.

    :param without: a descendant to be left out (an enveloped signature)
    """
    path = _path(element, without) if without is not None else []
    cut = _cut_out(element, is_exclusive=form.is_exclusive)
    if without is not None:
        _leave_out(cut, path)
    try:
        return etree.tostring(
            cut.getroottree(),
            method="c14n",
            exclusive=form.is_exclusive,
            with_comments=form.with_comments,
            inclusive_ns_prefixes=list(form.prefixes) or None,
        )
    except etree.C14NError:
        # Relative namespaces, for instance, have no canonical form.
        raise forged("has a part that cannot be written canonically") from None


def _cut_out(element: etree._Element, *, is_exclusive: bool) -> etree._Element:
    """Return an element as a document of its own that has all it inherits.

    Writing it as plain XML keeps the namespaces of its ancestors, with their prefixes;
    ``xml:`` attributes, inherited in inclusive form only, have to be copied.
    """
    if element.getparent() is None:
        return copy.deepcopy(element.getroottree()).getroot()
    cut = read_xml(etree.tostring(element, with_tail=False))
    if is_exclusive:
        return cut
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if str(name).startswith(_XML) and name != f"{_XML}id" and name not in cut.attrib:
                cut.set(name, value)
    return cut


def _path(element: etree._Element, descendant: etree._Element) -> list[int]:
    path: list[int] = []
    while descendant is not element:
        parent = descendant.getparent()
        if parent is None:
            raise forged("has a signature that is not inside of what it covers")
        path.insert(0, parent.index(descendant))
        descendant = parent
    return path


def _leave_out(element: etree._Element, path: list[int]) -> None:
    """Remove a descendant but not the text behind it, which belongs to its parent."""
    for index in path[:-1]:
        element = element[index]
    child = element[path[-1]]
    before = child.getprevious()
    if child.tail and before is not None:
        before.tail = (before.tail or "") + child.tail
    elif child.tail:
        element.text = (element.text or "") + child.tail
    element.remove(child)


def canonical_of(method: etree._Element) -> Canonical:
    """Return the canonical form that a method or transform element names.

    :raises ConnectorError: ``protocol``: it is none of the four
    """
    form = _CANONICAL.get(method.get("Algorithm", ""))
    if form is None:
        raise forged("is signed in a way that is not known here")
    listed = method.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    if listed is None or not form.is_exclusive:
        return form
    prefixes = tuple(listed.get("PrefixList", "").split())
    return Canonical(form.is_exclusive, form.with_comments, prefixes)


def forged(reason: str) -> ConnectorError:
    """Return the refusal of a document whose signature proves nothing.

    :param reason: goes on after *The bank's answer*
    """
    return ConnectorError(
        "protocol",
        f"The bank's answer {reason}. Nothing of it was used.",
        hint="Try again; if it happens again, something changes the bank's answers on the way: "
        "tell the bank and your administrator.",
    )
