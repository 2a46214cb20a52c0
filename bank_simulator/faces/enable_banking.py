"""Enable Banking's account information API (enablebanking.com/docs/api/reference).

Every request carries a JWT that the application's key signed. The account owner allows reading in
the browser (``/auth`` gives the address, ``/sessions`` takes the code that comes back); a session
has its own account ids. Amounts are unsigned, with ``credit_debit_indicator``.
"""

from datetime import datetime
from typing import Any

from ..face import Bank, Request, Response, RoutedFace, direction_of
from ..ledger import Account, Party, Shown
from ..scenario import Fault
from .jwt import read_token
from .reading import Place, cut_page, find_account, make_uuid, read_window, sides

BANK = {"name": "Simulated Bank", "country": "DE"}
LONGEST_TOKEN = 86_400
LONGEST_CONSENT = 180 * 86_400


def _refuse(status: int, error: str, message: str) -> Response:
    body = {"code": status, "message": message, "error": error, "detail": None}
    return Response.json(body, status)


def _tell_application(bank: Bank, request: Request) -> Response:
    return Response.json({"name": "Simulated", "active": True, "environment": "SANDBOX"})


def _list_banks(bank: Bank, request: Request) -> Response:
    longest = {"maximum_consent_validity": LONGEST_CONSENT}
    return Response.json({"aspsps": [{**BANK, **longest, "auth_methods": []}]})


def _read(bank: Bank, request: Request, uid: str, what: str) -> Response:
    session, account = _find_in_sessions(bank, uid)
    if account is None or what not in ("details", "balances", "transactions"):
        return _refuse(404, "ACCOUNT_DOES_NOT_EXIST", "No account found matching provided id")
    if request.has_fault("consent_expired") or bank.clock.now() >= session["valid_until"]:
        return _refuse(401, "EXPIRED_SESSION", "Session is expired")
    # One unattended reading may have several pages; they belong together.
    is_counted = {"psu-ip-address", "continuation_key"}.isdisjoint(
        {*request.headers, *request.query}
    )
    if is_counted and not bank.count_read("enable_banking.daily_limit", uid, what):
        return _refuse(429, "ASPSP_RATE_LIMIT_EXCEEDED", "ASPSP rate limit exceeded")
    if what == "transactions":
        return _list(bank, request, account)
    balances = {"balances": _tell_balances(bank, account)}
    return Response.json(_describe(session["id"], account) if what == "details" else balances)


def _find_problem(bank: Bank, request: Request) -> str:
    """Return what is wrong with the token; empty if nothing is."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        return "Authorization header is not provided"
    try:
        header, claims = read_token(token, bank.setting("enable_banking.public_key"))
    except ValueError as error:
        return str(error)
    wanted = {
        "typ": (header.get("typ"), "JWT"),
        "kid": (header.get("kid"), bank.setting("enable_banking.application_id", "simulated-app")),
        "iss": (claims.get("iss"), "enablebanking.com"),
        "aud": (claims.get("aud"), "api.enablebanking.com"),
    }
    wrong = [name for name, (found, right) in wanted.items() if found != right]
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        wrong.append("iat or exp")
    elif not 0 < expires - issued <= LONGEST_TOKEN:
        wrong.append("exp")
    return f"Wrong {wrong[0]}" if wrong else ""


def _start(bank: Bank, request: Request) -> Response:
    """Begin an authorisation; answers the address of the bank's page."""
    try:
        order = request.json()
        until = datetime.fromisoformat(order["access"]["valid_until"].replace("Z", "+00:00"))
        target, state, aspsp = order["redirect_url"], order["state"], order["aspsp"]
    except (ValueError, KeyError, TypeError):
        return _refuse(422, "WRONG_REQUEST_PARAMETERS", "Wrong request parameters provided")
    if until.tzinfo is None or {**aspsp} != BANK or not target:
        return _refuse(422, "WRONG_REQUEST_PARAMETERS", "Wrong request parameters provided")
    if (until - bank.clock.now()).total_seconds() > LONGEST_CONSENT + 60:
        text = f"ASPSP does not support consent validity more than {LONGEST_CONSENT} seconds"
        return _refuse(422, "WRONG_REQUEST_PARAMETERS", f"{text} in the future")
    with bank.lock:
        number = len([key for key in bank.memory if key[0] == "eb-code"])
        code = make_uuid("enable_banking", "code", number, state)
        bank.memory["eb-code", code] = {"valid_until": until, "target": target, "state": state}
    url = f"{request.origin}/authorise/{code}"
    return Response.json({"url": url, "authorization_id": code, "psu_id_hash": "simulated"})


def _visit(bank: Bank, request: Request, code: str) -> Response:
    """Let the account owner allow reading: the bank's page sends the browser back at once."""
    order = bank.memory.get(("eb-code", code))
    if order is None:
        return Response(404)
    joint = "&" if "?" in order["target"] else "?"
    query = f"code={code}&state={order['state']}"
    return Response(302, b"", {"Location": f"{order['target']}{joint}{query}"})


def _open_session(bank: Bank, request: Request) -> Response:
    """Turn a code, once, into a session."""
    try:
        code = request.json()["code"]
    except (ValueError, KeyError, TypeError):
        return _refuse(422, "WRONG_REQUEST_PARAMETERS", "Wrong request parameters provided")
    with bank.lock:
        order = bank.memory.pop(("eb-code", code), None)
        if order is None:
            return _refuse(422, "ALREADY_AUTHORIZED", "Session is already authorized")
        identifier = make_uuid("enable_banking", "session", code)
        session = {"id": identifier, "valid_until": order["valid_until"], "status": "AUTHORIZED"}
        bank.memory["eb-session", identifier] = session
    accounts = [_describe(identifier, account) for account in bank.ledger.accounts()]
    access = {"valid_until": session["valid_until"].isoformat()}
    described = {"session_id": identifier, "accounts": accounts, "aspsp": BANK}
    return Response.json({**described, "psu_type": "business", "access": access})


def _tell_session(bank: Bank, request: Request, identifier: str) -> Response:
    session = bank.memory.get(("eb-session", identifier))
    if session is None:
        return _refuse(404, "SESSION_DOES_NOT_EXIST", "No session found matching provided id")
    if request.method == "DELETE":
        with bank.lock:
            session["status"] = "CLOSED"
            session["valid_until"] = bank.clock.now()
        return Response.json({"message": "OK"})
    expired = bank.clock.now() >= session["valid_until"] or request.has_fault("consent_expired")
    status = "EXPIRED" if expired and session["status"] == "AUTHORIZED" else session["status"]
    uids = [_make_uid(identifier, account) for account in bank.ledger.accounts()]
    access = {"valid_until": session["valid_until"].isoformat()}
    told = {"status": status, "accounts": uids, "aspsp": BANK, "psu_type": "business"}
    return Response.json({**told, "access": access})


def _make_uid(session: str, account: Account) -> str:
    return make_uuid("enable_banking", session, account.iban)


def _find_in_sessions(bank: Bank, uid: str) -> tuple[dict[str, Any], Account | None]:
    with bank.lock:
        sessions = [value for key, value in bank.memory.items() if key[0] == "eb-session"]
    for session in sessions:
        account = find_account(bank, uid, "enable_banking", session["id"])
        if account:
            return session, account
    return {}, None


def _describe(session: str, account: Account) -> dict[str, Any]:
    return {
        "account_id": {"iban": account.iban, "other": None},
        "account_servicer": {"bic_fi": account.bic, "name": BANK["name"]},
        "name": account.owner,
        "details": account.name,
        "usage": "ORGA",
        "cash_account_type": "CACC",
        "currency": account.currency,
        "uid": _make_uid(session, account),
        "identification_hash": make_uuid("enable_banking", "hash", account.iban),
    }


def _tell_balances(bank: Bank, account: Account) -> list[dict[str, Any]]:
    now = bank.clock.now()
    amount = str(bank.ledger.balance(account.iban, now))
    return [
        {
            "name": "Booked balance",
            "balance_amount": {"currency": account.currency, "amount": amount},
            "balance_type": kind,
            "last_change_date_time": None,
            "reference_date": now.date(),
            "last_committed_transaction": None,
        }
        for kind in ("CLBD", "XPCD")
    ]


def _list(bank: Bank, request: Request, account: Account) -> Response:
    now = bank.clock.now()
    try:
        first, last = read_window(request, "date_from", "date_to")
        place = Place.read(request.query.get("continuation_key"))
    except ValueError:
        return _refuse(422, "WRONG_REQUEST_PARAMETERS", "Wrong request parameters provided")
    if first and (first > now.date() or (last and last < first)):
        return _refuse(422, "WRONG_TRANSACTIONS_PERIOD", "Wrong transactions period requested")
    lines = bank.ledger.show(account.iban, now, from_date=first, to_date=last)
    wanted = request.query.get("transaction_status")
    if wanted:
        lines = [line for line in lines if _status(line) == wanted]
    size = int(bank.setting("enable_banking.page", "50"))
    page, following = cut_page(request, lines, place, size)
    return Response.json(
        {
            "transactions": [_tell(account, line) for line in page],
            "continuation_key": None if following is None else str(following),
        }
    )


def _status(line: Shown) -> str:
    return "BOOK" if line.status == "booked" else "PDNG"


def _tell(account: Account, line: Shown) -> dict[str, Any]:
    movement = line.movement
    debtor, creditor = sides(account, line)
    lines = [line.text] if line.text else []
    domain, family, sub = movement.code
    return {
        "entry_reference": line.identifier,
        "merchant_category_code": None,
        "transaction_amount": {"currency": account.currency, "amount": str(abs(line.amount))},
        "creditor": _name(creditor),
        "creditor_account": _account(creditor),
        "creditor_agent": _agent(creditor),
        "debtor": _name(debtor),
        "debtor_account": _account(debtor),
        "debtor_agent": _agent(debtor),
        "bank_transaction_code": {
            "description": None,
            "code": f"{domain}-{family}",
            "sub_code": sub,
        },
        "credit_debit_indicator": direction_of(line.amount),
        "status": _status(line),
        "booking_date": line.booking_date if line.status == "booked" else None,
        "value_date": line.value_date,
        "transaction_date": line.booking_date,
        "balance_after_transaction": None,
        "reference_number": movement.reference or None,
        "reference_number_schema": None,
        "remittance_information": lines,
        "exchange_rate": None,
        "note": None,
        "transaction_id": None,
    }


def _name(party: Party) -> dict[str, Any] | None:
    return {"name": party.name} if party.name else None


def _account(party: Party) -> dict[str, Any] | None:
    return {"iban": party.account, "other": None} if party.account else None


def _agent(party: Party) -> dict[str, Any] | None:
    return {"bic_fi": party.bic, "name": None} if party.bic else None


class EnableBanking(RoutedFace):
    """Settings: ``enable_banking.application_id``, ``.public_key``, ``.page``, ``.daily_limit``."""

    name = "enable_banking"
    public = frozenset({"GET /authorise/{code}"})
    routes = {
        "GET /authorise/{code}": _visit,
        "GET /application": _tell_application,
        "GET /aspsps": _list_banks,
        "POST /auth": _start,
        "POST /sessions": _open_session,
        "GET /sessions/{id}": _tell_session,
        "DELETE /sessions/{id}": _tell_session,
        "GET /accounts/{uid}/{what}": _read,
    }

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Refuse a token that the application's key did not sign."""
        problem = _find_problem(bank, request)
        if problem or request.has_fault("auth"):
            return _refuse(401, "UNAUTHORIZED_ACCESS", problem or "Wrong signature")
        return None

    def refuse_unknown(self, request: Request) -> Response:
        """Answer an address that there is not."""
        return _refuse(404, "NOT_FOUND", "Resource not found")

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return the errors that the aggregator passes on from the bank."""
        if fault.kind == "rate_limited":
            return _refuse(429, "ASPSP_RATE_LIMIT_EXCEEDED", "ASPSP rate limit exceeded")
        return _refuse(fault.status, "ASPSP_ERROR", "Error interacting with ASPSP")
