"""The one HTTP client of all REST and SOAP connectors, on ``requests``.

Written so that no provider can forget it: time limits, a size limit, TLS, bounded retries
with jitter that respect ``Retry-After``, one origin only, typed errors, no secret in any log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """Talks to one origin (scheme, host, port)."""

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return the answer, whatever its status below 500 but 429."""
        raise NotImplementedError
