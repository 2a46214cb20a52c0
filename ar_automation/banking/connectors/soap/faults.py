"""SOAP faults: what a service says went wrong, as one of the six kinds.

A fault has a code for machines and a text for people. The codes of WS-Security mean that the
bank does not accept who we are; a *Client* (SOAP 1.2: *Sender*) fault that the request is
wrong; a *Server* (*Receiver*) fault that the service has trouble of its own.

>>> from lxml import etree
>>> envelope = etree.fromstring(
...     '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>'
...     '<faultcode>e:Server</faultcode><faultstring>Busy</faultstring>'
...     '</e:Fault></e:Body></e:Envelope>')
>>> error = find_fault(envelope)
>>> error.kind, error.message
('unavailable', "The bank's service reports a fault: Busy (Server).")
"""

from __future__ import annotations

from lxml import etree

from ..errors import ConnectorError, Kind
from ..http_client import Answer
from .safe_xml import read_xml
from .wsse import SOAP11, SOAP12

_KINDS: dict[str, Kind] = {
    "unsupportedsecuritytoken": "auth",
    "unsupportedalgorithm": "auth",
    "invalidsecurity": "auth",
    "invalidsecuritytoken": "auth",
    "failedauthentication": "auth",
    "failedcheck": "auth",
    "securitytokenunavailable": "auth",
    "messageexpired": "auth",
    "server": "unavailable",
    "receiver": "unavailable",
    "client": "protocol",
    "sender": "protocol",
    "versionmismatch": "protocol",
    "mustunderstand": "protocol",
}
_HINTS = {
    "messageexpired": "Check that the server's clock is right.",
    "client": "The bank does not accept the request: check the settings of the connection.",
    "sender": "The bank does not accept the request: check the settings of the connection.",
}
_LONGEST = 200


def classify_answer(answer: Answer) -> ConnectorError | None:
    """Return the error that an answer with an HTTP error status holds; None if it is no fault."""
    if answer.status >= 400 and b"Fault" in answer.body:
        try:
            return find_fault(read_xml(answer.body))
        except ConnectorError:
            # Not SOAP at all: the HTTP status says more.
            return None
    if answer.status in (401, 403):
        return ConnectorError("auth", f"The bank's service refuses us (HTTP {answer.status}).")
    return None


def find_fault(envelope: etree._Element) -> ConnectorError | None:
    """Return the error that a fault in an envelope means; None if there is no fault."""
    for namespace in (SOAP11, SOAP12):
        fault = envelope.find(f"{{{namespace}}}Body/{{{namespace}}}Fault")
        if fault is not None:
            return _error(fault)
    return None


def _error(fault: etree._Element) -> ConnectorError:
    codes = [
        (each.text or "").strip().rpartition(":")[2]
        for each in fault.iter("faultcode", "{*}Value")
        if (each.text or "").strip()
    ]
    text = _text(fault, "faultstring") or _text(fault, "{*}Reason/{*}Text")
    # The innermost known code says most: a Sender fault with FailedAuthentication is that.
    code = next((each for each in reversed(codes) if each.lower() in _KINDS), "")
    named = f" ({code or codes[-1][:60]})" if codes else ""
    return ConnectorError(
        _KINDS.get(code.lower(), "protocol"),
        f"The bank's service reports a fault: {text or 'no reason given'}{named}.",
        hint=_HINTS.get(code.lower(), ""),
    )


def _text(fault: etree._Element, path: str) -> str:
    found = fault.find(path)
    text = "" if found is None else str(found.xpath("string()"))
    return " ".join(text.split())[:_LONGEST].rstrip(".")
