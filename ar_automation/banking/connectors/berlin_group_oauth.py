"""Confirming a Berlin Group consent at the bank's OAuth server (SCA approach *OAuth2*).

The bank's answer to a new consent names the server's description (RFC 8414), which tells where
the owner confirms (with the scope ``AIS:`` and the consent's id) and where the code that
comes back is turned into tokens; reading then carries an access token besides the consent's id.
PKCE (RFC 7636) binds the code to us. Since code and tokens go there, the server is not whatever
an answer names: it has to be entered in the settings.

>>> challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from .access_token import AccessToken, Grant, owner_mark
from .client_credentials import basic_authorisation
from .contract import Context
from .errors import ConnectorError
from .http_client import Answer, HttpClient
from .json_record import Record

_DEFAULT_SECONDS = 300


def challenge(verifier: str) -> str:
    """Return the PKCE challenge (S256) of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class ConsentLogin:
    """The OAuth server of one connection.

    :param certificate: our website certificate and key, None where the bank wants none
    """

    def __init__(self, context: Context, certificate: tuple[str, str] | None) -> None:
        self._context = context
        self._credentials = context.credentials
        self._certificate = certificate
        client = self._credentials.get("oauth_client_id")
        owner = owner_mark(self._credentials.get("oauth_server"), client)
        self._token = AccessToken(context, self._renew, owner)

    @property
    def is_used(self) -> bool:
        """Whether the consent was confirmed here, so that reading needs a token."""
        return bool(self._credentials.get("oauth_token_endpoint"))

    def token(self) -> str:
        """Return a token to read with.

        :raises ConnectorError: ``consent_expired`` if it has ended and cannot be renewed
        """
        return self._token.value()

    def start(self, link: str, consent: str, redirect_url: str, state: str) -> str:
        """Return the page where the owner confirms the consent.

        :param link: where the bank says that its server is described
        """
        http = self._open(link)
        described = Record(http.request("GET", http.follow(link)).json(), "OAuth server")
        page, endpoint = (described.text(f"{name}_endpoint") for name in ("authorization", "token"))
        is_page = page.startswith("https://") or self._context.is_test
        if not (page and is_page and endpoint):
            raise described.refused("names no page or no token endpoint")
        verifier = secrets.token_urlsafe(48)
        self._credentials.remember(
            {
                "oauth_token_endpoint": http.follow(endpoint),
                "oauth_verifier": verifier,
                "oauth_redirect_url": redirect_url,
                "access_token": "",
                "refresh_token": "",
            }
        )
        values = {
            "response_type": "code",
            "client_id": self._client(),
            "scope": f"AIS:{consent}",
            "redirect_uri": redirect_url,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{page}{'&' if '?' in page else '?'}{urlencode(values)}"

    def finish(self, answer: Mapping[str, str]) -> None:
        """Turn the code into tokens and keep them."""
        if not answer.get("code"):
            reason = answer.get("error_description") or answer.get("error") or "no code came back"
            raise ConnectorError("consent_expired", f"The bank did not allow it: {reason[:200]}.")
        self._token.keep(
            self._grant(
                grant_type="authorization_code",
                code=answer["code"],
                redirect_uri=self._credentials.get("oauth_redirect_url"),
                code_verifier=self._credentials.get("oauth_verifier"),
            )
        )
        self._credentials.remember({"oauth_verifier": ""})

    def _renew(self, refresh: str) -> Grant:
        if not refresh:
            raise ConnectorError("consent_expired", "The bank's permission to read has ended.")
        return self._grant(grant_type="refresh_token", refresh_token=refresh)

    def _grant(self, **values: str) -> Grant:
        endpoint = self._credentials.get("oauth_token_endpoint")
        http = self._open(endpoint)
        secret = self._credentials.get("oauth_client_secret")
        headers = {"Accept": "application/json"}
        if secret:
            headers["Authorization"] = basic_authorisation(self._client(), secret)
        form = {**values, "client_id": self._client()}
        answer = http.request("POST", http.follow(endpoint), data=form, headers=headers)
        return _read_grant(answer)

    def _client(self) -> str:
        client = self._credentials.get("oauth_client_id")
        if not client:
            raise ConnectorError(
                "config",
                "The bank confirms consents at its OAuth server, but no client id is set.",
                hint="Enter the client id that the bank gave you (often the id in the QWAC).",
            )
        return client

    def _open(self, link: str) -> HttpClient:
        server = self._credentials.get("oauth_server")
        if not server:
            raise ConnectorError(
                "config",
                f"The bank confirms consents at its OAuth server ({link[:200]}).",
                hint="If that is the bank's, enter its address in the setting OAuth server.",
            )
        return self._context.open_http(server, cert=self._certificate)


def _read_grant(answer: Answer) -> Grant:
    if answer.status in (400, 401, 403):
        raise ConnectorError(
            "consent_expired" if b"invalid_grant" in answer.body else "auth",
            f"The bank's OAuth server gives no token ({answer.status}).",
        )
    if answer.status >= 300:
        raise ConnectorError("protocol", f"The bank's OAuth server answers {answer.status}.")
    record = Record(answer.json(), "token")
    if not record.text("access_token"):
        raise record.refused("holds no access_token")
    seconds = record.text("expires_in")
    return Grant(
        access=record.text("access_token"),
        expires_in=int(seconds) if seconds.isdecimal() and len(seconds) < 9 else _DEFAULT_SECONDS,
        refresh=record.text("refresh_token"),
    )
