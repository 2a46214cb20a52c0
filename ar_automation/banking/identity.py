"""How a transaction is known again: one key per transaction, the same in every file.

The same file arrives twice, periods overlap, two payments look exactly alike; still every
payment must be booked once, and none left out. So a key depends only on what the bank will say
again about the same transaction, never on the file around it, with one exception: true twins.

A key is made of the account, the booking date, amount and currency, and

- if the bank gave its own reference: that reference, the end-to-end reference, and the
  position within a split collective booking (whose payments share the reference);
- otherwise everything that describes the payment: texts, references, counterparty.

Why not the bank's reference alone: banks use the same number again next year (so the date
counts), put one number on several bookings (so the amount counts), or on a booking and its fee.
Why not the entry's running number (``NtryRef``): it counts from one again in each file.

Transactions with equal material are *twins*: two equal cash withdrawals on a day. They get
``#2``, ``#3`` ... in the order of the file. A bank always reports all bookings of a day, or a
first part of them, so the n-th of them is the n-th again in any other file.

>>> from datetime import date
>>> from decimal import Decimal
>>> fee = Transaction(Decimal("-1.50"), "EUR", date(2026, 3, 2))
>>> first, second = transaction_keys(Statement(account="NL02", transactions=(fee, fee)))
>>> first[:12], second == first + "#2"
('1-20260302-2', True)
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from .formats.statement import Statement, Transaction

# Stored keys begin with the scheme's number: a changed scheme must not look like new payments.
SCHEME = "1"


def transaction_keys(statement: Statement) -> list[str]:
    """Return the keys of a statement's transactions, in their order.

    For a file with several statements use :func:`file_keys`: twins may stand on two pages of
    the same account.
    """
    return file_keys([statement])[0]


def file_keys(statements: Sequence[Statement]) -> list[list[str]]:
    """Return the keys of all transactions of a file, one list per statement.

    A statement that stands in the file twice gets the same keys twice.
    """
    counted: Counter[str] = Counter()
    known: dict[tuple[str, str, int], list[tuple[Statement, list[str]]]] = {}
    found = []
    for statement in statements:
        alike = known.setdefault((statement.account, statement.identifier, statement.page), [])
        keys = next((keys for other, keys in alike if other == statement), None)
        if keys is None:
            keys = _keys(statement, counted)
            alike.append((statement, keys))
        found.append(keys)
    return found


def _keys(statement: Statement, counted: Counter[str]) -> list[str]:
    plain = [transaction_key(statement.account, line) for line in statement.transactions]
    return number_twins(plain, counted)


def number_twins(keys: Iterable[str], counted: Counter[str]) -> list[str]:
    """Return the keys, those that were counted before with their number behind them.

    :param counted: how often each key was met in the file so far; goes on being counted
    """
    numbered = []
    for key in keys:
        counted[key] += 1
        numbered.append(key if counted[key] == 1 else f"{key}#{counted[key]}")
    return numbered


def transaction_key(account: str, transaction: Transaction) -> str:
    """Return the key of a transaction that has no twin before it in its file.

    Scheme, booking date and a hash: readable enough to find, short enough to index.
    """
    material = "\x1f".join(_escaped([account, *_material(transaction)]))
    digest = hashlib.sha256(material.encode()).hexdigest()
    return f"{SCHEME}-{transaction.booking_date.isoformat().replace('-', '')}-{digest[:32]}"


def _escaped(parts: Iterable[str]) -> Iterable[str]:
    return (part.replace("\x1f", " ") for part in parts)


def _material(transaction: Transaction) -> list[str]:
    common = [
        # A pending entry is no booking, and must not take the key of the booking it becomes.
        transaction.status,
        transaction.booking_date.isoformat(),
        format(transaction.amount.normalize(), "f"),
        transaction.currency,
        str(transaction.batch.position),
        transaction.identifiers.end_to_end_id,
    ]
    if transaction.bank_reference:
        return ["reference", *common, transaction.bank_reference]
    return ["content", *common, *_content(transaction)]


def _content(transaction: Transaction) -> list[str]:
    identifiers = transaction.identifiers
    party = transaction.counterparty
    texts = [
        identifiers.transaction_id,
        identifiers.instruction_id,
        identifiers.mandate_id,
        identifiers.cheque_number,
        identifiers.uetr,
        party.name,
        party.account,
        *(reference.value for reference in transaction.remittance.references),
        *(document.number for document in transaction.remittance.documents),
        *transaction.remittance.lines,
        transaction.additional_info,
    ]
    # Banks change case and blanks between a report and the statement.
    return ["".join(text.split()).casefold() for text in texts]
