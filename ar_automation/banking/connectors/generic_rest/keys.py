"""Checked reading of a description: every fault is collected under the name of its key.

>>> faults = []
>>> keys = Keys({"kind": "pages", "size": 0, "colour": "red"}, "paging", faults)
>>> keys.choice("kind", ("none", "page")), keys.number("size", 100, low=1, high=1000)
('none', 100)
>>> keys.finish()
>>> for fault in faults:
...     print(fault)
paging.kind: 'pages' is none of none, page
paging.size: 0 is no whole number from 1 to 1000
paging.colour: there is no such key; known here are kind, size
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..json_path import Path, PathError, parse_path
from .template import TemplateError, check_template

_MAX_FAULTS = 20


class Keys:
    """One JSON object of a description, read key by key."""

    def __init__(self, record: object, place: str, faults: list[str]) -> None:
        self._place = place
        self._faults = faults
        self._known: list[str] = []
        self._record: Mapping[str, Any] = record if isinstance(record, dict) else {}
        if not isinstance(record, dict):
            self.fault("", "it must be an object with named values")

    def has(self, name: str) -> bool:
        """Whether the key is there; it counts as known from now on."""
        return self._get(name) is not None

    def text(self, name: str, default: str = "", *, is_required: bool = False) -> str:
        """Return a text."""
        value = self._get(name)
        if value is None:
            if is_required:
                self.fault(name, "it is missing")
            return default
        if not isinstance(value, str):
            self.fault(name, "it must be a text in quotes")
            return default
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return one of the choices; the first one if the key is missing."""
        value = self.text(name, choices[0])
        if value not in choices:
            self.fault(name, f"'{value}' is none of {', '.join(choices)}")
            return choices[0]
        return value

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        value = self._get(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.fault(name, f"{value!r} is no whole number from {low} to {high}")
            return default
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false if the key is missing."""
        value = self._get(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, "it must be true or false")
        return value is True

    def path(self, name: str, *, is_required: bool = False) -> Path | None:
        """Return a path into the answer, None if the key is missing."""
        text = self.text(name, is_required=is_required)
        return self._parsed(name, text) if self.has(name) else None

    def paths(self, name: str) -> tuple[Path, ...]:
        """Return a list of paths; a single path counts as a list of one."""
        value = self._get(name)
        texts = [value] if isinstance(value, str) else value
        if texts is None:
            return ()
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self.fault(name, "it must be a path or a list of paths")
            return ()
        return tuple(filter(None, (self._parsed(name, text) for text in texts)))

    def texts(self, name: str) -> frozenset[str]:
        """Return a list of texts as a set."""
        value = self._get(name)
        if value is None:
            return frozenset()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.fault(name, "it must be a list of texts")
            return frozenset()
        return frozenset(value)

    def templates(self, name: str, allowed: frozenset[str]) -> Any:
        """Return texts with placeholders, in whatever structure they stand; None if missing."""
        value = self._get(name)
        for fault in _template_faults(value, allowed):
            self.fault(name, fault)
        return value

    def part(self, name: str) -> Keys:
        """Return the object under a key, to be read in turn."""
        value = self._get(name)
        return Keys({} if value is None else value, self._at(name), self._faults)

    def parts(self, name: str) -> list[Keys]:
        """Return the objects of a list under a key."""
        value = self._get(name)
        if value is not None and not isinstance(value, list):
            self.fault(name, "it must be a list of objects")
        items = value if isinstance(value, list) else []
        return [
            Keys(item, f"{self._at(name)}[{number}]", self._faults)
            for number, item in enumerate(items)
        ]

    def fault(self, name: str, reason: str) -> None:
        """Note a fault of a key."""
        if len(self._faults) < _MAX_FAULTS:
            self._faults.append(f"{self._at(name) or 'description'}: {reason}")

    def finish(self) -> None:
        """Note every key that nobody asked for: a misspelt key must not be ignored."""
        known = ", ".join(dict.fromkeys(self._known))
        for name in self._record:
            if name not in self._known and not name.startswith("_comment"):
                self.fault(name, f"there is no such key; known here are {known}")

    def _get(self, name: str) -> Any:
        self._known.append(name)
        return self._record.get(name)

    def _at(self, name: str) -> str:
        return ".".join(part for part in (self._place, name) if part)

    def _parsed(self, name: str, text: str) -> Path | None:
        try:
            return parse_path(text)
        except PathError as error:
            self.fault(name, str(error))
            return None


def _template_faults(value: object, allowed: frozenset[str]) -> list[str]:
    if isinstance(value, str):
        try:
            check_template(value, allowed)
        except TemplateError as fault:
            return [str(fault)]
        return []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [fault for item in inner for fault in _template_faults(item, allowed)]
