"""Qonto: business accounts in France, Germany, Italy, Spain and beyond, by API key.

The key is a login and a secret, sent as they are in one header. ``/v2/organization`` lists the
accounts with their balances; ``/v2/transactions`` is read in the order of the last change,
so that a page never shifts while one reads and a transaction that settles late is met again.
Amounts are unsigned, ``side`` gives the direction. Qonto keeps its books in Paris time: what
settles there at half past midnight is of that day, though UTC still writes the day before.

>>> line = to_line({"id": "df34", "amount": "0.43", "side": "debit", "currency": "EUR",
...     "status": "completed", "settled_at": "2021-03-03T23:30:00.000Z", "label": "Ferry"})
>>> line.transaction.amount, line.transaction.booking_date, line.transaction.status
(Decimal('-0.43'), datetime.date(2021, 3, 4), 'booked')

Source: docs.qonto.com, *Business API*, list transactions (v2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

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
from .json_values import (
    as_amount,
    as_currency,
    as_list,
    as_moment,
    as_record,
    broken,
    day_at,
    get_text,
    need_text,
    raw_json,
)
from .rest_answer import accept
from .service_address import pick_address

BOOKS = ZoneInfo("Europe/Paris")
PAGE_SIZE = 100
MAX_PAGES = 10_000
_ADDRESSES = {
    "production": "https://thirdparty.qonto.com",
    "sandbox": "https://thirdparty-sandbox.staging.qonto.co",
}
_STATUS: dict[str, Status] = {"completed": "booked", "pending": "pending"}


def to_account(record: Mapping[str, Any]) -> RemoteAccount:
    """Return an account of ``/v2/organization``."""
    return RemoteAccount(
        identifier=need_text(record, "id", "account"),
        number=get_text(record, "iban", "account").replace(" ", ""),
        currency=as_currency(record.get("currency"), "account: currency"),
        name=get_text(record, "name", "account") or get_text(record, "slug", "account"),
        bic=get_text(record, "bic", "account"),
    )


def to_balances(record: Mapping[str, Any], today: date) -> tuple[Balance, ...]:
    """Return an account's balance now: booked, and what may be spent."""
    currency = as_currency(record.get("currency"), "account: currency")
    found = []
    for key, kind in (("balance", "ITBD"), ("authorized_balance", "ITAV")):
        if record.get(key) is not None:
            amount = as_amount(record[key], f"account: {key}")
            found.append(Balance(amount, currency, today, kind))
    return tuple(found)


def to_line(record: Mapping[str, Any]) -> FeedLine:
    """Return one transaction; its status must be completed or pending."""
    identifier = need_text(record, "id", "transaction")
    place = f"transaction {identifier}"
    status = _STATUS[need_text(record, "status", place)]
    moment = record.get("settled_at") or record.get("emitted_at")
    amount = _signed(record, "amount", place)
    transaction = Transaction(
        amount=amount,
        currency=as_currency(record.get("currency"), f"{place}: currency"),
        booking_date=day_at(moment, BOOKS, f"{place}: settled_at"),
        status=status,
        bank_reference=identifier,
        entry_reference=get_text(record, "transaction_id", place),
        remittance=_remittance(record, place),
        additional_info=get_text(record, "note", place),
        counterparty=_counterparty(record, place),
        exchange=_exchange(record, place),
        bank_code=BankCode(proprietary=get_text(record, "operation_type", place), issuer="Qonto"),
    )
    return FeedLine(transaction, provider_id=identifier, raw=raw_json(record))


def _signed(record: Mapping[str, Any], key: str, place: str) -> Decimal:
    amount = as_amount(record.get(key), f"{place}: {key}")
    side = get_text(record, "side", place)
    if amount < 0 or side not in ("credit", "debit"):
        raise broken(place, "the direction cannot be told from amount and side")
    return amount if side == "credit" else -amount


def _remittance(record: Mapping[str, Any], place: str) -> Remittance:
    reference = get_text(record, "reference", place)
    return Remittance(lines=(reference,) if reference else ())


def _counterparty(record: Mapping[str, Any], place: str) -> Party:
    """The account number stands in a record that is named after the kind of transaction."""
    details = [value for value in record.values() if isinstance(value, dict)]
    more = next((each for each in details if "counterparty_account_number" in each), {})
    return Party(
        name=get_text(record, "label", place),
        account=get_text(more, "counterparty_account_number", place).replace(" ", "").upper(),
        bic=get_text(more, "counterparty_bank_identifier", place),
    )


def _exchange(record: Mapping[str, Any], place: str) -> Exchange:
    currency = get_text(record, "local_currency", place).upper()
    if not currency or currency == get_text(record, "currency", place).upper():
        return Exchange()
    return Exchange(foreign=Money(_signed(record, "local_amount", place), currency))


class QontoConnector:
    """Reads Qonto with one organisation's key."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._http = context.open_http(pick_address(context, _ADDRESSES))

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the organisation's accounts."""
        return [to_account(record) for record in self._accounts()]

    def read_consent(self) -> Consent | None:
        """Return None: a key works until it is withdrawn."""
        return None

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the window's transactions in the order of their last change.

        A cursor is the moment of the last change that was read. It is used to go on after a
        break only: the last page has none, so that each sync looks at its whole window.
        """
        since, number = self._begin(request), 1
        while True:
            answer = self._read_page(request, since, number)
            records = as_list(answer.get("transactions"), "transactions")
            meta = as_record(answer.get("meta"), "meta")
            is_last = meta.get("next_page") is None
            page = self._to_page(records, request, is_last=is_last)
            yield page
            if is_last:
                return
            number += 1
            if number > MAX_PAGES or meta["next_page"] != number:
                raise broken("meta: next_page", f"page {number} was expected")

    def _to_page(self, records: list[Any], request: FetchRequest, *, is_last: bool) -> Page:
        lines, removed, cursor = [], [], ""
        for item in records:
            record = as_record(item, "transaction")
            changed_at = as_moment(record.get("updated_at"), "transaction: updated_at")
            cursor = changed_at.isoformat()
            if get_text(record, "status") not in _STATUS:
                removed.append(need_text(record, "id", "transaction"))
                continue
            line = to_line(record)
            if request.from_date <= line.transaction.booking_date <= request.to_date:
                lines.append(line)
        return Page(
            lines=tuple(lines),
            removed_ids=tuple(removed),
            balances=self._balances(request) if is_last else (),
            cursor="" if is_last else cursor,
            is_last=is_last,
        )

    def _begin(self, request: FetchRequest) -> str:
        if request.cursor:
            moment = as_moment(request.cursor, "cursor")
        else:
            moment = datetime.combine(request.from_date, time.min, tzinfo=BOOKS)
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _read_page(self, request: FetchRequest, since: str, number: int) -> dict[str, Any]:
        params = {
            "bank_account_id": request.account.identifier,
            "status[]": ["pending", "completed", "declined"],
            "updated_at_from": since,
            "sort_by": "updated_at:asc",
            "current_page": number,
            "per_page": PAGE_SIZE,
        }
        return as_record(self._get("/v2/transactions", params), "answer")

    def _accounts(self) -> list[dict[str, Any]]:
        answer = as_record(self._get("/v2/organization", {}), "answer")
        organization = as_record(answer.get("organization"), "organization")
        accounts = as_list(organization.get("bank_accounts"), "bank_accounts")
        return [as_record(record, "account") for record in accounts]

    def _balances(self, request: FetchRequest) -> tuple[Balance, ...]:
        today = self._context.now().astimezone(BOOKS).date()
        for record in self._accounts():
            if record.get("id") == request.account.identifier:
                return to_balances(record, today)
        raise ConnectorError(
            "config",
            f"Qonto has no account {request.account.number or request.account.identifier}.",
            hint="Choose the account of the connection again.",
        )

    def _get(self, path: str, params: Mapping[str, Any]) -> Any:
        login, secret = (self._context.credentials.get(name) for name in ("login", "secret_key"))
        if not (login and secret):
            raise ConnectorError("config", "Login and secret key of Qonto are not both set.")
        headers = {"Authorization": f"{login}:{secret}", "Accept": "application/json"}
        return accept(self._http.request("GET", path, params=params, headers=headers), "Qonto")


PROVIDER = Provider(
    code="qonto",
    name="Qonto",
    protocol="rest",
    summary="Qonto business accounts, by API key. No consent to renew.",
    countries=("FR", "DE", "IT", "ES", "AT", "BE", "NL", "PT"),
    overlap_days=10,
    settings=(
        Setting(
            "login",
            "Login",
            "The login of the API key, as Qonto shows it under Settings, Integrations, API key. "
            "It looks like a company name with a number.",
        ),
        Setting(
            "secret_key",
            "Secret key",
            "The secret key that Qonto shows beside the login.",
            kind="secret",
        ),
        Setting(
            "environment",
            "Environment",
            "Production for your own accounts; Sandbox for Qonto's test system.",
            kind="choice",
            default="production",
            choices=(("production", "Production"), ("sandbox", "Sandbox")),
        ),
    ),
    open=QontoConnector,
)
