"""The company's three bank accounts, and which of them a payment arrives on.

What only a statement file can tell (amounts in another currency, the payments of a collective
booking, structured documents, on whose behalf somebody pays, why a debit came back) arrives on the
account that is read from files. French customers pay to the Nordic account, whose statement comes
in the night after its day. Everything else is on the main account, where the day's bookings are
seen at once.

>>> [account.code for account in ACCOUNTS]
['HHB', 'NBH', 'ELB']
>>> previous_working_day(date(2026, 3, 2))
datetime.date(2026, 2, 27)
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from .bank_values import BankDay, Entry


@dataclass(frozen=True)
class BankAccount:
    """An account of the company, and what it held a year ago.

    ``is_late``: its statement is made in the night after the day.
    """

    code: str
    bank: str
    iban: str
    bic: str
    opening: Decimal
    is_late: bool = False


MAIN = BankAccount(
    "HHB",
    "Hanseatische Handelsbank",
    "DE94370400440532013007",
    "COBADEFFXXX",
    Decimal("180000.00"),
)
NORDIC = BankAccount(
    "NBH",
    "Nordbank Helsinki",
    "FI1839390012345672",
    "SBANFIHHXXX",
    Decimal("24500.00"),
    is_late=True,
)
EXPORT = BankAccount(
    "ELB",
    "Elbe Exportbank",
    "DE72370400440532013015",
    "COBADEFFXXX",
    Decimal("61200.00"),
)
ACCOUNTS = (MAIN, NORDIC, EXPORT)


def choose_account(entry: Entry) -> BankAccount:
    """Return the account on which an entry is booked."""
    for detail in entry.details:
        if detail.conversion or detail.document or detail.ultimate or detail.return_code:
            return EXPORT
    if entry.batch:
        return EXPORT
    is_french = all(detail.party.account.startswith("FR") for detail in entry.details)
    return NORDIC if is_french else MAIN


def previous_working_day(day: date) -> date:
    """Return the working day before a day."""
    return day - timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))


def split_entries(
    entries: Iterable[Entry], day: date, owner: str, openings: dict[str, Decimal]
) -> tuple[BankDay, ...]:
    """Return the day of each account; an account that tells late tells the working day before.

    :param owner: the company's name
    :param openings: what each account held before, by its code
    """
    chosen = [(choose_account(entry), entry) for entry in entries]
    return tuple(
        _make_day(
            account,
            previous_working_day(day) if account.is_late else day,
            owner,
            (openings[account.code], [entry for own, entry in chosen if own is account]),
        )
        for account in ACCOUNTS
    )


def _make_day(
    account: BankAccount, day: date, owner: str, booked: tuple[Decimal, list[Entry]]
) -> BankDay:
    opening, entries = booked
    return BankDay(
        iban=account.iban,
        currency="EUR",
        owner=owner,
        bic=account.bic,
        day=day,
        opening=opening,
        entries=tuple(replace(entry, valued=day) for entry in entries),
    )
