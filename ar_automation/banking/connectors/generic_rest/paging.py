"""From page to page, in the five ways that banks have for it, and never in a circle.

>>> from ..json_path import parse_path
>>> paging = Paging("cursor", path=parse_path("next"))
>>> following(paging, Position(), Heard({"next": "abc"}, {}, items=3)).cursor
'abc'
>>> following(paging, Position(cursor="abc"), Heard({"next": None}, {}, items=3)) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..json_path import Path
from ..json_values import as_amount, as_text, broken
from .description import Paging, PagingKind

_NEXT_LINK = re.compile(r"""<([^<>]{1,4000})>\s*;[^,<]*\brel="?next"?(?=[\s;,"]|$)""", re.I)


@dataclass(frozen=True, slots=True)
class Position:
    """Where one is: how many pages and items were read, and what leads on."""

    pages: int = 0
    items: int = 0
    cursor: str = ""
    link: str = ""

    def values(self, paging: Paging) -> dict[str, str]:
        """Return what the placeholders of paging stand for."""
        return {
            "page": str(paging.first + self.pages),
            "offset": str(self.items),
            "page_size": str(paging.size),
            "cursor": self.cursor,
        }


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: its body, its headers, and how many items it had."""

    body: object
    headers: Mapping[str, str]
    items: int


def following(paging: Paging, position: Position, heard: Heard) -> Position | None:
    """Return the next position, None after the last page.

    :raises ConnectorError: ``protocol``, if the bank leads back to the same page
    """
    moved = replace(position, pages=position.pages + 1, items=position.items + heard.items)
    if paging.kind == "none" or _says_end(paging, heard.body):
        return None
    return _STEPS[paging.kind](paging, moved, heard)


def _says_end(paging: Paging, body: object) -> bool:
    if paging.has_more is None:
        return False
    return as_text_or_flag(paging.has_more.first(body)) in ("", "false", "0", "no", "n")


def as_text_or_flag(value: object) -> str:
    """Return a text in lower case, true and false as words."""
    return str(value).lower() if isinstance(value, bool) else as_text(value, "has_more").lower()


def _by_page(paging: Paging, moved: Position, heard: Heard) -> Position | None:
    if paging.total:
        return moved if moved.pages < _count(paging.total, heard.body) else None
    return moved if _goes_on(paging, heard) else None


def _by_offset(paging: Paging, moved: Position, heard: Heard) -> Position | None:
    if paging.total:
        is_more = moved.items < _count(paging.total, heard.body)
        if is_more and not heard.items:
            raise broken(paging.total.text, "it promises more items than there are")
        return moved if is_more else None
    return moved if _goes_on(paging, heard) else None


def _goes_on(paging: Paging, heard: Heard) -> bool:
    """Without a word on it a page that is not full is the last; an empty one always is."""
    return bool(heard.items) if paging.has_more else heard.items >= paging.size


def _by_cursor(paging: Paging, moved: Position, heard: Heard) -> Position | None:
    cursor = _text_at(paging.path, heard.body)
    if not cursor:
        return None
    if cursor == moved.cursor:
        raise broken("paging", "the next page is the same page")
    return replace(moved, cursor=cursor)


def _by_link(paging: Paging, moved: Position, heard: Heard) -> Position | None:
    return _linked(moved, _text_at(paging.path, heard.body))


def _by_header(paging: Paging, moved: Position, heard: Heard) -> Position | None:
    found = _NEXT_LINK.search(heard.headers.get("link", ""))
    return _linked(moved, found[1] if found else "")


def _linked(moved: Position, link: str) -> Position | None:
    if not link:
        return None
    if link == moved.link:
        raise broken("paging", "the next page is the same page")
    return replace(moved, link=link)


def _count(path: Path, body: object) -> int:
    return int(as_amount(path.first(body), path.text))


def _text_at(path: Path | None, body: object) -> str:
    return as_text(path.first(body), path.text) if path else ""


_STEPS: dict[PagingKind, Callable[[Paging, Position, Heard], Position | None]] = {
    "page": _by_page,
    "offset": _by_offset,
    "cursor": _by_cursor,
    "next_link": _by_link,
    "link_header": _by_header,
}
