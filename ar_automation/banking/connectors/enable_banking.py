"""Enable Banking: some 2,500 European banks by one REST interface.

Who we are is proven by a token that we sign ourselves with the application's private key, so no
password travels. The account owner allows reading in the bank's web page (``POST /auth``), comes
back with a code, and the code is turned into a *session* (``POST /sessions``) that lasts as
long as the bank allows, at most 180 days. Transactions come in pages, told by
``continuation_key``; a page without transactions but with a key is not the last one.

Source: Enable Banking API reference, https://enablebanking.com/docs/api/reference/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

from .contract import (
    Consent,
    Context,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from .enable_banking_records import map_account, map_balance, map_line
from .errors import ConnectorError, Kind
from .http_address import path_segment
from .http_client import Answer, Outgoing
from .json_record import Record
from .psd2_records import unambiguous
from .service_address import pick_address
from .signed_token import sign_jwt

ADDRESSES = {"production": "https://api.enablebanking.com"}
_TOKEN_SECONDS = 3600
_LONGEST_CONSENT = timedelta(days=180)
# How long to leave a bank alone that is asked too often: it counts by the day, four times.
DAILY_PAUSE = 6 * 3600.0
_MOST_PAGES = 5_000

_KINDS: dict[str, Kind] = {
    "EXPIRED_SESSION": "consent_expired",
    "CLOSED_SESSION": "consent_expired",
    "REVOKED_SESSION": "consent_expired",
    "SESSION_DOES_NOT_EXIST": "consent_expired",
    "ASPSP_PSU_ACTION_REQUIRED": "consent_expired",
    "ASPSP_RATE_LIMIT_EXCEEDED": "rate_limited",
    "ASPSP_ERROR": "unavailable",
    "ASPSP_TIMEOUT": "unavailable",
    "WRONG_TRANSACTIONS_PERIOD": "config",
    "WRONG_REQUEST_PARAMETERS": "config",
    "REDIRECT_URI_NOT_ALLOWED": "config",
}


class EnableBanking:
    """One application of Enable Banking, with at most one session."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._credentials = context.credentials
        self._http = context.open_http(
            pick_address(context, ADDRESSES),
            auth_headers=self._authorisation,
            classify=_classify,
        )

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the session's accounts."""
        kept = self._kept_accounts()
        return [
            kept.get(uid) or map_account(self._get(f"/accounts/{path_segment(uid)}/details"), uid)
            for uid in self._session().texts("accounts")
        ]

    def read_consent(self) -> Consent | None:
        """Return until when the bank lets this session read."""
        access = self._session().child("access")
        return Consent(access.moment("valid_until"), self._credentials.get("session_id"))

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the transactions of the window, then the balances.

        A key is good for one run only, so no page is a place to resume.
        """
        account = path_segment(request.account.identifier)
        window = {
            "date_from": request.from_date.isoformat(),
            "date_to": request.to_date.isoformat(),
        }
        has_ids = self._credentials.get("identifier") != "content"
        keys = [""]
        while len(keys) <= _MOST_PAGES:
            answer = self._get(
                f"/accounts/{account}/transactions",
                {**window, "continuation_key": keys[-1] or None},
            )
            lines = [
                map_line(record, undated=request.to_date, has_ids=has_ids)
                for record in answer.children("transactions")
            ]
            yield Page(lines=unambiguous(lines))
            key = answer.text("continuation_key")
            if not key:
                balances = self._get(f"/accounts/{account}/balances").children("balances")
                yield Page(balances=tuple(map(map_balance, balances)), is_last=True)
                return
            if key in keys:
                break
            keys.append(key)
        raise ConnectorError("protocol", "Enable Banking's pages lead in a circle or never end.")

    def start_authorisation(self, redirect_url: str, state: str) -> str:
        """Return the bank's page, for the longest consent that the bank gives."""
        bank = self._bank()
        answer = self._post(
            "/auth",
            {
                "access": {"valid_until": self._consent_end(bank)},
                "aspsp": {"name": bank.text("name"), "country": bank.text("country")},
                "state": state,
                "redirect_url": redirect_url,
                "psu_type": self._credentials.get("psu_type") or "business",
            },
        )
        return answer.text("url")

    def finish_authorisation(self, answer: Mapping[str, str]) -> None:
        """Turn the code into a session; the accounts' details are told only now."""
        if not answer.get("code"):
            reason = answer.get("error_description") or answer.get("error") or "no code came back"
            raise ConnectorError("consent_expired", f"The bank did not allow it: {reason[:200]}.")
        session = self._post("/sessions", {"code": answer["code"]})
        accounts = {
            record.text("uid"): record.raw
            for record in session.children("accounts")
            if record.text("uid")
        }
        self._credentials.remember(
            {"session_id": session.text("session_id"), "accounts": json.dumps(accounts)}
        )

    def _bank(self) -> Record:
        """Return the bank that the settings name, as Enable Banking lists it."""
        name, country = self._credentials.get("bank"), self._credentials.get("country").upper()
        answer = self._get("/aspsps", {"country": country})
        banks = answer.children("aspsps")
        for bank in banks:
            if bank.text("name").casefold() == name.strip().casefold():
                return bank
        part = name.strip().casefold()[:4]
        near = [bank.text("name") for bank in banks if part in bank.text("name").casefold()]
        raise ConnectorError(
            "config",
            f"Enable Banking knows no bank '{name}' in {country}.",
            hint=f"Perhaps one of: {', '.join(near[:10])}." if near else "",
        )

    def _consent_end(self, bank: Record) -> str:
        seconds = bank.text("maximum_consent_validity")
        longest = _LONGEST_CONSENT
        if seconds.isdecimal() and len(seconds) < 10:
            longest = min(longest, timedelta(seconds=int(seconds)))
        # A minute less, for clocks that differ.
        end = self._context.now() + longest - timedelta(minutes=1)
        return end.isoformat(timespec="seconds")

    def _session(self) -> Record:
        session_id = self._credentials.get("session_id")
        if not session_id:
            raise ConnectorError("consent_expired", "Reading the accounts was never allowed yet.")
        session = self._get(f"/sessions/{path_segment(session_id)}")
        status = session.text("status")
        if status not in ("", "AUTHORIZED"):
            raise ConnectorError("consent_expired", f"The bank ended the consent ({status}).")
        return session

    def _kept_accounts(self) -> dict[str, RemoteAccount]:
        kept = json.loads(self._credentials.get("accounts") or "{}")
        return {
            uid: map_account(Record(json.loads(raw), "account"), uid) for uid, raw in kept.items()
        }

    def _get(self, path: str, params: Mapping[str, str | None] | None = None) -> Record:
        return Record(self._http.request("GET", path, params=params).json(), "content")

    def _post(self, path: str, content: Mapping[str, object]) -> Record:
        return Record(self._http.request("POST", path, json=content).json(), "content")

    def _authorisation(self, _outgoing: Outgoing) -> Mapping[str, str]:
        issued = int(self._context.now().timestamp())
        token = sign_jwt(
            {
                "iss": "enablebanking.com",
                "aud": "api.enablebanking.com",
                "iat": issued,
                "exp": issued + _TOKEN_SECONDS,
            },
            self._credentials.get("private_key"),
            key_id=self._credentials.get("application_id"),
        )
        return {"Authorization": f"Bearer {token}"}


def _classify(answer: Answer) -> ConnectorError | None:
    """Return what a refusal means, by Enable Banking's code."""
    code = _code(answer)
    kind = _KINDS.get(code)
    if kind is None and answer.status >= 500:
        return None
    if kind is None:
        by_status: dict[int, Kind] = {401: "auth", 403: "auth", 429: "rate_limited"}
        kind = by_status.get(answer.status, "protocol")
    return ConnectorError(
        kind,
        f"Enable Banking refuses: {code or answer.status}.",
        retry_after=DAILY_PAUSE if kind == "rate_limited" else None,
    )


def _code(answer: Answer) -> str:
    try:
        return Record(answer.json(), "error").text("error")[:80]
    except ConnectorError:
        return ""  # a gateway's page instead of an answer: the status tells


PROVIDER = Provider(
    code="enable_banking",
    name="Enable Banking",
    protocol="rest",
    summary=(
        "Banks in 29 European countries. Free for a company's own accounts: register an "
        "application at enablebanking.com, link your accounts there, and use its key here."
    ),
    settings=(
        Setting(
            "application_id",
            "Application id",
            "The id that Enable Banking shows for your application (it is also the name of the "
            "key file that you downloaded).",
        ),
        Setting(
            "private_key",
            "Private key",
            "The application's private key: the .pem file that your browser saved when you "
            "registered the application.",
            kind="pem",
        ),
        Setting("bank", "Bank", "The bank's name exactly as Enable Banking lists it."),
        Setting("country", "Country", "The bank's country, two letters, such as FI."),
        Setting(
            "psu_type",
            "Kind of access",
            "Whether you log in to the bank as a company or as a person.",
            kind="choice",
            default="business",
            choices=(("business", "Company"), ("personal", "Person")),
        ),
        Setting(
            "identifier",
            "Known again by",
            "How a transaction is recognised when it is read again. Choose its content if "
            "your bank gives the same transaction another reference each time.",
            kind="choice",
            default="reference",
            choices=(("reference", "The bank's reference"), ("content", "Its content")),
        ),
    ),
    open=EnableBanking,
    daily_limit=4,
    has_authorisation=True,
)
