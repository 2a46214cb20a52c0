"""Transactions and balances in the words of Plaid.

Plaid counts from the bank's side: a positive amount is money *out*. A booked transaction is a new
one that names the pending one it replaces. On credit and loan accounts a positive balance is debt.

>>> record = Record({"transaction_id": "T", "amount": Decimal("72.1"), "iso_currency_code": "USD",
...                  "date": "2026-03-02", "pending_transaction_id": "P"}, "1")
>>> line = map_line(record)
>>> line.transaction.amount, line.provider_id, line.replaces_id
(Decimal('-72.1'), 'T', 'P')
"""

from __future__ import annotations

from decimal import Decimal

from ..formats.statement import Balance, BankCode, Identifiers, Party, Remittance, Transaction
from .contract import FeedLine, RemoteAccount
from .json_record import Record

_DEBTS = frozenset({"credit", "loan"})


def map_line(record: Record) -> FeedLine:
    """Return one transaction.

    :raises ConnectorError: ``protocol`` if it cannot be read
    """
    amount = -record.amount("amount")
    meta = record.child("payment_meta")
    day = record.day("date")
    if day is None:
        raise record.refused("has no date")
    transaction = Transaction(
        amount=amount,
        currency=_currency(record),
        booking_date=day,
        status="pending" if record.flag("pending") else "booked",
        entry_reference=record.text("transaction_id"),
        identifiers=Identifiers(
            transaction_id=meta.text("reference_number"),
            cheque_number=record.text("check_number"),
        ),
        remittance=Remittance(lines=_lines(record, meta)),
        counterparty=Party(name=_counterparty(record, meta, amount)),
        ultimate_counterparty=Party(name=meta.text("by_order_of")),
        bank_code=BankCode(
            proprietary=record.child("personal_finance_category").text("detailed"), issuer="Plaid"
        ),
    )
    return FeedLine(
        transaction,
        provider_id=record.text("transaction_id"),
        replaces_id=record.text("pending_transaction_id"),
        raw=record.raw,
    )


def map_balances(account: Record) -> tuple[Balance, ...]:
    """Return booked and available balance of an account, as far as they are told."""
    balances = account.child("balances")
    if not balances:
        return ()
    sign = -1 if account.text("type") in _DEBTS else 1
    kinds = {"current": "ITBD", **({"available": "ITAV"} if sign > 0 else {})}
    return tuple(
        Balance(sign * balances.amount(name), _currency(balances), None, kind)
        for name, kind in kinds.items()
        if name in balances
    )


def map_account(record: Record) -> RemoteAccount:
    """Return an account; Plaid tells the last digits of its number only, so they go to the name."""
    mask = record.text("mask")
    name = record.text("official_name") or record.text("name")
    balances = record.child("balances")
    return RemoteAccount(
        identifier=record.text("account_id"),
        currency=_currency(balances) if balances else "",
        name=f"{name} …{mask}" if mask else name,
    )


def _currency(record: Record) -> str:
    name = "iso_currency_code" if "iso_currency_code" in record else "unofficial_currency_code"
    return record.currency(name)


def _lines(record: Record, meta: Record) -> tuple[str, ...]:
    texts = (
        record.text("original_description") or record.text("name"),
        meta.text("reason"),
    )
    return tuple(text for text in texts if text)


def _counterparty(record: Record, meta: Record, amount: Decimal) -> str:
    told = meta.text("payee" if amount < 0 else "payer") or record.text("merchant_name")
    others = record.children("counterparties")
    return told or (others[0].text("name") if others else "")
