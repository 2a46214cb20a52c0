"""The bureaus there are: one line each in ``_BROUGHT``; companion addons call :func:`register`."""

from __future__ import annotations

from ..errors import ConnectorError
from . import creditsafe
from .contract import Bureau

_BROUGHT = (creditsafe.BUREAU,)
_bureaus: dict[str, Bureau] = {}


def register(bureau: Bureau) -> Bureau:
    """Add a bureau; its code must be new."""
    if bureau.code in _bureaus:
        raise ValueError(f"There is a bureau {bureau.code!r} already.")
    _bureaus[bureau.code] = bureau
    return bureau


def list_bureaus() -> list[Bureau]:
    """Return all bureaus, by name."""
    return sorted(_bureaus.values(), key=lambda bureau: bureau.name.lower())


def get_bureau(code: str) -> Bureau:
    """Return the bureau of a code.

    :raises ConnectorError: ``config``, if no installed addon knows it (any more)
    """
    if code not in _bureaus:
        raise ConnectorError(
            "config",
            f"No installed app knows the credit bureau {code!r}.",
            hint="Install the app that brings it, or choose another bureau.",
        )
    return _bureaus[code]


for _bureau in _BROUGHT:
    register(_bureau)
