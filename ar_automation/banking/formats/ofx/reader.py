"""Reading a whole OFX file.

Each ``STMTRS`` or ``CCSTMTRS`` becomes one statement, in the order of the file. ``LEDGERBAL`` is
the closing balance; ``AVAILBAL`` (what may be spent) stands beside it. Where the bank answers with
an error instead of a statement, the file is refused with the bank's own words:

>>> content = b'''<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>2000<SEVERITY>ERROR
... <MESSAGE>Try again later</STATUS></STMTTRNRS></BANKMSGSRSV1></OFX>'''
>>> try:
...     parse_ofx(content, "march.ofx")
... except StatementFileError as error:
...     print(error)
march.ofx: line 1: instead of a statement the bank sent error 2000: Try again later
"""

from __future__ import annotations

import re
from dataclasses import replace

from ....exceptions import StatementFileError
from ..camt.scalars import account_number, one_line
from ..decimal_text import parse_decimal
from ..plain_text import PlainText
from ..statement import Balance, Statement, Transaction
from ..xml_node import Node
from .aggregates import Aggregate, read_aggregates
from .markup import find_root, read_ofx_text
from .transaction import lenient_day, read_transaction

_VERSION = re.compile(rb"VERSION\s*[:=]\s*\"?(\d{3})")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_INVESTMENTS = re.compile(rb"<INVSTMTRS", re.IGNORECASE)


def parse_ofx(content: bytes, filename: str = "") -> list[Statement]:
    """Return the bank and card statements of an OFX file, in their order.

    Either the whole file is returned or none of it.

    :param filename: only to be named in errors
    :raises StatementFileError: the file cannot be read to its end, holds no statement, or
        something that money hangs on is missing or unreadable
    """
    try:
        document = read_ofx_text(content)
        root = find_root(document)
        version = _VERSION.search(document.content[:root])
        builder = _Builder(document, version[1].decode() if version else "")
        for aggregate in read_aggregates(document, root):
            builder.add(aggregate)
        if not builder.statements:
            raise _no_statement(document)
    except StatementFileError as error:
        raise error.in_file(filename) from None
    return builder.statements


def _no_statement(document: PlainText) -> StatementFileError:
    instead = ", only that of an investment account"
    return StatementFileError(
        "statement.no_statement",
        "",
        "",
        "the file is OFX but holds no statement of a bank account or card (STMTRS, CCSTMTRS)"
        + (instead if _INVESTMENTS.search(document.content) else ""),
    )


class _Builder:
    """Gathers the transactions of one statement until its end tag."""

    def __init__(self, document: PlainText, version: str) -> None:
        self.document = document
        self.version = version
        self.statements: list[Statement] = []
        self.lines: list[Transaction] = []

    def add(self, aggregate: Aggregate) -> None:
        if aggregate.name in ("STMTTRN", "STMTTRNP"):
            if aggregate.parent != "INVBANKTRAN":
                self._add_transaction(aggregate)
        elif aggregate.name in ("STMTRS", "CCSTMTRS"):
            self.statements.append(self._finish(aggregate))
        elif aggregate.name == "STATUS":
            self._check_status(aggregate)

    def _check_status(self, aggregate: Aggregate) -> None:
        node = aggregate.node
        if node.text("SEVERITY").upper() != "ERROR":
            return
        if aggregate.parent not in ("SONRS", "STMTTRNRS", "CCSTMTTRNRS"):
            return
        said = one_line(node.text("MESSAGE"))[:200]
        raise StatementFileError(
            "statement.bank_error",
            "",
            f"line {self.document.line_of(aggregate.position)}",
            f"instead of a statement the bank sent error {node.text('CODE')[:10]}"
            + (f": {said}" if said else ""),
            hint="Download the statement from the bank again.",
        )

    def _add_transaction(self, aggregate: Aggregate) -> None:
        number = len(self.lines) + 1
        try:
            self.lines.append(
                read_transaction(
                    aggregate.node,
                    _read_currency(aggregate.header),
                    number,
                    "booked" if aggregate.name == "STMTTRN" else "pending",
                )
            )
        except StatementFileError as error:
            line = self.document.line_of(aggregate.position)
            place = f"transaction {number} of statement {len(self.statements) + 1} (line {line})"
            raise error.at(place) from None

    def _finish(self, aggregate: Aggregate) -> Statement:
        node = aggregate.node
        lines, self.lines = self.lines, []
        try:
            currency = _read_currency(node) or next((line.currency for line in lines), "")
            closing = _read_balance(node, "LEDGERBAL", currency)
            available = _read_balance(node, "AVAILBAL", currency)
        except StatementFileError as error:
            line = self.document.line_of(aggregate.position)
            raise error.at(f"statement {len(self.statements) + 1} (line {line})") from None
        # The currency should come before the transactions, but some banks write it behind.
        lines = [line if line.currency else replace(line, currency=currency) for line in lines]
        account = node.node("BANKACCTFROM") or node.node("CCACCTFROM")
        lists = node.nodes("BANKTRANLIST")
        starts = [day for each in lists if (day := lenient_day(each.text("DTSTART")))]
        ends = [day for each in lists if (day := lenient_day(each.text("DTEND")))]
        return Statement(
            account=account_number(account.text("ACCTID")),
            currency=currency,
            from_date=min(starts, default=None),
            to_date=max(ends, default=None),
            closing=closing,
            balances=tuple(balance for balance in (closing, available) if balance),
            transactions=tuple(lines),
            entry_count=len(lines),
            source_format="ofx",
            source_version=self.version,
        )


def _read_currency(node: Node) -> str:
    text = node.text("CURDEF").upper()
    if text and not _CURRENCY.fullmatch(text):
        raise StatementFileError(
            "statement.currency", "", "", f"<CURDEF> '{text[:40]}' is no currency code"
        )
    return text


def _read_balance(node: Node, name: str, currency: str) -> Balance | None:
    """Return a balance; None if it is absent or left empty.

    :raises StatementFileError: it is given twice, or unreadable
    """
    found = node.nodes(name)
    if len(found) > 1:
        raise StatementFileError("statement.malformed", "", "", f"<{name}> is given twice")
    text = found[0].text("BALAMT") if found else ""
    if not text:
        return None
    day = lenient_day(found[0].text("DTASOF"))
    try:
        return Balance(parse_decimal(text), currency, day, name)
    except StatementFileError as error:
        raise error.at(f"<{name}>") from None
