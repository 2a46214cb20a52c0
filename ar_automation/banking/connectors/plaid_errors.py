"""What a refusal of Plaid means.

>>> body = b'{"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED"}'
>>> classify(Answer(400, {}, body)).kind
'consent_expired'
"""

from __future__ import annotations

from .errors import ConnectorError, Kind
from .http_client import Answer
from .json_record import Record

_KINDS: dict[str, Kind] = {
    "ITEM_LOGIN_REQUIRED": "consent_expired",
    "ITEM_LOCKED": "consent_expired",
    "ITEM_NOT_FOUND": "consent_expired",
    "ACCESS_NOT_GRANTED": "consent_expired",
    "USER_PERMISSION_REVOKED": "consent_expired",
    "USER_SETUP_REQUIRED": "consent_expired",
    "INVALID_CREDENTIALS": "consent_expired",
    "INVALID_MFA": "consent_expired",
    "NO_ACCOUNTS": "consent_expired",
    "INVALID_API_KEYS": "auth",
    "UNAUTHORIZED_ENVIRONMENT": "auth",
    "INVALID_ACCESS_TOKEN": "auth",
    "UNAUTHORIZED_ROUTE_ACCESS": "auth",
    "INVALID_ACCOUNT_ID": "config",
    "INVALID_PRODUCT": "config",
    "PRODUCTS_NOT_SUPPORTED": "config",
    "PRODUCT_NOT_READY": "unavailable",
}
_KINDS_BY_TYPE: dict[str, Kind] = {
    "RATE_LIMIT_EXCEEDED": "rate_limited",
    "API_ERROR": "unavailable",
    "INSTITUTION_ERROR": "unavailable",
}
_MUTATED = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"


class MutatedError(ConnectorError):
    """The list changed while it was read: begin again with the first page of this reading."""


def classify(answer: Answer) -> ConnectorError | None:
    """Return the error that a refusal means; None if it does not say."""
    try:
        content = Record(answer.json(), "error")
    except ConnectorError:
        return None if answer.status >= 429 else _protocol(answer.status)
    return error_of(content, answer.status)


def error_of(content: Record, status: int) -> ConnectorError | None:
    """Return the error that Plaid's description means; None if the status alone tells."""
    code, error_type = content.text("error_code")[:80], content.text("error_type")[:80]
    if code == _MUTATED:
        return MutatedError("protocol", "Plaid's list changed while it was read.")
    kind = _KINDS.get(code) or _KINDS_BY_TYPE.get(error_type)
    if kind:
        return ConnectorError(kind, f"Plaid refuses: {code or error_type}.")
    return None if status >= 429 else _protocol(code or status)


def _protocol(reason: str | int) -> ConnectorError:
    return ConnectorError("protocol", f"Plaid refuses: {reason}.")
