"""A plain JSON interface, as many a small bank has: bearer token, cursor paging, signed numbers.

* ``GET /v1/accounts``
* ``GET /v1/accounts/{id}/transactions?from=&to=&cursor=&limit=``
* ``GET /v1/accounts/{id}/balance``
"""

from typing import Any

from ..face import Bank, Face, Request, Response
from ..ledger import Shown
from .reading import Place, cut_page, find_account, read_window

TOKEN = "generic-token"  # noqa: S105 (the simulator's own)


class GenericRest(Face):
    """Settings: ``generic.token``; ``generic.page`` lines on a page."""

    name = "generic"

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer a reading."""
        wanted = f"Bearer {bank.setting('generic.token', TOKEN)}"
        if request.headers.get("authorization") != wanted or request.has_fault("auth"):
            return Response.json({"error": "unauthorized"}, 401)
        if request.has_fault("consent_expired"):
            return Response.json({"error": "consent_expired"}, 403)
        match request.parts():
            case ["v1", "accounts"]:
                return Response.json({"accounts": list(map(_describe, bank.ledger.accounts()))})
            case ["v1", "accounts", identifier, what] if account := find_account(bank, identifier):
                if what == "transactions":
                    return self._list(bank, request, account.iban)
                amount = bank.ledger.balance(account.iban, bank.clock.now())
                booked = {"amount": amount, "currency": account.currency}
                return Response.json({"balance": {**booked, "date": bank.clock.now().date()}})
        return Response.json({"error": "not_found"}, 404)

    def _list(self, bank: Bank, request: Request, iban: str) -> Response:
        try:
            first, last = read_window(request, "from", "to")
            place = Place.read(request.query.get("cursor"))
        except ValueError:
            return Response.json({"error": "invalid_parameter"}, 400)
        size = int(request.query.get("limit") or bank.setting("generic.page", "100"))
        lines = bank.ledger.show(iban, bank.clock.now(), from_date=first, to_date=last)
        page, following = cut_page(request, lines, place, size)
        currency = bank.ledger.account(iban).currency
        return Response.json(
            {
                "transactions": [_tell(line, currency) for line in page],
                "next_cursor": None if following is None else str(following),
            }
        )


def _describe(account: Any) -> dict[str, str]:
    return {"id": account.iban, "iban": account.iban, "currency": account.currency}


def _tell(line: Shown, currency: str) -> dict[str, Any]:
    movement = line.movement
    return {
        "id": line.identifier,
        "status": line.status,
        "date": line.booking_date,
        "value_date": line.value_date,
        "amount": line.amount,
        "currency": currency,
        "counterparty": {
            "name": movement.party.name,
            "iban": movement.party.account,
            "bic": movement.party.bic,
        },
        "text": line.text,
        "reference": movement.reference,
        "end_to_end_id": movement.end_to_end_id,
        "pending_id": line.pending_id or None,
    }
