"""A signed exchange with a Finnish bank: two envelopes out, two verified envelopes back.

Before anything of an answer is used, all of this holds: the SOAP Body and a fresh Timestamp are
signed by the bank's pinned certificate; the header answers this request (its RequestId is ours,
so that an older answer cannot be played back); the inner response is signed as well; both codes
mean success or *nothing there*.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from ...errors import ConnectorError
from ..client import Operation, SoapClient
from ..trust import Trust
from ..wsdl_store import load_wsdl
from ..wsse import format_instant, sign_envelope, verify_envelope
from ..xmldsig import sign_enveloped, verify_enveloped
from .application import CUSTOMER_NAMESPACE, decode_base64, text_of, write_request
from .codes import check_code

SOFTWARE = "AR Automation"
_WSDL = "corporate_file_service.wsdl"


@dataclass(frozen=True, slots=True)
class Signer:
    """With what we sign; ``now`` is the moment of the exchange."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the agreement with the bank says about every request."""

    customer: str
    receiver: str
    target: str
    environment: str
    language: str = "EN"


class FileChannel:
    """Exchanges messages with the bank's file service."""

    def __init__(self, client: SoapClient, agreement: Agreement, signer: Signer) -> None:
        self._client = client
        self._agreement = agreement
        self._signer = signer

    def ask(self, operation: str, values: Mapping[str, str], trust: Trust) -> etree._Element | None:
        """Carry out one operation; return the inner response, None where nothing is there.

        :param values: elements of the ApplicationRequest beside those of every request
        :raises ConnectorError: whatever the bank, the way or the settings do wrong
        """
        now = trust.at
        request_id = secrets.token_hex(16)
        body = self._client.call(
            Operation(load_wsdl(_WSDL), operation),
            {
                "RequestHeader": self._header(request_id, now),
                "ApplicationRequest": self._inner(operation, values, now),
            },
            secure=lambda envelope: sign_envelope(
                envelope, self._signer.key, self._signer.certificate, now
            ),
            verify=lambda content: verify_envelope(content, trust).body,
        )
        return read_answer(body, f"{operation}out", request_id, trust)

    def _header(self, request_id: str, now: datetime) -> dict[str, str]:
        return {
            "SenderId": self._agreement.customer,
            "RequestId": request_id,
            "Timestamp": format_instant(now),
            "Language": self._agreement.language,
            "UserAgent": SOFTWARE,
            "ReceiverId": self._agreement.receiver,
        }

    def _inner(self, operation: str, values: Mapping[str, str], now: datetime) -> bytes:
        request = write_request(
            CUSTOMER_NAMESPACE,
            "ApplicationRequest",
            {
                "CustomerId": self._agreement.customer,
                "Command": operation[0].upper() + operation[1:],
                "Timestamp": format_instant(now),
                "Environment": self._agreement.environment,
                "TargetId": self._agreement.target,
                "SoftwareId": SOFTWARE,
                **values,
            },
        )
        return sign_enveloped(request, self._signer.key, self._signer.certificate)


def read_answer(
    body: etree._Element, name: str, request_id: str, trust: Trust
) -> etree._Element | None:
    """Return the inner response of a Body whose signature was verified.

    :param name: the element that answers the request
    :raises ConnectorError: it answers another request, or is refused, unsigned or altered
    """
    elements = [each for each in body if isinstance(each.tag, str)]
    if len(elements) != 1 or etree.QName(elements[0]).localname != name:
        raise ConnectorError("protocol", f"The bank's answer is no <{name}>.")
    header = elements[0].find("{*}ResponseHeader")
    if header is None:
        raise ConnectorError("protocol", "The bank's answer has no header.")
    if text_of(header, "RequestId") != request_id:
        raise ConnectorError(
            "protocol",
            "The bank's answer belongs to another request: it may be an old one played back. "
            "Nothing of it was used.",
        )
    content = text_of(elements[0], "ApplicationResponse")
    if not check_code(text_of(header, "ResponseCode"), text_of(header, "ResponseText")):
        return None
    response = verify_enveloped(decode_base64(content), trust).root
    if not check_code(text_of(response, "ResponseCode"), text_of(response, "ResponseText")):
        return None
    return response
