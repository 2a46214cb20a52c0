"""What several faces do with a request: find the account, read the window, cut pages."""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from ..face import Bank, Request
from ..ledger import Account, Party, Shown

SPACE = uuid.UUID("6f1ee2ac-6f5d-4a6e-8f0b-1d2a5d0c7b11")
Item = TypeVar("Item")


def make_uuid(*parts: object) -> str:
    """Return a UUID that is always the same for the same parts.

    >>> make_uuid("a", 1) == make_uuid("a", 1) != make_uuid("a", 2)
    True
    """
    return str(uuid.uuid5(SPACE, "\x1f".join(map(str, parts))))


def find_account(bank: Bank, identifier: str, *names: object) -> Account | None:
    """Return the account that a face names so: by IBAN, or by the UUID of names and IBAN."""
    for account in bank.ledger.accounts():
        if (
            identifier == account.iban
            if not names
            else identifier == make_uuid(*names, account.iban)
        ):
            return account
    return None


def read_window(request: Request, first: str, last: str) -> tuple[date | None, date | None]:
    """Return the days that a query asks for; None where it says nothing.

    :raise ValueError: for what is no date
    """
    days = (request.query.get(first), request.query.get(last))
    begin, end = (date.fromisoformat(day) if day else None for day in days)
    return begin, end


def seal(value: Any) -> str:
    """Return a cursor that says nothing to its holder.

    >>> unseal(seal([1, "a"]))
    [1, 'a']
    """
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def unseal(text: str) -> Any:
    """Return what a cursor was made of.

    :raise ValueError: if it is none of ours
    """
    return json.loads(base64.urlsafe_b64decode(text.encode()))


@dataclass(frozen=True)
class Place:
    """Where a page begins; ``turn`` tells places apart that begin at the same line."""

    start: int = 0
    turn: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "Place":
        """Return the place that a cursor stands for; the beginning without one.

        :raise ValueError: if it is no cursor of ours
        """
        return cls(*unseal(cursor)) if cursor else cls()

    def __str__(self) -> str:
        return seal([self.start, self.turn])


def cut_page(
    request: Request, lines: Sequence[Item], place: Place, size: int
) -> tuple[list[Item], Place | None]:
    """Return one page and where the next one begins; None after the last one.

    The scenario may want an empty page before the real one, or the last page once more.
    """
    if request.has_fault("empty_page"):
        return [], Place(place.start, place.turn + 1)
    start = place.start
    if request.has_fault("duplicate_page"):
        start = max(0, start - size)
    following = start + size
    more = following < len(lines)
    return list(lines[start:following]), Place(following) if more else None


def sides(account: Account, line: Shown) -> tuple[Party, Party]:
    """Return debtor and creditor: the other side pays what comes in."""
    own = Party(account.owner, account.iban, account.bic)
    other = line.movement.party
    return (other, own) if line.is_credit else (own, other)


def without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """Return a dictionary without what is None, empty text, list or dictionary."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
