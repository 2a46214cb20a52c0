"""The head of a statement: whose account, which period, which number.

>>> head = Node({"Id": ["41"], "Acct": [Node({"Id": [Node({"IBAN": ["NL02 ABNA 0123456789"]})],
...                                            "Ccy": ["EUR"]})]})
>>> read_context(head).account, read_context(head).currency
('NL02ABNA0123456789', 'EUR')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..statement import Balance
from ..xml_node import Node
from .balance import choose_balances, read_balances
from .party import read_account_number, read_bic
from .scalars import lenient_date, one_line, parse_moment


@dataclass(frozen=True, slots=True)
class Context:
    """What an entry needs to know of its statement.

    ``fallback_date`` stands in for the booking date of an entry without any date: the day of
    the closing balance, else the end of the period, else the day the file was made.
    """

    identifier: str
    account: str
    currency: str
    fallback_date: date | None
    balances: tuple[Balance, ...]
    opening: Balance | None
    closing: Balance | None


def read_context(header: Node) -> Context:
    """Return the identity, currency and balances of a ``Stmt``, ``Rpt`` or ``Ntfctn``.

    The currency is the account's; where the bank leaves it out, that of its balances.
    """
    account = header.node("Acct")
    currency = account.text("Ccy")
    balances = tuple(read_balances(header, currency))
    currency = currency or next((b.currency for b in balances if b.currency), "")
    opening, closing = choose_balances(balances, currency)
    return Context(
        identifier=header.text("Id"),
        account=read_account_number(account.node("Id")),
        currency=currency,
        fallback_date=_fallback_date(header, closing),
        balances=balances,
        opening=opening,
        closing=closing,
    )


def _fallback_date(header: Node, closing: Balance | None) -> date | None:
    if closing is not None and closing.balance_date is not None:
        return closing.balance_date
    return read_period(header)[1] or lenient_date(header.text("CreDtTm"))


def read_period(header: Node) -> tuple[date | None, date | None]:
    """Return the first and the last day that the statement covers."""
    period = header.node("FrToDt")
    return (
        lenient_date(period.text("FrDtTm") or period.text("FrDt")),
        lenient_date(period.text("ToDtTm") or period.text("ToDt")),
    )


def read_owner_name(header: Node) -> str:
    """Return the account owner's name, else the account's own name."""
    account = header.node("Acct")
    owner = account.node("Ownr")
    return one_line(owner.text("Nm") or owner.text("Pty", "Nm") or account.text("Nm"))


def read_servicer_bic(header: Node) -> str:
    """Return the BIC of the bank that keeps the account."""
    return read_bic(header.node("Acct", "Svcr", "FinInstnId"))


def read_page(header: Node, group: Node) -> tuple[int, bool]:
    """Return the page number (0: not said) and whether it is the last page."""
    for pages in (
        header.node("StmtPgntn"),
        header.node("RptPgntn"),
        header.node("NtfctnPgntn"),
        group.node("MsgPgntn"),
    ):
        number = pages.text("PgNb")
        if number.isascii() and number.isdigit() and len(number) < 10:
            return int(number), pages.text("LastPgInd") not in ("false", "0")
    return 0, True


def read_created_at(header: Node, group: Node) -> datetime | None:
    """Return when the bank made the statement, else the message."""
    return parse_moment(header.text("CreDtTm") or group.text("CreDtTm"))
