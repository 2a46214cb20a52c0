"""Creditsafe Connect (version 1): ratings and credit limits of companies in 200 countries.

``POST /authenticate`` gives a token for one hour for user name and password; ``GET /companies``
searches; ``GET /companies/{id}`` orders a report. Source: doc.creditsafe.com, *Connect API*.

A report carries two ratings: the country's own (``providerValue``, with its smallest and
largest value) and the *international score*, a letter from A (very low risk) to D (high
risk), E for *not rated*. National scales run in both directions, so only the letter is compared:

>>> score_of_letter("A"), score_of_letter("D"), score_of_letter("E")
(Decimal('90'), Decimal('20'), None)

The letter stands for the middle of its quarter as the bureau words it; the national value is
kept in words beside it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote

from ..access_token import AccessToken, Grant, owner_mark
from ..contract import Context
from ..errors import ConnectorError
from ..http_client import Answer
from ..json_record import Record
from ..rest_answer import accept
from ..service_address import pick_address
from .contract import Bureau, BureauConnector, Candidate, CompanyQuery, RatingReport

WHO = "Creditsafe"
MOST_CANDIDATES = 10
_ADDRESSES = {
    "production": "https://connect.creditsafe.com/v1",
    "sandbox": "https://connect.sandbox.creditsafe.com/v1",
}
_TOKEN_SECONDS = 3600
_SCORES = {"A": Decimal(90), "B": Decimal(70), "C": Decimal(50), "D": Decimal(20)}
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,5})?", re.ASCII)


def score_of_letter(letter: str) -> Decimal | None:
    """Return the score (0 to 100, 100 best) of an international score; None for *not rated*."""
    return _SCORES.get(letter.strip().upper())


class Creditsafe(BureauConnector):
    """Asks Creditsafe with one user's login."""

    def __init__(self, context: Context) -> None:
        address = pick_address(context, _ADDRESSES)
        self._user = context.credentials.get("username")
        self._password = context.credentials.get("password")
        if not self._user or not self._password:
            raise ConnectorError("config", "User name or password of the bureau is not filled in.")
        self._http = context.open_http(address)
        owner = owner_mark(address, self._user, self._password)
        self._token = AccessToken(context, lambda _refresh: self._log_in(), owner)

    def check_access(self) -> None:
        """Log in anew, so that a kept token proves nothing."""
        self._token.keep(self._log_in())

    def find_companies(self, query: CompanyQuery) -> list[Candidate]:
        """Return who fits the strongest thing that is known of the company."""
        known = {
            "vatNo": query.vat_number,
            "regNo": query.registration.strip(),
            "name": query.name.strip(),
        }
        name = next((name for name, text in known.items() if text), "")
        if not name or not query.country:
            raise ConnectorError(
                "config",
                "A company cannot be looked up without its country and its VAT number, "
                "registration number or name.",
                hint="Fill in country and VAT number of the customer.",
            )
        found = self._get(
            "/companies",
            {
                "countries": query.country,
                name: known[name],
                "page": 1,
                "pageSize": MOST_CANDIDATES,
            },
        )
        companies = Record(found, "companies").children("companies")
        return [to_candidate(company) for company in companies[:MOST_CANDIDATES]]

    def read_report(self, identifier: str) -> RatingReport:
        """Order the report of a company."""
        answer = self._get(f"/companies/{quote(identifier, safe='')}", {"language": "en"})
        return to_report(Record(answer, "report answer").child("report"), identifier)

    def _get(self, path: str, params: dict[str, object]) -> object:
        def send() -> Answer:
            headers = {"Authorization": f"Bearer {self._token.value()}"}
            return self._http.request("GET", path, params=params, headers=headers)

        return accept(self._token.ask(send), WHO)

    def _log_in(self) -> Grant:
        login = {"username": self._user, "password": self._password}
        # Logging in twice does no harm, so a broken connection is tried again.
        answer = self._http.request("POST", "/authenticate", json=login, is_repeatable=True)
        if answer.status == 400:
            raise ConnectorError("auth", f"{WHO} does not accept the credentials (status 400).")
        token = Record(accept(answer, WHO), "token").text("token")
        if not token:
            raise ConnectorError("protocol", f"{WHO} lets us in but gives no token.")
        return Grant(token, _TOKEN_SECONDS)


def to_candidate(company: Record) -> Candidate:
    """Return a company of a search result.

    :raises ConnectorError: ``protocol`` if it has no identifier
    """
    identifier = company.text("id")
    if not identifier:
        raise company.refused("a company has no id")
    return Candidate(
        identifier=identifier,
        name=company.text("name"),
        country=company.text("country"),
        registration=company.text("regNo"),
        vat=", ".join(company.texts("vatNo")),
        status=company.text("status"),
        address=company.child("address").text("simpleValue"),
    )


def to_report(report: Record, identifier: str) -> RatingReport:
    """Return what a report says of a company's risk.

    :raises ConnectorError: ``protocol`` if it holds no rating, or a limit below zero
    """
    score = report.child("creditScore")
    rating = score.child("currentCreditRating")
    letter = rating.text("commonValue").upper()
    if letter not in (*_SCORES, "E"):
        raise score.refused(f"the international score is {letter[:20]!r}, not a letter from A to E")
    summary = report.child("companySummary")
    limit = _limit(rating)
    return RatingReport(
        identifier=report.text("companyId") or identifier,
        name=summary.text("businessName"),
        rating=letter,
        scale="A (very low risk) to D (high risk), E: not rated",
        score=score_of_letter(letter),
        description=_describe(rating),
        limit=limit,
        currency=rating.child("creditLimit").text("currency").upper() if limit is not None else "",
        rated_on=score.day("latestRatingChangeDate"),
        is_active=_is_active(summary),
        raw=report.raw,
    )


def _is_active(summary: Record) -> bool:
    if summary.has_text("companyStatus"):
        status = summary.text("companyStatus")
    else:
        status = summary.child("companyStatus").text("status")
    return status.lower() not in ("nonactive", "non-active", "inactive")


def _limit(rating: Record) -> Decimal | None:
    """The limit; the bureau may write words ("No limit") where it names none."""
    text = rating.child("creditLimit").text("value").replace(",", "")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _describe(rating: Record) -> str:
    """Return the risk in words and the country's own value with its bounds."""
    own = rating.child("providerValue")
    value = own.text("value")
    bounds = [own.text("minValue"), own.text("maxValue")]
    scale = f" ({bounds[0]} to {bounds[1]})" if all(bounds) else ""
    national = f"national score {value}{scale}" if value else ""
    return ", ".join(filter(None, (rating.text("commonDescription"), national)))


BUREAU = Bureau(
    code="creditsafe",
    name=WHO,
    environments=(("production", "Production"), ("sandbox", "Sandbox")),
    open=Creditsafe,
)
