"""Transactions and balances in the words of the Berlin Group (NextGenPSD2 XS2A, AIS 1.3).

Banks fill this form in many ways. The sign of the amount is the trap: by the standard money out is
negative, but its own first example shows a payment *to* somebody with a positive amount, and
banks have followed both. So, unless a bank is known to sign its amounts, a positive amount is
money out where only the creditor (the receiver) is told, or where our own account is the debtor.

Other traps: the structured reference is an object or a text; ids are optional, repeat, or change
with every reading; the days are the bank's own, whatever the time zone beside them.

>>> paid = {"transactionAmount": {"amount": "256.67", "currency": "EUR"},
...         "creditorName": "John Miles", "bookingDate": "2026-03-02"}
>>> def amounts(dialect):
...     answer = Record({"transactions": {"booked": [paid]}}, "account")
...     return [line.transaction.amount for line in map_lines(answer, "", dialect)]
>>> amounts(Dialect()), amounts(Dialect(is_signed=True))
([Decimal('-256.67')], [Decimal('256.67')])
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..formats.camt.collective import merge_details
from ..formats.camt.scalars import account_number, parse_rate, reference
from ..formats.statement import (
    Balance,
    BankCode,
    Batch,
    Exchange,
    Identifiers,
    Money,
    Party,
    Remittance,
    Status,
    StructuredReference,
    Transaction,
)
from .contract import FeedLine
from .json_record import Record

# ISO 20022 codes of the standard's names; what includes a credit line proves nothing.
BALANCE_KINDS = {
    "closingBooked": "CLBD",
    "openingBooked": "OPBD",
    "interimBooked": "ITBD",
    "interimAvailable": "ITAV",
    "closingAvailable": "CLAV",
    "forwardAvailable": "FWAV",
    "expected": "XPCD",
    "nonInvoiced": "INFO",
}
_REFERENCE = re.compile(r"[A-Z0-9/+.-]+|[0-9 ]+", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one bank fills the form in.

    ``is_signed`` says that its amounts carry their sign. ``booked_id`` and ``pending_id`` name the
    fields that tell transactions apart for good; ``""`` if there is none.
    """

    is_signed: bool = False
    booked_id: str = "transactionId"
    pending_id: str = "transactionId"


def map_lines(
    answer: Record, own_account: str, dialect: Dialect, *, undated: date | None = None
) -> tuple[FeedLine, ...]:
    """Return the booked and pending transactions of an answer.

    :param own_account: the account that was asked for, without blanks
    :param undated: the day of pending transactions that have none yet
    :raises ConnectorError: ``protocol`` if any of them cannot be read
    """
    transactions = answer.child("transactions")
    lines = [
        line
        for record in transactions.children("booked")
        for line in _booked_lines(record, own_account, dialect)
    ] + [
        FeedLine(
            transaction=_transaction(record, "pending", own_account, dialect, undated),
            provider_id=record.text(dialect.pending_id) if dialect.pending_id else "",
            raw=record.raw,
        )
        for record in transactions.children("pending")
    ]
    return unambiguous(lines)


def map_balances(answer: Record) -> tuple[Balance, ...]:
    """Return the balances of an answer, those left out that include a credit line."""
    return tuple(
        Balance(
            amount=record.child("balanceAmount").amount("amount"),
            currency=record.child("balanceAmount").currency("currency"),
            balance_date=record.day("referenceDate"),
            kind=BALANCE_KINDS.get(record.text("balanceType"), record.text("balanceType")),
        )
        for record in answer.children("balances")
        if not record.flag("creditLimitIncluded")
    )


def unambiguous(lines: Iterable[FeedLine]) -> tuple[FeedLine, ...]:
    """Return the lines, without the ids that a bank put on several different transactions.

    An id on an equal line is left: that is one transaction, told twice.
    """
    lines = tuple(lines)
    used = Counter(
        (status, provider_id)
        for status, provider_id, _raw in {
            (line.transaction.status, line.provider_id, line.raw) for line in lines
        }
    )
    return tuple(
        replace(line, provider_id="")
        if used[line.transaction.status, line.provider_id] > 1
        else line
        for line in lines
    )


def _transaction(
    record: Record, status: Status, own_account: str, dialect: Dialect, undated: date | None
) -> Transaction:
    stated = record.child("transactionAmount")
    amount = stated.amount("amount")
    if not dialect.is_signed and _is_unsigned_debit(record, amount, own_account):
        amount = -amount
    own, other = ("debtor", "creditor") if amount < 0 else ("creditor", "debtor")
    entry_reference = record.text("entryReference")
    return Transaction(
        amount=amount,
        currency=stated.currency("currency"),
        booking_date=_booking_date(record, undated),
        value_date=record.day("valueDate"),
        status=status,
        bank_reference=entry_reference if dialect.booked_id else "",
        entry_reference=entry_reference or record.text("transactionId"),
        identifiers=Identifiers(
            end_to_end_id=reference(record.text("endToEndId")),
            mandate_id=reference(record.text("mandateId")),
            cheque_number=record.text("checkId"),
        ),
        remittance=_remittance(record),
        additional_info=record.text("additionalInformation"),
        counterparty=_party(record, other) or _party(record, own, unless=own_account),
        ultimate_counterparty=Party(name=record.text(f"ultimate{other.capitalize()}")),
        exchange=_exchange(record, amount),
        bank_code=_bank_code(record),
        batch=_batch(record),
    )


def _booked_lines(record: Record, own_account: str, dialect: Dialect) -> list[FeedLine]:
    """Return a booking, or the payments of a collective one if they add up to it.

    The first payment has the booking's own id: should the bank tell the payments only later, the
    one line that was imported before becomes the first of them, and nothing is counted twice.
    """
    booking = _transaction(record, "booked", own_account, dialect, None)
    identifier = record.text(dialect.booked_id) if dialect.booked_id else ""
    payments = _payments(record, booking, own_account)
    return [
        FeedLine(
            transaction=payment,
            provider_id=f"{identifier}#{number}" if identifier and number > 1 else identifier,
            raw=record.raw,
        )
        for number, payment in enumerate(payments, 1)
    ]


def _payments(record: Record, booking: Transaction, own_account: str) -> list[Transaction]:
    """Return a booking's payments (``entryDetails``), or one line with all their texts."""
    details = record.children("entryDetails")
    if not details:
        return [booking]
    amounts = _signed_amounts(details, booking)
    size = max(booking.batch.size, len(details))
    if len(details) == 1 or amounts is None:
        whole = replace(booking, batch=replace(booking.batch, size=size if size > 1 else 0))
        return [merge_details(whole, [_payment(each, whole, own_account) for each in details])]
    return [
        replace(
            _payment(detail, replace(booking, amount=amount, exchange=Exchange()), own_account),
            batch=replace(booking.batch, size=size, position=position),
        )
        for position, (detail, amount) in enumerate(zip(details, amounts, strict=True), 1)
    ]


def _signed_amounts(details: list[Record], booking: Transaction) -> list[Decimal] | None:
    """Return the payments' amounts, signed like the booking; None if they do not make it up."""
    stated = [detail.child("transactionAmount") for detail in details]
    if any(not each or each.currency("currency") != booking.currency for each in stated):
        return None
    amounts = [each.amount("amount") for each in stated]
    total = sum(amounts, Decimal(0))
    if total == -booking.amount:
        return [-amount for amount in amounts]
    return amounts if total == booking.amount else None


def _payment(detail: Record, booking: Transaction, own_account: str) -> Transaction:
    """Return the booking with what is told of one payment in it."""
    own, other = ("debtor", "creditor") if booking.amount < 0 else ("creditor", "debtor")
    return replace(
        booking,
        identifiers=Identifiers(
            end_to_end_id=reference(detail.text("endToEndId")),
            mandate_id=reference(detail.text("mandateId")),
            cheque_number=detail.text("checkId"),
        ),
        remittance=_remittance(detail),
        counterparty=_party(detail, other) or _party(detail, own, unless=own_account),
        ultimate_counterparty=Party(name=detail.text(f"ultimate{other.capitalize()}")),
        exchange=_exchange(detail, booking.amount),
    )


def _booking_date(record: Record, undated: date | None) -> date:
    day = (
        record.day("bookingDate")
        or record.day("bookingDateTime")
        or record.day("valueDate")
        or record.day("valueDateTime")
        or record.day("transactionDate")
        or undated
    )
    if day is None:
        raise record.refused("has no booking date")
    return day


def _is_unsigned_debit(record: Record, amount: Decimal, own_account: str) -> bool:
    """Whether a positive amount is money out (see the module's text)."""
    if amount <= 0:
        return False
    creditor, debtor = _account(record, "creditor"), _account(record, "debtor")
    if own_account and own_account in (creditor, debtor):
        return creditor != own_account
    has_creditor = bool(creditor or record.text("creditorName"))
    has_debtor = bool(debtor or record.text("debtorName"))
    return has_creditor and not has_debtor


def _account(record: Record, side: str) -> str:
    account = record.child(f"{side}Account")
    fields = ("iban", "bban", "other", "maskedPan")
    found = (account.text(name) for name in fields if not _is_object(account, name))
    return account_number(next((text for text in found if text), ""))


def _is_object(record: Record, name: str) -> bool:
    return name in record and not record.has_text(name)


def _party(record: Record, side: str, *, unless: str = "") -> Party:
    account = _account(record, side)
    if unless and account == unless:
        return Party()
    return Party(
        name=record.text(f"{side}Name"),
        account=account,
        bic=record.text(f"{side}Agent"),
        identifier=record.text("creditorId") if side == "creditor" else "",
    )


def _remittance(record: Record) -> Remittance:
    lines = record.texts("remittanceInformationUnstructuredArray")
    lines = lines or record.texts("remittanceInformationUnstructured")
    references = []
    for name in ("remittanceInformationStructured", "remittanceInformationStructuredArray"):
        if record.has_text(name):
            text = record.text(name)
            if _REFERENCE.fullmatch(text):
                references.append(StructuredReference(text))
            elif text and text not in lines:
                lines = (*lines, text)  # banks put free text there
            continue
        references += [
            StructuredReference(part.text("reference"), part.text("referenceType"))
            for part in record.children(name)
            if part.text("reference")
        ]
    return Remittance(lines=lines, references=tuple(dict.fromkeys(references)))


def _exchange(record: Record, amount: Decimal) -> Exchange:
    found = record.children("currencyExchange")
    if not found:
        return Exchange()
    rate = found[0]
    instructed = rate.child("instructedAmount")
    money = (
        Money(instructed.amount("amount"), instructed.currency("currency")) if instructed else None
    )
    own_currency = record.child("transactionAmount").text("currency")
    is_foreign = money is not None and money.currency != own_currency
    foreign = (
        Money(abs(money.amount).copy_sign(amount), money.currency) if money and is_foreign else None
    )
    return Exchange(
        instructed=money,
        foreign=foreign,
        rate=parse_rate(rate.text("exchangeRate")),
        source_currency=rate.text("sourceCurrency"),
        target_currency=rate.text("targetCurrency"),
    )


def _bank_code(record: Record) -> BankCode:
    parts = [*record.text("bankTransactionCode").split("-"), "", "", ""]
    return BankCode(
        domain=parts[0],
        family=parts[1],
        subfamily=parts[2],
        proprietary=record.text("proprietaryBankTransactionCode"),
    )


def _batch(record: Record) -> Batch:
    if not record.flag("batchIndicator"):
        return Batch()
    count = record.text("batchNumberOfTransactions")
    return Batch(size=int(count) if count.isdecimal() and len(count) < 10 else 1)
