"""Calling an operation of a SOAP service.

The library ``zeep`` knows WSDLs: it builds the message from the operation's name and
arguments. Everything else goes through our own hands: the message is signed as the last step and
the signed bytes go out unchanged through the one HTTP client (time limits, size, TLS, log);
the answer is read by the strict parser, verified, and handed over as an element tree::

    client = SoapClient(context.open_http(...), "/services/File", Operation(wsdl, "getUserInfo"))
    body = client.call({"RequestHeader": {...}}, secure=sign, verify=check)

``secure`` turns the envelope into bytes, ``verify`` turns the answer's bytes into its Body; without
a security both only write and read XML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.wsdl import Document

from ..contract import Context
from ..errors import ConnectorError
from ..http_client import HttpClient
from .faults import classify_answer, find_fault
from .safe_xml import read_xml
from .wsse import SOAP12, body_of, to_bytes

Secure = Callable[[etree._Element], bytes]
Verify = Callable[[bytes], etree._Element]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service; with empty names the WSDL's first service and port are used."""

    wsdl: Document
    name: str
    service: str = ""
    port: str = ""

    def binding(self) -> Any:
        """Return how the operation's messages are written.

        :raises ConnectorError: ``config``: the WSDL has no such service, port or operation
        """
        service = _choose(self.wsdl.services, self.service, "service")
        port = _choose(service.ports, self.port, "port")
        _choose(port.binding.all(), self.name, "operation")
        return port.binding

    def address(self) -> str:
        """Return where the WSDL says that the service is; ``""`` if it does not."""
        service = _choose(self.wsdl.services, self.service, "service")
        port = _choose(service.ports, self.port, "port")
        return str(port.binding_options.get("address") or "")


class SoapClient:
    """Calls operations at one address."""

    def __init__(self, http: HttpClient, path: str) -> None:
        self._http = http
        self._path = path

    def call(
        self,
        operation: Operation,
        arguments: Mapping[str, Any],
        secure: Secure = to_bytes,
        verify: Verify | None = None,
    ) -> etree._Element:
        """Call an operation and return the Body of the answer.

        :param secure: signs or names the sender and writes the message
        :param verify: proves the answer and returns its Body
        :raises ConnectorError: what the bank, the way or the settings do wrong
        """
        binding = operation.binding()
        envelope = _message(binding, operation.name, arguments)
        answer = self._http.request(
            "POST",
            self._path,
            data=secure(envelope),
            headers=_headers(envelope, binding.get(operation.name).soapaction or ""),
        )
        return _read_body(answer.status, answer.body, verify)


def open_client(context: Context, address: str, cert: tuple[str, str] | None = None) -> SoapClient:
    """Return a client for the address of a service, over the connection's HTTP client.

    :param cert: certificate and key (PEM) that the service demands for TLS
    """
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    options: dict[str, Any] = {"classify": classify_answer}
    if cert:
        options["cert"] = cert
    return SoapClient(context.open_http(f"{parts.scheme}://{parts.netloc}", **options), path)


def service_address(context: Context, usual: str) -> str:
    """Return where a service is: at its usual address, or in a test on the test server.

    No setting leads a provider's credentials to another host than its own; a test connection
    may name a server on the loopback address in the value ``test_address``.
    """
    server = context.credentials.get("test_address") if context.is_test else ""
    return f"{server.rstrip('/')}{urlsplit(usual).path}" if server else usual


def _message(binding: Any, name: str, arguments: Mapping[str, Any]) -> etree._Element:
    try:
        return cast("etree._Element", binding.get(name).create(**arguments).content)
    except (ZeepError, TypeError, ValueError, LookupError, AttributeError) as error:
        said = " ".join(str(error).split())[:200]
        raise ConnectorError(
            "config", f"The operation '{name}' cannot be called with these parameters: {said}"
        ) from None


def _headers(envelope: etree._Element, action: str) -> dict[str, str]:
    if envelope.tag == f"{{{SOAP12}}}Envelope":
        kind = "application/soap+xml; charset=utf-8"
        return {"Content-Type": f'{kind}; action="{action}"' if action else kind, "Accept": kind}
    return {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": f'"{action}"',
        "Accept": "text/xml",
    }


def _read_body(status: int, content: bytes, verify: Verify | None) -> etree._Element:
    if status >= 400:
        raise ConnectorError("protocol", f"The bank's service answers with HTTP status {status}.")
    envelope = read_xml(content)
    fault = find_fault(envelope)
    if fault is not None:
        raise fault
    return verify(content) if verify else body_of(envelope)


def _choose(known: Mapping[str, Any], name: str, what: str) -> Any:
    if name and name not in known:
        listed = ", ".join(sorted(known)[:20])
        raise ConnectorError(
            "config", f"The WSDL has no {what} '{name[:80]}'; it has: {listed or 'none'}."
        )
    if not known:
        raise ConnectorError("config", f"The WSDL has no {what}.")
    return known[name] if name else next(iter(known.values()))
