"""The demo company's day at the bank, as movements of a ledger.

The demo makes its day as values (``ar_automation.demo.bank_values``): entries with the payments in
them. Every payment becomes a movement, so that a protocol without collective bookings tells the
same lines as the file in which they are split; where a payer named a document or an end-to-end
reference instead of writing a text, it stands in the text, for not every protocol has room for it.
The addon is not imported: any object with these attributes will do.

>>> from types import SimpleNamespace as Values
>>> day = date(2026, 3, 2)
>>> payer = Values(name="Brandt GmbH", account="DE89370400440532013000", bic="COBADEFFXXX")
>>> payment = Values(amount=Decimal("119.00"), party=payer, text="Invoice 7", document="",
...                  end_to_end="", mandate="", return_code="")
>>> entry = Values(amount=Decimal("119.00"), code=("PMNT", "RCDT", "ESCT"), valued=day,
...                reference="A1", details=(payment, payment))
>>> bank_day = Values(iban="DE94370400440532013007", currency="EUR", owner="Nordwind",
...                   bic="COBADEFFXXX", day=day, opening=Decimal(100), entries=(entry,),
...                   announced=())
>>> ledger = make_ledger(bank_day)
>>> [line.identifier for line in ledger.show(bank_day.iban, end_of(day))]
['A1-1', 'A1-2']
>>> ledger.balance(bank_day.iban, end_of(day))
Decimal('338.00')
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from .ledger import Account, Ledger, Movement, Party

# The night's bookings are there when the day begins.
MORNING = time(0, 0)
EVENING = time(18, 5)


def end_of(day: date) -> datetime:
    """Return the moment at which the bank has told the whole day."""
    return datetime.combine(day, EVENING, timezone.utc)


def make_ledger(bank_day: Any) -> Ledger:
    """Return a ledger that holds one account with the movements of one day.

    :param bank_day: a ``BankDay`` of the demo
    """
    ledger = Ledger()
    add_day(ledger, bank_day)
    return ledger


def add_day(ledger: Ledger, bank_day: Any) -> None:
    """Add a day to a ledger; the account is opened with the day's opening balance."""
    open_account(ledger, bank_day)
    ledger.add(*make_movements(bank_day))


def open_account(ledger: Ledger, bank_day: Any) -> None:
    """Open a day's account with the day's opening balance and no movement."""
    names = {"owner": bank_day.owner, "bic": bank_day.bic}
    opening = Decimal(bank_day.opening)
    ledger.open_account(Account(bank_day.iban, bank_day.currency, opening, **names))


def make_movements(bank_day: Any) -> Iterator[Movement]:
    """Yield a movement for every payment, in the order in which the bank lists them."""
    today = bank_day.day
    for entry in bank_day.entries:
        yield from _make_payments(bank_day.iban, entry, today)
    for entry in bank_day.announced:
        for movement in _make_payments(bank_day.iban, entry, today + timedelta(days=1)):
            yield replace(movement, pending_at=datetime.combine(today, MORNING, timezone.utc))


def _make_payments(iban: str, entry: Any, day: date) -> Iterator[Movement]:
    for number, payment in enumerate(entry.details, 1):
        suffix = f"-{number}" if len(entry.details) > 1 else ""
        yield Movement(
            key=f"{entry.reference}{suffix}",
            account=iban,
            amount=payment.amount,
            booking_date=day,
            booked_at=datetime.combine(day, MORNING, timezone.utc),
            value_date=entry.valued,
            party=Party(payment.party.name, payment.party.account, payment.party.bic),
            text=payment.text or payment.document or payment.end_to_end,
            end_to_end_id=payment.end_to_end,
            mandate_id=payment.mandate,
            code=entry.code,
            return_code=payment.return_code,
        )
