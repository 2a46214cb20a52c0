"""Qonto's business API, version 2: an account's transactions by page number.

Amounts are unsigned, ``side`` says in or out. What is announced is ``pending``, what is booked
``completed`` with ``settled_at``.
"""

from datetime import datetime, time, timezone
from typing import Any

from ..face import Bank, Face, Request, Response
from ..ledger import Account, Shown
from ..scenario import Fault
from .reading import Place, cut_page, make_uuid

STATUSES = {"booked": "completed", "pending": "pending"}


class Qonto(Face):
    """Settings: ``qonto.login``, ``.secret``, ``.page``."""

    name = "qonto"

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer a request, as the documentation says."""
        login = bank.setting("qonto.login", "qonto-login")
        secret = bank.setting("qonto.secret", "qonto-secret")
        if request.headers.get("authorization") != f"{login}:{secret}" or request.has_fault("auth"):
            return _refuse(401, "unauthorized", "Invalid credentials")
        if request.has_fault("consent_expired"):
            return _refuse(403, "forbidden", "The access was revoked")
        match request.method, request.parts():
            case "GET", ["v2", "organization"]:
                accounts = [_describe(bank, account) for account in bank.ledger.accounts()]
                named = {"slug": "simulated", "legal_name": "Simulated", "bank_accounts": accounts}
                return Response.json({"organization": named})
            case "GET", ["v2", "bank_accounts"]:
                accounts = [_describe(bank, account) for account in bank.ledger.accounts()]
                return Response.json({"bank_accounts": accounts})
            case "GET", ["v2", "transactions"]:
                return _list(bank, request)
        return _refuse(404, "not_found", "Not found")

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return an error as Qonto words it."""
        if fault.kind == "rate_limited":
            return _refuse(429, "too_many_requests", "Too many requests")
        return _refuse(fault.status, "internal_server_error", "Internal server error")


def _refuse(status: int, code: str, text: str) -> Response:
    return Response.json({"errors": [{"code": code, "detail": text, "source": None}]}, status)


def _describe(bank: Bank, account: Account) -> dict[str, Any]:
    balance = bank.ledger.balance(account.iban, bank.clock.now())
    return {
        "id": make_uuid("qonto", account.iban),
        "slug": f"simulated-{account.iban[-4:].lower()}",
        "iban": account.iban,
        "bic": account.bic,
        "currency": account.currency,
        "balance": balance,
        "balance_cents": int(balance * 100),
        "authorized_balance": balance,
        "authorized_balance_cents": int(balance * 100),
        "name": account.name,
        "status": "active",
        "main": True,
    }


def _list(bank: Bank, request: Request) -> Response:
    now = bank.clock.now()
    wanted = (request.query.get("bank_account_id"), request.query.get("iban"))
    for account in bank.ledger.accounts():
        if wanted in ((make_uuid("qonto", account.iban), None), (None, account.iban)):
            break
    else:
        return _refuse(404, "not_found", "bank_account_id or iban names no account of yours")
    statuses = [*request.repeated.get("status[]", []), *request.repeated.get("status", [])]
    lines = [
        line
        for line in bank.ledger.show(account.iban, now)
        # By default only what is completed is listed.
        if STATUSES[line.status] in (statuses or ["completed"]) and _is_in_window(request, line)
    ]
    field, _, direction = request.query.get("sort_by", "settled_at:desc").partition(":")
    lines.sort(key=lambda line: _moment(line, field))
    if direction != "asc":
        lines.reverse()
    return _tell_page(bank, request, account, lines)


def _tell_page(bank: Bank, request: Request, account: Account, lines: list[Shown]) -> Response:
    number = int(request.query.get("current_page") or request.query.get("page") or 1)
    size = min(int(request.query.get("per_page") or bank.setting("qonto.page", "100")), 100)
    page, following = cut_page(request, lines, Place((number - 1) * size), size)
    meta = {
        "current_page": number,
        "next_page": None if following is None else number + 1,
        "prev_page": number - 1 or None,
        "total_pages": -(-len(lines) // size),
        "total_count": len(lines),
        "per_page": size,
    }
    return Response.json({"transactions": [_tell(account, line) for line in page], "meta": meta})


def _moment(line: Shown, field: str) -> datetime:
    """Return a time of a transaction; the booking day's morning is when it is settled."""
    if field == "updated_at":
        return line.changed_at
    if field == "emitted_at" and line.movement.pending_at:
        return line.movement.pending_at
    return datetime.combine(line.booking_date, time(9), timezone.utc)


def _is_in_window(request: Request, line: Shown) -> bool:
    for name, text in request.query.items():
        field, _, side = name.rpartition("_")
        if side not in ("from", "to") or not field.endswith("_at"):
            continue
        if field == "settled_at" and line.status == "pending":
            return False
        border = datetime.fromisoformat(text.replace("Z", "+00:00"))
        border = border if border.tzinfo else border.replace(tzinfo=timezone.utc)
        moment = _moment(line, field)
        if (moment < border) if side == "from" else (moment > border):
            return False
    return True


def _tell(account: Account, line: Shown) -> dict[str, Any]:
    movement = line.movement
    settled = _moment(line, "settled_at") if line.status == "booked" else None
    side = "credit" if line.is_credit else "debit"
    return {
        "id": make_uuid("qonto", line.identifier),
        "transaction_id": line.identifier,
        "amount": abs(line.amount),
        "amount_cents": int(abs(line.amount) * 100),
        "settled_balance": None,
        "local_amount": abs(line.amount),
        "local_amount_cents": int(abs(line.amount) * 100),
        "side": side,
        "operation_type": "income" if line.is_credit else "transfer",
        "currency": account.currency,
        "local_currency": account.currency,
        "label": movement.party.name,
        "clean_counterparty_name": movement.party.name,
        "settled_at": _stamp(settled),
        "emitted_at": _stamp(_moment(line, "emitted_at")),
        "updated_at": _stamp(line.changed_at),
        "status": STATUSES[line.status],
        "note": None,
        "reference": line.text,
        "vat_amount": None,
        "category": "other_income",
        "bank_account_id": make_uuid("qonto", account.iban),
        "income" if line.is_credit else "transfer": {
            "counterparty_account_number": movement.party.account or None,
            "counterparty_account_number_format": "IBAN",
            "counterparty_bank_identifier": movement.party.bic or None,
            "counterparty_bank_identifier_format": "BIC",
        },
    }


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
