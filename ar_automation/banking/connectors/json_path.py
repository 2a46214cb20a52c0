"""A small path language for values in JSON, without any way to run code.

A path is names joined by dots; ``[0]`` takes one element of a list, ``[-1]`` the last one,
``[*]`` each of them. A name with other characters stands in quotes in brackets. The empty path
is the whole value.

>>> answer = {"items": [{"id": 7, "amount": {"value": "1.50"}}, {"id": 8}], "a.b": True}
>>> parse_path("items[0].amount.value").first(answer)
'1.50'
>>> parse_path("items[*].id").each(answer), parse_path("['a.b']").first(answer)
([7, 8], True)
>>> parse_path("items[1].amount.value").first(answer) is None
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STEP = re.compile(
    r"""(?P<dot>\.)?(?P<name>[A-Za-z_@$][\w@$-]*) | \[(?P<index>-?\d{1,6})\] | \[(?P<all>\*)\]
    | \[(?P<quote>['"])(?P<quoted>[^'"\]]{1,100})(?P=quote)\]""",
    re.VERBOSE | re.ASCII,
)
MAX_STEPS = 20


class PathError(ValueError):
    """A text that is no path."""


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path. Steps are names (str), positions (int) or None for each element."""

    text: str
    steps: tuple[str | int | None, ...]

    @property
    def is_many(self) -> bool:
        """Whether it may lead to several values."""
        return None in self.steps

    def each(self, value: object) -> list[object]:
        """Return the values that it leads to; none where something on the way is missing."""
        found = [value]
        for step in self.steps:
            found = [inner for outer in found for inner in _inner(outer, step)]
        return found

    def first(self, value: object) -> object:
        """Return the first value that it leads to, None if there is none."""
        found = self.each(value)
        return found[0] if found else None


def parse_path(text: str) -> Path:
    """Return a path from its text.

    :raises PathError: with words on what is wrong
    """
    steps: list[str | int | None] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if not found or (found["name"] and bool(found["dot"]) == (position == 0)):
            rest = text[position:][:20]
            raise PathError(f"'{text[:60]}' is no path: it cannot be read from '{rest}'")
        steps.append(_step(found))
        position = found.end()
    if len(steps) > MAX_STEPS:
        raise PathError(f"'{text[:60]}' has more than {MAX_STEPS} steps")
    return Path(text, tuple(steps))


def _step(found: re.Match[str]) -> str | int | None:
    if found["all"]:
        return None
    if found["index"]:
        return int(found["index"])
    return found["name"] or found["quoted"]


def _inner(value: object, step: str | int | None) -> list[object]:
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    if not isinstance(value, list):
        return []
    if step is None:
        return value
    return [value[step]] if -len(value) <= step < len(value) else []
