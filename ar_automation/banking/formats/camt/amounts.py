"""Fees, conversions, and what kind of movement it was.

The amount of an entry (``Ntry/Amt``) is what moved on the account. The details tell how it
came about: what was instructed, at which rate it was converted, which fees were taken off.

>>> details = Node({"InstdAmt": [Node({"Amt": [Node({"#text": ["50.00"], "@Ccy": ["USD"]})]})]})
>>> read_exchange(Node({"AmtDtls": [details]}), "EUR", sign=1).foreign
Money(amount=Decimal('50.00'), currency='USD')
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from ..statement import NO_BANK_CODE, NO_EXCHANGE, BankCode, Charge, Exchange, Money
from ..xml_node import EMPTY, Node
from .scalars import parse_flag, parse_rate, parse_sign, read_money

_STAGES = ("TxAmt", "InstdAmt", "CntrValAmt")


def read_detail_amount(detail: Node, currency: str) -> Decimal | None:
    """Return a detail's unsigned amount in the given currency; None if it does not say it.

    Since version 03 a detail has its own ``Amt``; older and many newer files give it only
    under ``AmtDtls``, and either may be in the payment's currency instead of the account's.
    """
    own = read_money(detail, "Amt", currency)
    if own is not None and own.currency == currency:
        return own.amount
    stages = detail.node("AmtDtls")
    for stage in _STAGES:
        money = read_money(stages.node(stage), "Amt", currency)
        if money is not None and money.currency == currency:
            return money.amount
    return None


def read_exchange(node: Node, currency: str, *, sign: int) -> Exchange:
    """Return the amounts before conversion and fees of a ``TxDtls`` or ``Ntry``.

    :param currency: that of the entry, to tell which amount is foreign
    :param sign: +1 or -1, given to the foreign amount
    """
    stages = node.node("AmtDtls")
    own = read_money(node, "Amt", currency)
    if not stages and (own is None or own.currency == currency):
        return NO_EXCHANGE
    instructed = read_money(stages.node("InstdAmt"), "Amt", currency)
    transaction = read_money(stages.node("TxAmt"), "Amt", currency)
    counter = read_money(stages.node("CntrValAmt"), "Amt", currency)
    foreign = None
    for money in (instructed, transaction, own, counter):
        if money is not None and money.currency != currency:
            foreign = money
            break
    conversion = _read_conversion(stages)
    if not conversion and not foreign:
        return Exchange(instructed, transaction)
    return Exchange(
        instructed=instructed,
        transaction=transaction,
        foreign=Money(sign * foreign.amount, foreign.currency) if foreign else None,
        rate=parse_rate(conversion.text("XchgRate")),
        source_currency=conversion.text("SrcCcy"),
        target_currency=conversion.text("TrgtCcy"),
    )


def _read_conversion(stages: Node) -> Node:
    for name in _STAGES:
        conversion = stages.node(name, "CcyXchg") if name in stages else EMPTY
        if conversion:
            return conversion
    return EMPTY


def read_charges(node: Node, currency: str) -> tuple[Charge, ...]:
    """Return the fees of a ``TxDtls`` or ``Ntry``, those paid by the account owner negative.

    Until version 02 every ``Chrgs`` is one fee; later it holds records and their total, of
    which the total is used only where there are no records.
    """
    if "Chrgs" not in node:
        return ()
    charges: list[Charge] = []
    for group in node.nodes("Chrgs"):
        records = group.nodes("Rcrd") or [group]
        for record in records:
            name = "Amt" if "Amt" in record else "TtlChrgsAndTaxAmt"
            money = read_money(record, name, currency)
            if money is not None:
                sign = parse_sign(record.text("CdtDbtInd")) or -1
                included = parse_flag(record.text("ChrgInclInd"))
                charges.append(Charge(sign * money.amount, money.currency, included))
    return tuple(charges)


def read_bank_code(node: Node) -> BankCode:
    """Return the bank transaction code of a ``TxDtls`` or ``Ntry``."""
    code = node.node("BkTxCd")
    if not code:
        return NO_BANK_CODE
    domain = code.node("Domn")
    family = domain.node("Fmly")
    own = code.node("Prtry")
    return _bank_code(
        domain.text("Cd"),
        family.text("Cd"),
        family.text("SubFmlyCd"),
        own.text("Cd"),
        own.text("Issr"),
    )


# An account sees few kinds of movement, over and over.
_bank_code = lru_cache(maxsize=256)(BankCode)
