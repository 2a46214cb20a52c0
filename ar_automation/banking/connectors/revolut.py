"""Revolut Business: accounts in many currencies, read with a certificate of one's own.

The certificate's private key signs a short token (RS256) that proves who asks; together with the
refresh token of the owner's consent it buys an access token of 40 minutes. A transaction has a
*leg* for each of one's own accounts that it touches, so the leg is what is booked; a fee is told
beside the leg's amount and is a line of its own, so that the payment keeps the invoice's amount.
The list is read by the moment of creation, newest first, while a booking's day is that of its
completion (UTC, as in Revolut's statements): creation is looked at a month further back.

>>> told = {"id": "t1", "state": "completed", "completed_at": "2026-03-02T23:30:00.000Z",
...     "type": "transfer", "reference": "INV/17", "legs": [{"leg_id": "g1", "account_id": "a",
...     "amount": "-20.00", "fee": "0.20", "currency": "EUR", "description": "To Blue Ltd"}]}
>>> [(line.provider_id, line.transaction.amount) for line in to_lines(Record(told, "t1"), "a")]
[('g1', Decimal('-20.00')), ('g1:fee', Decimal('-0.20'))]

Source: developer.revolut.com, *Business API* 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta, timezone
from urllib.parse import urlencode, urlsplit

from ..formats.statement import (
    Balance,
    BankCode,
    Exchange,
    Money,
    Party,
    Remittance,
    Status,
    Transaction,
)
from .access_token import AccessToken, Grant, owner_mark
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
from .http_address import path_segment
from .http_client import Answer
from .json_record import Record
from .rest_answer import accept
from .service_address import pick_address
from .signed_token import sign_jwt

PAGE_SIZE = 1000
_ADDRESSES = {
    "production": "https://b2b.revolut.com/api/1.0",
    "sandbox": "https://sandbox-b2b.revolut.com/api/1.0",
}
_CONSENT_PAGES = {
    "production": "https://business.revolut.com",
    "sandbox": "https://sandbox-business.revolut.com",
}
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 300
_TOKEN_SECONDS = 2400
_LOOK_BACK = timedelta(days=30)
_MOST_PAGES = 5_000
_STATUS: dict[str, Status] = {"completed": "booked", "pending": "pending"}
_WITHDRAWN = frozenset({"declined", "failed", "reverted"})
_NAME = re.compile(r"(?:Payment from|Transfer from|From|To) (.+)", re.IGNORECASE)


def to_lines(record: Record, account: str) -> list[FeedLine]:
    """Return the lines of a completed or pending transaction on one account: legs and fees.

    :raises ConnectorError: ``protocol``, if amount, currency or day cannot be read
    """
    found = []
    for leg in _legs(record, account):
        line = _line(record, leg)
        found.append(FeedLine(line, provider_id=leg.text("leg_id"), raw=record.raw))
        fee = leg.amount("fee") if "fee" in leg else None
        if fee:
            charge = Transaction(
                amount=-fee,
                currency=line.currency,
                booking_date=line.booking_date,
                status=line.status,
                bank_reference=_fee_id(leg),
                entry_reference=line.entry_reference,
                additional_info=f"Fee: {leg.text('description')}",
                counterparty=Party(name="Revolut"),
                bank_code=BankCode(proprietary="fee", issuer="Revolut"),
            )
            found.append(FeedLine(charge, provider_id=_fee_id(leg), raw=record.raw))
    return found


def _legs(record: Record, account: str) -> list[Record]:
    return [leg for leg in record.children("legs") if leg.text("account_id") == account]


def _fee_id(leg: Record) -> str:
    return f"{leg.text('leg_id')}:fee"


def _line(record: Record, leg: Record) -> Transaction:
    day = record.day("completed_at") or record.day("created_at")
    identifier = leg.text("leg_id")
    if day is None or not identifier:
        raise record.refused("has no day or no id")
    reference, amount = record.text("reference"), leg.amount("amount")
    return Transaction(
        amount=amount,
        currency=leg.currency("currency"),
        booking_date=day,
        status=_STATUS[record.text("state")],
        bank_reference=identifier,
        entry_reference=record.text("id"),
        remittance=Remittance(lines=(reference,) if reference else ()),
        additional_info=leg.text("description"),
        counterparty=Party(name=_name(record, leg)),
        exchange=_exchange(leg),
        bank_code=BankCode(proprietary=record.text("type"), issuer="Revolut"),
    )


def _name(record: Record, leg: Record) -> str:
    """Return the merchant's name, else the one in a description such as *To Blue Ltd*."""
    merchant = record.child("merchant").text("name")
    found = _NAME.fullmatch(leg.text("description"))
    return merchant or (found[1] if found else "")


def _exchange(leg: Record) -> Exchange:
    currency = leg.text("bill_currency").upper()
    if not currency or currency == leg.currency("currency") or "bill_amount" not in leg:
        return Exchange()
    billed = abs(leg.amount("bill_amount")).copy_sign(leg.amount("amount"))
    return Exchange(foreign=Money(billed, leg.currency("bill_currency")))


class RevolutConnector:
    """Reads one business by its certificate and the owner's consent."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._credentials = context.credentials
        address = pick_address(context, _ADDRESSES)
        self._http = context.open_http(address)
        owner = owner_mark(address, self._credentials.get("client_id"))
        self._token = AccessToken(context, self._renew, owner)

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the active accounts, with the IBAN where an account has one."""
        return [
            self._to_account(record)
            for record in self._accounts()
            if record.text("state") in ("", "active")
        ]

    def read_consent(self) -> Consent | None:
        """Return None: the owner's consent has no known end."""
        return None

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the window's transactions, newest first, then the balance.

        No page is a place to resume. Several transactions may be of the same moment, so the next
        page begins with that of the last one again, and what was seen is passed over.
        """
        until = _midnight(request, days=1)
        seen: set[str] = set()
        for _number in range(_MOST_PAGES):
            records = self._read_page(request, until)
            new = [record for record in records if record.text("id") not in seen]
            if len(records) >= PAGE_SIZE and not new:
                break
            seen.update(record.text("id") for record in new)
            is_done = len(records) < PAGE_SIZE
            if is_done:
                yield self._to_page(new, request, balances=self._balances(request), is_last=True)
                return
            yield self._to_page(new, request)
            created = records[-1].moment("created_at")
            if created is None:
                raise records[-1].refused("has no moment of creation")
            until = created + timedelta(microseconds=1)
        raise ConnectorError("protocol", "Revolut's list of transactions does not go on.")

    def start_authorisation(self, redirect_url: str, state: str) -> str:
        """Return Revolut's page where the owner allows reading, and nothing but reading."""
        self._credentials.remember({"issuer": urlsplit(redirect_url).hostname or ""})
        values = {
            "client_id": self._setting("client_id"),
            "redirect_uri": redirect_url,
            "response_type": "code",
            "scope": "READ",
            "state": state,
        }
        return f"{pick_address(self._context, _CONSENT_PAGES)}/app-confirm?{urlencode(values)}"

    def finish_authorisation(self, answer: Mapping[str, str]) -> None:
        """Turn the code, which is good for two minutes, into tokens."""
        if not answer.get("code"):
            reason = answer.get("error_description") or answer.get("error") or "no code came back"
            raise ConnectorError("consent_expired", f"Revolut did not allow it: {reason[:200]}.")
        self._token.keep(self._grant(grant_type="authorization_code", code=answer["code"]))

    # --- reading

    def _read_page(self, request: FetchRequest, until: datetime) -> list[Record]:
        answer = self._get(
            "/transactions",
            {
                "account": request.account.identifier,
                "from": _text(_midnight(request) - _LOOK_BACK),
                "to": _text(until),
                "count": str(PAGE_SIZE),
            },
        )
        return Record({"transactions": answer}, "answer").children("transactions")

    def _to_page(
        self,
        records: list[Record],
        request: FetchRequest,
        *,
        balances: tuple[Balance, ...] = (),
        is_last: bool = False,
    ) -> Page:
        account = request.account.identifier
        lines: list[FeedLine] = []
        removed: list[str] = []
        for record in records:
            state = record.text("state")
            if state in _WITHDRAWN:
                for leg in _legs(record, account):
                    removed += [leg.text("leg_id"), _fee_id(leg)]
            elif state in _STATUS:
                lines += to_lines(record, account)
            elif state != "created":  # what is only planned has not touched the account
                raise record.refused(f"has the unknown state '{state[:20]}'")
        return Page(
            lines=tuple(line for line in lines if _is_wanted(line, request)),
            removed_ids=tuple(removed),
            balances=balances,
            is_last=is_last,
        )

    def _balances(self, request: FetchRequest) -> tuple[Balance, ...]:
        today = self._context.now().astimezone(timezone.utc).date()
        for record in self._accounts():
            if record.text("id") == request.account.identifier:
                amount, currency = record.amount("balance"), record.currency("currency")
                return (Balance(amount, currency, today, "ITBD"),)
        raise ConnectorError(
            "config",
            f"Revolut has no account {request.account.number or request.account.identifier}.",
            hint="Choose the account of the connection again.",
        )

    def _accounts(self) -> list[Record]:
        return Record({"accounts": self._get("/accounts", {})}, "answer").children("accounts")

    def _to_account(self, record: Record) -> RemoteAccount:
        identifier = record.text("id")
        answer = self._get(f"/accounts/{path_segment(identifier)}/bank-details", {})
        details = Record({"details": answer}, "answer").children("details")
        known = next((each for each in details if each.text("iban")), None)
        return RemoteAccount(
            identifier=identifier,
            number="".join(known.text("iban").split()).upper() if known else "",
            currency=record.currency("currency"),
            name=record.text("name"),
            owner_name=known.text("beneficiary") if known else "",
            bic=known.text("bic") if known else "",
        )

    def _get(self, path: str, params: Mapping[str, str]) -> object:
        return accept(self._token.ask(lambda: self._send(path, params)), "Revolut")

    def _send(self, path: str, params: Mapping[str, str]) -> Answer:
        headers = {"Authorization": f"Bearer {self._token.value()}", "Accept": "application/json"}
        return self._http.request("GET", path, params=params, headers=headers)

    # --- tokens

    def _renew(self, refresh: str) -> Grant:
        if not refresh:
            raise ConnectorError("consent_expired", "Reading the accounts was never allowed yet.")
        return self._grant(grant_type="refresh_token", refresh_token=refresh)

    def _grant(self, **values: str) -> Grant:
        form = {
            **values,
            "client_id": self._setting("client_id"),
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(),
        }
        answer = self._http.request("POST", "/auth/token", data=form)
        if answer.status in (400, 401, 403):
            raise ConnectorError(
                "consent_expired" if b"invalid_grant" in answer.body else "auth",
                f"Revolut gives no token ({answer.status}).",
                hint="Authorise again; if that fails, compare client id, key and the domain of "
                "the redirect address with those of the certificate at Revolut.",
            )
        record = Record(accept(answer, "Revolut"), "token")
        if not record.text("access_token"):
            raise record.refused("holds no access_token")
        seconds = record.text("expires_in")
        return Grant(
            access=record.text("access_token"),
            expires_in=int(seconds) if seconds.isdecimal() and len(seconds) < 6 else _TOKEN_SECONDS,
            refresh=record.text("refresh_token"),
        )

    def _assertion(self) -> str:
        claims = {
            "iss": self._setting("issuer"),
            "sub": self._setting("client_id"),
            "aud": "https://revolut.com",
            "exp": int(self._context.now().timestamp()) + _ASSERTION_SECONDS,
        }
        return sign_jwt(claims, self._setting("private_key"))

    def _setting(self, name: str) -> str:
        value = self._credentials.get(name)
        if not value:
            raise ConnectorError("config", f"The setting '{name}' of Revolut is empty.")
        return value


def _midnight(request: FetchRequest, days: int = 0) -> datetime:
    """Return the beginning of the window, or of the day so many days after its end."""
    day = request.to_date + timedelta(days=days) if days else request.from_date
    return datetime.combine(day, time.min, tzinfo=timezone.utc)


def _is_wanted(line: FeedLine, request: FetchRequest) -> bool:
    is_inside = request.from_date <= line.transaction.booking_date <= request.to_date
    return is_inside or line.transaction.status == "pending"


def _text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


PROVIDER = Provider(
    code="revolut",
    name="Revolut Business",
    protocol="rest",
    summary="Revolut Business accounts, with a certificate and a consent of your own.",
    overlap_days=10,
    has_authorisation=True,
    settings=(
        Setting(
            "client_id",
            "Client ID",
            "Revolut shows it beside the certificate: Settings, APIs, Business API.",
        ),
        Setting(
            "private_key",
            "Private key",
            "The RSA key of the certificate that you uploaded at Revolut, in PEM, not encrypted.",
            kind="pem",
        ),
        Setting(
            "environment",
            "Environment",
            "Production for your own accounts; Sandbox for Revolut's test system.",
            kind="choice",
            default="production",
            choices=(("production", "Production"), ("sandbox", "Sandbox")),
        ),
        Setting(
            "refresh_token",
            "Refresh token",
            "Leave it empty and choose Authorise, unless you made one at Revolut by hand.",
            kind="secret",
            is_required=False,
        ),
        Setting(
            "issuer",
            "Domain of the redirect address",
            "The domain of the OAuth redirect URI at Revolut, without https://. Authorise fills it "
            "in; it is needed only with a refresh token of your own.",
            is_required=False,
        ),
    ),
    open=RevolutConnector,
)
