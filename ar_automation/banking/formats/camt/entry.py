"""From one entry on the account to transactions.

An entry (``Ntry``) is one booking; it holds the truth about money: amount, direction, status,
dates. Its details (``TxDtls``) tell of the payments in it. A collective booking holds several:
it is split into them only if their amounts, each with its own direction, add up exactly to
the booking in the account's currency. If they do not, it stays one transaction, with the texts
of all of them, since a wrong split would invent amounts.

Neither the reversal indicator (``RvslInd``) nor the direction of a single detail changes
the sign: banks fill both in differently, and the balances only follow the entry.

>>> context = Context("S", "NL02ABNA0123456789", "EUR", None, (), None, None)
>>> amount = Node({"#text": ["12.50"], "@Ccy": ["EUR"]})
>>> entry = Node({"Amt": [amount], "CdtDbtInd": ["DBIT"], "RvslInd": ["true"],
...               "BookgDt": [Node({"Dt": ["2026-03-02"]})]})
>>> [line] = read_entry(entry, [], context, 1)
>>> line.amount, line.status, line.booking_date
(Decimal('-12.50'), 'booked', datetime.date(2026, 3, 2))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ....exceptions import StatementFileError
from ..statement import (
    NO_BANK_CODE,
    NO_BATCH,
    NO_EXCHANGE,
    NO_IDENTIFIERS,
    BankCode,
    Batch,
    Charge,
    Exchange,
    Identifiers,
    Status,
    Transaction,
)
from ..xml_node import Node
from .amounts import read_bank_code, read_charges, read_detail_amount, read_exchange
from .collective import merge_details
from .header import Context
from .party import read_counterparty
from .remittance import read_identifiers, read_remittance, read_return
from .scalars import one_line, parse_flag, parse_sign, read_date, read_money, reference

# ISO 20022 ExternalEntryStatus1Code. An entry without a status is booked: the status is
# mandatory, and banks that leave it out list booked entries only.
_STATUS: dict[str, Status] = {
    "": "booked",
    "BOOK": "booked",
    "PDNG": "pending",
    "FUTR": "pending",
    "INFO": "information",
}


class _Booking(NamedTuple):
    """An entry without what only its details know; the fields are those of ``Transaction``.

    Not a transaction itself, since making one takes twice as long, and most entries need only
    the one that includes their detail.
    """

    amount: Decimal
    currency: str
    booking_date: date
    value_date: date | None
    status: Status
    entry_number: int
    bank_reference: str
    entry_reference: str
    identifiers: Identifiers
    additional_info: str
    charges: tuple[Charge, ...]
    exchange: Exchange
    bank_code: BankCode
    is_reversal: bool
    batch: Batch

    def transaction(self) -> Transaction:
        return Transaction(
            amount=self.amount,
            currency=self.currency,
            booking_date=self.booking_date,
            value_date=self.value_date,
            status=self.status,
            entry_number=self.entry_number,
            bank_reference=self.bank_reference,
            entry_reference=self.entry_reference,
            identifiers=self.identifiers,
            additional_info=self.additional_info,
            charges=self.charges,
            exchange=self.exchange,
            bank_code=self.bank_code,
            is_reversal=self.is_reversal,
            batch=self.batch,
        )


def read_entry(
    node: Node, details: Sequence[Node], context: Context, number: int
) -> list[Transaction]:
    """Return the transactions of an entry: one, or those of its payments if it is split.

    :param node: a ``Ntry``
    :param details: its ``TxDtls``, in order
    :param number: position of the entry in its statement, from 1
    :raises StatementFileError: amount, currency, direction, status or date is missing or
        cannot be read
    """
    booking = _read_booking(node, len(details), context, number)
    if not details:
        return [booking.transaction()]
    sign = _read_sign(node)
    amounts = _split_amounts(booking, sign, details)
    if amounts is not None:
        return [
            _split_off(booking, detail, context, amount, position)
            for position, (detail, amount) in enumerate(zip(details, amounts, strict=True), 1)
        ]
    parts = [_with_detail(booking, detail, context, sign) for detail in details]
    return [parts[0] if len(parts) == 1 else merge_details(booking.transaction(), parts)]


def _read_booking(node: Node, detail_count: int, context: Context, number: int) -> _Booking:
    """Return the entry without what only its details know."""
    money = read_money(node, "Amt", context.currency)
    if money is None or not money.currency:
        raise _incomplete("an amount with its currency")
    sign = _read_sign(node)
    value_date = read_date(node.node("ValDt"))
    booking_date = read_date(node.node("BookgDt")) or value_date or context.fallback_date
    if booking_date is None:
        raise _incomplete("a booking date, and the statement has no date either")
    bank_reference = reference(node.text("AcctSvcrRef"))
    identifiers, batch = _read_batch(node, detail_count)
    return _Booking(
        amount=money.amount if sign > 0 else -money.amount,
        currency=money.currency,
        booking_date=booking_date,
        value_date=value_date,
        status=_read_status(node),
        entry_number=number,
        bank_reference=bank_reference,
        entry_reference=bank_reference or reference(node.text("NtryRef")),
        identifiers=identifiers,
        additional_info=one_line(node.text("AddtlNtryInf")),
        charges=read_charges(node, money.currency),
        exchange=_entry_exchange(node, money.currency, sign),
        bank_code=read_bank_code(node),
        is_reversal=bool(parse_flag(node.text("RvslInd"))),
        batch=batch,
    )


def _read_sign(node: Node) -> int:
    sign = parse_sign(node.text("CdtDbtInd"))
    if sign is None:
        raise _incomplete("its direction (CdtDbtInd: credit or debit)")
    return sign


def _incomplete(what: str) -> StatementFileError:
    return StatementFileError("statement.incomplete", "", "", f"the entry lacks {what}")


def _read_status(node: Node) -> Status:
    code = node.text("Sts", "Cd") or node.text("Sts", "Prtry") or node.text("Sts")
    if code in _STATUS:
        return _STATUS[code]
    raise StatementFileError(
        "statement.status",
        "",
        "",
        f"the status '{code[:40]}' is not known, so it is open whether money moved",
        details={"text": code[:40]},
    )


def _entry_exchange(node: Node, currency: str, sign: int) -> Exchange:
    return read_exchange(node, currency, sign=sign) if "AmtDtls" in node else NO_EXCHANGE


def _read_batch(node: Node, detail_count: int) -> tuple[Identifiers, Batch]:
    """Return the references of a collective booking, and its size."""
    head = node.node("NtryDtls", "Btch") or node.node("Btch")
    if not head and detail_count < 2:
        return NO_IDENTIFIERS, NO_BATCH
    declared = head.text("NbOfTxs")
    known = declared.isascii() and declared.isdigit() and len(declared) <= 15
    size = max(int(declared) if known else 0, detail_count)
    message_id = reference(head.text("MsgId"))
    payment_id = reference(head.text("PmtInfId"))
    identifiers = NO_IDENTIFIERS
    if message_id or payment_id:
        identifiers = Identifiers(message_id=message_id, payment_information_id=payment_id)
    return identifiers, Batch(payment_id or message_id, size) if size > 1 else NO_BATCH


def _split_amounts(booking: _Booking, sign: int, details: Sequence[Node]) -> list[Decimal] | None:
    """Return the signed amounts of the details if they explain the entry, else None."""
    if len(details) < 2:
        return None
    amounts = []
    for detail in details:
        amount = read_detail_amount(detail, booking.currency)
        if amount is None:
            return None
        amounts.append((parse_sign(detail.text("CdtDbtInd")) or sign) * amount)
    return amounts if sum(amounts) == booking.amount else None


def _split_off(
    booking: _Booking, detail: Node, context: Context, amount: Decimal, position: int
) -> Transaction:
    """Return one payment of a collective booking.

    Fees and conversion of the whole booking belong to no single payment of it.
    """
    payment = booking._replace(
        amount=amount,
        charges=(),
        exchange=NO_EXCHANGE,
        batch=replace(booking.batch, position=position),
    )
    return _with_detail(payment, detail, context, -1 if amount < 0 else 1)


def _with_detail(booking: _Booking, detail: Node, context: Context, sign: int) -> Transaction:
    """Return the booking with what a detail adds to it.

    :param sign: direction of the booking, which an amount of zero does not show
    """
    identifiers = read_identifiers(detail, booking.identifiers)
    return_reason = read_return(detail)
    was_reversed = booking.is_reversal or return_reason is not None
    counterparty, ultimate = read_counterparty(
        detail, is_incoming=(sign > 0) != was_reversed, own_account=context.account
    )
    exchange = read_exchange(detail, booking.currency, sign=sign)
    bank_code = read_bank_code(detail)
    text = one_line(detail.text("AddtlTxInf"))
    return Transaction(
        amount=booking.amount,
        currency=booking.currency,
        booking_date=booking.booking_date,
        value_date=booking.value_date,
        status=booking.status,
        entry_number=booking.entry_number,
        bank_reference=booking.bank_reference or identifiers.detail_reference,
        entry_reference=booking.entry_reference or identifiers.detail_reference,
        identifiers=identifiers,
        remittance=read_remittance(detail),
        additional_info=_both(booking.additional_info, text),
        counterparty=counterparty,
        ultimate_counterparty=ultimate,
        charges=read_charges(detail, booking.currency) or booking.charges,
        exchange=booking.exchange if exchange is NO_EXCHANGE else exchange,
        bank_code=booking.bank_code if bank_code is NO_BANK_CODE else bank_code,
        is_reversal=booking.is_reversal,
        return_reason=return_reason,
        batch=booking.batch,
    )


def _both(first: str, second: str) -> str:
    return f"{first}\n{second}" if first and second and first != second else first or second
