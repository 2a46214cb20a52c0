"""One's own certificate in the Finnish channel: a new key, the bank's signature on it, renewal.

The key never leaves us. A *request* (PKCS#10) with its public half goes to the bank's certificate
service. For the first certificate a one-time code from the agreement proves who asks: Nordea
wants an HMAC-SHA1 over the request with the PIN as key, OP and Samlink the transfer key itself.
A renewal is signed with the certificate that is still valid. Certificates last two years or so.

The bank's answers are verified like all others.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from ...contract import Context
from ...errors import ConnectorError
from ..client import Operation, open_client, service_address
from ..trust import Trust, read_certificates, read_embedded, read_key, to_pem
from ..wsdl_store import load_wsdl
from ..wsse import format_instant, to_bytes, verify_envelope
from ..xmldsig import sign_enveloped
from .application import text_of, write_request
from .banks import CertificateService, find_bank
from .channel import SOFTWARE, Signer, read_answer

KEY_BITS = 2048
_OPERATION = "getCertificate"


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """A new private key (PEM) and the request for its certificate (PKCS#10, DER)."""

    private_key: str
    content: bytes


def make_request(customer: str, company: str, country: str = "FI") -> CertificateRequest:
    """Make a new key and the request for its certificate.

    :param customer: the user id of the agreement; it stands in the certificate
    :param company: name of the company, for people
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, company[:64]),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, customer),
        ]
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    content = request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return CertificateRequest(pem.decode(), content)


def certify(context: Context, company: str, one_time_code: str) -> dict[str, str]:
    """Return the settings of a new certificate with its new key, to be stored together.

    :param one_time_code: of the agreement, for the first certificate; ``""`` to renew
    :raises ConnectorError: as :func:`fetch_certificate`
    """
    customer = context.credentials.get("customer_id")
    if not customer:
        raise ConnectorError("config", "The customer number is missing.")
    request = make_request(customer, company)
    if one_time_code.strip():
        certificate = fetch_certificate(context, request, one_time_code)
    else:
        certificate = renew_certificate(context, request)
    return {"certificate": certificate, "private_key": request.private_key}


def fetch_certificate(context: Context, request: CertificateRequest, one_time_code: str) -> str:
    """Ask the bank for the first certificate and return it (PEM).

    :param one_time_code: the PIN (Nordea) or the transfer key (OP, Samlink) of the agreement
    :raises ConnectorError: the bank refuses, or answers with another key's certificate
    """
    service = _service(context)
    code = "".join(one_time_code.split())
    if service.proof == "HMAC":
        value = hmac.new(code.encode(), request.content, "sha1").digest()
        proof = base64.b64encode(value).decode()
    else:
        proof = code
    element = _inner(context, service, request, {service.proof: proof})
    return _exchange(context, service, request, to_bytes(element))


def renew_certificate(context: Context, request: CertificateRequest) -> str:
    """Ask the bank for the next certificate, by the present one's signature; return it (PEM).

    Store the new key and certificate together, and only after this has returned.

    :raises ConnectorError: as :func:`fetch_certificate`
    """
    get = context.credentials.get
    service = _service(context)
    certificate = read_certificates(get("certificate"), "Our certificate")[0]
    signer = Signer(read_key(get("private_key"), "Our private key"), certificate)
    element = _inner(context, service, request, {})
    signed = sign_enveloped(element, signer.key, signer.certificate)
    return _exchange(context, service, request, signed)


def _service(context: Context) -> CertificateService:
    bank = find_bank(context.credentials.get("bank"))
    if bank.certificates is None:
        raise ConnectorError(
            "config",
            f"No certificate service is known of {bank.name}.",
            hint="Get the certificate from the bank's own program and enter it here.",
        )
    return bank.certificates


def _inner(
    context: Context,
    service: CertificateService,
    request: CertificateRequest,
    proof: dict[str, str],
) -> etree._Element:
    get = context.credentials.get
    return write_request(
        service.namespace,
        "CertApplicationRequest",
        {
            "CustomerId": get("customer_id"),
            "Timestamp": format_instant(context.now()),
            "Environment": get("environment") or "PRODUCTION",
            "SoftwareId": SOFTWARE,
            "Command": "GetCertificate" if proof else "",
            "Service": service.service,
            "Content": base64.b64encode(request.content).decode(),
            **proof,
        },
    )


def _exchange(
    context: Context, service: CertificateService, request: CertificateRequest, inner: bytes
) -> str:
    get = context.credentials.get
    pinned = read_certificates(get("bank_certificates"), "The bank's certificate")
    trust = Trust(pinned, context.now(), get("allows_weak") in ("1", "true", "True"))
    request_id = secrets.token_hex(16)
    header = {
        "SenderId": get("customer_id"),
        "RequestId": request_id,
        "Timestamp": format_instant(trust.at),
    }
    body = open_client(context, _address(context, service)).call(
        Operation(load_wsdl(service.wsdl), _OPERATION),
        {"RequestHeader": header, "ApplicationRequest": inner},
        verify=lambda content: verify_envelope(content, trust).body,
    )
    response = read_answer(body, f"{_OPERATION}out", request_id, trust)
    if response is None:
        raise ConnectorError("protocol", "The bank's answer holds no certificate.")
    return _own_certificate(response, request)


def _address(context: Context, service: CertificateService) -> str:
    get = context.credentials.get
    usual = service.test_address if get("environment") == "TEST" else service.address
    if not usual:
        raise ConnectorError(
            "config", "The address of the bank's certificate service for tests is not known."
        )
    return service_address(context, usual)


def _own_certificate(response: etree._Element, request: CertificateRequest) -> str:
    """Return the certificate of our new key; another one would be of no use to us."""
    key = read_key(request.private_key).public_key()
    for each in response.findall("{*}Certificates/{*}Certificate"):
        certificate = read_embedded(text_of(each, "Certificate"))
        if certificate.public_key() == key:
            return to_pem(certificate)
    raise ConnectorError("protocol", "The bank's answer holds no certificate of our new key.")
