"""What the records of one account say: 03 its balances and sums, 16 its transactions.

An amount may be followed by when the money can be used (the *funds type*): nothing (``Z``, ``0``,
``1``, ``2``), three amounts (``S``), a date and a time (``V``), or a list of pairs (``D``). These
shift the fields behind them:

>>> record = Record("16", ["115,450000,S,100000,200000,150000,B7,C8,LOCKBOX 68751"], 9)
>>> line, amount = read_transaction(record, "USD", date(2026, 3, 2), 1)
>>> line.amount, line.bank_reference, line.remittance.text
(Decimal('4500.00'), 'B7', 'LOCKBOX 68751')
>>> summaries = read_header(Record("03", ["77,,010,-3500,,,100,3100,3,D,1,0,3100"], 3), "USD")
>>> [(each.code, each.amount) for each in summaries.summaries]
[('010', -3500), ('100', 3100)]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ....exceptions import StatementFileError
from ..camt.scalars import account_number, one_line, reference
from ..statement import Balance, BankCode, Identifiers, Remittance, Transaction
from .records import Fields, Record
from .values import direction, parse_currency, parse_day, parse_number, scaled

OPENING, CLOSING = "010", "015"
# Ledger and available: opening, closing, current.
_BALANCES = frozenset({OPENING, CLOSING, "030", "040", "045", "060"})
_CHEQUES = frozenset({"475"})
_MAX_PAIRS = 1000
_MAX_SUMMARIES = 1000


@dataclass(frozen=True, slots=True)
class Summary:
    """A balance or a sum that the bank states; ``amount`` in the smallest unit, as written."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Header:
    """The 03 record of an account."""

    account: str
    currency: str
    summaries: tuple[Summary, ...]
    line: int

    def balances(self, day: date) -> tuple[Balance, ...]:
        """Return the balances among the summaries, as of a day."""
        return tuple(
            Balance(scaled(each.amount, self.currency), self.currency, day, each.code)
            for each in self.summaries
            if each.code in _BALANCES
        )


def read_header(record: Record, currency: str) -> Header:
    """Return what a 03 record says.

    :param currency: that of the group
    :raises StatementFileError: it names no account, or an amount is unreadable
    """
    fields = Fields(record)
    account = account_number(fields.take())
    if not account:
        raise StatementFileError("statement.incomplete", "", "", "the account number is missing")
    own = parse_currency(fields.take(), currency)
    summaries: list[Summary] = []
    empty = 0
    while not fields.is_done:
        code, text, count = fields.take(), fields.take(), fields.take()
        _skip_funds(fields)
        if count:
            parse_number(count, "the item count")
        if text and not code:
            raise StatementFileError(
                "statement.malformed", "", "", f"the amount '{text[:40]}' has no type code"
            )
        if text:
            summaries.append(Summary(code, parse_number(text, "the amount")))
        empty = 0 if text else empty + 1
        if max(len(summaries), empty) > _MAX_SUMMARIES:
            raise StatementFileError(
                "statement.too_large", "", "", "an account has far more sums than BAI2 knows"
            )
    return Header(account, own, tuple(summaries), record.line)


def read_transaction(
    record: Record, currency: str, day: date, number: int
) -> tuple[Transaction, int]:
    """Return the transaction of a 16 record, and its amount for the control total.

    :param day: the group's as-of date, by which the bank booked
    :raises StatementFileError: amount, type or date cannot be read
    """
    fields = Fields(record)
    code, text = fields.take(), fields.take()
    sign = direction(code)
    amount = parse_number(text, "the amount") if text or sign else 0
    if amount < 0 or (amount and not sign and code != "890"):
        raise StatementFileError(
            "statement.direction",
            "",
            "",
            f"the amount '{text[:40]}' of type {code} says neither credit nor debit clearly",
        )
    value_date = _skip_funds(fields)
    bank_reference, own_reference = _reference(fields.take()), _reference(fields.take())
    lines = tuple(filter(None, (one_line(part) for part in fields.rest())))
    is_cheque = code in _CHEQUES
    transaction = Transaction(
        amount=sign * scaled(amount, currency) if sign else Decimal(0),
        currency=currency,
        booking_date=day,
        value_date=value_date,
        status="booked" if sign else "information",
        entry_number=number,
        bank_reference=bank_reference,
        entry_reference=bank_reference or own_reference,
        identifiers=Identifiers(
            end_to_end_id="" if is_cheque else own_reference,
            cheque_number=own_reference if is_cheque else "",
        ),
        remittance=Remittance(lines=lines),
        bank_code=BankCode(proprietary=code, issuer="BAI2"),
    )
    return transaction, amount


def _reference(text: str) -> str:
    return reference(text) if text.strip("0") else ""


def _skip_funds(fields: Fields) -> date | None:
    """Pass over the funds type and its fields; return the value date if it gives one."""
    funds = fields.take().upper()
    if funds == "V":
        day = fields.take()
        fields.take()
        return parse_day(day) if day.strip("0") else None
    if funds == "S":
        for _part in range(3):
            _check_part(fields.take())
    elif funds == "D":
        pairs = parse_number(fields.take() or "0", "the number of distributions")
        if not 0 <= pairs <= _MAX_PAIRS:
            raise StatementFileError(
                "statement.malformed", "", "", f"'{pairs}' distributions are not possible"
            )
        for _part in range(2 * pairs):
            _check_part(fields.take())
    elif funds not in ("", "Z", "0", "1", "2"):
        raise StatementFileError(
            "statement.malformed", "", "", f"'{funds[:20]}' is no funds type of BAI2"
        )
    return None


def _check_part(text: str) -> None:
    if text:
        parse_number(text, "the available amount")
