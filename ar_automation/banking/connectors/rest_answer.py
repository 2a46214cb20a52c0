"""What an answer's status means, for providers that follow the usual rules of HTTP.

The HTTP client deals with what is worth another attempt (429, 5xx, time-outs). What is
left is either an answer to read or a refusal, which gets the kind that tells the user what to do.

>>> from .http_client import Answer
>>> try:
...     accept(Answer(401, {}, b"{}"), "Qonto")
... except ConnectorError as error:
...     print(error.kind, error)
auth Qonto does not accept the credentials (status 401).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import ConnectorError, Kind
from .http_client import Answer

# Words without digits: a server that echoes what we sent must not bring a key into a message.
_CODE = re.compile(r"[A-Za-z_.-]{1,60}", re.ASCII)
_WORDS: dict[Kind, str] = {
    "auth": "does not accept the credentials",
    "consent_expired": "says that the consent to read has ended",
    "rate_limited": "wants to be asked less often",
    "unavailable": "does not work at the moment",
    "protocol": "refuses the request",
    "config": "does not know what is asked for",
}

#: Tells a refusal's kind and the provider's code for it from status and body (None: no JSON).
Classify = Callable[[int, Any], "tuple[Kind, str]"]


def kind_of_status(status: int) -> Kind:
    """Return what a status means where the provider says nothing more precise."""
    if status in (401, 403):
        return "auth"
    if status == 429:
        return "rate_limited"
    if status >= 500:
        return "unavailable"
    return "config" if status in (404, 410) else "protocol"


def by_status(status: int, body: Any) -> tuple[Kind, str]:
    """Classify by the status alone."""
    return kind_of_status(status), ""


def accept(answer: Answer, who: str, classify: Classify = by_status) -> Any:
    """Return the JSON of a good answer.

    :param who: the provider's name, as it begins the sentence of an error
    :raises ConnectorError: of the kind that ``classify`` finds, or ``protocol`` for bad JSON
    """
    if 200 <= answer.status < 300:
        return answer.json()
    kind, code = classify(answer.status, _body(answer))
    said = f", {code}" if is_error_code(code) else ""
    raise ConnectorError(kind, f"{who} {_WORDS[kind]} (status {answer.status}{said}).")


def is_error_code(text: str) -> bool:
    """Whether a text looks like a provider's error code, which may be shown."""
    return bool(_CODE.fullmatch(text))


def _body(answer: Answer) -> Any:
    try:
        return answer.json()
    except ConnectorError:
        return None  # an error page of a proxy: the status says what there is to say
