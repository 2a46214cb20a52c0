"""Opening and closing balance out of a statement's list of balances.

A whole statement has an opening booked balance (OPBD) and a closing one (CLBD). Some banks give
the previous closing balance (PRCD) instead of the opening one. Where a statement is cut into
pages, the pages in between begin and end with intermediate balances (ITBD), the first page
ends with one, the last page begins with one:

>>> from decimal import Decimal
>>> def balance(kind, amount):
...     return Balance(Decimal(amount), "EUR", None, kind)
>>> opening, closing = choose_balances([balance("ITBD", 5), balance("CLBD", 9)], "EUR")
>>> opening.amount, closing.amount
(Decimal('5'), Decimal('9'))

A single intermediate balance with neither (a report during the day) is the balance at some
moment; it is neither the opening nor the closing one. Available balances (OPAV, CLAV, FWAV,
ITAV) count by value date and never prove a list of bookings.
"""

from __future__ import annotations

from collections.abc import Sequence

from ....exceptions import StatementFileError
from ..statement import Balance
from ..xml_node import Node
from .scalars import parse_sign, read_date, read_money


def read_balances(header: Node, default_currency: str) -> list[Balance]:
    """Return all balances of a statement in their order.

    :raises StatementFileError: an amount, a date or a direction cannot be read
    """
    balances = []
    for number, node in enumerate(header.nodes("Bal"), 1):
        try:
            balance = _read_balance(node, default_currency)
        except StatementFileError as error:
            raise error.at(f"balance {number}") from None
        if balance is not None:
            balances.append(balance)
    return balances


def _read_balance(node: Node, default_currency: str) -> Balance | None:
    money = read_money(node, "Amt", default_currency)
    if money is None:
        return None
    # The indicator is mandatory, yet some banks write it only for an overdraft.
    sign = parse_sign(node.text("CdtDbtInd")) or 1
    kind = node.node("Tp", "CdOrPrtry") or node.node("Tp")
    return Balance(
        amount=sign * money.amount,
        currency=money.currency,
        balance_date=read_date(node.node("Dt")),
        kind=kind.text("Cd") or kind.text("Prtry"),
    )


def choose_balances(
    balances: Sequence[Balance], currency: str
) -> tuple[Balance | None, Balance | None]:
    """Return the opening and the closing booked balance; None where the bank gave none.

    :param currency: that of the account; a balance in it is preferred
    """
    opening = _pick(balances, "OPBD", currency) or _pick(balances, "PRCD", currency)
    closing = _pick(balances[::-1], "CLBD", currency)
    between = [balance for balance in balances if balance.kind == "ITBD"]
    if len(between) > 1 or (between and (opening or closing)):
        opening = opening or between[0]
        closing = closing or between[-1]
    return opening, closing


def _pick(balances: Sequence[Balance], kind: str, currency: str) -> Balance | None:
    fitting = [balance for balance in balances if balance.kind == kind]
    in_currency = [balance for balance in fitting if balance.currency == currency]
    return next(iter(in_currency or fitting), None)
