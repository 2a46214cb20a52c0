"""A bank's own interface by the Berlin Group's standard (NextGenPSD2 XS2A, AIS 1.3).

For licensed account information providers, and for banks that open it to companies for their own
accounts. We show a certificate (QWAC) on the wire, and sign with another one (QSealC) if
the bank asks for it. The account owner's *consent* is a resource of its own: created by us,
confirmed by the owner in the bank's page, valid until the day that the bank set. Unattended
reading (no ``PSU-IP-Address`` in the request) is allowed four times a day.

Source: NextGenPSD2 XS2A Framework, OpenAPI file 1.3.11 (CC-BY-4.0).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import urlencode

from .berlin_group_errors import classify
from .berlin_group_oauth import ConsentLogin
from .berlin_group_settings import SETTINGS
from .berlin_group_signature import seal
from .contract import Consent, Context, FetchRequest, Page, Provider, RemoteAccount
from .errors import ConnectorError
from .http_address import path_segment
from .http_client import Outgoing
from .json_record import Record
from .psd2_records import Dialect, map_balances, map_lines

_CONSENT_DAYS = 180
_ENDED = frozenset({"expired", "revokedByPsu", "terminatedByTpp", "rejected"})
_MOST_PAGES = 5_000


class BerlinGroup:
    """One bank, with one consent."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._credentials = context.credentials
        get = self._credentials.get
        certificate = (get("certificate"), get("private_key")) if get("certificate") else None
        self._login = ConsentLogin(context, certificate)
        self._http = context.open_http(
            get("base_url"),
            cert=certificate,
            auth_headers=self._headers,
            classify=classify,
        )

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the accounts that the consent covers."""
        self._require_consent()
        return [
            RemoteAccount(
                identifier=record.text("resourceId"),
                number="".join((record.text("iban") or record.text("bban")).split()).upper(),
                currency=record.text("currency"),
                name=record.text("name") or record.text("product"),
                owner_name=record.text("ownerName"),
                bic=record.text("bic"),
            )
            for record in self._get("/accounts").children("accounts")
        ]

    def read_consent(self) -> Consent | None:
        """Return the last day of the consent, as the end of that day in UTC."""
        identifier = self._require_consent()
        answer = self._get(f"/consents/{path_segment(identifier)}")
        status = answer.text("consentStatus")
        if status in _ENDED:
            raise ConnectorError("consent_expired", f"The bank says: the consent is {status}.")
        day = answer.day("validUntil")
        if status != "valid" or day is None:
            raise ConnectorError(
                "consent_expired", f"The consent is not confirmed yet (status '{status[:30]}')."
            )
        end = datetime.combine(day, time(23, 59, 59), timezone.utc) if day.year < 9999 else None
        return Consent(end, identifier)

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the transactions of the window, following the bank's links, then the balances."""
        self._require_consent()
        path = f"/accounts/{path_segment(request.account.identifier)}"
        window: dict[str, str] | None = {
            "dateFrom": request.from_date.isoformat(),
            "dateTo": request.to_date.isoformat(),
            "bookingStatus": self._credentials.get("booking_status") or "both",
        }
        seen: list[str] = []
        address = f"{path}/transactions"
        while len(seen) < _MOST_PAGES:
            answer = self._get(address, window)
            yield Page(
                lines=map_lines(
                    answer, request.account.number, self._dialect(), undated=request.to_date
                )
            )
            link = _next_link(answer)
            if not link:
                balances = map_balances(self._get(f"{path}/balances"))
                yield Page(balances=balances, is_last=True)
                return
            address, window = self._http.follow(link), None
            if address in seen:
                break
            seen.append(address)
        raise ConnectorError("protocol", "The bank's pages lead in a circle or never end.")

    def start_authorisation(self, redirect_url: str, state: str) -> str:
        """Create a consent, remember it, and return the page where the owner confirms it."""
        back = f"{redirect_url}?{urlencode({'state': state})}"
        answer = Record(
            self._http.request(
                "POST",
                "/consents",
                json={
                    "access": self._access(),
                    "recurringIndicator": True,
                    "validUntil": self._consent_end(),
                    "frequencyPerDay": 4,
                    "combinedServiceIndicator": False,
                },
                headers=self._owner_headers(back),
            ).json(),
            "consent",
        )
        consent, links = answer.text("consentId"), answer.child("_links")
        link = links.child("scaRedirect").text("href")
        server = "" if link else links.child("scaOAuth").text("href")
        if not consent or not (link or server):
            raise ConnectorError(
                "config",
                "The bank offers no page to confirm the consent in (redirect approach).",
                hint="Ask the bank to allow the redirect approach, or connect by an aggregator.",
            )
        self._credentials.remember({"consent_id": consent, "oauth_token_endpoint": ""})
        return link or self._login.start(server, consent, redirect_url, state)

    def finish_authorisation(self, answer: Mapping[str, str]) -> None:
        """Ask the bank whether the consent was confirmed; the way back proves nothing."""
        if self._login.is_used:
            self._login.finish(answer)
        self.read_consent()

    def _access(self) -> dict[str, object]:
        numbers = self._credentials.get("ibans").replace(";", ",").replace("\n", ",").split(",")
        accounts = [
            {"iban": "".join(number.split()).upper()} for number in numbers if number.strip()
        ]
        if not accounts:
            return {"allPsd2": "allAccounts"}
        return {"accounts": accounts, "balances": accounts, "transactions": accounts}

    def _consent_end(self) -> str:
        days = self._credentials.get("consent_days")
        count = int(days) if days.isdecimal() and len(days) < 5 else _CONSENT_DAYS
        return (self._context.now().date() + timedelta(days=count)).isoformat()

    def _owner_headers(self, back: str) -> dict[str, str]:
        """Return what tells the bank that the account owner is present, and where to return to."""
        headers = {
            "TPP-Redirect-URI": back,
            "TPP-Nok-Redirect-URI": back,
            "TPP-Redirect-Preferred": "true",
            "PSU-IP-Address": self._credentials.get("psu_ip_address"),
            "PSU-ID": self._credentials.get("psu_id"),
            "PSU-Corporate-ID": self._credentials.get("psu_corporate_id"),
        }
        return {name: value for name, value in headers.items() if value}

    def _dialect(self) -> Dialect:
        field = self._credentials.get("identifier") or "transactionId"
        name = "" if field == "content" else field
        is_signed = self._credentials.get("amount_sign") == "signed"
        return Dialect(is_signed=is_signed, booked_id=name, pending_id=name)

    def _require_consent(self) -> str:
        identifier = self._credentials.get("consent_id")
        if not identifier:
            raise ConnectorError("consent_expired", "Reading the accounts was never allowed yet.")
        return identifier

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Record:
        return Record(self._http.request("GET", path, params=params).json(), "content")

    def _headers(self, outgoing: Outgoing) -> Mapping[str, str]:
        """Return request id, consent, and the seal's headers if there is a seal."""
        get = self._credentials.get
        added = {
            "X-Request-ID": str(uuid.uuid4()),
            "Date": format_datetime(self._now(), usegmt=True),
        }
        if get("consent_id") and not outgoing.url.endswith("/consents"):
            added["Consent-ID"] = get("consent_id")
            if self._login.is_used:
                added["Authorization"] = f"Bearer {self._login.token()}"
        if get("seal_certificate"):
            own = {name.lower(): value for name, value in added.items()}
            headers = {**outgoing.headers, **own}
            added |= seal(headers, outgoing.body, get("seal_certificate"), get("seal_key"))
        return added

    def _now(self) -> datetime:
        return self._context.now().astimezone(timezone.utc)


def _next_link(answer: Record) -> str:
    transactions = answer.child("transactions")
    links = transactions.child("_links")
    if "booked" not in transactions and "pending" not in transactions and "download" in links:
        raise ConnectorError(
            "config",
            "The bank gives so long a list only as a file to download.",
            hint="Sync from a later date, or import the bank's statement files.",
        )
    return links.text("next") if links.has_text("next") else links.child("next").text("href")


PROVIDER = Provider(
    code="berlin_group",
    name="Berlin Group XS2A (bank's own interface)",
    protocol="rest",
    summary=(
        "A bank's PSD2 interface without an aggregator between. Needs a licence as account "
        "information provider, or the bank's permission, and eIDAS certificates."
    ),
    settings=SETTINGS,
    open=BerlinGroup,
    daily_limit=4,
    has_authorisation=True,
)
