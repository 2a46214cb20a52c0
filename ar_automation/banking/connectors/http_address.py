"""Where an HTTP client may go: one origin, and nowhere else.

A provider's answers contain links ("next page"). A link that leads to another server would carry
our tokens there, so every address is held against the origin (scheme, host, port) that
the connection was opened for. Plain HTTP exists for tests against the loopback address alone.

>>> origin = Origin("https://api.bank.example/psd2/v1", is_test=False)
>>> origin.url("/accounts")
'https://api.bank.example/psd2/v1/accounts'
>>> origin.follow("/psd2/v1/accounts?page=2")
'https://api.bank.example/psd2/v1/accounts?page=2'
>>> try:
...     origin.follow("https://evil.example/accounts")
... except ConnectorError as error:
...     print(error.kind, error)
protocol api.bank.example links to another server (evil.example), which is not followed.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from .errors import ConnectorError

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_IDENTIFIER = re.compile(r"(?=.*\d).{12,}")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")


def path_segment(text: str) -> str:
    """Return a text (an account's identifier) quoted to be one segment of a path.

    >>> path_segment("a/b?c"), path_segment("..")
    ('a%2Fb%3Fc', '%2E%2E')
    """
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")


def redacted_path(url: str) -> str:
    """Return what of an address may be logged: its path and the names of its parameters.

    Of identifiers in the path (sessions, account numbers) the end is enough to find them again.

    >>> redacted_path("https://api.bank.example/v1/accounts/3dc3d5b3-7023-4848/lists?code=SECRET&a")
    '/v1/accounts/…4848/lists?code&a'
    """
    parts = urlsplit(url)
    path = "/".join(
        f"…{segment[-4:]}" if _IDENTIFIER.fullmatch(segment) else segment
        for segment in parts.path.split("/")
    )
    names = "&".join(part.partition("=")[0] for part in parts.query.split("&") if part)
    return f"{path or '/'}?{names}" if names else path or "/"


def is_public_peer(address: str) -> bool:
    """Whether an IP address may be a bank's: neither this machine nor its link nor a group.

    Private networks are allowed, since companies reach banks through gateways of their own.

    >>> is_public_peer("127.0.0.1"), is_public_peer("169.254.169.254"), is_public_peer("10.0.0.7")
    (False, False, True)
    """
    peer = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped:
        peer = peer.ipv4_mapped
    return not (peer.is_loopback or peer.is_link_local or peer.is_multicast or peer.is_unspecified)


class Origin:
    """One server, by scheme, host and port, and the path that its addresses begin with.

    :raises ConnectorError: ``config`` if the address is none that a bank may have
    """

    def __init__(self, base_url: str, *, is_test: bool) -> None:
        parts = _split(base_url.strip())
        if parts is None or not parts.hostname or parts.query or parts.fragment:
            raise _config(f"'{redacted(base_url)}' is not the address of a server.")
        self.host = parts.hostname
        self.is_loopback_test = is_test and self.host in _LOOPBACK
        if parts.scheme != "https" and not (parts.scheme == "http" and self.is_loopback_test):
            raise _config(f"{self.host} must be reached by https, not by '{parts.scheme}'.")
        self._key = _key(parts)
        self._base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    def url(self, path: str) -> str:
        """Return the address of a path below the base address; an absolute one is checked."""
        if "://" in path.partition("?")[0]:
            return self.follow(path)
        return self._checked(f"{self._base}/{path.lstrip('/')}" if path else self._base)

    def follow(self, link: str) -> str:
        """Return the address that a link in an answer means.

        :raises ConnectorError: ``protocol`` if it leads to another origin
        """
        try:
            return self._checked(urljoin(f"{self._base}/", link))
        except ValueError:
            raise ConnectorError("protocol", f"{self.host} gave a link that is none.") from None

    def _checked(self, url: str) -> str:
        parts = _split(url)
        if parts is None:
            raise ConnectorError("protocol", f"{self.host} gave a link that is none.")
        if _key(parts) != self._key:
            raise ConnectorError(
                "protocol",
                f"{self.host} links to another server ({parts.hostname}), which is not followed.",
            )
        return url


def redacted(url: str) -> str:
    """Return an address as typed, without what a user name, password or query would give away."""
    return url.strip().partition("?")[0].rpartition("@")[2][:100]


def _config(message: str) -> ConnectorError:
    return ConnectorError(
        "config", message, hint="Correct the address: https:// and the provider's server."
    )


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address; None if it is none, or carries a user name."""
    if _UNFIT.search(url):
        return None
    try:
        parts = urlsplit(url)
        _key(parts)
    except ValueError:
        return None
    return None if "@" in parts.netloc else parts


def _key(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
