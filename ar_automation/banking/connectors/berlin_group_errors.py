"""What a refusal by the Berlin Group's standard means.

A bank answers with ``tppMessages``, each with a code; some send one object ``tppMessages`` without
a list, some only a status.

>>> body = b'{"tppMessages": [{"category": "ERROR", "code": "CONSENT_EXPIRED"}]}'
>>> error = classify(Answer(401, {}, body))
>>> error.kind, str(error)
('consent_expired', 'The bank refuses: CONSENT_EXPIRED.')
"""

from __future__ import annotations

from .errors import ConnectorError, Kind
from .http_client import Answer
from .json_record import Record

# How long to leave a bank alone that is asked too often: it counts by the day, four times.
DAILY_PAUSE = 6 * 3600.0

_KINDS: dict[str, Kind] = {
    "CONSENT_INVALID": "consent_expired",
    "CONSENT_EXPIRED": "consent_expired",
    "CONSENT_UNKNOWN": "consent_expired",
    "RESOURCE_EXPIRED": "consent_expired",
    "ACCESS_EXCEEDED": "rate_limited",
    "PERIOD_INVALID": "config",
    "PARAMETER_NOT_SUPPORTED": "config",
    "PARAMETER_NOT_CONSISTENT": "config",
    "SERVICE_INVALID": "config",
    "REQUESTED_FORMATS_INVALID": "config",
    "RESOURCE_UNKNOWN": "config",
    "PRODUCT_UNKNOWN": "config",
    "SERVICE_BLOCKED": "auth",
    "ROLE_INVALID": "auth",
    "PSU_CREDENTIALS_INVALID": "auth",
    "CORPORATE_ID_INVALID": "auth",
}
_PREFIXES = ("TOKEN_", "CERTIFICATE_", "SIGNATURE_")
_STATUSES: dict[int, Kind] = {401: "auth", 403: "auth", 429: "rate_limited"}


def classify(answer: Answer) -> ConnectorError | None:
    """Return the error that a refusal means; None for a fault of the bank's own."""
    codes = _codes(answer)
    kind = next((found for code in codes if (found := _kind_of_code(code))), None)
    kind = kind or _STATUSES.get(answer.status)
    if kind is None and answer.status >= 500:
        return None
    kind = kind or "protocol"
    return ConnectorError(
        kind,
        f"The bank refuses: {', '.join(codes) or answer.status}.",
        retry_after=DAILY_PAUSE if kind == "rate_limited" else None,
    )


def _kind_of_code(code: str) -> Kind | None:
    return "auth" if code.startswith(_PREFIXES) else _KINDS.get(code)


def _codes(answer: Answer) -> list[str]:
    try:
        messages = Record(answer.json(), "error").children("tppMessages")
        return [message.text("code")[:60] for message in messages if message.text("code")]
    except ConnectorError:
        return []  # a gateway's page instead of an answer: the status tells
