"""GoCardless Bank Account Data (formerly Nordigen), version 2: Berlin Group's transactions behind
an aggregator's tokens, agreements and requisitions.

Every path ends with a slash. A new requisition has new account ids.
"""

from datetime import timedelta
from typing import Any

from ..face import Bank, Request, Response, RoutedFace
from ..ledger import Account
from ..scenario import Fault
from .berlin_group import tell_transaction
from .reading import find_account, make_uuid, read_window

BANK = {
    "id": "SANDBOXFINANCE_SFIN0000",
    "name": "Sandbox Finance",
    "bic": "SFIN0000",
    "transaction_total_days": "730",
    "max_access_valid_for_days": "180",
    "countries": ["DE", "FI"],
}
ACCESS_SECONDS = 86_400
REFRESH_SECONDS = 30 * 86_400


def _refuse(status: int, summary: str, detail: str, **more: str) -> Response:
    body = {"summary": summary, "detail": detail, "status_code": status, **more}
    return Response.json(body, status)


def _refuse_limit(seconds: float) -> Response:
    text = f"The rate limit for this resource is 4/day. Please try again in {seconds:.0f} seconds"
    answer = _refuse(429, "Rate limit exceeded", text)
    limits = {
        "HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_LIMIT": "4",
        "HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_REMAINING": "0",
        "HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_RESET": f"{seconds:.0f}",
    }
    return Response(429, answer.body, {**answer.headers, **limits})


def _give_token(bank: Bank, request: Request, kind: str) -> Response:
    try:
        order = request.json()
    except ValueError:
        return _refuse(400, "Invalid request", "JSON parse error")
    with bank.lock:
        number = bank.memory["gc-number"] = bank.memory.get("gc-number", 0) + 1
        end = bank.clock.now() + timedelta(seconds=ACCESS_SECONDS)
        access = {"access": make_uuid("gc-access", number), "access_expires": ACCESS_SECONDS}
        if kind == "new":
            wanted = {
                "secret_id": bank.setting("gocardless.secret_id", "gc-id"),
                "secret_key": bank.setting("gocardless.secret_key", "gc-key"),
            }
            if order != wanted:
                text = "No active account found with the given credentials"
                return _refuse(401, "Authentication failed", text)
            refresh = make_uuid("gc-refresh", number)
            bank.memory["gc-refresh", refresh] = bank.clock.now() + timedelta(
                seconds=REFRESH_SECONDS
            )
            answer = {**access, "refresh": refresh, "refresh_expires": REFRESH_SECONDS}
        elif kind == "refresh" and set(order) == {"refresh"}:
            until = bank.memory.get(("gc-refresh", order["refresh"]))
            if until is None or until <= bank.clock.now():
                return _refuse(401, "Invalid token", "Token is invalid or expired")
            answer = access
        else:
            return _refuse(400, "Invalid request", "A field is missing or unknown")
        bank.memory["gc-access", access["access"]] = end
    return Response.json(answer)


def _has_token(bank: Bank, request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    until = bank.memory.get(("gc-access", token))
    return scheme == "Bearer" and until is not None and until > bank.clock.now()


def _agree(bank: Bank, request: Request) -> Response:
    order = request.json()
    days = order.get("access_valid_for_days", 90)
    if order.get("institution_id") != BANK["id"] or not 1 <= days <= 180:
        body = {"institution_id": {"summary": "Unknown or wrong", "detail": "Check it"}}
        return Response.json({**body, "status_code": 400}, 400)
    with bank.lock:
        number = bank.memory["gc-number"] = bank.memory.get("gc-number", 0) + 1
        identifier = make_uuid("gc-agreement", number)
        agreement = {
            "id": identifier,
            "created": bank.clock.now(),
            "institution_id": BANK["id"],
            "max_historical_days": order.get("max_historical_days", 90),
            "access_valid_for_days": days,
            "access_scope": order.get("access_scope", ["balances", "details", "transactions"]),
            "accepted": None,
        }
        bank.memory["gc-agreement", identifier] = agreement
    return Response.json(agreement, 201)


def _require(bank: Bank, request: Request) -> Response:
    order = request.json()
    if not order.get("redirect") or order.get("institution_id") != BANK["id"]:
        return _refuse(400, "Invalid request", "redirect and institution_id are required")
    with bank.lock:
        number = bank.memory["gc-number"] = bank.memory.get("gc-number", 0) + 1
        identifier = make_uuid("gc-requisition", number)
        requisition = {
            "id": identifier,
            "created": bank.clock.now(),
            "redirect": order["redirect"],
            "status": "CR",
            "institution_id": BANK["id"],
            "agreement": order.get("agreement"),
            "reference": order.get("reference") or identifier,
            "accounts": [],
            "link": f"{request.origin}/authorise/{identifier}",
        }
        bank.memory["gc-requisition", identifier] = requisition
    return Response.json(requisition, 201)


def _visit(bank: Bank, request: Request, identifier: str) -> Response:
    """Let the account owner allow reading: the bank's page sends the browser back at once."""
    requisition = bank.memory.get(("gc-requisition", identifier))
    if requisition is None:
        return Response(404)
    requisition["status"] = "LN"
    ibans = [account.iban for account in bank.ledger.accounts()]
    requisition["accounts"] = [make_uuid("gocardless", identifier, iban) for iban in ibans]
    agreement = bank.memory.get(("gc-agreement", requisition["agreement"]))
    if agreement:
        agreement["accepted"] = bank.clock.now()
    joint = "&" if "?" in requisition["redirect"] else "?"
    target = f"{requisition['redirect']}{joint}ref={requisition['reference']}"
    return Response(302, b"", {"Location": target})


def _list_institutions(bank: Bank, request: Request) -> Response:
    return Response.json([BANK])


def _tell_institution(bank: Bank, request: Request, identifier: str) -> Response:
    return (
        Response.json(BANK)
        if identifier == BANK["id"]
        else _refuse(404, "Not found.", "Not found.")
    )


def _tell_agreement(bank: Bank, request: Request, identifier: str) -> Response:
    found = bank.memory.get(("gc-agreement", identifier))
    return Response.json(found) if found else _refuse(404, "Not found.", "Not found.")


def _tell_requisition(bank: Bank, request: Request, identifier: str) -> Response:
    found = bank.memory.get(("gc-requisition", identifier))
    return Response.json(found) if found else _refuse(404, "Not found.", "Not found.")


def _tell_account(bank: Bank, request: Request, identifier: str) -> Response:
    _requisition, account = _find(bank, identifier)
    if account is None:
        return _refuse_account(identifier)
    names = {"id": identifier, "iban": account.iban, "institution_id": BANK["id"]}
    return Response.json({**names, "status": "READY", "owner_name": account.owner})


def _refuse_account(identifier: str) -> Response:
    hint = "Please check whether you specified a valid Account ID"
    return _refuse(404, f"Account ID {identifier} not found", hint)


def _read(bank: Bank, request: Request, identifier: str, what: str) -> Response:
    requisition, account = _find(bank, identifier)
    if account is None or what not in ("details", "balances", "transactions"):
        return _refuse_account(identifier)
    if request.has_fault("consent_expired") or _has_ended(bank, requisition):
        text = "Access has expired or it has been revoked. To restore access reconnect the account."
        kind = {"type": "AccessExpiredError"}
        return _refuse(401, f"Couldn't update account {what}", text, **kind)
    if not bank.count_read("gocardless.daily_limit", account.iban, what):
        return _refuse_limit(85_092)
    if what == "transactions":
        return _list(bank, request, account)
    if what == "balances":
        return Response.json({"balances": _tell_balances(bank, account)})
    described = {"resourceId": identifier, "iban": account.iban, "currency": account.currency}
    names = {"ownerName": account.owner, "name": account.name}
    return Response.json({"account": {**described, **names}})


def _find(bank: Bank, identifier: str) -> tuple[dict[str, Any], Account | None]:
    with bank.lock:
        all_of_them = [value for key, value in bank.memory.items() if key[0] == "gc-requisition"]
    for requisition in all_of_them:
        account = find_account(bank, identifier, "gocardless", requisition["id"])
        if account and requisition["status"] == "LN":
            return requisition, account
    return {}, None


def _has_ended(bank: Bank, requisition: dict[str, Any]) -> bool:
    agreement = bank.memory.get(("gc-agreement", requisition["agreement"]))
    if not agreement:
        return False
    end = agreement["accepted"] + timedelta(days=agreement["access_valid_for_days"])
    return bool(bank.clock.now() >= end)


def _tell_balances(bank: Bank, account: Account) -> list[dict[str, Any]]:
    now = bank.clock.now()
    amount = {"amount": str(bank.ledger.balance(account.iban, now)), "currency": account.currency}
    place = {"balanceType": "closingBooked", "referenceDate": now.date()}
    return [{"balanceAmount": amount, **place}]


def _list(bank: Bank, request: Request, account: Account) -> Response:
    now = bank.clock.now()
    try:
        first, last = read_window(request, "date_from", "date_to")
    except ValueError:
        first = last = None
    if (first and first > now.date()) or (last and last > now.date()):
        body = {"date_from": {"summary": "Date can't be in future", "detail": "Check the dates"}}
        return Response.json({**body, "status_code": 400}, 400)
    told: dict[str, list[dict[str, Any]]] = {"booked": [], "pending": []}
    for line in bank.ledger.show(account.iban, now, from_date=first, to_date=last):
        inner = make_uuid("gocardless", "internal", line.identifier).replace("-", "")
        values = {**tell_transaction(account, line), "internalTransactionId": inner}
        told[line.status].append(values)
        if line.status == "booked" and request.has_fault("duplicate_page"):
            told["booked"].append(values)
    return Response.json({"transactions": told, "last_updated": now})


class GoCardless(RoutedFace):
    """Settings: ``gocardless.secret_id``, ``.secret_key``, ``.daily_limit``."""

    name = "gocardless"
    public = frozenset({"GET /authorise/{id}", "POST /api/v2/token/{kind}"})
    routes = {
        "GET /authorise/{id}": _visit,
        "POST /api/v2/token/{kind}": _give_token,
        "GET /api/v2/institutions": _list_institutions,
        "GET /api/v2/institutions/{id}": _tell_institution,
        "POST /api/v2/agreements/enduser": _agree,
        "GET /api/v2/agreements/enduser/{id}": _tell_agreement,
        "POST /api/v2/requisitions": _require,
        "GET /api/v2/requisitions/{id}": _tell_requisition,
        "GET /api/v2/accounts/{id}": _tell_account,
        "GET /api/v2/accounts/{id}/{what}": _read,
    }

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer a request; every path of the interface ends with a slash."""
        if request.path.startswith("/api/") and not request.path.endswith("/"):
            return self.refuse_unknown(request)
        return super().handle(bank, request)

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Refuse a token that we did not give, or that has run out."""
        if not _has_token(bank, request) or request.has_fault("auth"):
            return _refuse(401, "Invalid token", "Token is invalid or expired")
        return None

    def refuse_unknown(self, request: Request) -> Response:
        """Answer an address that there is not."""
        return _refuse(404, "Not found.", "Not found.")

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return the aggregator's words for its limit."""
        if fault.kind == "rate_limited":
            return _refuse_limit(fault.seconds)
        return _refuse(fault.status, "Unknown request error", "Institution service unavailable")
