"""Reading a whole camt message.

All versions of the three messages share one structure; what differs is handled where it is read.
Elements are known by their local names, so that a missing or a national namespace does not
matter; family and version are read from the message element and its namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO

from ....exceptions import StatementFileError
from ..byte_source import ByteSource
from ..safe_xml import Layout, Record, stream
from ..statement import Statement, Transaction
from ..streamed import Body, StreamedStatement
from ..xml_node import EMPTY, Node
from .entry import read_entry
from .header import (
    Context,
    read_context,
    read_created_at,
    read_owner_name,
    read_page,
    read_period,
    read_servicer_bic,
)

FAMILIES = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}
_GROUP = "GrpHdr"
_AMOUNTS = frozenset(
    {
        "Amt",
        "TtlChrgsAndTaxAmt",
        "DuePyblAmt",
        "DscntApldAmt",
        "CdtNoteAmt",
        "TaxAmt",
        "RmtdAmt",
    }
)
LAYOUT = Layout(
    containers=frozenset({_GROUP, "Stmt", "Rpt", "Ntfctn"}),
    record="Ntry",
    part="TxDtls",
    attributes=_AMOUNTS,
)
_VERSION = re.compile(r"camt\.05[234]\.\d{3}\.(\d{2})")


@lru_cache(maxsize=64)
def family_of(element_name: str) -> str:
    """Return the message family of a message element, ``""`` if it is none.

    Version 01 appended its number to the element's name:

    >>> family_of("BkToCstmrAcctRptV01")
    'camt.052'
    """
    return FAMILIES.get(re.sub(r"V\d\d$", "", element_name), "")


def parse_camt(content: bytes, filename: str = "") -> list[Statement]:
    """Return the statements of a camt.053, camt.052 or camt.054 file, in their order.

    Either the whole file is returned or none of it.

    :param filename: only to be named in errors
    :raises StatementFileError: the file cannot be read to its end, holds no statement, or
        something that money hangs on is missing or unreadable
    """
    with _naming(filename):
        source = ByteSource.of(content)
    return [statement.read_whole() for statement in _read_statements(source, filename)]


def stream_camt(file: BinaryIO, filename: str = "") -> Iterator[StreamedStatement]:
    """Yield the statements of a camt file of any size, in their order, while it is read.

    Each must be read before the next one is asked for: what is left of it then is passed over,
    as when its transactions had been taken and thrown away.

    :param file: the bytes, from where the file stands; it is not closed
    :param filename: only to be named in errors
    :raises StatementFileError: as :func:`parse_camt`, but where the fault stands: what was
        handed out before must not be kept then
    """
    return _read_statements(ByteSource(file), filename)


def _read_statements(source: ByteSource, filename: str) -> Iterator[StreamedStatement]:
    group, count = EMPTY, 0
    with _naming(filename):
        records = (record for record in stream(source, LAYOUT) if family_of(record.parent))
        for record in records:
            if record.name == _GROUP:
                group = record.node
                continue
            count += 1
            statement = _Story(record, records, group, count, filename).streamed()
            yield statement
            for _passed_over in statement.transactions:
                pass
        if not count:
            raise StatementFileError(
                "statement.no_statement",
                "",
                "",
                "the file is a camt message but holds no statement (Stmt, Rpt or Ntfctn)",
            )


@contextmanager
def _naming(filename: str) -> Iterator[None]:
    try:
        yield
    except StatementFileError as error:
        raise error.in_file(filename) from None


class _Story:
    """One statement on its way: from its first record to its end tag.

    :param first: its first entry, or its end where it has none
    :param records: what follows
    :param number: position of the statement in the file, from 1
    """

    def __init__(
        self, first: Record, records: Iterator[Record], group: Node, number: int, filename: str
    ) -> None:
        self._first = first
        self._records = records
        self._group = group
        self._number = number
        self._filename = filename
        self._entry_count = 0
        self._currency = ""
        self._context: Context | None = None

    def streamed(self) -> StreamedStatement:
        """Return the statement with what stands before its entries."""
        if self._first.name != LAYOUT.record:
            return StreamedStatement.of(self._finish(self._first))
        lines = self._read(self._first)
        self._currency = lines[0].currency
        head = self._describe(self._first, read_context(self._first.header))
        return StreamedStatement(head, self._body(lines))

    def _body(self, lines: list[Transaction]) -> Body:
        yield from lines
        with _naming(self._filename):
            record = next(self._records)
            while record.name == LAYOUT.record:
                yield from self._read(record)
                record = next(self._records)
            return self._finish(record)

    def _read(self, record: Record) -> list[Transaction]:
        self._entry_count += 1
        try:
            if self._context is None:
                self._context = read_context(record.header)
            return read_entry(record.node, record.parts, self._context, self._entry_count)
        except StatementFileError as error:
            raise error.at(self._place(record)) from None

    def _place(self, record: Record) -> str:
        identifier = record.header.text("Id")
        statement = f" of statement '{identifier}'" if identifier else ""
        return f"entry {self._entry_count}{statement} (line {record.line})"

    def _finish(self, record: Record) -> Statement:
        try:
            context = read_context(record.header)
        except StatementFileError as error:
            raise error.at(f"statement {self._number} (line {record.line})") from None
        return self._describe(record, context)

    def _describe(self, record: Record, context: Context) -> Statement:
        header = record.header
        version = _VERSION.search(record.namespace)
        page, is_last_page = read_page(header, self._group)
        from_date, to_date = read_period(header)
        return Statement(
            account=context.account,
            currency=context.currency or self._currency,
            owner_name=read_owner_name(header),
            bic=read_servicer_bic(header),
            identifier=context.identifier,
            message_id=self._group.text("MsgId"),
            sequence_number=header.text("ElctrncSeqNb") or header.text("LglSeqNb"),
            page=page,
            is_last_page=is_last_page,
            created_at=read_created_at(header, self._group),
            from_date=from_date,
            to_date=to_date,
            opening=context.opening,
            closing=context.closing,
            balances=context.balances,
            entry_count=self._entry_count,
            source_format=family_of(record.parent),
            source_version=version.group(1) if version else "",
        )
