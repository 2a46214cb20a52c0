"""The provider of banks that are described by data, and TBC Bank as a preset of it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from lxml import etree

from ...contract import (
    Consent,
    Context,
    Document,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from ...errors import ConnectorError
from ..client import Operation, SoapClient, open_client, service_address
from ..finnish.application import decode_base64, unpack
from ..trust import Trust, not_after, read_certificates, read_key
from ..wsdl_store import load_wsdl
from ..wsse import UsernameToken, add_username, sign_envelope, to_bytes, verify_envelope
from .description import Description, StatementFile, read_description
from .mapping import read_lines
from .values import content_of, fill, text_at

MAX_PAGES = 1000
TBC_CERTIFICATE_ADDRESS = "https://secdbi.tbconline.ge/dbi/dbiService"
TBC_DESCRIPTION = Path(__file__).with_name("tbc_dbi.json")


class GenericSoapConnector:
    """A bank's service by its description.

    :param description: JSON text; the connection's own if empty
    """

    def __init__(self, context: Context, description: str = "") -> None:
        self._context = context
        self._get = context.credentials.get
        # A description that comes with the provider takes no address or WSDL from the settings.
        names = () if description else ("address", "wsdl")
        self._own = {name: self._get(name) for name in names}
        self._description = read_description(description or self._get("description"))

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the accounts of the settings, after the bank has answered for the first."""
        accounts = read_accounts(self._get("accounts"))
        today = self._context.now().date()
        self._ask(FetchRequest(accounts[0], today, today), self._description.first_page)
        return accounts

    def read_consent(self) -> Consent | None:
        """Return until when our certificate is valid, where we need one."""
        security = self._description.security
        if security.kind != "x509" and not security.has_tls:
            return None
        certificate = read_certificates(self._get("certificate"), "Our certificate")[0]
        return Consent(not_after(certificate), identifier=f"{certificate.serial_number:x}")

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the pages of the window; a cursor is never needed, the window is read anew."""
        if self._description.file is not None:
            body = self._ask(request, self._description.first_page)
            yield Page(documents=_documents(body, self._description), is_last=True)
            return
        size, before = self._description.page_size, b""
        for number in range(MAX_PAGES):
            body = self._ask(request, self._description.first_page + number)
            content = etree.tostring(body, method="c14n")
            lines = read_lines(body, self._description, request.account.currency)
            if lines and content == before:
                raise ConnectorError("protocol", "The bank sends the same page again and again.")
            before = content
            is_last = not size or len(lines) < size
            yield Page(lines=tuple(lines), is_last=is_last)
            if is_last:
                return
        raise ConnectorError("protocol", f"The bank's answer has more than {MAX_PAGES} pages.")

    def _ask(self, request: FetchRequest, page: int) -> etree._Element:
        described = self._description
        given = {
            "account": request.account.number,
            "currency": request.account.currency,
            "from_date": request.from_date.isoformat(),
            "to_date": request.to_date.isoformat(),
            "page": str(page),
            "page_number": str(page - described.first_page + 1),
        }
        operation = Operation(
            load_wsdl(self._own.get("wsdl") or described.wsdl),
            described.operation,
            described.service,
            described.port,
        )
        return self._client(operation).call(
            operation,
            fill(described.parameters, given),
            secure=self._secure,
            verify=self._verify if described.security.is_verified else None,
        )

    def _client(self, operation: Operation) -> SoapClient:
        usual = self._own.get("address") or self._description.address or operation.address()
        address = service_address(self._context, usual)
        cert = (self._get("certificate"), self._get("private_key"))
        has_tls = self._description.security.has_tls
        return open_client(self._context, address, cert if has_tls else None)

    def _secure(self, envelope: etree._Element) -> bytes:
        security, now = self._description.security, self._context.now()
        if security.kind == "username":
            token = UsernameToken(
                self._get("username"),
                self._get("password"),
                is_digest=security.is_digest,
                nonce=self._get("one_time_code") if security.has_nonce else "",
            )
            add_username(envelope, token, now, secrets.token_bytes(16))
        if security.kind == "x509":
            certificate = read_certificates(self._get("certificate"), "Our certificate")[0]
            key = read_key(self._get("private_key"), "Our private key")
            return sign_envelope(envelope, key, certificate, now)
        return to_bytes(envelope)

    def _verify(self, content: bytes) -> etree._Element:
        pinned = read_certificates(self._get("bank_certificates"), "The bank's certificate")
        return verify_envelope(content, Trust(pinned, self._context.now())).body


def read_accounts(text: str) -> list[RemoteAccount]:
    """Return the accounts that the settings list: one per line, number and currency.

    >>> read_accounts("GE29 TB71 9433 6080 1000 03 GEL")[0].number
    'GE29TB7194336080100003'

    :raises ConnectorError: ``config``: none is listed
    """
    accounts = []
    for line in filter(None, map(str.strip, text.replace(";", "\n").splitlines())):
        *parts, last = line.split()
        has_currency = bool(parts) and len(last) == 3 and last.isalpha()
        number = "".join(parts) if has_currency else "".join(line.split())
        currency = last.upper() if has_currency else ""
        accounts.append(RemoteAccount(f"{number} {currency}".strip(), number, currency, line))
    if not accounts:
        raise ConnectorError("config", "No account is listed in the connection.")
    return accounts


def _documents(body: etree._Element, description: Description) -> tuple[Document, ...]:
    """Return the statement file in an answer; no document where the element is empty or absent."""
    file = description.file or StatementFile("")
    text = body.find(file.path, dict(description.namespaces))
    content = "" if text is None else content_of(text)
    if not content.strip():
        return ()
    data = decode_base64(content) if file.encoding == "base64" else content.strip().encode()
    data = unpack(data) if file.is_packed else data
    reference = text_at(body, file.reference, description.namespaces) if file.reference else ""
    reference = reference or hashlib.sha256(data).hexdigest()[:32]
    return (Document(reference, f"statement-{reference}", data),)


def open_tbc(context: Context) -> GenericSoapConnector:
    """Return the connector of TBC Bank, which serves owners of a certificate at another address."""
    description = json.loads(TBC_DESCRIPTION.read_text())
    if context.credentials.get("certificate"):
        description["address"] = TBC_CERTIFICATE_ADDRESS
        description["security"]["tls"] = True
    return GenericSoapConnector(context, json.dumps(description))


_ACCOUNTS = Setting(
    "accounts", "Accounts", "One per line: the account's number and its currency (EUR, GEL, ...)."
)
_ADDRESS = Setting(
    "address", "Address of the service", "Only where it differs from the usual.", is_required=False
)
_text = partial(Setting, is_required=False)
_CERTIFICATE = _text("certificate", "Our certificate", "In PEM, if the bank wants one.", kind="pem")
_KEY = _text("private_key", "Our private key", "Our certificate's key, in PEM.", kind="pem")
_CODE = _text(
    "one_time_code",
    "One-time code",
    "The code of a token, where the bank wants one: such a connection cannot run unattended.",
    kind="secret",
)

GENERIC_SOAP = Provider(
    code="generic_soap",
    name="Any bank by SOAP (described by data)",
    protocol="soap",
    summary="A bank's own SOAP service, described by a text instead of a program.",
    open=GenericSoapConnector,
    settings=(
        Setting(
            "description",
            "Description",
            "JSON text: operation, parameters, security, and what of the answer is what.",
            kind="data",
        ),
        _text("wsdl", "WSDL", "The bank's WSDL as text, if it is not a shipped one.", kind="data"),
        _ACCOUNTS,
        _ADDRESS,
        _text("username", "User name", "For a UsernameToken."),
        _text("password", "Password", "For a UsernameToken.", kind="secret"),
        _CODE,
        _CERTIFICATE,
        _KEY,
        _text(
            "bank_certificates",
            "The bank's certificates",
            "With which the bank signs its answers (PEM).",
            kind="pem",
        ),
    ),
)

TBC = Provider(
    code="tbc_dbi",
    name="TBC Bank (Georgia)",
    protocol="soap",
    summary="Account movements by TBC Bank's integration service (DBI).",
    open=open_tbc,
    countries=("GE",),
    settings=(
        Setting("username", "User name", "Of the integration service, not of the internet bank."),
        Setting("password", "Password", "It expires; change it at the bank.", kind="secret"),
        _ACCOUNTS,
        _CODE,
        _CERTIFICATE,
        _KEY,
    ),
)
