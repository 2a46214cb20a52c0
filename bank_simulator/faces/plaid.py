"""Plaid's ``/transactions/sync``: a cursor into what was added, modified and removed.

Amounts are positive when money leaves the account. A pending transaction that is booked is removed
and added under another id that names it in ``pending_transaction_id``. A cursor stands for what its
holder knows; the answer is the difference to what is known now, page by page.
"""

from dataclasses import replace
from typing import Any

from ..face import Bank, Request, Response, RoutedFace
from ..ledger import Account, Change, Shown
from ..scenario import Fault
from .reading import make_uuid, seal, unseal

LIMIT = 500
ITEM = "item-simulated"
Log = list[tuple[str, Change]]


def _answer(**values: Any) -> Response:
    return Response.json({**values, "request_id": "simulated"})


def _refuse(status: int, kind: str, code: str, text: str) -> Response:
    named = {"error_type": kind, "error_code": code, "error_message": text}
    body = {**named, "display_message": None, "request_id": "simulated"}
    return Response.json(body, status)


def _find_problem(bank: Bank, request: Request, order: dict[str, Any]) -> Response | None:
    client = order.get("client_id") or request.headers.get("plaid-client-id")
    secret = order.get("secret") or request.headers.get("plaid-secret")
    right = (
        bank.setting("plaid.client_id", "plaid-client"),
        bank.setting("plaid.secret", "plaid-secret"),
    )
    if (client, secret) != right or request.has_fault("auth"):
        text = "invalid client_id or secret provided"
        return _refuse(400, "INVALID_INPUT", "INVALID_API_KEYS", text)
    if request.path.startswith(("/link", "/item/public_token")):
        return None
    if order.get("access_token") != bank.setting("plaid.access_token", "access-simulated"):
        text = "could not find matching access token"
        return _refuse(400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN", text)
    if request.has_fault("consent_expired"):
        text = "the login details of this item have changed"
        return _refuse(400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED", text)
    return None


def _make_link(bank: Bank, request: Request) -> Response:
    text = bank.setting("plaid.link_token", "link-simulated")
    return _answer(link_token=text, hosted_link_url=f"{request.origin}/link")


def _exchange(bank: Bank, request: Request) -> Response:
    if request.json().get("public_token") != bank.setting("plaid.public_token", "public-simulated"):
        text = "could not find matching public token"
        return _refuse(400, "INVALID_INPUT", "INVALID_PUBLIC_TOKEN", text)
    token = bank.setting("plaid.access_token", "access-simulated")
    return _answer(access_token=token, item_id=ITEM)


def _list_accounts(bank: Bank, request: Request) -> Response:
    return _answer(accounts=_tell_accounts(bank), item=_tell_item(bank))


def _get_item(bank: Bank, request: Request) -> Response:
    return _answer(item=_tell_item(bank), status=None)


def _tell_item(bank: Bank) -> dict[str, Any]:
    ends = bank.setting("plaid.consent_expires") or None
    return {"item_id": ITEM, "consent_expiration_time": ends, "error": None}


def _tell_accounts(bank: Bank) -> list[dict[str, Any]]:
    now = bank.clock.now()
    return [
        {
            "account_id": _account_id(account),
            "balances": {
                "available": bank.ledger.balance(account.iban, now),
                "current": bank.ledger.balance(account.iban, now),
                "limit": None,
                "iso_currency_code": account.currency,
                "unofficial_currency_code": None,
            },
            "mask": account.iban[-4:],
            "name": account.name,
            "official_name": account.name,
            "persistent_account_id": account.iban,
            "type": "depository",
            "subtype": "checking",
        }
        for account in bank.ledger.accounts()
    ]


def _account_id(account: Account) -> str:
    return make_uuid("plaid", account.iban).replace("-", "")


def _read_log(bank: Bank) -> Log:
    """Return all that happened, in the order in which we learned of it; it only grows."""
    now, version = bank.clock.now(), bank.ledger.version
    with bank.lock:
        known = bank.memory.setdefault("plaid-known", set())
        log: Log = bank.memory.setdefault("plaid-log", [])
        if bank.memory.get("plaid-read") != (now, version):
            for account in bank.ledger.accounts():
                for change in bank.ledger.changes(account.iban, now):
                    name = (account.iban, change.at, change.kind, change.identifier)
                    if name not in known:
                        known.add(name)
                        log.append((account.iban, change))
            bank.memory["plaid-read"] = (now, version)
        return log


def _sync(bank: Bank, request: Request) -> Response:
    order, log = request.json(), _read_log(bank)
    count = order.get("count", 100)
    wanted = (order.get("options") or {}).get("account_id")
    try:
        known, head, start = unseal(order["cursor"]) if order.get("cursor") else (0, len(log), 0)
    except ValueError:
        text = "cursor not associated with access_token"
        return _refuse(400, "INVALID_INPUT", "INVALID_CURSOR", text)
    if not 1 <= count <= LIMIT:
        return _refuse(400, "INVALID_REQUEST", "INVALID_FIELD", "count is 1 to 500")
    if request.has_fault("not_ready"):
        return _tell_page(bank, [], [order.get("cursor") or "", False], "NOT_READY")
    if request.has_fault("mutation") and start:
        code = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"
        text = "Underlying transaction data changed since last page was fetched"
        return _refuse(400, "TRANSACTIONS_ERROR", code, text)
    if not start:
        head = len(log)
    changes = [
        (iban, change)
        for iban, change in _sum_up(log[known:head])
        if wanted in (None, _account_id(bank.ledger.account(iban)))
    ]
    page, following = changes[start : start + count], start + count
    more = following < len(changes)
    cursor = seal([known, head, following] if more else [head, head, 0])
    return _tell_page(bank, page, [cursor, more], "HISTORICAL_UPDATE_COMPLETE")


def _sum_up(log: Log) -> Log:
    """Return the difference that a stretch of the log makes to somebody who knew its beginning."""
    first: dict[tuple[str, str], str] = {}
    last: dict[tuple[str, str], Change] = {}
    for iban, change in log:
        first.setdefault((iban, change.identifier), change.kind)
        last[iban, change.identifier] = change
    summed: Log = []
    for (iban, identifier), was in first.items():
        change = last[iban, identifier]
        if was != "added":
            summed.append((iban, change))
        elif change.kind != "removed":
            summed.append((iban, replace(change, kind="added")))
    return summed


def _tell_page(bank: Bank, page: Log, cursor: list[Any], status: str) -> Response:
    told: dict[str, list[Any]] = {"added": [], "modified": [], "removed": []}
    for iban, change in page:
        account = bank.ledger.account(iban)
        if change.shown is None:
            names = {"transaction_id": change.identifier, "account_id": _account_id(account)}
            told["removed"].append(names)
        else:
            told[change.kind].append(_tell(account, change.shown))
    return _answer(
        **told,
        next_cursor=cursor[0],
        has_more=cursor[1],
        accounts=_tell_accounts(bank),
        transactions_update_status=status,
    )


def _tell(account: Account, line: Shown) -> dict[str, Any]:
    movement = line.movement
    return {
        "transaction_id": line.identifier,
        "account_id": _account_id(account),
        "amount": -line.amount,
        "iso_currency_code": account.currency,
        "unofficial_currency_code": None,
        "date": line.booking_date,
        "authorized_date": movement.pending_at.date() if movement.pending_at else None,
        "name": line.text,
        "original_description": line.text,
        "merchant_name": None,
        "pending": line.status == "pending",
        "pending_transaction_id": line.pending_id or None,
        "check_number": None,
        "payment_channel": "other",
        "payment_meta": {
            "reference_number": movement.reference or None,
            "payer": movement.party.name if line.is_credit else None,
            "payee": None if line.is_credit else movement.party.name,
            "by_order_of": None,
            "payment_method": None,
            "payment_processor": None,
            "ppd_id": None,
            "reason": None,
        },
        "counterparties": [],
        "transaction_code": None,
    }


class Plaid(RoutedFace):
    """Settings: ``plaid.client_id``, ``.secret``, ``.access_token``, ``.consent_expires``."""

    name = "plaid"
    routes = {
        "POST /transactions/sync": _sync,
        "POST /accounts/get": _list_accounts,
        "POST /accounts/balance/get": _list_accounts,
        "POST /item/get": _get_item,
        "POST /link/token/create": _make_link,
        "POST /item/public_token/exchange": _exchange,
    }

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Refuse what is no JSON and who is no client of ours."""
        try:
            order = request.json()
        except ValueError:
            return _refuse(400, "INVALID_REQUEST", "INVALID_BODY", "body could not be parsed")
        return _find_problem(bank, request, order)

    def refuse_unknown(self, request: Request) -> Response:
        """Answer an address that there is not."""
        return _refuse(404, "INVALID_REQUEST", "NOT_FOUND", "the requested path was not found")

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return Plaid's error bodies."""
        if fault.kind == "rate_limited":
            text = "rate limit exceeded for attempts to access this item"
            return _refuse(429, "RATE_LIMIT_EXCEEDED", "TRANSACTIONS_SYNC_LIMIT", text)
        return _refuse(fault.status, "API_ERROR", "INTERNAL_SERVER_ERROR", "an error occurred")
