"""Ponto (myPonto and Ponto Connect): JSON:API, newest first, ``after`` leads to older ones.

Client credentials buy a token. Pending transactions are a resource of their own. A
*synchronization* asks Ponto to look at the bank again.
"""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from ..face import Bank, Request, Response, RoutedFace
from ..ledger import Account, Shown
from ..scenario import Fault
from .reading import find_account, make_uuid

LIMIT = 100


def _refuse(status: int, code: str, text: str) -> Response:
    return Response.json({"errors": [{"code": code, "detail": text, "meta": {}}]}, status)


def _give_token(bank: Bank, request: Request) -> Response:
    names = (
        bank.setting("ponto.client_id", "ponto-id"),
        bank.setting("ponto.client_secret", "ponto-secret"),
    )
    wanted = "Basic " + base64.b64encode(":".join(names).encode()).decode()
    form = {**request.query, **{k: v[-1] for k, v in parse_qs(request.body.decode()).items()}}
    if request.headers.get("authorization") != wanted:
        return Response.json({"error": "invalid_client"}, 401)
    if request.method != "POST" or form.get("grant_type") != "client_credentials":
        return Response.json({"error": "unsupported_grant_type"}, 400)
    with bank.lock:
        number = bank.memory["ponto-number"] = bank.memory.get("ponto-number", 0) + 1
        token = make_uuid("ponto-token", number)
        bank.memory["ponto-token", token] = bank.clock.now() + timedelta(seconds=1800)
    told = {"access_token": token, "expires_in": 1800, "token_type": "bearer"}
    return Response.json({**told, "scope": "ai"})


def _has_token(bank: Bank, request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    until = bank.memory.get(("ponto-token", token))
    return scheme == "Bearer" and until is not None and until > bank.clock.now()


def _describe(bank: Bank, account: Account) -> dict[str, Any]:
    now = bank.clock.now()
    balance = bank.ledger.balance(account.iban, now)
    return {
        "type": "account",
        "id": make_uuid("ponto", account.iban),
        "attributes": {
            "reference": account.iban,
            "referenceType": "IBAN",
            "currency": account.currency,
            "currentBalance": balance,
            "currentBalanceReferenceDate": now,
            "availableBalance": balance,
            "description": account.name,
            "holderName": account.owner,
            "subtype": "checking",
            "deprecated": False,
        },
        "meta": {
            "availability": "available",
            "synchronizedAt": now,
            "latestSynchronization": _tell_synchronization(make_uuid("ponto", "latest")),
        },
    }


def _list_accounts(bank: Bank, request: Request) -> Response:
    accounts = [_describe(bank, account) for account in bank.ledger.accounts()]
    return Response.json({"data": accounts, "meta": {"paging": {"limit": LIMIT}}})


def _tell_account(bank: Bank, request: Request, identifier: str) -> Response:
    account = find_account(bank, identifier, "ponto")
    if account is None:
        return _refuse(404, "resourceNotFound", "The requested resource was not found.")
    return Response.json({"data": _describe(bank, account)})


def _read(bank: Bank, request: Request, identifier: str, what: str) -> Response:
    account = find_account(bank, identifier, "ponto")
    statuses = {"transactions": "booked", "pending-transactions": "pending"}
    if account is None or what not in statuses:
        return _refuse(404, "resourceNotFound", "The requested resource was not found.")
    status = statuses[what]
    lines = [
        line for line in bank.ledger.show(account.iban, bank.clock.now()) if line.status == status
    ]
    return _tell_page(bank, request, account, lines[::-1])


def _tell_page(bank: Bank, request: Request, account: Account, lines: list[Shown]) -> Response:
    """Return the lines after (older than) or before the named one, newest first."""
    size = min(int(request.query.get("limit") or bank.setting("ponto.page", "10")), LIMIT)
    names = [_identify(line) for line in lines]
    named = request.query.get("after") or request.query.get("before")
    if named and named not in names:
        return _refuse(404, "resourceNotFound", "The paging cursor was not found.")
    start = names.index(named) if named else -1
    first = start + 1 if "before" not in request.query else max(0, start - size)
    if request.has_fault("duplicate_page"):
        first = max(0, first - size)
    page = lines[first : first + size]
    more = first + size < len(lines)
    paging = {
        "limit": size,
        "before": _identify(page[0]) if page and first else None,
        "after": _identify(page[-1]) if more else None,
    }
    address = f"{request.origin}{request.path}"
    links = {"first": f"{address}?limit={size}"}
    if more:
        links["next"] = f"{address}?limit={size}&after={paging['after']}"
    data = [_tell(account, line) for line in page]
    told = {"data": data, "links": links}
    latest = _tell_synchronization(make_uuid("ponto", "latest"))
    meta = {"paging": paging, "synchronizedAt": bank.clock.now(), "latestSynchronization": latest}
    return Response.json({**told, "meta": meta})


def _identify(line: Shown) -> str:
    return make_uuid("ponto", line.movement.account, line.identifier)


def _tell(account: Account, line: Shown) -> dict[str, Any]:
    movement = line.movement
    structured = bool(movement.reference)
    return {
        "type": "transaction" if line.status == "booked" else "pendingTransaction",
        "id": _identify(line),
        "attributes": {
            "amount": line.amount,
            "currency": account.currency,
            "valueDate": f"{line.value_date}T00:00:00.000Z",
            "executionDate": f"{line.booking_date}T00:00:00.000Z",
            "description": line.text,
            "remittanceInformation": movement.reference if structured else line.text,
            "remittanceInformationType": "structured" if structured else "unstructured",
            "counterpartName": movement.party.name or None,
            "counterpartReference": movement.party.account or None,
            "endToEndId": movement.end_to_end_id or None,
            "mandateId": movement.mandate_id or None,
            "creditorId": None,
            "bankTransactionCode": "-".join(movement.code),
            "proprietaryBankTransactionCode": None,
            "additionalInformation": None,
            "purposeCode": None,
            "internalReference": line.identifier,
            "digest": make_uuid("digest", line.amount, line.text, line.booking_date),
            "fee": None,
            "createdAt": line.changed_at,
            "updatedAt": line.changed_at,
        },
    }


def _synchronize(bank: Bank, request: Request) -> Response:
    try:
        wanted = request.json()["data"]["attributes"]
        account = find_account(bank, wanted["resourceId"], "ponto")
    except (ValueError, KeyError, TypeError):
        return _refuse(400, "missingAttribute", "resourceId is missing.")
    if account is None or wanted.get("resourceType") != "account":
        return _refuse(404, "resourceNotFound", "The requested resource was not found.")
    with bank.lock:
        number = bank.memory["ponto-number"] = bank.memory.get("ponto-number", 0) + 1
    return Response.json({"data": _tell_synchronization(make_uuid("ponto-sync", number))}, 201)


def _get_synchronization(bank: Bank, request: Request, identifier: str) -> Response:
    return Response.json({"data": _tell_synchronization(identifier)})


def _tell_synchronization(identifier: str) -> dict[str, Any]:
    attributes = {
        "resourceType": "account",
        "subtype": "accountTransactions",
        "status": "success",
        "errors": [],
    }
    return {"type": "synchronization", "id": identifier, "attributes": attributes}


class Ponto(RoutedFace):
    """Settings: ``ponto.client_id``, ``.client_secret``, ``.page``."""

    name = "ponto"
    public = frozenset({"POST /oauth2/token"})
    routes = {
        "POST /oauth2/token": _give_token,
        "GET /accounts": _list_accounts,
        "GET /accounts/{id}": _tell_account,
        "GET /accounts/{id}/{what}": _read,
        "POST /synchronizations": _synchronize,
        "GET /synchronizations/{id}": _get_synchronization,
    }

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer a request; Ponto Connect has the same addresses under a prefix."""
        path = request.path.removeprefix("/ponto-connect")
        return super().handle(bank, replace(request, path=path))

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Refuse a token that we did not give, or an account that nobody allowed."""
        if not _has_token(bank, request) or request.has_fault("auth"):
            return _refuse(401, "invalidAccessToken", "The access token is invalid.")
        if request.has_fault("consent_expired"):
            return _refuse(403, "authorizationExpired", "The account must be reauthorized.")
        return None

    def refuse_unknown(self, request: Request) -> Response:
        """Answer an address that there is not."""
        return _refuse(404, "resourceNotFound", "The requested resource was not found.")

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return a JSON:API error."""
        if fault.kind == "rate_limited":
            return _refuse(429, "tooManyRequests", "You have exceeded the rate limit.")
        return _refuse(fault.status, "internalServerError", "An error occurred.")
