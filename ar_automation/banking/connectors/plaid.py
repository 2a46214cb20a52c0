"""Plaid: banks in the United States, Canada and Europe, by ``/transactions/sync``.

Plaid keeps the account's story as a list of changes and gives a *cursor* into it; each answer
tells what was added, modified and removed since. When the list changes while it is read
page by page, Plaid says so and wants it read again from the page where this reading began. So
our cursor keeps both places, and the day from which the first reading took lines:

>>> place = Place(start="2026-01-01", first="", current="abc")
>>> Place.of(str(place)) == place, str(Place(first="abc", current="abc"))
(True, '|abc|abc')

Reading again gives lines that are stored already; they are known by their ids.

Source: Plaid API 2020-09-14, https://plaid.com/docs/api/products/transactions/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from .contract import (
    Consent,
    Context,
    FeedLine,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from .errors import ConnectorError
from .json_record import Record
from .plaid_errors import MutatedError, classify, error_of
from .plaid_records import map_account, map_balances, map_line
from .service_address import pick_address

ADDRESSES = {"production": "https://production.plaid.com", "sandbox": "https://sandbox.plaid.com"}
_MOST_PAGES = 5_000
_MOST_RESTARTS = 5
_NOT_READY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading stands: the page that it began with, and the next one.

    ``start`` is the first day that the first reading of all takes lines of; empty afterwards,
    when back-dated lines count whatever their day.
    """

    start: str = ""
    first: str = ""
    current: str = ""

    def __str__(self) -> str:
        return f"{self.start}|{self.first}|{self.current}"

    @classmethod
    def of(cls, cursor: str) -> Place:
        """Return the place that a stored cursor means."""
        parts = cursor.split("|")
        if len(parts) != 3:
            raise ConnectorError("config", "The stored position in Plaid's list is damaged.")
        return cls(*parts)


class Plaid:
    """One Item of Plaid: one login at one bank."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._credentials = context.credentials
        self._http = context.open_http(pick_address(context, ADDRESSES), classify=classify)

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the Item's accounts."""
        answer = self._ask("/accounts/get", self._item())
        return [map_account(record) for record in answer.children("accounts")]

    def read_consent(self) -> Consent | None:
        """Return the consent's end, which only some (European) banks set."""
        item = self._ask("/item/get", self._item()).child("item")
        error = error_of(item.child("error"), 400) if item.child("error") else None
        if error:
            raise error
        return Consent(item.moment("consent_expiration_time"), item.text("item_id"))

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield what was added, modified and removed since the cursor."""
        place = _place(request)
        restarts = 0
        for _page in range(_MOST_PAGES):
            try:
                answer = self._sync(request, place)
            except MutatedError:
                restarts += 1
                if restarts > _MOST_RESTARTS:
                    raise ConnectorError(
                        "unavailable", "Plaid's list changes faster than it can be read."
                    ) from None
                place = replace(place, current=place.first)
                continue
            page, place = _page_of(answer, request, place)
            yield page
            if page.is_last:
                return
        raise ConnectorError("protocol", "Plaid's pages never end.")

    def start_authorisation(self, redirect_url: str, state: str) -> str:
        """Return Plaid's own page to log in to the bank (Hosted Link).

        With an access token from before the same Item is repaired instead of a new one made.
        """
        token = self._credentials.get("access_token")
        countries = self._credentials.get("countries") or "US"
        purpose = {"access_token": token} if token else {"products": ["transactions"]}
        answer = self._ask(
            "/link/token/create",
            {
                "client_name": "AR Automation",
                "language": "en",
                "country_codes": [code.strip().upper() for code in countries.split(",")],
                "user": {"client_user_id": state[:64]},
                "hosted_link": {
                    "completion_redirect_uri": f"{redirect_url}?{urlencode({'state': state})}"
                },
                **purpose,
            },
        )
        if not answer.text("hosted_link_url"):
            raise ConnectorError(
                "config",
                "Plaid gave no page to log in.",
                hint="Ask Plaid to enable Hosted Link for your account.",
            )
        self._credentials.remember({"link_token": answer.text("link_token")})
        return answer.text("hosted_link_url")

    def finish_authorisation(self, answer: Mapping[str, str]) -> None:
        """Exchange the public token of the visit for an access token, and remember that."""
        public_token = answer.get("public_token") or self._public_token()
        if public_token:
            given = self._ask("/item/public_token/exchange", {"public_token": public_token})
            self._credentials.remember(
                {"access_token": given.text("access_token"), "item_id": given.text("item_id")}
            )
        elif not self._credentials.get("access_token"):
            raise ConnectorError("consent_expired", "The login at the bank was not finished.")
        self.read_consent()

    def _public_token(self) -> str:
        """Return what the visit to Plaid's page gave; nothing if an Item was only repaired."""
        content = {"link_token": self._credentials.get("link_token")}
        for session in self._ask("/link/token/get", content).children("link_sessions"):
            for result in session.child("results").children("item_add_results"):
                if result.text("public_token"):
                    return result.text("public_token")
        return ""

    def _sync(self, request: FetchRequest, place: Place) -> Record:
        options: dict[str, object] = {
            "account_id": request.account.identifier,
            "include_original_description": True,
        }
        if place.start:
            days = (self._context.now().date() - date.fromisoformat(place.start)).days
            options["days_requested"] = min(730, max(1, days))
        cursor = {"cursor": place.current} if place.current else {}
        content = {**self._item(), **cursor, "count": 500, "options": options}
        answer = self._ask("/transactions/sync", content)
        if not answer.text("next_cursor"):
            raise ConnectorError(
                "unavailable",
                "Plaid is still collecting the account's transactions.",
                retry_after=_NOT_READY_SECONDS,
            )
        return answer

    def _item(self) -> dict[str, str]:
        token = self._credentials.get("access_token")
        if not token:
            raise ConnectorError("consent_expired", "Reading the accounts was never allowed yet.")
        return {"access_token": token}

    def _ask(self, path: str, content: Mapping[str, object]) -> Record:
        """Send what is asked with our keys; all but the exchange may be repeated."""
        keys = {name: self._credentials.get(name) for name in ("client_id", "secret")}
        answer = self._http.request(
            "POST", path, json={**keys, **content}, is_repeatable="exchange" not in path
        )
        return Record(answer.json(), "content")


def _place(request: FetchRequest) -> Place:
    if request.cursor:
        return Place.of(request.cursor)
    return Place(start=request.from_date.isoformat())


def _page_of(answer: Record, request: FetchRequest, place: Place) -> tuple[Page, Place]:
    """Return the page of an answer, and the place after it."""
    after = answer.text("next_cursor")
    is_last = not answer.flag("has_more")
    reached = Place(first=after, current=after) if is_last else replace(place, current=after)
    account = request.account.identifier
    own = [record for record in answer.children("accounts") if record.text("account_id") == account]
    page = Page(
        lines=_lines(answer, account, place.start),
        removed_ids=tuple(
            record.text("transaction_id")
            for record in answer.children("removed")
            if record.text("account_id") in ("", account)
        ),
        balances=map_balances(own[0]) if own and is_last else (),
        cursor=str(reached),
        is_last=is_last,
    )
    return page, reached


def _lines(answer: Record, account: str, start: str) -> tuple[FeedLine, ...]:
    records = answer.children("added") + answer.children("modified")
    lines = [map_line(record) for record in records if record.text("account_id") == account]
    first_day = date.fromisoformat(start) if start else date.min
    return tuple(line for line in lines if line.transaction.booking_date >= first_day)


PROVIDER = Provider(
    code="plaid",
    name="Plaid",
    protocol="rest",
    summary="Banks in the United States, Canada, the United Kingdom and the European Union.",
    settings=(
        Setting("client_id", "Client id", "From the keys page of Plaid's dashboard."),
        Setting("secret", "Secret", "The secret of the chosen environment.", kind="secret"),
        Setting(
            "environment",
            "Environment",
            "The sandbox has invented banks; production has yours.",
            kind="choice",
            default="production",
            choices=(("production", "Production"), ("sandbox", "Sandbox")),
        ),
        Setting(
            "countries",
            "Countries",
            "Where the bank is: two-letter codes separated by commas, such as US,CA.",
            default="US",
        ),
    ),
    open=Plaid,
    has_authorisation=True,
)
