"""Where a provider's service is: one of its known addresses, or a test server on this machine.

No setting of a user can lead a provider's credentials to another host. A test connection may name
a server on the loopback address in the value ``test_address``; the HTTP client allows no
other host by plain HTTP either.
"""

from __future__ import annotations

from collections.abc import Mapping

from .contract import Context
from .errors import ConnectorError


def pick_address(context: Context, addresses: Mapping[str, str]) -> str:
    """Return the address of the chosen environment.

    :param addresses: address by environment; the first one is the default
    :raises ConnectorError: ``config``, if the environment is not among them
    """
    if context.is_test and context.credentials.get("test_address"):
        return context.credentials.get("test_address")
    environment = context.credentials.get("environment") or next(iter(addresses))
    if environment not in addresses:
        raise ConnectorError("config", f"There is no environment {environment[:40]!r}.")
    return addresses[environment]


def is_on(context: Context, name: str) -> bool:
    """Whether a flag that is on by default was left on."""
    return context.credentials.get(name).strip().lower() not in ("0", "false", "no", "off")
