"""Reads a bank as its description says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import urlsplit

from ...formats.statement import Balance
from ..access_token import AccessToken
from ..client_credentials import ClientLogin, basic_authorisation, client_token
from ..contract import (
    Consent,
    Context,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from ..errors import ConnectorError, Kind
from ..http_address import path_segment
from ..http_client import Answer
from ..json_path import Path
from ..json_values import broken
from ..rest_answer import accept, kind_of_status
from .description import Request, Transactions
from .mapping import is_set, to_account, to_balances, to_line
from .paging import Heard, Position, following
from .reading import read_description
from .template import fill, fill_tree

EXAMPLE = FilePath(__file__).with_name("example.json")
_MAX_PAGES = 10_000


class GenericRestConnector:
    """Reads the bank of one description."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._description = read_description(context.credentials.get("description"))
        self._http = context.open_http(self._description.base_url)
        self._token = self._client_token()

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the accounts that the bank lists, or those that the description names."""
        accounts = self._description.accounts
        if accounts is None:
            return list(self._description.fixed_accounts)
        body = self._json(self._ask(accounts.request, {}))
        return [to_account(record, accounts) for record in _items(accounts.items, body)]

    def read_consent(self) -> Consent | None:
        """Return None: a description knows of no consent."""
        return None

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the window's pages as the bank gives them; none is a place to resume."""
        told = self._description.transactions
        window = _window(request, told)
        position: Position | None = Position()
        while position:
            answer = self._ask(told.request, {**window, **position.values(told.paging)}, position)
            body = self._json(answer)
            records = _items(told.items, body)
            heard = Heard(body, answer.headers, len(records))
            position = following(told.paging, position, heard)
            if position and position.pages >= _MAX_PAGES:
                raise broken("paging", f"there are more than {_MAX_PAGES} pages")
            lines = [to_line(record, told.fields, request.account) for record in records]
            yield Page(
                lines=tuple(line for line in lines if line),
                balances=() if position else self._balances(request, body, window),
                is_last=position is None,
            )

    def _balances(
        self, request: FetchRequest, body: object, window: Mapping[str, str]
    ) -> tuple[Balance, ...]:
        balances = self._description.balances
        if balances is None:
            return ()
        if balances.request:
            paging = self._description.transactions.paging
            values = {**window, **Position().values(paging)}
            body = self._json(self._ask(balances.request, values))
        return to_balances(body, balances, request.account, self._context.now().date())

    def _ask(
        self, request: Request, values: Mapping[str, str], position: Position | None = None
    ) -> Answer:
        if self._token:
            return self._token.ask(lambda: self._send(request, values, position))
        return self._send(request, values, position)

    def _send(
        self, request: Request, values: Mapping[str, str], position: Position | None
    ) -> Answer:
        link = position.link if position else ""
        return self._http.request(
            request.method,
            self._http.follow(link) if link else fill(request.path, values, path_segment),
            params=None if link else fill_tree(dict(request.query), values),
            json=fill_tree(request.body, values),
            headers={**fill_tree(dict(request.headers), values), **self._login()},
            is_repeatable=True,
        )

    def _json(self, answer: Answer) -> Any:
        return accept(answer, self._description.name, self._classify)

    def _classify(self, status: int, body: Any) -> tuple[Kind, str]:
        for refusal in self._description.refusals:
            if is_set(body, refusal.flag):
                return refusal.kind, ""
        return kind_of_status(status), ""

    def _login(self) -> dict[str, str]:
        auth = self._description.auth
        username, secret = self._user()
        if auth.kind == "none":
            return {}
        if auth.kind == "basic":
            return {"Authorization": basic_authorisation(username, secret)}
        if auth.kind == "header":
            return {auth.header: fill(auth.template, {"username": username, "secret": secret})}
        token = self._token.value() if self._token else secret
        return {auth.header: f"Bearer {token}"}

    def _user(self) -> tuple[str, str]:
        username, secret = (self._context.credentials.get(name) for name in ("username", "secret"))
        if self._description.auth.kind != "none" and not secret:
            raise ConnectorError("config", f"The secret for {self._description.name} is not set.")
        return username, secret

    def _client_token(self) -> AccessToken | None:
        auth = self._description.auth
        if auth.kind != "oauth2":
            return None
        parts = urlsplit(auth.token_url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        username, secret = self._user()
        address = f"{parts.scheme}://{parts.netloc}"
        login = ClientLogin(
            who=self._description.name,
            # The token goes to the bank's address, wherever it was given.
            address=f"{address} {self._description.base_url}",
            token_path=path,
            client_id=username,
            client_secret=secret,
            scope=auth.scope,
            in_body=auth.in_body,
        )
        http = self._context.open_http(address)
        return client_token(self._context, http, login, self._classify)


def _items(path: Path, body: object) -> list[object]:
    """Return the records of a page; a list may stand where the path leads, or be spread by it."""
    found = path.each(body)
    if path.is_many:
        return found
    if len(found) != 1 or not isinstance(found[0], list):
        raise broken(path.text or "answer", "there is no list of items")
    return found[0]


def _window(request: FetchRequest, told: Transactions) -> dict[str, str]:
    end = request.to_date + timedelta(days=1 if told.is_end_exclusive else 0)
    return {
        "account": request.account.identifier,
        "number": request.account.number,
        "currency": request.account.currency,
        "from_date": _written(request.from_date, told.date_format),
        "to_date": _written(end, told.date_format),
    }


def _written(day: date, pattern: str) -> str:
    moment = datetime.combine(day, time.min, tzinfo=timezone.utc)
    if pattern == "unix":
        return str(int(moment.timestamp()))
    if pattern == "unix_ms":
        return str(int(moment.timestamp()) * 1000)
    return day.isoformat() if pattern == "iso" else moment.strftime(pattern)


PROVIDER = Provider(
    code="generic_rest",
    name="Other bank (REST, described by data)",
    protocol="rest",
    summary="Any bank with a REST interface: a JSON text says how to ask and what is answered.",
    settings=(
        Setting(
            "description",
            "Description of the bank",
            "A JSON text that says where the bank's service is, how to log in, how to ask for "
            "transactions, and where each value stands in the answer. The manual explains it.",
            kind="data",
        ),
        Setting(
            "username",
            "User or client ID",
            "What {username} stands for: the user name, or the client id for OAuth2.",
            is_required=False,
        ),
        Setting(
            "secret",
            "Secret",
            "What {secret} stands for: the password, API key, token or client secret.",
            kind="secret",
            is_required=False,
        ),
    ),
    open=GenericRestConnector,
)
