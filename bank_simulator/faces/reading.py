"""What several faces do with a request: find the account, read the window, cut pages."""

import uuid
from datetime import date

from ..face import Bank, Request
from ..ledger import Account

SPACE = uuid.UUID("6f1ee2ac-6f5d-4a6e-8f0b-1d2a5d0c7b11")


def make_uuid(*parts: object) -> str:
    """Return a UUID that is always the same for the same parts.

    >>> make_uuid("a", 1) == make_uuid("a", 1) != make_uuid("a", 2)
    True
    """
    return str(uuid.uuid5(SPACE, "\x1f".join(map(str, parts))))


def find_account(bank: Bank, identifier: str, face: str = "") -> Account | None:
    """Return the account that a face names so: by IBAN, or by the UUID made of face and IBAN."""
    for account in bank.ledger.accounts():
        if identifier in (account.iban, make_uuid(face, account.iban)):
            return account
    return None


def read_window(request: Request, first: str, last: str) -> tuple[date | None, date | None]:
    """Return the days that a query asks for; None where it says nothing.

    :raise ValueError: for what is no date
    """
    days = (request.query.get(first), request.query.get(last))
    begin, end = (date.fromisoformat(day) if day else None for day in days)
    return begin, end
