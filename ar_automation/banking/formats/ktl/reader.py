"""Reading a whole KTL file, account by account, and proving it by its counts and sums.

>>> try:
...     parse_ktl(b"0060303235920111111111" + b"1", "cut.ktl")
... except StatementFileError as error:
...     print(error)
cut.ktl: line 1: the list breaks off: its last record (9) is missing
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from ..finnish_record import Row, finnish_account, finnish_reference, read_rows
from ..prolog import read_prolog
from ..statement import (
    BankCode,
    Party,
    Remittance,
    Statement,
    StructuredReference,
    Transaction,
)

_START = re.compile(r"\s*0\d{10}[^\r\n]{11}1[^\r\n]{0,67}\r?\n(?:[35]\d{26}|9\d{34})", re.ASCII)
_WIDTH = 90
_EURO = "1"
_CREDITED, _CORRECTED, _FAILED = "credited", "corrected", "failed"
# Where the closing row states count and sum of each; the last pair is missing in old files.
_COUNTS = {_CREDITED: (2, 8), _CORRECTED: (19, 25), _FAILED: (36, 42)}
_COUNT_COLUMNS, _SUM_COLUMNS = 6, 11


@dataclass(slots=True)
class Batch:
    """The records from a header to its closing row."""

    header: Row
    payments: list[Row] = field(default_factory=list)
    is_closed: bool = False


def is_ktl(content: bytes) -> bool:
    """Tell whether the content begins with the header of a KTL file and a record of it."""
    mark = read_prolog(content[:8])
    head = content[mark.mark_length : 512].decode(mark.mark or "latin-1", "replace")
    return bool(_START.match(head))


def parse_ktl(content: bytes, filename: str = "") -> list[Statement]:
    """Return one partial statement for each account of a KTL file, or refuse it whole.

    :param filename: only to be named in errors
    :raises StatementFileError: it was cut, a payment is unreadable, or the sums do not agree
    """
    try:
        batches = _read(read_rows(content))
        return [statement for batch in batches for statement in _statements(batch)]
    except StatementFileError as error:
        raise error.in_file(filename) from None


def _read(rows: list[Row]) -> list[Batch]:
    found: list[Batch] = []
    for row in rows:
        code = row.content[:1]
        is_open = bool(found) and not found[-1].is_closed
        if len(row.content) > _WIDTH or code not in "0359" or is_open == (code == "0"):
            raise row.refused("malformed", f"a record '{row.content[:20]}' cannot stand here")
        if code == "0":
            found.append(Batch(row))
        elif code == "9":
            found[-1].is_closed = True
            _check(row, found[-1])
        else:
            found[-1].payments.append(row)
    if not found or not found[-1].is_closed:
        line = found[-1].header.line if found else 1
        raise Row("", line).refused(
            "truncated", "the list breaks off: its last record (9) is missing"
        )
    return found


def _kind(row: Row) -> str:
    """Return whether a payment was credited, taken back, or is a direct debit that failed."""
    correction, result = row.text(88, 88) or "0", row.text(90, 90) or "0"
    if correction not in "01":
        raise row.refused("direction", f"'{correction}' is neither payment (0) nor correction (1)")
    if correction == "1":
        return _CORRECTED
    return _FAILED if row.content[0] == "5" and result != "0" else _CREDITED


def _amount(row: Row) -> Decimal:
    if row.text(76, 76) != _EURO:
        raise row.refused("currency", f"'{row.text(76, 76)}' is not the code of the euro (1)")
    return row.amount(78, 87, "amount")


def _check(closing: Row, batch: Batch) -> None:
    """Compare count and sum of each kind with those that the bank states."""
    for kind, (count_at, sum_at) in _COUNTS.items():
        rows = [row for row in batch.payments if _kind(row) == kind]
        if kind == _FAILED and not rows and not closing.text(count_at, sum_at + _SUM_COLUMNS - 1):
            continue
        stated = closing.number(count_at, count_at + _COUNT_COLUMNS - 1, "count")
        total = closing.amount(sum_at, sum_at + _SUM_COLUMNS - 1, "sum")
        found = sum((_amount(row) for row in rows), Decimal(0))
        if (stated, total) != (len(rows), found):
            raise closing.refused(
                "totals",
                f"{stated} payments of {total} are stated ({kind}), "
                f"but there are {len(rows)} of {found}",
            )


def _statements(batch: Batch) -> list[Statement]:
    by_account: dict[str, list[Row]] = {}
    for row in batch.payments:
        by_account.setdefault(finnish_account(row.text(2, 15)), []).append(row)
    made = batch.header.needed_day(2, 7, "day of making")
    return [_statement(account, rows, batch.header, made) for account, rows in by_account.items()]


def _statement(account: str, rows: list[Row], header: Row, made: date) -> Statement:
    if not account:
        raise rows[0].refused("incomplete", "the account number is missing")
    lines = [_transaction(row, number) for number, row in enumerate(rows, 1)]
    days = [line.booking_date for line in lines]
    return Statement(
        account=account,
        currency="EUR",
        message_id=f"{made:%Y%m%d}{header.text(8, 11)}",
        from_date=min(days),
        to_date=max(days),
        transactions=tuple(lines),
        entry_count=len(lines),
        source_format="KTL",
    )


def _transaction(row: Row, number: int) -> Transaction:
    kind = _kind(row)
    amount = _amount(row)
    archive = row.text(28, 43)
    reference = finnish_reference(row.text(44, 63))
    return Transaction(
        amount=-amount if kind == _CORRECTED else amount,
        currency="EUR",
        booking_date=row.needed_day(16, 21, "booking date"),
        value_date=row.day(22, 27, "payment date"),
        status="information" if kind == _FAILED else "booked",
        entry_number=number,
        bank_reference=archive if archive.strip("0") else "",
        entry_reference=archive,
        remittance=Remittance(references=(StructuredReference(reference),) if reference else ()),
        counterparty=Party(name=row.text(64, 75)),
        bank_code=BankCode(proprietary=row.content[0], issuer="FI"),
        is_reversal=kind == _CORRECTED,
    )
