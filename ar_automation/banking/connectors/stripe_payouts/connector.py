"""Reads Stripe's payouts and their contents over its REST interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from ..contract import Consent, Context, FetchRequest, Page, Provider, RemoteAccount, Setting
from ..errors import ConnectorError, Kind
from ..json_values import as_currency, as_list, as_record, broken, get_text, need_text
from ..rest_answer import accept, kind_of_status
from ..service_address import pick_address
from .mapping import check_sum, to_lines, to_payout_line, to_reversal_lines

_ADDRESSES = {"production": "https://api.stripe.com"}
_VERSION = "2024-06-20"
_LIST_SIZE = 100
_MAX_LISTS = 10_000
_BALANCE = "balance:"
_TOLD = frozenset({"in_transit", "paid", "failed", "canceled"})


def classify(status: int, body: Any) -> tuple[Kind, str]:
    """Return what a refusal of Stripe means; its body has ``error.type`` and ``error.code``."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return kind_of_status(status), ""
    return kind_of_status(status), str(error.get("code") or error.get("type") or "")


class StripeConnector:
    """Reads one Stripe account with a restricted key."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._http = context.open_http(pick_address(context, _ADDRESSES))

    def list_accounts(self) -> list[RemoteAccount]:
        """Return one account per currency in which Stripe keeps a balance."""
        balance = as_record(self._get("/v1/balance", {}), "balance")
        amounts = as_list(balance.get("available"), "balance: available")
        records = [as_record(amount, "balance: available") for amount in amounts]
        codes = {as_currency(record.get("currency"), "balance: currency") for record in records}
        return [
            RemoteAccount(f"{_BALANCE}{code}", currency=code, name=f"Stripe balance in {code}")
            for code in sorted(codes)
        ]

    def read_consent(self) -> Consent | None:
        """Return None: a key works until it is withdrawn."""
        return None

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield one page per payout that was made in the window, the oldest first.

        The cursor names the day of the payout, from which reading goes on after a break. The
        last page has none, so that the next sync looks at its whole window again.
        """
        begin = date.fromisoformat(request.cursor) if request.cursor else request.from_date
        currency = request.account.identifier.removeprefix(_BALANCE)
        payouts = [
            record
            for record in self._list("/v1/payouts", self._window(begin, request.to_date))
            if self._is_told(record, currency)
        ]
        for record in sorted(payouts, key=lambda payout: int(payout["created"])):
            yield self._to_page(record)
        yield Page(is_last=True)

    def _to_page(self, record: dict[str, Any]) -> Page:
        transfer = to_payout_line(record)
        lines = self._contents(record) if record.get("automatic") else ()
        return Page(
            lines=(*lines, transfer, *to_reversal_lines(record)),
            cursor=transfer.transaction.booking_date.isoformat(),
        )

    def _contents(self, record: dict[str, Any]) -> tuple[Any, ...]:
        payout_id = need_text(record, "id", "payout")
        params = {"payout": payout_id, "expand[]": "data.source"}
        lines = tuple(
            line
            for item in self._list("/v1/balance_transactions", params)
            if get_text(item, "type") != "payout"
            for line in to_lines(item, payout_id)
        )
        check_sum(record, lines)
        return lines

    @staticmethod
    def _is_told(record: Mapping[str, Any], currency: str) -> bool:
        if not isinstance(record.get("created"), int):
            raise broken(f"payout {record.get('id')}: created", "it is no Unix time")
        if as_currency(record.get("currency"), "payout: currency") != currency:
            return False
        is_listed = not record.get("automatic") or (
            record.get("reconciliation_status") in ("completed", None)
        )
        return is_listed and get_text(record, "status", "payout") in _TOLD

    @staticmethod
    def _window(begin: date, end: date) -> dict[str, Any]:
        first, last = (
            int(datetime.combine(day, time.min, tzinfo=timezone.utc).timestamp())
            for day in (begin, end + timedelta(days=1))
        )
        return {
            "created[gte]": first,
            "created[lt]": last,
            "expand[]": "data.failure_balance_transaction",
        }

    def _list(self, path: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the records of a list, which Stripe gives a hundred at a time."""
        after: dict[str, str] = {}
        for _number in range(_MAX_LISTS):
            answer = as_record(self._get(path, {**params, "limit": _LIST_SIZE, **after}), path)
            records = [as_record(item, path) for item in as_list(answer.get("data"), path)]
            yield from records
            if not answer.get("has_more"):
                return
            last = need_text(records[-1], "id", path) if records else ""
            if not last or after.get("starting_after") == last:
                raise broken(path, "it says that there is more but does not go on")
            after = {"starting_after": last}
        raise broken(path, "the list does not end")

    def _get(self, path: str, params: Mapping[str, Any]) -> Any:
        key = self._context.credentials.get("secret_key")
        if not key.startswith(("rk_", "sk_")):
            raise ConnectorError(
                "config",
                "The Stripe key is missing or is no secret key.",
                hint="Enter a restricted key; it begins with rk_live_ or rk_test_.",
            )
        headers = {"Authorization": f"Bearer {key}", "Stripe-Version": _VERSION}
        answer = self._http.request("GET", path, params=params, headers=headers)
        return accept(answer, "Stripe", classify)


PROVIDER = Provider(
    code="stripe_payouts",
    name="Stripe payouts",
    protocol="rest",
    summary="Each Stripe payout as its charges, fees, refunds and the transfer to the bank.",
    # A payout may fail up to five working days after its arrival; holidays on top.
    overlap_days=21,
    settings=(
        Setting(
            "secret_key",
            "Restricted key",
            "A restricted key (rk_live_...) that may read Balance, Balance transaction sources, "
            "Payouts, Charges, Refunds and Disputes, and nothing else.",
            kind="secret",
        ),
    ),
    open=StripeConnector,
)
