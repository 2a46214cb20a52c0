"""OAuth2 client credentials (RFC 6749, 4.4): a program proves itself and gets a short-lived token.

The token lives as long as the connector, in memory only; it is renewed a minute before it ends.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .errors import Kind
from .http_client import HttpClient
from .json_values import as_record, need_text
from .rest_answer import Classify, accept, by_status

_EARLY = timedelta(seconds=60)
_DEFAULT_SECONDS = 300
_MAX_SECONDS = 24 * 3600


def basic_authorisation(user: str, password: str) -> str:
    """Return the value of an ``Authorization`` header (RFC 7617, UTF-8)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """Who asks for a token, and where. ``in_body`` sends the secret as a form field."""

    who: str
    token_path: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    in_body: bool = False


class TokenSource:
    """Gives a valid token, asking for a new one when needed."""

    def __init__(
        self,
        http: HttpClient,
        login: ClientLogin,
        now: Callable[[], datetime],
        classify: Classify = by_status,
    ) -> None:
        self._http = http
        self._login = login
        self._now = now
        self._classify = classify
        self._token = ""
        self._valid_until: datetime | None = None

    def get_token(self) -> str:
        """Return a token that is valid for at least a minute.

        :raises ConnectorError: ``auth`` if the provider refuses, or what the client raises
        """
        if self._valid_until is None or self._now() >= self._valid_until - _EARLY:
            self._renew()
        return self._token

    def _renew(self) -> None:
        login = self._login
        form = {"grant_type": "client_credentials"}
        headers = {"Accept": "application/json"}
        if login.scope:
            form["scope"] = login.scope
        if login.in_body:
            form.update(client_id=login.client_id, client_secret=login.client_secret)
        else:
            headers["Authorization"] = basic_authorisation(login.client_id, login.client_secret)
        asked_at = self._now()
        answer = self._http.request("POST", login.token_path, data=form, headers=headers)
        classify = self._refused if answer.status == 400 else self._classify
        record = as_record(accept(answer, login.who, classify), "token")
        self._token = need_text(record, "access_token", "token")
        self._valid_until = asked_at + timedelta(seconds=_seconds(record.get("expires_in")))

    @staticmethod
    def _refused(status: int, body: Any) -> tuple[Kind, str]:
        """RFC 6749, 5.2: wrong credentials may be answered with 400 and a code."""
        code = body.get("error") if isinstance(body, dict) else ""
        return "auth", str(code or "")


def _seconds(value: object) -> int:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value > 0:
        return int(min(value, _MAX_SECONDS))
    return _DEFAULT_SECONDS
