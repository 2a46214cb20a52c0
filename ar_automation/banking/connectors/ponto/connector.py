"""Reads Ponto with the client id and secret of a myPonto integration."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..client_credentials import ClientLogin, client_token
from ..contract import (
    Consent,
    Context,
    FeedLine,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from ..errors import ConnectorError, Kind
from ..http_address import path_segment
from ..http_client import Answer
from ..json_values import as_list, as_record, broken, get_text, need_text
from ..rest_answer import accept, is_error_code, kind_of_status
from ..service_address import is_on, pick_address
from .mapping import authorised_until, to_account, to_balances, to_line

_logger = logging.getLogger(__name__)

_ADDRESSES = {"production": "https://api.myponto.com"}
_PAGE_SIZE = 100
_MAX_PAGES = 10_000
_SECONDS_BETWEEN_LOOKS = 3.0
_MAX_LOOKS = 10


def classify(status: int, body: Any) -> tuple[Kind, str]:
    """Return what a refusal means; JSON:API puts codes into ``errors``."""
    codes = error_codes(body.get("errors") if isinstance(body, dict) else None)
    return _kind_of(codes) or kind_of_status(status), codes[0] if codes else ""


def error_codes(errors: Any) -> list[str]:
    """Return the codes of a JSON:API list of errors."""
    found = errors if isinstance(errors, list) else []
    return [str(error.get("code") or "") for error in found if isinstance(error, dict)]


def _kind_of(codes: list[str]) -> Kind | None:
    text = " ".join(codes).lower()
    if "authorizationexpired" in text or "consent" in text or "reauthori" in text:
        return "consent_expired"
    return "rate_limited" if "toomanyrequests" in text else None


class PontoConnector:
    """Reads the accounts of one myPonto integration.

    :param wait: waits for some seconds, while Ponto asks the bank
    """

    def __init__(self, context: Context, wait: Callable[[float], None] = time.sleep) -> None:
        self._context = context
        self._wait = wait
        address = pick_address(context, _ADDRESSES)
        self._http = context.open_http(address)
        client_id, secret = (
            context.credentials.get(name) for name in ("client_id", "client_secret")
        )
        if not (client_id and secret):
            raise ConnectorError("config", "Client id and secret of Ponto are not both set.")
        login = ClientLogin("Ponto", address, "/oauth2/token", client_id, secret)
        self._token = client_token(context, self._http, login, classify)

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the accounts that the owner has given to the integration."""
        return [to_account(resource) for resource in self._accounts()]

    def read_consent(self) -> Consent | None:
        """Return when the first account's authorisation ends."""
        ends = [authorised_until(resource) for resource in self._accounts()]
        known = [end for end in ends if end]
        return Consent(valid_until=min(known)) if known else None

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the window's transactions, newest page first, then what is pending.

        No page has a cursor: one that leads to older transactions would hide the new ones.
        """
        if is_on(self._context, "is_synchronizing"):
            self._synchronise(request.account.identifier)
        path = f"/accounts/{path_segment(request.account.identifier)}"
        for resources in self._pages(f"{path}/transactions"):
            lines = [to_line(resource) for resource in reversed(resources)]
            days = [line.transaction.booking_date for line in lines]
            yield Page(
                lines=tuple(
                    line
                    for line, day in zip(lines, days, strict=True)
                    if request.from_date <= day <= request.to_date
                )
            )
            if days and max(days) < request.from_date:
                break
        yield self._last_page(path)

    def _last_page(self, path: str) -> Page:
        pending = self._pending(f"{path}/pending-transactions")
        account = as_record(as_record(self._get(path, {}), "answer").get("data"), "account")
        today = self._context.now().date()
        return Page(lines=tuple(pending), balances=to_balances(account, today), is_last=True)

    def _pending(self, path: str) -> list[FeedLine]:
        """Return what is announced; none where Ponto does not offer that for the account."""
        try:
            return [
                to_line(resource, "pending")
                for resources in self._pages(path)
                for resource in resources
            ]
        except ConnectorError as error:
            if error.kind != "config":  # 404; that the account exists was just seen
                raise
            return []

    def _accounts(self) -> list[dict[str, Any]]:
        return [resource for resources in self._pages("/accounts") for resource in resources]

    def _pages(self, path: str) -> Iterator[list[dict[str, Any]]]:
        """Yield each page's resources; a page names the id after which the next one begins."""
        after = ""
        for _number in range(_MAX_PAGES):
            params = {"limit": _PAGE_SIZE, "after": after or None}
            answer = as_record(self._get(path, params), path)
            items = as_list(answer.get("data"), f"{path}: data")
            resources = [as_record(item, f"{path}: data") for item in items]
            following = self._following(answer, path)
            if following and following == after:
                raise broken(path, "the next page is the same page")
            yield resources
            if not following:
                return
            after = following
        raise broken(path, "the list does not end")

    @staticmethod
    def _following(answer: Mapping[str, Any], path: str) -> str:
        meta = answer.get("meta")
        paging = meta.get("paging") if isinstance(meta, dict) else None
        return get_text(paging, "after", path) if isinstance(paging, dict) else ""

    def _synchronise(self, account: str) -> None:
        """Let Ponto look at the bank now, and wait for it for a limited time."""
        resource = self._trigger(account)
        if resource is None:
            return
        path = f"/synchronizations/{path_segment(need_text(resource, 'id', 'synchronization'))}"
        for _look in range(_MAX_LOOKS):
            if self._is_finished(resource):
                return
            self._wait(_SECONDS_BETWEEN_LOOKS)
            resource = self._resource(self._get(path, {}))
        _logger.info("Ponto still looks at account %s; the next sync reads it.", account)

    def _trigger(self, account: str) -> dict[str, Any] | None:
        """Return the synchronization, None if Ponto does not look now (again so soon).

        Ponto looks four times a day by itself, so that what it has may be read all the same;
        credentials or a consent that have ended are another matter.
        """
        attributes = {
            "resourceType": "account",
            "resourceId": account,
            "subtype": "accountTransactionsWithUnsettled",
        }
        address = self._context.credentials.get("customer_ip_address").strip()
        if address:
            attributes["customerIpAddress"] = address
        body = {"data": {"type": "synchronization", "attributes": attributes}}
        try:
            answer = self._ask("POST", "/synchronizations", json=body)
            return self._resource(accept(answer, "Ponto", classify))
        except ConnectorError as error:
            if error.kind in ("auth", "consent_expired", "unavailable"):
                raise
            _logger.info("Ponto does not look at account %s now: %s", account, error)
            return None

    @staticmethod
    def _resource(answer: Any) -> dict[str, Any]:
        return as_record(as_record(answer, "synchronization").get("data"), "synchronization")

    @staticmethod
    def _is_finished(resource: Mapping[str, Any]) -> bool:
        """Whether Ponto has looked; raises what kept it from looking."""
        known = as_record(resource.get("attributes"), "synchronization")
        status = get_text(known, "status", "synchronization")
        if status == "error":
            codes = error_codes(known.get("errors"))
            said = ", ".join(filter(is_error_code, codes[:3])) or "no reason given"
            raise ConnectorError(
                _kind_of(codes) or "unavailable", f"Ponto could not read the bank: {said}."
            )
        return status == "success"

    def _get(self, path: str, params: Mapping[str, Any]) -> Any:
        return accept(self._ask("GET", path, params=params), "Ponto", classify)

    def _ask(self, method: str, path: str, **content: Any) -> Answer:
        return self._token.ask(
            lambda: self._http.request(method, path, headers=self._headers(), **content)
        )

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "application/vnd.api+json",
            "Authorization": f"Bearer {self._token.value()}",
        }


PROVIDER = Provider(
    code="ponto",
    name="Ponto",
    protocol="rest",
    summary="European banks through myPonto, with a client id and secret of your own.",
    countries=("BE", "NL", "FR", "DE", "LU", "ES", "IT", "PT"),
    overlap_days=10,
    settings=(
        Setting(
            "client_id",
            "Client ID",
            "The client id of the integration that you made in myPonto under Integrations, "
            "Custom integration.",
        ),
        Setting(
            "client_secret",
            "Client secret",
            "The client secret shown with the client id.",
            kind="secret",
        ),
        Setting(
            "is_synchronizing",
            "Read the bank at each sync",
            "Ask Ponto to read the bank before each sync and wait up to half a minute. If off (0), "
            "you get what Ponto read on its own, four times a day.",
            kind="flag",
            is_required=False,
            default="1",
        ),
        Setting(
            "customer_ip_address",
            "Your internet address",
            "The public IP address of your company, which Ponto may ask for when it reads the bank "
            "for you. Leave it empty if it works without.",
            is_required=False,
        ),
    ),
    open=PontoConnector,
)
