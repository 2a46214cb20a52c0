"""What a feed or a file says about a ledger's lines, in one shape that can be compared.

A protocol that leaves something out cannot be blamed for it: each one is compared in what it has
room for. ``ALL`` is what camt.053 and the PSD2 interfaces carry.
"""

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import NamedTuple

from bank_simulator import Account, Bank, Clock, Ledger, Scenario
from bank_simulator.generator import Plan, generate

IBAN = "DE89370400440532013000"
NOW = datetime(2026, 3, 31, 23, tzinfo=timezone.utc)
FIRST = date(2026, 3, 1)
ALL = ("day", "amount", "currency", "name", "account", "text", "reference")


class Line(NamedTuple):
    """One booked line, as much of it as is compared."""

    day: date
    amount: Decimal
    currency: str
    name: str
    account: str
    text: str
    reference: str


def make_bank(count=300, seed="equal", **plan):
    """Return a bank with one account whose month is over and told completely."""
    bank = Bank(Ledger(), Clock(NOW), Scenario())
    bank.ledger.open_account(Account(IBAN, "EUR", Decimal("1000.00")))
    bank.ledger.add(*generate(Plan(IBAN, FIRST, days=28, count=count, seed=seed, **plan)))
    return bank


def truth_of(bank):
    """Return the booked lines of the ledger, sorted."""
    return sorted(
        Line(
            line.booking_date,
            line.amount,
            "EUR",
            line.movement.party.name,
            line.movement.party.account,
            line.text,
            line.movement.reference,
        )
        for line in bank.ledger.show(IBAN, bank.clock.now(), status="booked")
    )


def read_line(transaction):
    """Return a transaction of the addon's in the shape that is compared."""
    remittance = transaction.remittance
    references = [reference.value for reference in remittance.references]
    return Line(
        transaction.booking_date,
        transaction.amount,
        transaction.currency,
        transaction.counterparty.name,
        transaction.counterparty.account,
        remittance.text,
        references[0] if references else "",
    )


def only(lines, *names):
    """Return the lines with nothing but the named values, sorted."""
    return sorted(tuple(getattr(line, name) for name in names) for line in lines)
