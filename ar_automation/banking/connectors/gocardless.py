"""GoCardless Bank Account Data (formerly Nordigen), for those who have keys already.

GoCardless accepts no new customers since 2025; existing keys go on working. The account owner's
consent is an *agreement* (how long, how far back) and a *requisition* (one visit to the bank's
page) that names the accounts. A new requisition gives the same accounts new ids, so an
account is known again by its IBAN. Transactions have the Berlin Group's shape, amounts signed.

Each of an account's resources may be read four times a day; the answer says when again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from .access_token import AccessToken, Grant, owner_mark
from .contract import Consent, Context, FetchRequest, Page, Provider, RemoteAccount, Setting
from .errors import ConnectorError
from .http_address import path_segment
from .http_client import Answer
from .json_record import Record
from .psd2_records import Dialect, map_balances, map_lines
from .service_address import pick_address

ADDRESSES = {"production": "https://bankaccountdata.gocardless.com/api/v2"}
_PAUSE = 6 * 3600.0
_WAIT = re.compile(r"try again in (\d{1,7}) seconds", re.IGNORECASE)
_RESET = "http_x_ratelimit_account_success_reset"
_CONSENT = re.compile(
    r"\bEUA\b|end user agreement|access ?expired|requisition|suspended", re.IGNORECASE
)
_DIALECT = Dialect(is_signed=True, booked_id="internalTransactionId", pending_id="")


class GoCardless:
    """One set of keys, with one requisition."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._credentials = context.credentials
        address = pick_address(context, ADDRESSES)
        self._http = context.open_http(address, classify=_classify_limit)
        owner = owner_mark(address, self._credentials.get("secret_id"))
        self._token = AccessToken(context, self._renew, owner)

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the requisition's accounts, and remember their numbers for the next one."""
        requisition = self._requisition()
        kept = self._kept_accounts()
        accounts = [
            kept.get(identifier) or self._read_account(identifier)
            for identifier in requisition.texts("accounts")
        ]
        values = {
            account.identifier: [account.number, account.currency, account.name, account.owner_name]
            for account in accounts
        }
        self._credentials.remember({"accounts": json.dumps(values)})
        return accounts

    def read_consent(self) -> Consent | None:
        """Return the end of the agreement: when it was accepted, and the days it is good for."""
        requisition = self._requisition()
        agreement = requisition.text("agreement")
        if not agreement:
            return Consent(None, requisition.text("id"))
        answer = self._get(f"agreements/enduser/{path_segment(agreement)}/")
        accepted, days = answer.moment("accepted"), answer.text("access_valid_for_days")
        end = _later(accepted, days) if accepted else None
        return Consent(end, requisition.text("id"))

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the transactions of the window, which come in one piece, then the balances."""
        account = self._current_id(request.account)
        # GoCardless refuses days to come, by its own clock.
        until = min(request.to_date, self._context.now().date())
        answer = self._get(
            f"accounts/{account}/transactions/",
            {
                "date_from": min(request.from_date, until).isoformat(),
                "date_to": until.isoformat(),
            },
        )
        lines = map_lines(answer, request.account.number, _DIALECT, undated=request.to_date)
        yield Page(lines=lines)
        balances = map_balances(self._get(f"accounts/{account}/balances/"))
        yield Page(balances=balances, is_last=True)

    def start_authorisation(self, redirect_url: str, state: str) -> str:
        """Make an agreement and a requisition, and return the bank's page."""
        institution = self._credentials.get("institution_id")
        offer = self._get(f"institutions/{path_segment(institution)}/")
        agreement = self._post(
            "agreements/enduser/",
            {
                "institution_id": institution,
                "max_historical_days": _whole(offer.text("transaction_total_days"), 90),
                "access_valid_for_days": _whole(offer.text("max_access_valid_for_days"), 90),
                "access_scope": ["balances", "details", "transactions"],
            },
        )
        requisition = self._post(
            "requisitions/",
            {
                "redirect": f"{redirect_url}?{urlencode({'state': state})}",
                "institution_id": institution,
                "reference": state,
                "agreement": agreement.text("id"),
            },
        )
        self._credentials.remember({"new_requisition_id": requisition.text("id")})
        return requisition.text("link")

    def finish_authorisation(self, answer: Mapping[str, str]) -> None:
        """Take the new requisition into use; the last one stays until it is confirmed."""
        if answer.get("error"):
            reason = (answer.get("details") or answer["error"])[:200]
            raise ConnectorError("consent_expired", f"The bank did not allow it: {reason}.")
        new = self._credentials.get("new_requisition_id")
        self._linked(new)
        self._credentials.remember({"requisition_id": new, "new_requisition_id": ""})
        self.list_accounts()

    def _current_id(self, account: RemoteAccount) -> str:
        """Return today's id of an account that was chosen under an earlier requisition."""
        kept = self._kept_accounts()
        if account.identifier in kept or not account.number:
            return path_segment(account.identifier)
        for identifier, candidate in kept.items():
            is_same_currency = not account.currency or account.currency == candidate.currency
            if candidate.number == account.number and is_same_currency:
                return path_segment(identifier)
        return path_segment(account.identifier)

    def _read_account(self, identifier: str) -> RemoteAccount:
        path = f"accounts/{path_segment(identifier)}/"
        account, details = self._get(path), self._get(f"{path}details/").child("account")
        return RemoteAccount(
            identifier=identifier,
            number="".join((account.text("iban") or details.text("iban")).split()).upper(),
            currency=details.text("currency"),
            name=details.text("name") or details.text("product"),
            owner_name=details.text("ownerName") or account.text("owner_name"),
        )

    def _kept_accounts(self) -> dict[str, RemoteAccount]:
        kept = json.loads(self._credentials.get("accounts") or "{}")
        return {
            identifier: RemoteAccount(identifier, number, currency, name, owner_name)
            for identifier, (number, currency, name, owner_name) in kept.items()
        }

    def _requisition(self) -> Record:
        identifier = self._credentials.get("requisition_id")
        if not identifier:
            raise ConnectorError("consent_expired", "Reading the accounts was never allowed yet.")
        return self._linked(identifier)

    def _linked(self, identifier: str) -> Record:
        requisition = self._get(f"requisitions/{path_segment(identifier)}/")
        if requisition.text("status") != "LN":
            raise ConnectorError(
                "consent_expired",
                f"The consent is not in force (status '{requisition.text('status')[:10]}').",
            )
        return requisition

    def _renew(self, refresh: str) -> Grant:
        """Return a grant, by the refresh token where there is one that is accepted."""
        if refresh:
            answer = self._http.request("POST", "token/refresh/", json={"refresh": refresh})
            if answer.status == 200:
                return _grant(Record(answer.json(), "token"))
        content = {name: self._credentials.get(name) for name in ("secret_id", "secret_key")}
        return _grant(_checked(self._http.request("POST", "token/new/", json=content)))

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Record:
        return _checked(
            self._token.ask(
                lambda: self._http.request("GET", path, params=params, headers=self._bearer())
            )
        )

    def _post(self, path: str, content: Mapping[str, object]) -> Record:
        return _checked(
            self._token.ask(
                lambda: self._http.request("POST", path, json=content, headers=self._bearer())
            )
        )

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.value()}"}


def _grant(record: Record) -> Grant:
    return Grant(
        access=record.text("access"),
        expires_in=_whole(record.text("access_expires"), 0),
        refresh=record.text("refresh"),
        refresh_expires_in=_whole(record.text("refresh_expires"), 0),
    )


def _later(moment: datetime, days: str) -> datetime:
    return moment + timedelta(days=_whole(days, 90))


def _whole(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _checked(answer: Answer) -> Record:
    """Return the content of an answer.

    :raises ConnectorError: what a refusal means
    """
    if answer.status < 400:
        return Record(answer.json(), "content")
    text = answer.body[:2000].decode(errors="replace")
    if answer.status in (400, 401, 403, 409) and _CONSENT.search(text):
        raise ConnectorError("consent_expired", "GoCardless says that the consent has ended.")
    if answer.status in (401, 403):
        raise ConnectorError("auth", f"GoCardless does not accept the keys ({answer.status}).")
    if answer.status == 404:
        raise ConnectorError("config", "GoCardless does not know the account or institution.")
    raise ConnectorError("protocol", f"GoCardless refuses the request ({answer.status}).")


def _classify_limit(answer: Answer) -> ConnectorError | None:
    """Return the limit with the seconds until it ends, which only GoCardless's own text tells."""
    if answer.status != 429:
        return None
    found = _WAIT.search(answer.body[:2000].decode(errors="replace"))
    told = (found[1] if found else "", answer.headers.get(_RESET, ""))
    seconds = next((float(text) for text in told if text.isdecimal()), _PAUSE)
    return ConnectorError(
        "rate_limited",
        "The bank may be read four times a day; that is used up.",
        retry_after=seconds,
    )


PROVIDER = Provider(
    code="gocardless",
    name="GoCardless Bank Account Data",
    protocol="rest",
    summary=(
        "European banks, for existing customers only: GoCardless gives out no new keys. "
        "New connections go by Enable Banking."
    ),
    settings=(
        Setting("secret_id", "Secret id", "From the user secrets of GoCardless's portal."),
        Setting("secret_key", "Secret key", "The key of that secret.", kind="secret"),
        Setting(
            "institution_id",
            "Institution",
            "GoCardless's id of the bank, such as SANDBOXFINANCE_SFIN0000.",
        ),
    ),
    open=GoCardless,
    daily_limit=4,
    has_authorisation=True,
)
