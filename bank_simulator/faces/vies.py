"""The VAT register of the European Union: ``checkVat`` and ``checkVatApprox`` by SOAP.

The numbers that are given to somebody lie in ``bank.memory["vat"]`` (number to name and
address). The setting ``vies.fault`` is the code that every question is answered with; as the
real service does, it stands in the fault's text and counts as the server's.
"""

import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

from ..face import Bank, Face, Request, Response
from .finnish_signing import SOAP, element

TYPES = "urn:ec.europa.eu:taxud:vies:services:checkVat:types"
PATH = "/taxation_customs/vies/services/checkVatService"
COUNTRIES = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"


def give_number(bank: Bank, number: str, name: str = "---", address: str = "---") -> None:
    """Enter a number (with its country's prefix) into the register."""
    with bank.lock:
        bank.memory.setdefault("vat", {})[number] = (name, address)


class Vies(Face):
    """Settings: ``vies.fault``, ``vies.fault_status`` (500 or 200)."""

    name = "vies"

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer one question."""
        if request.path != PATH:
            return Response(404)
        try:
            root = ET.fromstring(request.body)  # noqa: S314
        except ET.ParseError:
            return _fault("INVALID_INPUT")
        if code := bank.setting("vies.fault"):
            return _fault(code, int(bank.setting("vies.fault_status", "500")))
        for operation in ("checkVat", "checkVatApprox"):
            question = root.find(f".//{{{TYPES}}}{operation}")
            if question is not None:
                return self._answer(bank, operation, question)
        return _fault("INVALID_INPUT")

    def _answer(self, bank: Bank, operation: str, question: ET.Element) -> Response:
        country, number, asker = (
            question.findtext(f"{{{TYPES}}}{name}") or ""
            for name in ("countryCode", "vatNumber", "requesterVatNumber")
        )
        if country not in COUNTRIES.split() or not number:
            return _fault("INVALID_INPUT")
        if operation == "checkVatApprox" and not asker:
            return _fault("INVALID_REQUESTER_INFO")
        with bank.lock:
            found = bank.memory.get("vat", {}).get(f"{country}{number}")
            asked = bank.memory["vat_asked"] = bank.memory.get("vat_asked", 0) + 1
        name, address = found or ("---", "---")
        day = bank.clock.now().date()
        parts = [
            element("countryCode", country),
            element("vatNumber", number),
            element("requestDate", f"{day}+01:00"),
            element("valid", "true" if found else "false"),
        ]
        if operation == "checkVat":
            parts += [element("name", name), element("address", address)]
        else:
            parts += [element("traderName", name), element("traderAddress", address)]
            proof = f"WAPIAAAA{asked:08d}" if found else ""
            parts.append(element("requestIdentifier", proof))
        return _envelope(
            f'<{operation}Response xmlns="{TYPES}">{"".join(parts)}</{operation}Response>'
        )


def _envelope(body: str, status: int = 200) -> Response:
    text = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
    return Response.xml(text.encode(), status)


def _fault(code: str, status: int = 500) -> Response:
    said = f"<faultcode>s:Server</faultcode><faultstring>{escape(code)}</faultstring>"
    return _envelope(f"<s:Fault>{said}</s:Fault>", status)
