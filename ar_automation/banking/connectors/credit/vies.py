"""VIES: is a European VAT number given to anybody, and to whom.

The European Commission's service asks the register of the member state. With the asker's own
VAT number it also gives a *request identifier*, which tax offices take as proof that the
number was checked on that day. Registers are down every night, one or the other: a fault says
nothing about the number, which is then *to be verified*, not wrong.

>>> split_number("be 0477.472.701")
VatNumber(country='BE', number='0477472701')
>>> split_number("GB123456782") is None, split_number("12345") is None
(True, True)

Source: ``checkVatService.wsdl`` of the Commission, whose address is plain http there; this client
asks by https.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from lxml import etree

from ..contract import Context
from ..errors import ConnectorError, Kind
from ..http_client import Limits
from ..soap.client import Operation, SoapClient, service_address
from ..soap.faults import classify_answer
from ..soap.wsdl_store import load_wsdl

ADDRESS = "https://ec.europa.eu/taxation_customs/vies/services/checkVatService"
# The service writes Greece as EL; XI are the numbers of Northern Ireland.
COUNTRIES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "XI",
    ]
)
LIMITS = Limits(connect_seconds=5, read_seconds=10, total_seconds=12, max_bytes=200_000)
_TYPES = "{urn:ec.europa.eu:taxud:vies:services:checkVat:types}"
_NUMBER = re.compile(r"[0-9A-Z+*]{2,12}", re.ASCII)
_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]{2,})*\b", re.ASCII)

_FAULTS: dict[str, tuple[Kind, str]] = {
    "INVALID_INPUT": ("config", "VIES does not take it for a VAT number"),
    "INVALID_REQUESTER_INFO": ("auth", "VIES does not know our own VAT number"),
    "SERVICE_UNAVAILABLE": ("unavailable", "VIES does not work at the moment"),
    "MS_UNAVAILABLE": ("unavailable", "the register of the country does not answer VIES"),
    "TIMEOUT": ("unavailable", "the register of the country did not answer VIES in time"),
    "SERVER_BUSY": ("rate_limited", "VIES is busy"),
    "GLOBAL_MAX_CONCURRENT_REQ": ("rate_limited", "too many ask VIES at the moment"),
    "GLOBAL_MAX_CONCURRENT_REQ_TIME": ("rate_limited", "too many ask VIES at the moment"),
    "MS_MAX_CONCURRENT_REQ": ("rate_limited", "too many ask VIES for this country"),
    "MS_MAX_CONCURRENT_REQ_TIME": ("rate_limited", "too many ask VIES for this country"),
    "VAT_BLOCKED": ("auth", "VIES refuses our own VAT number"),
    "IP_BLOCKED": ("auth", "VIES refuses this server's address"),
}
_HINTS = {
    "INVALID_INPUT": "Correct the VAT number.",
    "INVALID_REQUESTER_INFO": "Correct the VAT number of your own company.",
    "VAT_BLOCKED": "Write to the VIES help desk with your VAT number.",
    "IP_BLOCKED": "Write to the VIES help desk with this server's address.",
}


@dataclass(frozen=True, slots=True)
class VatNumber:
    """A VAT number as VIES wants it: the prefix (EL for Greece), and the rest."""

    country: str
    number: str

    def __str__(self) -> str:
        return f"{self.country}{self.number}"


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """What the register says. ``identifier`` is the proof, where one was asked for.

    Several countries (Germany, Spain) never tell name and address.
    """

    is_valid: bool
    checked_on: date
    name: str = ""
    address: str = ""
    identifier: str = ""


def split_number(text: str) -> VatNumber | None:
    """Return a number that VIES can be asked about; None if it cannot be one of its countries."""
    compact = re.sub(r"[\s.,/_-]", "", text).upper()
    country = "EL" if compact[:2] == "GR" else compact[:2]
    if country not in COUNTRIES or not _NUMBER.fullmatch(compact[2:]):
        return None
    return VatNumber(country, compact[2:])


class Vies:
    """Asks VIES. Nothing is tried again here: it bars those who ask too often."""

    def __init__(self, context: Context, limits: Limits = LIMITS) -> None:
        address = service_address(context, ADDRESS)
        parts = urlsplit(address)
        http = context.open_http(
            f"{parts.scheme}://{parts.netloc}", classify=classify_answer, limits=limits
        )
        self._client = SoapClient(http, parts.path)

    def check(self, number: VatNumber, requester: VatNumber | None = None) -> VatAnswer:
        """Return what the register says of a number.

        :param requester: our own number, to be given a request identifier
        :raises ConnectorError: no answer: the number may be good or not
        """
        arguments = {"countryCode": number.country, "vatNumber": number.number}
        if requester:
            arguments["requesterCountryCode"] = requester.country
            arguments["requesterVatNumber"] = requester.number
        name = "checkVatApprox" if requester else "checkVat"
        try:
            body = self._client.call(Operation(load_wsdl("vies_check_vat.wsdl"), name), arguments)
        except ConnectorError as error:
            raise _named(error) from None
        return _to_answer(body, name, number)


def _named(error: ConnectorError) -> ConnectorError:
    """Say what a fault of VIES means.

    VIES puts its code into the fault's text and marks everything as the server's fault, so
    the text is searched; answers with status 200 and with 500 carry the same.
    """
    code = next((word for word in _CODE.findall(error.message) if word in _FAULTS), "")
    if not code:
        return error
    kind, reason = _FAULTS[code]
    return ConnectorError(
        kind, f"{reason[0].upper()}{reason[1:]} ({code}).", hint=_HINTS.get(code, "")
    )


def _to_answer(body: etree._Element, name: str, number: VatNumber) -> VatAnswer:
    answer = body.find(f"{_TYPES}{name}Response")
    if answer is None:
        raise ConnectorError("protocol", "VIES answered, but not the question.")
    said = VatNumber(_text(answer, "countryCode"), _text(answer, "vatNumber"))
    if said != number:
        raise ConnectorError("protocol", "VIES answered about another number.")
    valid = _text(answer, "valid")
    if valid not in ("true", "false", "1", "0"):
        raise ConnectorError("protocol", "VIES says neither that the number is valid nor not.")
    prefix = "trader" if name == "checkVatApprox" else ""
    return VatAnswer(
        is_valid=valid in ("true", "1"),
        checked_on=_day(answer),
        name=_told(answer, f"{prefix}Name" if prefix else "name"),
        address=_told(answer, f"{prefix}Address" if prefix else "address"),
        identifier=_text(answer, "requestIdentifier"),
    )


def _text(answer: etree._Element, name: str) -> str:
    return (answer.findtext(f"{_TYPES}{name}") or "").strip()


def _told(answer: etree._Element, name: str) -> str:
    """A name or an address on one line; VIES writes dashes for what a country does not tell."""
    text = ", ".join(filter(None, (line.strip() for line in _text(answer, name).splitlines())))
    return "" if not text.strip("-, ") else text[:500]


def _day(answer: etree._Element) -> date:
    try:
        return date.fromisoformat(_text(answer, "requestDate")[:10])
    except ValueError:
        raise ConnectorError("protocol", "VIES does not say on which day it answers.") from None
