"""Transactions and balances in the words of Enable Banking.

It gives all banks' data one shape: amounts without a sign and ``credit_debit_indicator`` (CRDT
money in, DBIT money out), ``entry_reference`` as the name that stays the same in every session
(``transaction_id`` is only good for asking for details), and ISO 20022 codes.

>>> record = Record({"transaction_amount": {"amount": "7.50", "currency": "EUR"},
...                  "credit_debit_indicator": "DBIT", "status": "BOOK", "entry_reference": "E1",
...                  "booking_date": "2026-03-02", "creditor": {"name": "Rent Ltd"}}, "1")
>>> line = map_line(record, undated=date(2026, 3, 9), has_ids=True)
>>> line.transaction.amount, line.transaction.counterparty.name, line.provider_id
(Decimal('-7.50'), 'Rent Ltd', 'E1')
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..formats.camt.scalars import account_number, parse_rate
from ..formats.statement import (
    Balance,
    BankCode,
    Exchange,
    Money,
    Party,
    Remittance,
    Status,
    StructuredReference,
    Transaction,
)
from .contract import FeedLine, RemoteAccount
from .json_record import Record

_STATUSES: dict[str, Status] = {
    "BOOK": "booked",
    "": "booked",
    "PDNG": "pending",
    "HOLD": "pending",
}


def map_line(record: Record, *, undated: date, has_ids: bool) -> FeedLine:
    """Return one transaction.

    :param undated: the day of one that is not booked and has no day yet
    :param has_ids: whether the bank's references tell transactions apart for good
    :raises ConnectorError: ``protocol`` if it cannot be read
    """
    status = _STATUSES.get(record.text("status"), "information")
    entry_reference = record.text("entry_reference")
    stated = record.child("transaction_amount")
    amount = _signed(record, stated.amount("amount"))
    is_out = amount < 0 or record.text("credit_debit_indicator") == "DBIT"
    transaction = Transaction(
        amount=amount,
        currency=stated.currency("currency"),
        booking_date=_booking_date(record, None if status == "booked" else undated),
        value_date=record.day("value_date"),
        status=status,
        bank_reference=entry_reference if has_ids else "",
        entry_reference=entry_reference or record.text("transaction_id"),
        remittance=_remittance(record),
        additional_info=record.text("note"),
        counterparty=_party(record, "creditor" if is_out else "debtor"),
        ultimate_counterparty=_ultimate(record, "creditor" if is_out else "debtor"),
        exchange=_exchange(record),
        bank_code=_bank_code(record),
    )
    return FeedLine(transaction, provider_id=entry_reference if has_ids else "", raw=record.raw)


def map_balance(record: Record) -> Balance:
    """Return one balance; its kind is the ISO 20022 code that Enable Banking gives."""
    stated = record.child("balance_amount")
    return Balance(
        amount=stated.amount("amount"),
        currency=stated.currency("currency"),
        balance_date=record.day("reference_date"),
        kind=record.text("balance_type"),
    )


def map_account(record: Record, uid: str) -> RemoteAccount:
    """Return an account by its details."""
    return RemoteAccount(
        identifier=uid,
        number=_number(record.child("account_id")),
        currency=record.text("currency"),
        name=record.text("details") or record.text("product") or record.text("name"),
        owner_name=record.text("name"),
        bic=record.child("account_servicer").text("bic_fi"),
    )


def _signed(record: Record, amount: Decimal) -> Decimal:
    direction = record.text("credit_debit_indicator")
    if direction == "DBIT":
        return -abs(amount)
    if direction == "CRDT" and amount >= 0:
        return amount
    raise record.refused(f"an amount of {amount} marked '{direction[:10]}' has no certain sign")


def _booking_date(record: Record, undated: date | None) -> date:
    days = (record.day(name) for name in ("booking_date", "value_date", "transaction_date"))
    day = next((day for day in days if day), undated)
    if day is None:
        raise record.refused("has no booking date")
    return day


def _party(record: Record, side: str) -> Party:
    party = record.child(side)
    address = party.child("postal_address")
    return Party(
        name=party.text("name"),
        account=_number(record.child(f"{side}_account")),
        bic=record.child(f"{side}_agent").text("bic_fi"),
        address="\n".join(address.texts("address_line")),
        country=address.text("country"),
        identifier=_identification(party.child("organisation_id")),
    )


def _ultimate(record: Record, side: str) -> Party:
    return Party(name=record.child(f"ultimate_{side}").text("name"))


def _number(account: Record) -> str:
    return account_number(account.text("iban") or _identification(account.child("other")))


def _identification(record: Record) -> str:
    return record.text("identification")


def _remittance(record: Record) -> Remittance:
    number = record.text("reference_number")
    references = (StructuredReference(number, record.text("reference_number_schema")),)
    return Remittance(
        lines=record.texts("remittance_information"), references=references if number else ()
    )


def _exchange(record: Record) -> Exchange:
    rate = record.child("exchange_rate")
    if not rate:
        return Exchange()
    instructed = rate.child("instructed_amount")
    return Exchange(
        instructed=Money(instructed.amount("amount"), instructed.currency("currency"))
        if instructed
        else None,
        rate=parse_rate(rate.text("exchange_rate")),
        source_currency=rate.text("unit_currency"),
    )


def _bank_code(record: Record) -> BankCode:
    code = record.child("bank_transaction_code")
    return BankCode(
        family=code.text("code"),
        subfamily=code.text("sub_code"),
        proprietary=code.text("description"),
    )
