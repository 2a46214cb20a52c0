"""Berlin Group NextGenPSD2 XS2A, account information 1.3: a bank's own PSD2 interface.

A consent is asked for, allowed by the account owner in the bank's page, and named in every reading.
``X-Request-ID`` (a UUID) is demanded always, ``bookingStatus`` and ``dateFrom`` for transactions.
"""

import base64
import hashlib
import uuid
from datetime import date, datetime, time, timezone
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ..face import Bank, Request, Response, RoutedFace
from ..ledger import Account, Party, Shown
from ..scenario import Fault
from .reading import Place, cut_page, find_account, make_uuid, read_window, sides, without_empty

STATUSES = ("booked", "pending", "both")
LONGEST_DAYS = 180


def _is_uuid(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def _refuse(status: int, code: str, text: str) -> Response:
    return Response.json(
        {"tppMessages": [{"category": "ERROR", "code": code, "text": text}]}, status
    )


def _is_signed_as_agreed(bank: Bank, request: Request) -> bool:
    """Check the HTTP signature (draft-cavage, as the specification's section 12 profiles it)."""
    if bank.setting("berlin_group.signed", "0") != "1":
        return True
    headers = request.headers
    name, _, digest = headers.get("digest", "").partition("=")
    hash_of = {"SHA-256": hashlib.sha256, "SHA-512": hashlib.sha512}.get(name.upper())
    if not hash_of or base64.b64decode(digest) != hash_of(request.body).digest():
        return False
    fields = dict(part.split("=", 1) for part in headers.get("signature", "").split(",") if part)
    signature = {key.strip(): text.strip('"') for key, text in fields.items()}
    covered = signature.get("headers", "").lower().split()
    needed = {"digest", "x-request-id"} | ({"date"} & set(headers))
    needed |= {"psu-id", "tpp-redirect-uri"} & set(headers)
    if not needed <= set(covered) or not set(covered) <= set(headers):
        return False
    text = "\n".join(f"{name}: {headers[name]}" for name in covered)
    return _verify(headers.get("tpp-signature-certificate", ""), signature, text)


def _verify(certificate: str, signature: dict[str, str], text: str) -> bool:
    try:
        key = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
        signed = base64.b64decode(signature.get("signature", ""))
        algorithm = {"rsa-sha256": hashes.SHA256(), "rsa-sha512": hashes.SHA512()}[
            signature.get("algorithm", "").lower()
        ]
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(signed, text.encode(), padding.PKCS1v15(), algorithm)
    except (ValueError, KeyError, InvalidSignature):
        return False
    return True


def _list_accounts(bank: Bank, request: Request) -> Response:
    accounts = [_describe(account) for account in bank.ledger.accounts()]
    return _check_consent(bank, request) or Response.json({"accounts": accounts})


def _tell_account(bank: Bank, request: Request, identifier: str) -> Response:
    account = find_account(bank, identifier, "berlin_group")
    if account is None:
        return _refuse(404, "RESOURCE_UNKNOWN", "The account is unknown")
    return _check_consent(bank, request) or Response.json({"account": _describe(account)})


def _read(bank: Bank, request: Request, identifier: str, what: str) -> Response:
    refused = _check_consent(bank, request)
    if refused:
        return refused
    account = find_account(bank, identifier, "berlin_group")
    if account is None or what not in ("balances", "transactions"):
        return _refuse(404, "RESOURCE_UNKNOWN", "The resource is unknown")
    # One unattended access may have several pages; they belong together.
    is_counted = "psu-ip-address" not in request.headers and "page" not in request.query
    if is_counted and not bank.count_read("berlin_group.daily_limit", account.iban, what):
        return _refuse(429, "ACCESS_EXCEEDED", "The access has been exceeded")
    if what == "transactions":
        return _list(bank, request, account)
    balances = _tell_balances(bank, account)
    return Response.json({"account": {"iban": account.iban}, "balances": balances})


def _end_consent(bank: Bank, request: Request, identifier: str) -> Response:
    consent = bank.memory.get(("bg-consent", identifier))
    if consent is None:
        return _refuse(403, "CONSENT_UNKNOWN", "The consent is unknown")
    consent["status"] = "terminatedByTpp"
    return Response(204)


def _tell_consent(bank: Bank, request: Request, identifier: str, what: str = "") -> Response:
    consent = bank.memory.get(("bg-consent", identifier))
    if consent is None:
        return _refuse(403, "CONSENT_UNKNOWN", "The consent is unknown")
    status = _status_of(bank, request, consent)
    if what == "status":
        return Response.json({"consentStatus": status})
    told = {key: consent[key] for key in ("access", "recurringIndicator", "frequencyPerDay")}
    return Response.json({**told, "validUntil": consent["validUntil"], "consentStatus": status})


def _ask_consent(bank: Bank, request: Request) -> Response:
    for name in ("psu-ip-address", "tpp-redirect-uri"):
        if not request.headers.get(name):
            return _refuse(400, "FORMAT_ERROR", f"{name} is missing")
    try:
        order = request.json()
        needed = ("access", "recurringIndicator", "frequencyPerDay", "combinedServiceIndicator")
        consent = {name: order[name] for name in needed}
        wanted = date.fromisoformat(order["validUntil"])
    except (ValueError, KeyError, TypeError):
        return _refuse(400, "FORMAT_ERROR", "A required field of the consent is missing")
    today = bank.clock.now().date()
    if wanted < today:
        return _refuse(400, "FORMAT_ERROR", "validUntil lies in the past")
    longest = date.fromordinal(today.toordinal() + LONGEST_DAYS)
    identifier = make_uuid("berlin_group", request.headers["x-request-id"])
    place = {"validUntil": min(wanted, longest), "target": request.headers["tpp-redirect-uri"]}
    with bank.lock:
        bank.memory["bg-consent", identifier] = {**consent, **place, "status": "received"}
    links = {
        "scaRedirect": {"href": f"{request.origin}/authorise/{identifier}"},
        "status": {"href": f"/v1/consents/{identifier}/status"},
        "self": {"href": f"/v1/consents/{identifier}"},
    }
    told = {"consentStatus": "received", "consentId": identifier, "_links": links}
    return Response.json(told, 201, ASPSP_SCA_Approach="REDIRECT")


def _visit(bank: Bank, request: Request, identifier: str) -> Response:
    """Let the account owner allow reading: the bank's page sends the browser back at once."""
    consent = bank.memory.get(("bg-consent", identifier))
    if consent is None:
        return Response(404)
    consent["status"] = "valid"
    return Response(302, b"", {"Location": consent["target"]})


def _status_of(bank: Bank, request: Request, consent: dict[str, Any]) -> str:
    end = datetime.combine(consent["validUntil"], time.max, timezone.utc)
    if consent["status"] == "valid" and bank.clock.now() > end:
        return "expired"
    return "expired" if request.has_fault("consent_expired") else str(consent["status"])


def _check_consent(bank: Bank, request: Request) -> Response | None:
    identifier = request.headers.get("consent-id")
    if not identifier:
        return _refuse(400, "FORMAT_ERROR", "Consent-ID is missing")
    consent = bank.memory.get(("bg-consent", identifier))
    if consent is None:
        return _refuse(403, "CONSENT_UNKNOWN", "The consent is unknown")
    status = _status_of(bank, request, consent)
    if status == "expired":
        return _refuse(401, "CONSENT_EXPIRED", "The consent has expired")
    if status != "valid":
        return _refuse(401, "CONSENT_INVALID", "The consent is not valid")
    return None


def _describe(account: Account) -> dict[str, Any]:
    identifier = make_uuid("berlin_group", account.iban)
    place = f"/v1/accounts/{identifier}"
    return {
        "resourceId": identifier,
        "iban": account.iban,
        "currency": account.currency,
        "name": account.name,
        "ownerName": account.owner,
        "product": "Girokonto",
        "cashAccountType": "CACC",
        "bic": account.bic,
        "_links": {name: {"href": f"{place}/{name}"} for name in ("balances", "transactions")},
    }


def _tell_balances(bank: Bank, account: Account) -> list[dict[str, Any]]:
    now = bank.clock.now()
    amount = str(bank.ledger.balance(account.iban, now))
    money = {"currency": account.currency, "amount": amount}
    return [
        {"balanceType": kind, "balanceAmount": money, "referenceDate": now.date()}
        for kind in ("closingBooked", "expected")
    ]


def _list(bank: Bank, request: Request, account: Account) -> Response:
    now = bank.clock.now()
    status = request.query.get("bookingStatus", "")
    try:
        first, last = read_window(request, "dateFrom", "dateTo")
        place = Place.read(request.query.get("page"))
    except ValueError:
        return _refuse(400, "FORMAT_ERROR", "A parameter has a wrong format")
    if status not in STATUSES or first is None:
        return _refuse(400, "FORMAT_ERROR", "bookingStatus and dateFrom are required")
    if first > now.date() or (last and last < first):
        return _refuse(400, "PERIOD_INVALID", "The period is not valid")
    lines = bank.ledger.show(account.iban, now, from_date=first, to_date=last)
    if status != "both":
        lines = [line for line in lines if line.status == status]
    page, following = cut_page(request, lines, place, int(bank.setting("berlin_group.page", "50")))
    report = {"_links": {"account": {"href": _describe(account)["_links"]["balances"]["href"]}}}
    if following is not None:
        query = {**request.query, "page": str(following)}
        report["_links"]["next"] = {"href": f"{request.path}?{urlencode(query)}"}
    for name in ("booked", "pending"):
        if status in (name, "both"):
            told = [tell_transaction(account, line) for line in page if line.status == name]
            report[name] = told  # type: ignore[assignment]
    answer: dict[str, Any] = {"account": {"iban": account.iban}, "transactions": report}
    if request.query.get("withBalance") == "true":
        answer["balances"] = _tell_balances(bank, account)
    return Response.json(answer)


def tell_transaction(account: Account, line: Shown) -> dict[str, Any]:
    """Return a transaction in the specification's words; money out is negative."""
    movement = line.movement
    debtor, creditor = sides(account, line)
    booked = line.status == "booked"
    reference = {"reference": movement.reference, "referenceType": "SCOR"}
    return without_empty(
        {
            "transactionId": line.identifier,
            "entryReference": line.identifier if booked else None,
            "endToEndId": movement.end_to_end_id or "NOTPROVIDED",
            "mandateId": movement.mandate_id,
            "bookingDate": line.booking_date if booked else None,
            "valueDate": line.value_date,
            "transactionAmount": {"currency": account.currency, "amount": str(line.amount)},
            **_tell_party("creditor", creditor if not line.is_credit else Party()),
            **_tell_party("debtor", debtor if line.is_credit else Party()),
            "remittanceInformationUnstructured": line.text,
            "remittanceInformationStructured": reference if movement.reference else None,
            "bankTransactionCode": "-".join(movement.code),
        }
    )


def _tell_party(role: str, party: Party) -> dict[str, Any]:
    return {
        f"{role}Name": party.name,
        f"{role}Account": {"iban": party.account} if party.account else None,
        f"{role}Agent": party.bic,
    }


class BerlinGroup(RoutedFace):
    """Settings: ``berlin_group.signed`` (1: requests are signed by a QSEAL certificate),
    ``.page``, ``.daily_limit`` (for readings without ``PSU-IP-Address``).
    """

    name = "berlin_group"
    public = frozenset({"GET /authorise/{consent}"})
    routes = {
        "GET /authorise/{consent}": _visit,
        "POST /v1/consents": _ask_consent,
        "GET /v1/consents/{id}": _tell_consent,
        "GET /v1/consents/{id}/{status}": _tell_consent,
        "DELETE /v1/consents/{id}": _end_consent,
        "GET /v1/accounts": _list_accounts,
        "GET /v1/accounts/{id}": _tell_account,
        "GET /v1/accounts/{id}/{what}": _read,
    }

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Refuse a request without its id, or not signed though that was agreed."""
        if not _is_uuid(request.headers.get("x-request-id", "")):
            return _refuse(400, "FORMAT_ERROR", "X-Request-ID is missing or no UUID")
        if request.has_fault("wrong_signature") or not _is_signed_as_agreed(bank, request):
            return _refuse(401, "SIGNATURE_INVALID", "The signature is missing or wrong")
        return None

    def refuse_unknown(self, request: Request) -> Response:
        """Answer an address that there is not."""
        return _refuse(405, "SERVICE_INVALID", "The addressed service is not valid")

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return the specification's message for too many accesses or a broken bank."""
        if fault.kind == "rate_limited":
            return _refuse(429, "ACCESS_EXCEEDED", "The access has been exceeded")
        return _refuse(fault.status, "INTERNAL_SERVER_ERROR", "Internal server error")
