r"""Divides a transaction among the counterparts of a rule.

The lines take their part in order. A fixed amount, and one found in a text, is taken as it
stands; a percentage takes its share of what is still open, or of the whole transaction::

    >>> lines = (RuleLine(1, 70, "regex", pattern=r"FEE ([\d.,]+)"), RuleLine(2, 40, "percentage",
    ...                                                                      Decimal(100)))
    >>> payout = Transaction(5, Decimal("97.10"), ("PAYOUT FEE 2,90",))
    >>> shares, rest = divide(lines, payout, Expressions(), stated=None)
    >>> [str(share.amount) for share in shares], str(rest)
    (['2.90', '94.20'], '0.00')

A line whose amount is not found, or can be read in two ways (``1,234``), makes the rule leave
the transaction alone: ``divide`` returns None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from .expressions import Expressions
from .facts import RuleLine, Share, Transaction

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,' ][0-9]{3}){0,4}(?:[.,][0-9]{1,3})?")
_LONGEST_NUMBER = 30


def divide(
    lines: Iterable[RuleLine],
    transaction: Transaction,
    expressions: Expressions,
    stated: Decimal | None,
    rest: Decimal | None = None,
) -> tuple[tuple[Share, ...], Decimal] | None:
    """Return the shares and what is left; None if an amount cannot be told.

    :param stated: the amount that the rule's own expression found.
    :param rest: what rules before left; the whole transaction if not given.
    """
    left = transaction.amount if rest is None else rest
    shares = []
    for line in lines:
        if not line.account_id:
            continue
        amount = _amount_of(line, transaction, expressions, stated, left)
        if amount is None:
            return None
        amount = _rounded(amount, transaction.decimals)
        left = _rounded(left - amount, transaction.decimals)
        if amount:
            shares.append(Share(line, amount))
    return tuple(shares), left


def _amount_of(
    line: RuleLine,
    transaction: Transaction,
    expressions: Expressions,
    stated: Decimal | None,
    left: Decimal,
) -> Decimal | None:
    if line.kind == "fixed":
        return line.value
    if line.kind == "percentage":
        return left * line.value / 100
    if line.kind == "percentage_st_line":
        return transaction.amount * line.value / 100
    found = stated if line.kind == "ar_group" else _found(line, transaction, expressions)
    return None if found is None else found.copy_sign(transaction.amount)


def _found(line: RuleLine, transaction: Transaction, expressions: Expressions) -> Decimal | None:
    for text in transaction.texts:
        match = expressions.find(line.pattern, text)
        if match is not None:
            written = match.group(1) if match.re.groups else match.group()
            return read_amount(written or "")
    return None


def read_amount(text: str) -> Decimal | None:
    """Return the amount that a text is; None if it is none or can be read in two ways.

    >>> read_amount("1.234,50"), read_amount("3358,07"), read_amount("1,234"), read_amount("x")
    (Decimal('1234.50'), Decimal('3358.07'), None, None)
    """
    text = text.strip().rstrip(".,")
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    marks = [char for char in text if char in ".,"]
    last = max(text.rfind("."), text.rfind(","))
    decimals = len(text) - last - 1 if marks else 0
    if len(marks) > 1 and len(set(marks)) == 1:
        last = len(text)  # a mark that is repeated parts thousands
    elif len(marks) == 1 and decimals == 3 and not re.search(r"[' ]", text):
        return None
    whole = re.sub(r"[.,' ]", "", text[:last] if marks else text)
    part = text[last + 1 :] if marks else ""
    return Decimal(f"{whole}.{part}" if part else whole)


def _rounded(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
