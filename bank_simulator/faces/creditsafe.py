"""A credit bureau in the shape of Creditsafe Connect: log in, search companies, order reports.

The companies lie in ``bank.memory["bureau"]`` as :class:`Company`, put there by tests. Words of
the scenario: ``auth`` ends every token early; ``mutation`` turns the rating into nonsense.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..face import Bank, Handler, Request, Response, RoutedFace
from ..scenario import Fault
from .reading import make_uuid

USERNAME, PASSWORD = "bureau-user@example.com", "bureau-password"


@dataclass(frozen=True)
class Company:
    """A company as the bureau knows it; ``value`` is the national score in ``bounds``."""

    identifier: str
    name: str
    country: str
    vat: str = ""
    registration: str = ""
    letter: str = "B"
    words: str = "Low Risk"
    value: str = "65"
    bounds: tuple[str, str] = ("1", "100")
    limit: str = "50000"
    currency: str = "EUR"
    rated_on: str = "2026-02-01T00:00:00.000Z"
    status: str = "Active"


def set_companies(bank: Bank, *companies: Company) -> None:
    """Let the bureau know these companies and no others."""
    with bank.lock:
        bank.memory["bureau"] = {company.identifier: company for company in companies}


def _authenticate(bank: Bank, request: Request) -> Response:
    try:
        login = request.json()
    except ValueError:
        return _refuse(400, "Bad request")
    known = {
        "username": bank.setting("creditsafe.username", USERNAME),
        "password": bank.setting("creditsafe.password", PASSWORD),
    }
    if login != known:
        return _refuse(401, "Invalid username or password")
    with bank.lock:
        number = bank.memory["bureau_logins"] = bank.memory.get("bureau_logins", 0) + 1
    return Response.json({"token": make_uuid("bureau", number)})


def _search(bank: Bank, request: Request) -> Response:
    fields = {"vatNo": "vat", "regNo": "registration", "name": "name"}
    wanted = {fields[name]: text for name, text in request.query.items() if name in fields}
    if not wanted or "countries" not in request.query:
        return _refuse(400, "Search criteria are missing")
    found = [
        _tell(company)
        for company in _companies(bank).values()
        if company.country in request.query["countries"].split(",")
        and all(text.lower() in getattr(company, field).lower() for field, text in wanted.items())
    ]
    size = int(request.query.get("pageSize", "50"))
    return Response.json({"totalSize": len(found), "companies": found[:size]})


def _report(bank: Bank, request: Request, identifier: str) -> Response:
    company = _companies(bank).get(identifier)
    if company is None:
        return _refuse(404, "Report not found")
    with bank.lock:
        bank.memory["bureau_reports"] = bank.memory.get("bureau_reports", 0) + 1
    letter = "?" if request.has_fault("mutation") else company.letter
    least, most = company.bounds
    rating = {
        "commonValue": letter,
        "commonDescription": company.words,
        "creditLimit": {"currency": company.currency, "value": company.limit},
        "providerValue": {"minValue": least, "maxValue": most, "value": company.value},
    }
    return Response.json(
        {
            "orderId": 1,
            "companyId": identifier,
            "report": {
                "companyId": identifier,
                "language": "EN",
                "companySummary": {
                    "businessName": company.name,
                    "country": company.country,
                    "companyStatus": {"status": company.status},
                },
                "creditScore": {
                    "currentCreditRating": rating,
                    "latestRatingChangeDate": company.rated_on,
                },
            },
        }
    )


class CreditBureau(RoutedFace):
    """Settings: ``creditsafe.username``, ``.password``."""

    name = "creditsafe"
    routes: ClassVar[Mapping[str, Handler]] = {
        "POST /v1/authenticate": _authenticate,
        "GET /v1/companies": _search,
        "GET /v1/companies/{id}": _report,
    }
    public = frozenset({"POST /v1/authenticate"})

    def admit(self, bank: Bank, request: Request) -> Response | None:
        """Only the token given last is good."""
        with bank.lock:
            good = make_uuid("bureau", bank.memory.get("bureau_logins", 0))
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if given != good or request.has_fault("auth"):
            return _refuse(401, "The token is not valid or has expired")
        return None

    def answer_fault(self, bank: Bank, request: Request, fault: Fault) -> Response | None:
        """Return an error as the bureau words it."""
        if fault.kind == "rate_limited":
            return _refuse(429, "Too many requests")
        return _refuse(fault.status, "Internal error")


def _companies(bank: Bank) -> dict[str, Company]:
    with bank.lock:
        return dict(bank.memory.get("bureau", {}))


def _tell(company: Company) -> dict[str, Any]:
    return {
        "id": company.identifier,
        "country": company.country,
        "regNo": company.registration,
        "vatNo": [company.vat] if company.vat else [],
        "name": company.name,
        "status": company.status,
        "address": {"simpleValue": "1 Main Street"},
    }


def _refuse(status: int, text: str) -> Response:
    return Response.json({"message": text, "correlationId": make_uuid("bureau", text)}, status)
