"""The providers there are: one line each.

A new bank needs one file with its connector and a line here; companion addons call
:func:`register` when they are loaded.
"""

from __future__ import annotations

from .contract import Provider
from .errors import ConnectorError

_providers: dict[str, Provider] = {}


def register(provider: Provider) -> Provider:
    """Add a provider; its code must be new."""
    if provider.code in _providers:
        raise ValueError(f"There is a provider {provider.code!r} already.")
    _providers[provider.code] = provider
    return provider


def list_providers() -> list[Provider]:
    """Return all providers, by name."""
    return sorted(_providers.values(), key=lambda provider: provider.name.lower())


def get_provider(code: str) -> Provider:
    """Return the provider of a code.

    :raises ConnectorError: ``config``, if no installed addon knows it (any more)
    """
    if code not in _providers:
        raise ConnectorError(
            "config",
            f"No installed app knows the provider {code!r}.",
            hint="Install the app that brings this provider, or connect by another one.",
        )
    return _providers[code]
