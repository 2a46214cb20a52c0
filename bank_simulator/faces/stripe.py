"""Stripe's payouts and the balance transactions that each of them consists of.

What is booked on the ledger's account on one day is paid out on the next: money in are charges,
fees of the bank are Stripe's fees, other money out are refunds. Amounts are whole numbers of the
smallest unit. Stripe never changes or withdraws a balance transaction, so here neither.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from ..face import Bank, Face, Request, Response
from ..ledger import Account, Movement
from ..scenario import Fault

NO_DECIMALS = frozenset({"JPY", "KRW", "VND"})
DOMAIN_OF_FEES = "ACMT"


class Stripe(Face):
    """Settings: ``stripe.secret_key``; ``stripe.fee`` per mille that Stripe keeps of a charge."""

    name = "stripe"

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer a request, as the reference says."""
        key = bank.setting("stripe.secret_key", "rk_test_simulated")
        if request.headers.get("authorization") != f"Bearer {key}" or request.has_fault("auth"):
            return _refuse(401, "invalid_request_error", "Invalid API Key provided")
        match request.method, request.parts():
            case "GET", ["v1", "balance"]:
                return Response.json(_tell_balance(bank))
            case "GET", ["v1", "payouts"]:
                return _list(request, _find_payouts(bank, request), "/v1/payouts")
            case "GET", ["v1", "payouts", identifier]:
                found = [one for one in _make_payouts(bank) if one["id"] == identifier]
                return Response.json(found[0]) if found else _refuse_unknown(identifier)
            case "GET", ["v1", "balance_transactions"]:
                return _list_contents(bank, request)
        text = f"Unrecognized request URL ({request.method}: {request.path})."
        return _refuse(404, "invalid_request_error", text)

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return Stripe's error object."""
        if fault.kind == "rate_limited":
            return _refuse(429, "rate_limit", "Request rate limit exceeded.")
        return _refuse(fault.status, "api_error", "An unknown error occurred")


def _refuse(status: int, kind: str, text: str) -> Response:
    return Response.json({"error": {"type": kind, "message": text}}, status)


def _refuse_unknown(identifier: str) -> Response:
    body = {"type": "invalid_request_error", "code": "resource_missing"}
    return Response.json({"error": {**body, "message": f"No such object: {identifier}"}}, 404)


def _units(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(0 if currency in NO_DECIMALS else 2))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _booked_by_day(bank: Bank) -> dict[tuple[str, date], list[Movement]]:
    """Return the movements that Stripe has booked, by currency and day."""
    found = defaultdict(list)
    now = bank.clock.now()
    for account in bank.ledger.accounts():
        for movement in bank.ledger.movements(account.iban):
            if movement.booked_at <= now:
                found[account.currency, movement.booked_at.date()].append(movement)
    return found


def _make_payouts(bank: Bank) -> list[dict[str, Any]]:
    """Return all payouts, newest first: one a day and currency, made at midnight."""
    today = bank.clock.now().date()
    accounts = {account.currency: account for account in bank.ledger.accounts()}
    days = [(day, code, held) for (code, day), held in _booked_by_day(bank).items() if day < today]
    return [
        _make_payout(bank, accounts[code], day, held)
        for day, code, held in sorted(days, key=lambda row: row[:2], reverse=True)
    ]


def _make_payout(
    bank: Bank, account: Account, day: date, movements: Sequence[Movement]
) -> dict[str, Any]:
    created = datetime.combine(day + timedelta(days=1), time(0, 5), timezone.utc)
    net = sum(_tell(bank, movement, account.currency)["net"] for movement in movements)
    code = account.currency.lower()
    return {
        "id": f"po_{day:%Y%m%d}{code}",
        "object": "payout",
        "amount": net,
        "currency": code,
        "automatic": True,
        "created": _seconds(created),
        "arrival_date": _seconds(created.replace(hour=0, minute=0) + timedelta(days=2)),
        "balance_transaction": f"txn_po_{day:%Y%m%d}{code}",
        "description": "STRIPE PAYOUT",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "method": "standard",
        "reconciliation_status": "completed",
        "statement_descriptor": None,
        "status": "paid" if bank.clock.now() > created + timedelta(days=2) else "in_transit",
        "type": "bank_account",
    }


def _find_payouts(bank: Bank, request: Request) -> list[dict[str, Any]]:
    return [payout for payout in _make_payouts(bank) if _is_wanted(payout, request)]


def _is_wanted(payout: dict[str, Any], request: Request) -> bool:
    for field in ("created", "arrival_date"):
        bounds = {
            name: request.query.get(f"{field}[{name}]") for name in ("gte", "gt", "lt", "lte")
        }
        value = payout[field]
        if (
            (bounds["gte"] and value < int(bounds["gte"]))
            or (bounds["gt"] and value <= int(bounds["gt"]))
            or (bounds["lt"] and value >= int(bounds["lt"]))
            or (bounds["lte"] and value > int(bounds["lte"]))
        ):
            return False
    status = request.query.get("status")
    return status in (None, payout["status"])


def _list(request: Request, records: list[dict[str, Any]], url: str) -> Response:
    """Return a page of a list: after an id, ten at a time unless asked for up to a hundred."""
    size = int(request.query.get("limit", "10"))
    if not 1 <= size <= 100:
        return _refuse(400, "invalid_request_error", "limit is between 1 and 100")
    names = [record["id"] for record in records]
    after = request.query.get("starting_after")
    if after is not None and after not in names:
        return _refuse_unknown(after)
    first = names.index(after) + 1 if after else 0
    if request.has_fault("duplicate_page"):
        first = max(0, first - size)
    page = records[first : first + size]
    more = first + size < len(records)
    return Response.json({"object": "list", "url": url, "has_more": more, "data": page})


def _list_contents(bank: Bank, request: Request) -> Response:
    wanted = request.query.get("payout")
    payouts = {payout["id"]: payout for payout in _make_payouts(bank)}
    if wanted not in payouts:
        return _refuse_unknown(str(wanted))
    payout = payouts[wanted]
    day = datetime.fromtimestamp(payout["created"], timezone.utc).date() - timedelta(days=1)
    currency = payout["currency"].upper()
    expand = "data.source" in request.repeated.get("expand[]", [])
    records = [
        _tell(bank, movement, currency, is_expanded=expand)
        for movement in _booked_by_day(bank)[currency, day]
    ]
    records.append(
        {
            "id": payout["balance_transaction"],
            "object": "balance_transaction",
            "amount": -payout["amount"],
            "fee": 0,
            "net": -payout["amount"],
            "currency": payout["currency"],
            "created": payout["created"],
            "available_on": payout["arrival_date"],
            "description": "STRIPE PAYOUT",
            "exchange_rate": None,
            "fee_details": [],
            "reporting_category": "payout",
            "source": payout["id"],
            "status": "available",
            "type": "payout",
        }
    )
    return _list(request, records[::-1], "/v1/balance_transactions")


def _tell(
    bank: Bank, movement: Movement, currency: str, *, is_expanded: bool = False
) -> dict[str, Any]:
    """Return a balance transaction."""
    gross = _units(movement.amount, currency)
    kind = "charge" if gross >= 0 else "refund"
    kind = "stripe_fee" if movement.code[0] == DOMAIN_OF_FEES else kind
    fee = gross * int(bank.setting("stripe.fee", "0")) // 1000 if kind == "charge" else 0
    created = _seconds(movement.booked_at)
    return {
        "id": f"txn_{movement.key}",
        "object": "balance_transaction",
        "amount": gross,
        "fee": fee,
        "net": gross - fee,
        "currency": currency.lower(),
        "created": created,
        "available_on": created,
        "description": movement.text,
        "exchange_rate": None,
        "fee_details": [],
        "reporting_category": "fee" if kind == "stripe_fee" else kind,
        "source": _tell_source(movement, kind, currency) if is_expanded else f"ch_{movement.key}",
        "status": "available",
        "type": kind,
    }


def _tell_source(movement: Movement, kind: str, currency: str) -> dict[str, Any] | None:
    if kind == "stripe_fee":
        return None
    metadata = {"reference": movement.reference} if movement.reference else {}
    source: dict[str, Any] = {
        "id": f"{'ch' if kind == 'charge' else 're'}_{movement.key}",
        "object": kind,
        "amount": abs(_units(movement.amount, currency)),
        "currency": currency.lower(),
        "description": movement.text,
        "metadata": metadata,
    }
    if kind == "charge":
        source["billing_details"] = {"name": movement.party.name, "email": None}
        source |= {"customer": None, "invoice": None, "receipt_email": None}
    return source


def _tell_balance(bank: Bank) -> dict[str, Any]:
    today = bank.clock.now().date()
    unpaid: dict[str, int] = {account.currency: 0 for account in bank.ledger.accounts()}
    for (currency, day), movements in _booked_by_day(bank).items():
        if day >= today:
            unpaid[currency] += sum(_tell(bank, one, currency)["net"] for one in movements)
    amounts = [
        {"amount": amount, "currency": code.lower(), "source_types": {"card": amount}}
        for code, amount in unpaid.items()
    ]
    return {"object": "balance", "available": amounts, "pending": [], "livemode": False}
