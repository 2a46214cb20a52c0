"""What a failed exchange means, in the six kinds of a bank feed's errors.

>>> failure_of_status(503, "api.bank.example", 120).kind
'unavailable'
>>> failure_of_status(404, "api.bank.example", None) is None
True
>>> print(failure_of(requests.ReadTimeout(), "api.bank.example"))
api.bank.example did not answer in time.
"""

from __future__ import annotations

import socket

import requests
import urllib3

from .errors import ConnectorError
from .http_transport import PeerRefusedError


def failure_of_status(status: int, host: str, retry_after: float | None) -> ConnectorError | None:
    """Return the error that a status is by itself; None where the connector must tell."""
    if status == 429:
        return ConnectorError(
            "rate_limited", f"{host} was asked too often (429).", retry_after=retry_after
        )
    if status >= 500:
        return ConnectorError(
            "unavailable", f"{host} has a fault of its own ({status}).", retry_after=retry_after
        )
    if 300 <= status < 400:
        return ConnectorError(
            "protocol", f"{host} redirects to another address ({status}), which is not followed."
        )
    return None


def failure_of(error: Exception, host: str) -> ConnectorError:
    """Return what an exception of the network means; its own text, which may hold an address with
    secrets, is not shown."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, PeerRefusedError) for cause in causes):
        return ConnectorError(
            "config", f"{host} is an address of this machine or its neighbours, not a bank's."
        )
    tls = _failure_of_tls(" ".join(str(cause) for cause in causes).upper(), host)
    if tls:
        return tls
    # Before the time-outs, since urllib3 counts both of these among them.
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "resolve" in str(error):
        return ConnectorError("unavailable", f"The name {host} cannot be found in the network.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return ConnectorError("unavailable", f"{host} does not accept connections.")
    if any(isinstance(cause, _TIMEOUTS) for cause in causes):
        return ConnectorError("unavailable", f"{host} did not answer in time.")
    return ConnectorError("unavailable", f"The connection to {host} broke.")


_TIMEOUTS = (TimeoutError, socket.timeout, requests.Timeout, urllib3.exceptions.TimeoutError)


def _failure_of_tls(text: str, host: str) -> ConnectorError | None:
    """Return what a failed handshake means, by OpenSSL's own words."""
    if "CERTIFICATE_VERIFY_FAILED" in text or "DOESN'T MATCH" in text:
        return ConnectorError(
            "protocol",
            f"{host} does not prove who it is: its certificate is expired, made for another name, "
            "or signed by nobody who is trusted. Nothing was sent.",
        )
    if "ALERT" in text and ("CERT" in text or "UNKNOWN_CA" in text or "UNKNOWN CA" in text):
        return ConnectorError("auth", f"{host} does not accept our certificate.")
    if "SSL" in text and ("VERSION" in text or "HANDSHAKE" in text or "WRONG" in text):
        return ConnectorError("unavailable", f"No secure connection to {host} could be made.")
    return None


def _causes(error: BaseException | object) -> list[BaseException]:
    """Return an exception with all that it wraps, by cause, context or argument."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or current in found:
            continue
        found.append(current)
        waiting += [
            current.__cause__,
            current.__context__,
            getattr(current, "reason", None),
            *current.args,
        ]
    return found
