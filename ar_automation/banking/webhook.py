"""Proof that a message to us comes from who shares a secret with us, and comes now.

The sender computes HMAC-SHA256 over ``<timestamp>.<body>`` and sends timestamp and digest in a
header of the form ``t=1772445600,v1=5257a8...``. The receiver computes the same with each
secret that is active (two while one is being replaced), compares in constant time and refuses what
is older or newer than the window. A replay within the window is stopped by ``digest``: it
names the message, and the receiver stores it with a unique index.

>>> from datetime import datetime, timezone
>>> now = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)
>>> header = sign(b'{"account": 7}', secret="0123456789abcdef", at=now)
>>> verify(b'{"account": 7}', header, secrets=["0123456789abcdef"], now=now).signed_at == now
True
>>> try:
...     verify(b'{"account": 8}', header, secrets=["0123456789abcdef"], now=now)
... except WebhookError as refusal:
...     print(refusal.code)
webhook.signature
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..exceptions import ArError

WINDOW = timedelta(minutes=5)
MIN_SECRET_LENGTH = 16
MAX_BODY_BYTES = 256 * 1024
_HEADER = re.compile(r"t=(\d{1,11})((?:,v1=[0-9a-fA-F]{64}){1,5})", re.ASCII)


class WebhookError(ArError):
    """A message that was not proven; nothing of it may be used.

    Codes: ``webhook.unconfigured``, ``.too_large``, ``.header``, ``.replay``, ``.signature``.
    Answer all of them alike, so that nobody learns which check failed.
    """


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A proven message: when it was signed, and a name for it that no other message has."""

    signed_at: datetime
    digest: str


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """Return the header by which :func:`verify` knows the body."""
    timestamp = str(int(at.timestamp()))
    return f"t={timestamp},v1={_digest(timestamp, body, secret)}"


def verify(
    body: bytes,
    header: str,
    *,
    secrets: Sequence[str],
    now: datetime,
    window: timedelta = WINDOW,
) -> SignedMessage:
    """Return when a message was signed, after proving it.

    Without a secret nothing is accepted: an unset secret must not open the door.

    :param header: the signature header; ``""`` if the message has none
    :param secrets: all that are active, the new and the old one during a rotation
    :raises WebhookError: if anything is missing, wrong, too old or too new
    """
    active = [secret for secret in secrets if len(secret) >= MIN_SECRET_LENGTH]
    if not active:
        raise WebhookError("webhook.unconfigured", "No secret for this webhook is set.")
    if len(body) > MAX_BODY_BYTES:
        raise WebhookError("webhook.too_large", "The message is larger than a webhook may be.")
    found = _HEADER.fullmatch(header)
    if not found:
        raise WebhookError("webhook.header", "The message carries no readable signature.")
    signed_at = datetime.fromtimestamp(int(found[1]), tz=timezone.utc)
    if abs(now - signed_at) > window:
        raise WebhookError("webhook.replay", "The message is outside of its time window.")
    given = [part.removeprefix("v1=").lower() for part in found[2].split(",")[1:]]
    expected = [_digest(found[1], body, secret) for secret in active]
    if not _any_equal(given, expected):
        raise WebhookError("webhook.signature", "The signature does not prove the message.")
    return SignedMessage(signed_at, hashlib.sha256(found[1].encode() + b"." + body).hexdigest())


def _digest(timestamp: str, body: bytes, secret: str) -> str:
    message = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _any_equal(given: list[str], expected: list[str]) -> bool:
    """Compare all with all, so that the time taken tells nothing."""
    matches = [hmac.compare_digest(one, other) for one in given for other in expected]
    return any(matches)
