"""The Finnish banks' Web Services channel: signed SOAP messages that carry statement files.

* ``POST /services/CorporateFileService``: getUserInfo, downloadFileList, downloadFile, uploadFile
* ``POST /services/OPCertificateService``: getCertificate (by transfer key, then by signature)
* ``GET /identity``: what a customer is given on paper or by the bank's own program: the bank's
  certificate, and a certificate and key of the customer's (JSON)

A statement file of each account appears in the night after each day with bookings. Faults:
``auth`` (code 30), ``wrong_signature``, ``altered`` (after it was signed), ``not_ready`` (code 26),
``consent_expired`` (code 19, the customer's certificate).
"""

import base64
import gzip
import threading
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree

from ..face import Bank, Face, Request, Response
from ..files import camt053
from ..files.daily import make_statements
from ..files.period import Period
from ..ledger import Account
from .finnish_signing import (
    BXD,
    Authority,
    Identity,
    RefusedError,
    check_envelope,
    check_request,
    element,
    write_envelope,
    write_response,
)

CUSTOMER = "11111111"
TRANSFER_KEY = "1234567890123456"
FILE_TYPE = "camt.053.001.02"
CERTIFICATES = "http://op.fi/mlp/xmldata/"
_MODEL = "http://model.bxd.fi"
_OPERATIONS = ("getUserInfo", "downloadFileList", "downloadFile", "uploadFile")
_FAULT_CODES = {"auth": "30", "not_ready": "26", "consent_expired": "19"}


@dataclass(frozen=True)
class Keys:
    """The certificates of the bank and of its customer."""

    authority: Authority
    bank: Identity
    customer: Identity


@dataclass(frozen=True)
class Asked:
    """A request that was checked: which operation, under which id, and its inner elements."""

    operation: str
    request_id: str
    values: dict[str, str]


class FinnishBank(Face):
    """Settings: ``finnish.customer`` (customer number), ``finnish.transfer_key``."""

    name = "finnish"

    def __init__(self) -> None:
        self._keys: Keys | None = None
        self._lock = threading.Lock()

    def keys(self, now: datetime) -> Keys:
        """Return the certificates; they are made when they are needed first."""
        with self._lock:
            if self._keys is None:
                authority = Authority(now)
                bank, customer = authority.issue("Simulated Bank"), authority.issue("Customer")
                self._keys = Keys(authority, bank, customer)
            return self._keys

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer one message."""
        keys = self.keys(bank.clock.now())
        if request.path == "/identity":
            return Response.json(
                {
                    "bank_certificates": keys.bank.certificate_pem,
                    "authority": keys.authority.root.certificate_pem,
                    "certificate": keys.customer.certificate_pem,
                    "private_key": keys.customer.key_pem,
                }
            )
        try:
            if request.path.startswith("/services/CorporateFileService"):
                return self._answer_files(bank, request, keys)
            if request.path == "/services/OPCertificateService":
                return self._answer_certificates(bank, request, keys)
        except RefusedError as error:
            return _fault("wsse:FailedCheck", str(error))
        except (ET.ParseError, ValueError, KeyError):
            return _fault("soapenv:Client", "The message cannot be read.")
        return Response(404)

    def _answer_files(self, bank: Bank, request: Request, keys: Keys) -> Response:
        now = bank.clock.now()
        issuer = keys.authority.root.certificate
        asked = _read(check_envelope(request.body, now, issuer), issuer)
        code = next((code for kind, code in _FAULT_CODES.items() if request.has_fault(kind)), "")
        if asked.values.get("CustomerId") != bank.setting("finnish.customer", CUSTOMER):
            code = "30"
        if asked.operation not in _OPERATIONS:
            code = "05"
        content = "" if code else _serve(bank, asked)
        code = code or ("00" if content is not None else "24")
        inner = _inner_head(asked, now, code) + (content or "")
        answer = write_response(inner, "ApplicationResponse", BXD, keys.bank)
        return _reply(bank, request, keys, _Answer(asked, _MODEL, answer, code))

    def _answer_certificates(self, bank: Bank, request: Request, keys: Keys) -> Response:
        root = ET.fromstring(request.body)  # noqa: S314
        message = base64.b64decode(root.findtext(".//{*}ApplicationRequest") or "")
        inner = ET.fromstring(message)  # noqa: S314
        values = {child.tag.rpartition("}")[2]: child.text or "" for child in inner}
        asked = Asked("getCertificate", root.findtext(".//{*}RequestId") or "", values)
        code = "00"
        if "Signature" in values:
            check_request(message, keys.authority.root.certificate)
        elif values.get("TransferKey") != bank.setting("finnish.transfer_key", TRANSFER_KEY):
            code = "30"
        content = ""
        if code == "00":
            wanted = x509.load_der_x509_csr(base64.b64decode(values["Content"]))
            made = keys.authority.certify(wanted.public_key(), values["CustomerId"])
            text = base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()
            certificate = element("Certificate", text)
            content = f"<Certificates><Certificate>{certificate}</Certificate></Certificates>"
        head = _inner_head(asked, bank.clock.now(), code)
        answer = write_response(head + content, "CertApplicationResponse", CERTIFICATES, keys.bank)
        namespace = "http://mlp.op.fi/OPCertificateService"
        return _reply(bank, request, keys, _Answer(asked, namespace, answer, code))


@dataclass(frozen=True)
class _Answer:
    asked: Asked
    namespace: str
    inner: bytes
    code: str


def _reply(bank: Bank, request: Request, keys: Keys, answer: _Answer) -> Response:
    """Put the inner answer into a signed SOAP message, with the faults that are wanted."""
    now, asked = bank.clock.now(), answer.asked
    service = (
        "http://bxd.fi/CorporateFileService" if answer.namespace == _MODEL else answer.namespace
    )
    model = answer.namespace
    parts = {
        "SenderId": asked.values.get("CustomerId", ""),
        "RequestId": asked.request_id,
        "Timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "ResponseCode": answer.code,
        "ResponseText": _text(answer.code),
    }
    header = "".join(element(name, text) for name, text in parts.items())
    encoded = base64.b64encode(answer.inner).decode()
    body = (
        f'<out:{asked.operation}out xmlns:out="{service}">'
        f'<ResponseHeader xmlns="{model}">{header}</ResponseHeader>'
        f'<ApplicationResponse xmlns="{model}">{encoded}</ApplicationResponse>'
        f"</out:{asked.operation}out>"
    )
    signer = keys.customer if request.has_fault("wrong_signature") else keys.bank
    message = write_envelope(body, signer, now)
    if request.has_fault("altered"):
        message = message.replace(b"<ResponseText>", b"<ResponseText>!", 1)
    return Response.xml(message)


def _read(body: etree._Element, issuer: x509.Certificate) -> Asked:
    operation = body[0].tag.rpartition("}")[2].removesuffix("in")
    inner = check_request(
        base64.b64decode(body[0].findtext(f"{{{_MODEL}}}ApplicationRequest") or ""), issuer
    )
    values = {
        child.tag.rpartition("}")[2]: "".join(str(text) for text in child.itertext())
        for child in inner
    }
    request_id = body[0].findtext(f"{{{_MODEL}}}RequestHeader/{{{_MODEL}}}RequestId") or ""
    return Asked(operation, request_id, values)


def _serve(bank: Bank, asked: Asked) -> str | None:
    """Return the answer's content, None if there is none."""
    if asked.operation == "uploadFile":
        with bank.lock:
            uploads = bank.memory.setdefault(("finnish", "uploads"), [])
            uploads.append((asked.values.get("FileType"), asked.values.get("Content")))
        return ""
    if asked.operation == "getUserInfo":
        return _user_info(bank)
    files = {_reference(each): each for each in _files(bank)}
    if asked.operation == "downloadFile":
        wanted = files.get(asked.values.get("FileReferences", ""))
        return _file(wanted, asked) if wanted else None
    found = "".join(_descriptor(each) for each in files.values() if _is_asked(each, asked))
    return f"<FileDescriptors>{found}</FileDescriptors>" if found else None


def _files(bank: Bank) -> list[Period]:
    now = bank.clock.now()
    return [
        statement
        for account in bank.ledger.accounts()
        for statement in make_statements(bank.ledger, account, now)
    ]


def _is_asked(statement: Period, asked: Asked) -> bool:
    day, values = statement.made_at.date().isoformat(), asked.values
    return (
        values.get("FileType", FILE_TYPE) == FILE_TYPE
        and values.get("ServiceId", "") in ("", _service(statement.account))
        and values.get("StartDate", "") <= day <= values.get("EndDate", "9999")
    )


def _file(statement: Period, asked: Asked) -> str:
    content = camt053.write(statement)
    is_packed = asked.values.get("Compression") == "true"
    if is_packed:
        content = gzip.compress(content, mtime=0)
    packed = element("Compressed", "true" if is_packed else "false")
    return packed + element("Content", base64.b64encode(content).decode())


def _service(account: Account) -> str:
    return f"{account.bic}-FI1-{account.currency}-{account.iban}"


def _reference(statement: Period) -> str:
    return f"{statement.first:%Y%m%d}{statement.account.iban}"[:32]


def _descriptor(statement: Period) -> str:
    parts = {
        "FileReference": _reference(statement),
        "ServiceId": _service(statement.account),
        "FileType": FILE_TYPE,
        "FileTimestamp": f"{statement.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "Status": "NEW",
    }
    content = "".join(element(name, text) for name, text in parts.items())
    return f"<FileDescriptor>{content}</FileDescriptor>"


def _user_info(bank: Bank) -> str:
    services = "".join(
        "<FileTypeService>"
        + element("ServiceId", _service(account))
        + element("ServiceIdOwnerName", account.owner)
        + "</FileTypeService>"
        for account in bank.ledger.accounts()
    )
    return (
        "<UserFileTypes><UserFileType>"
        + element("FileType", FILE_TYPE)
        + element("Direction", "Download")
        + f"<FileTypeServices>{services}</FileTypeServices></UserFileType></UserFileTypes>"
    )


def _inner_head(asked: Asked, now: datetime, code: str) -> str:
    parts = {
        "CustomerId": asked.values.get("CustomerId", ""),
        "Timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "ResponseCode": code,
        "ResponseText": _text(code),
    }
    return "".join(element(name, text) for name, text in parts.items())


def _text(code: str) -> str:
    known = {"00": "OK.", "24": "Content not found.", "26": "Technical error."}
    return known.get(code, "Refused.")


def _fault(code: str, text: str) -> Response:
    return Response.xml(
        (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/'
            'oasis-200401-wss-wssecurity-secext-1.0.xsd"><soapenv:Body><soapenv:Fault>'
            f"{element('faultcode', code)}{element('faultstring', text)}"
            "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        ).encode(),
        status=500,
    )
