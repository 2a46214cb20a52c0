"""A bank's day on one account, as plain values.

Amounts are signed from the account owner's view; a statement's entries explain
its closing balance by construction.

>>> from decimal import Decimal
>>> day = date(2026, 3, 2)
>>> payer = Party("Brandt GmbH", "DE89370400440532013000", "COBADEFFXXX")
>>> detail = Detail(Decimal("119.00"), payer, "Rechnung 7")
>>> entry = Entry(Decimal("119.00"), TRANSFER_IN, day, "A1", (detail,))
>>> own = ("DE94370400440532013007", "EUR", "Nordwind", "COBADEFFXXX")
>>> BankDay(*own, day, Decimal(100), (entry,)).closing
Decimal('219.00')
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Bank transaction codes of ISO 20022: domain, family, sub-family.
TRANSFER_IN = ("PMNT", "RCDT", "ESCT")
FOREIGN_IN = ("PMNT", "RCDT", "XBCT")
TRANSFER_OUT = ("PMNT", "ICDT", "ESCT")
SALARIES = ("PMNT", "ICDT", "SALA")
DEBIT_RETURNED = ("PMNT", "IDDT", "UPDD")
CARDS_IN = ("PMNT", "MCRD", "POSP")
FEES = ("ACMT", "MDOP", "CHRG")
INTEREST = ("ACMT", "MCOP", "INTR")


@dataclass(frozen=True)
class Party:
    """Who is on the other side."""

    name: str
    account: str = ""
    bic: str = ""


@dataclass(frozen=True)
class Conversion:
    """What was ordered in another currency, at which rate it was booked, and what a bank kept.

    :param rate: one unit of the account's currency in the other one
    :param kept: fee that a bank on the way deducted, in the other currency
    """

    instructed: Decimal
    currency: str
    rate: Decimal
    kept: Decimal = Decimal(0)


@dataclass(frozen=True)
class Detail:
    """One payment; ``amount`` is signed, in the account's currency."""

    amount: Decimal
    party: Party
    text: str = ""
    document: str = ""
    end_to_end: str = ""
    mandate: str = ""
    conversion: Conversion | None = None
    return_code: str = ""
    return_text: str = ""
    ultimate: str = ""


@dataclass(frozen=True)
class Entry:
    """One booking on the account with the payments in it."""

    amount: Decimal
    code: tuple[str, str, str]
    valued: date
    reference: str
    details: tuple[Detail, ...]
    info: str = ""
    batch: str = ""


@dataclass(frozen=True)
class BankDay:
    """A day's statement; what is ``announced`` will be booked on the next day, and is not in it."""

    iban: str
    currency: str
    owner: str
    bic: str
    day: date
    opening: Decimal
    entries: tuple[Entry, ...]
    announced: tuple[Entry, ...] = ()

    @property
    def closing(self) -> Decimal:
        """The opening balance and all that was booked since."""
        return self.opening + sum((entry.amount for entry in self.entries), Decimal(0))
