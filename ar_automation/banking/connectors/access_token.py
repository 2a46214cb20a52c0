"""Access tokens that expire: kept, renewed in time, and renewed once more when refused.

A token is asked for as seldom as possible and stored before it is used, because some providers
withdraw the last refresh token the moment they give a new one. What was given to one client is of
no use to another, and must reach no other address: the tokens are kept with the mark of their
owner, and forgotten as soon as the settings name another one.

>>> owner_mark("https://bank.example", "client-1") == owner_mark("https://bank.example", "client-2")
False
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from .contract import Context
from .http_client import Answer

_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider gave: an access token for so many seconds, and a refresh token if any.

    ``refresh_expires_in`` is 0 where a refresh token has no known end.
    """

    access: str = field(repr=False)
    expires_in: int
    refresh: str = field(default="", repr=False)
    refresh_expires_in: int = 0


def owner_mark(*parts: str) -> str:
    """Return what tells the owner of a token from others (address, client id, secret)."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class AccessToken:
    """The token of one connection, under the names ``access_token`` and ``refresh_token``.

    :param renew: asks for a grant; it is given the refresh token that is still good, else ``""``
    :param owner: whose tokens they are, see :func:`owner_mark`
    """

    def __init__(self, context: Context, renew: Callable[[str], Grant], owner: str = "") -> None:
        self._context = context
        self._renew = renew
        self._owner = owner

    def value(self) -> str:
        """Return a token that is good for another minute."""
        return self._kept("access") or self._renewed()

    def ask(self, send: Callable[[], Answer]) -> Answer:
        """Return the answer to a request that carries the token.

        Providers end tokens early; a kept one that is refused (401) is replaced once.
        """
        is_kept = bool(self._kept("access"))
        answer = send()
        if answer.status == 401 and is_kept:
            self._renewed()
            answer = send()
        return answer

    def keep(self, grant: Grant) -> None:
        """Store what a provider gave, for instance for the code of an authorisation."""
        values = {
            "access_token": grant.access,
            "access_token_until": self._end(grant.expires_in),
            "token_owner": self._owner,
        }
        if grant.refresh:
            seconds = grant.refresh_expires_in
            values["refresh_token"] = grant.refresh
            values["refresh_token_until"] = self._end(seconds) if seconds else ""
        self._context.credentials.remember(values)

    def _kept(self, kind: str) -> str:
        credentials = self._context.credentials
        if credentials.get("token_owner") not in ("", self._owner):
            return ""
        until = credentials.get(f"{kind}_token_until")
        is_good = until == "" or self._now() < float(until)
        return credentials.get(f"{kind}_token") if is_good else ""

    def _renewed(self) -> str:
        grant = self._renew(self._kept("refresh"))
        self.keep(grant)
        return grant.access

    def _now(self) -> float:
        return self._context.now().timestamp()

    def _end(self, seconds: int) -> str:
        return str(self._now() + max(0.0, seconds - _MARGIN.total_seconds()))
