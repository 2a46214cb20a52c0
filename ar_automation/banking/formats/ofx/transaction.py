"""One ``STMTTRN``: a transaction as OFX tells it.

The sign of ``TRNAMT`` is the account owner's view, for cards too. ``DTPOSTED`` may carry a time
and a zone; the day is taken as written, since the bank books by its own calendar:

>>> parse_day("20260302233000.000[-5:EST]")
datetime.date(2026, 3, 2)
>>> try:
...     parse_day("20260230")
... except StatementFileError as error:
...     print(error)
'20260230' is no day of the calendar (expected is YYYYMMDD)

``FITID`` is the bank's own identifier of the transaction. ``ORIGCURRENCY`` says that the amount
was converted from another currency; ``CURRENCY`` that it was not, and still is in another one.
"""

from __future__ import annotations

import re
from datetime import date

from ....exceptions import StatementFileError
from ..camt.scalars import account_number, one_line, parse_rate
from ..decimal_text import parse_decimal
from ..statement import (
    NO_EXCHANGE,
    NO_PARTY,
    BankCode,
    Exchange,
    Identifiers,
    Party,
    Remittance,
    Status,
    Transaction,
)
from ..xml_node import Node

_DAY = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:\d{2}){0,3}(?:[.,:]\d{0,9})?\s*(?:\[[^\[\]]{0,40}\])?", re.ASCII
)
_ONCE = ("TRNAMT", "DTPOSTED", "FITID")


def parse_day(text: str) -> date:
    """Return the day of an OFX date, as written, whatever its time zone.

    :raises StatementFileError: ``statement.date`` if it is none
    """
    day = lenient_day(text)
    if day is None:
        raise StatementFileError(
            "statement.date",
            "",
            "",
            f"'{text[:40]}' is no day of the calendar (expected is YYYYMMDD)",
            details={"text": text[:40]},
        )
    return day


def lenient_day(text: str) -> date | None:
    """Return the day of an OFX date that nothing is booked by; None if the text is none."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_transaction(node: Node, currency: str, number: int, status: Status) -> Transaction:
    """Return the transaction.

    :param currency: that of the account, empty if the file does not say it
    :param number: its number in the statement, from 1
    :raises StatementFileError: a value that money hangs on is missing, doubled or unreadable
    """
    for name in _ONCE:
        if len(node.texts(name)) > 1:
            raise StatementFileError(
                "statement.malformed",
                "",
                "",
                f"<{name}> is given twice: two transactions seem to have run into one",
            )
    _check_correction(node)
    amount = parse_decimal(_required(node, "TRNAMT"))
    symbol = node.text("CURRENCY", "CURSYM").upper()
    cheque, reference = _number(node.text("CHECKNUM")), _number(node.text("REFNUM"))
    memo, name = one_line(node.text("MEMO")), _name(node)
    return Transaction(
        amount=amount,
        currency=symbol or currency,
        booking_date=parse_day(_required(node, "DTPOSTED" if status == "booked" else "DTTRAN")),
        value_date=lenient_day(node.text("DTAVAIL")),
        status=status,
        entry_number=number,
        bank_reference=_bank_reference(node),
        entry_reference=reference or cheque or _bank_reference(node),
        identifiers=Identifiers(cheque_number=cheque, transaction_id=reference),
        remittance=Remittance(lines=tuple(filter(None, [memo or name]))),
        counterparty=_counterparty(node, name),
        exchange=_exchange(node, currency),
        bank_code=BankCode(proprietary=one_line(node.text("TRNTYPE")), issuer="OFX"),
    )


def _required(node: Node, name: str) -> str:
    text = node.text(name)
    if not text:
        raise StatementFileError(
            "statement.incomplete", "", "", f"<{name}> is missing or empty", details={"tag": name}
        )
    return text


def _check_correction(node: Node) -> None:
    """Refuse a transaction that undoes or replaces one that the bank sent before.

    Booked beside the first it would count twice, and which one it is only the books know.
    """
    corrected = node.text("CORRECTFITID")
    action = node.text("CORRECTACTION").upper()
    if not corrected or (action != "DELETE" and corrected == node.text("FITID")):
        return
    raise StatementFileError(
        "statement.correction",
        "",
        "",
        f"this transaction is to {'delete' if action == 'DELETE' else 'replace'} an earlier one "
        f"('{corrected[:60]}'), which cannot be done from a file",
        hint="Ask the bank for a statement of the whole period in which it is corrected.",
    )


def _bank_reference(node: Node) -> str:
    """Return the ``FITID``, unless it is a mere filler."""
    return _number(one_line(node.text("FITID")))


def _number(text: str) -> str:
    return text if text.strip("0") else ""


def _name(node: Node) -> str:
    payee = node.node("PAYEE")
    return one_line(node.text("EXTDNAME") or node.text("NAME") or _payee_name(node, payee))


def _payee_name(node: Node, payee: Node) -> str:
    return payee.text("NAME") if payee else node.text("PAYEE")


def _counterparty(node: Node, name: str) -> Party:
    payee = node.node("PAYEE")
    account = node.text("BANKACCTTO", "ACCTID") or node.text("CCACCTTO", "ACCTID")
    if not name and not account:
        return NO_PARTY
    places = ("ADDR1", "ADDR2", "ADDR3", "CITY", "STATE", "POSTALCODE")
    lines = (one_line(payee.text(place)) for place in places)
    return Party(name=name, account=account_number(account), address="\n".join(filter(None, lines)))


def _exchange(node: Node, currency: str) -> Exchange:
    """Return the rate at which the bank converted.

    The amount before the conversion is not given; multiplied out it would be rounded.
    """
    original = node.node("ORIGCURRENCY")
    symbol = original.text("CURSYM").upper()
    if not symbol or symbol == currency:
        return NO_EXCHANGE
    rate = parse_rate(original.text("CURRATE").replace(",", "."))
    return Exchange(rate=rate, source_currency=symbol, target_currency=currency)
