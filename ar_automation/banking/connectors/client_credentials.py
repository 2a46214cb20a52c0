"""OAuth2 client credentials (RFC 6749, 4.4): a program proves itself and gets a short-lived token.

The token is kept as :mod:`.access_token` says; a new one needs no refresh token, only the login.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .access_token import AccessToken, Grant, owner_mark
from .contract import Context
from .errors import Kind
from .http_client import HttpClient
from .json_values import as_record, need_text
from .rest_answer import Classify, accept, by_status

_DEFAULT_SECONDS = 300
_MAX_SECONDS = 24 * 3600


def basic_authorisation(user: str, password: str) -> str:
    """Return the value of an ``Authorization`` header (RFC 7617, UTF-8)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """Who asks for a token, and where. ``in_body`` sends the secret as a form field."""

    who: str
    address: str
    token_path: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    in_body: bool = False


def client_token(
    context: Context, http: HttpClient, login: ClientLogin, classify: Classify = by_status
) -> AccessToken:
    """Return the token of a client, which is kept until it ends or the login changes.

    :param http: the client for ``login.address``
    :raises ConnectorError: where the token is used: ``auth`` if the provider refuses, or what the
        HTTP client raises
    """
    owner = owner_mark(login.address, login.token_path, login.client_id, login.client_secret)
    return AccessToken(context, lambda _refresh: _ask_grant(http, login, classify), owner)


def _ask_grant(http: HttpClient, login: ClientLogin, classify: Classify) -> Grant:
    form = {"grant_type": "client_credentials"}
    headers = {"Accept": "application/json"}
    if login.scope:
        form["scope"] = login.scope
    if login.in_body:
        form.update(client_id=login.client_id, client_secret=login.client_secret)
    else:
        headers["Authorization"] = basic_authorisation(login.client_id, login.client_secret)
    answer = http.request("POST", login.token_path, data=form, headers=headers)
    body = accept(answer, login.who, _refused if answer.status == 400 else classify)
    record = as_record(body, "token")
    return Grant(
        need_text(record, "access_token", "token"),
        _seconds(record.get("expires_in")),
    )


def _refused(_status: int, body: Any) -> tuple[Kind, str]:
    """RFC 6749, 5.2: wrong credentials may be answered with 400 and a code."""
    code = body.get("error") if isinstance(body, dict) else ""
    return "auth", str(code or "")


def _seconds(value: object) -> int:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value > 0:
        return int(min(value, _MAX_SECONDS))
    return _DEFAULT_SECONDS
