"""Texts with placeholders: ``/accounts/{account}/transactions?from={from_date}``.

A placeholder stands for exactly one value; there are no expressions. In a JSON body a text that
is nothing but a placeholder with ``:number`` becomes a number. A value whose placeholder is empty
(the cursor of the first page) is left out of queries and bodies.

>>> fill("{account}/x", {"account": "A 1"}), fill_tree({"page": "{page:number}"}, {"page": "2"})
('A 1/x', {'page': 2})
>>> fill_tree({"size": "100", "after": "{cursor}"}, {"cursor": ""})
{'size': '100'}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"\{(\w+):number\}")


class TemplateError(ValueError):
    """A text that uses placeholders wrongly."""


def check_template(text: str, allowed: frozenset[str]) -> None:
    """Raise what is wrong with the placeholders of a text.

    :raises TemplateError: in words
    """
    for name in _PLACEHOLDER.findall(text):
        if name.removesuffix(":number") not in allowed:
            raise TemplateError(
                f"there is no placeholder {{{name}}}; known here are "
                + ", ".join(f"{{{known}}}" for known in sorted(allowed))
            )
        if name.endswith(":number") and not _NUMBER.fullmatch(text):
            raise TemplateError(f"{{{name}}} must stand alone")
    if set(_PLACEHOLDER.sub("", text)) & set("{}"):
        raise TemplateError(f"'{text[:60]}' has a bracket too many or too few")


def fill(
    text: str, values: Mapping[str, str], quote: Callable[[str], str] = lambda value: value
) -> str:
    """Return a text with its placeholders replaced, each value passed through ``quote``."""
    return _PLACEHOLDER.sub(lambda found: quote(values[found[1]]), text)


def fill_tree(tree: Any, values: Mapping[str, str]) -> Any:
    """Return a structure of texts with all placeholders replaced."""
    if isinstance(tree, str):
        number = _NUMBER.fullmatch(tree)
        return int(values[number[1]]) if number else fill(tree, values)
    if isinstance(tree, dict):
        return {
            name: fill_tree(item, values)
            for name, item in tree.items()
            if not _is_empty(item, values)
        }
    return [fill_tree(item, values) for item in tree] if isinstance(tree, list) else tree


def _is_empty(item: Any, values: Mapping[str, str]) -> bool:
    found = _PLACEHOLDER.fullmatch(item) if isinstance(item, str) else None
    return found is not None and not values[found[1].removesuffix(":number")]
