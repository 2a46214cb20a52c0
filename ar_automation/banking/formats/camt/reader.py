"""Reading a whole camt message.

All versions of the three messages share one structure; what differs is handled where it is read.
Elements are known by their local names, so that a missing or a national namespace does not
matter; family and version are read from the message element and its namespace.
"""

from __future__ import annotations

import re

from ....exceptions import StatementFileError
from ..safe_xml import Layout, Record, stream
from ..statement import Statement, Transaction
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
    try:
        statements = _read_statements(content)
        if not statements:
            raise StatementFileError(
                "statement.no_statement",
                "",
                "",
                "the file is a camt message but holds no statement (Stmt, Rpt or Ntfctn)",
            )
    except StatementFileError as error:
        raise error.in_file(filename) from None
    return statements


def _read_statements(content: bytes) -> list[Statement]:
    statements: list[Statement] = []
    group = EMPTY
    builder = _Builder()
    for record in stream(content, LAYOUT):
        if not family_of(record.parent):
            continue
        if record.name == LAYOUT.record:
            builder.add_entry(record)
        elif record.name == _GROUP:
            group = record.node
        else:
            statements.append(builder.finish(record, group, len(statements) + 1))
            builder = _Builder()
    return statements


class _Builder:
    """Gathers the entries of one statement until its end tag."""

    def __init__(self) -> None:
        self.context: Context | None = None
        self.transactions: list[Transaction] = []
        self.entry_count = 0

    def add_entry(self, record: Record) -> None:
        self.entry_count += 1
        try:
            if self.context is None:
                self.context = read_context(record.header)
            lines = read_entry(record.node, record.parts, self.context, self.entry_count)
        except StatementFileError as error:
            raise error.at(self._place(record)) from None
        self.transactions.extend(lines)

    def _place(self, record: Record) -> str:
        identifier = record.header.text("Id")
        statement = f" of statement '{identifier}'" if identifier else ""
        return f"entry {self.entry_count}{statement} (line {record.line})"

    def finish(self, record: Record, group: Node, number: int) -> Statement:
        header = record.node
        try:
            context = read_context(header)
        except StatementFileError as error:
            raise error.at(f"statement {number} (line {record.line})") from None
        version = _VERSION.search(record.namespace)
        page, is_last_page = read_page(header, group)
        from_date, to_date = read_period(header)
        return Statement(
            account=context.account,
            currency=context.currency or next((t.currency for t in self.transactions), ""),
            owner_name=read_owner_name(header),
            bic=read_servicer_bic(header),
            identifier=context.identifier,
            message_id=group.text("MsgId"),
            sequence_number=header.text("ElctrncSeqNb") or header.text("LglSeqNb"),
            page=page,
            is_last_page=is_last_page,
            created_at=read_created_at(header, group),
            from_date=from_date,
            to_date=to_date,
            opening=context.opening,
            closing=context.closing,
            balances=context.balances,
            transactions=tuple(self.transactions),
            entry_count=self.entry_count,
            source_format=family_of(record.parent),
            source_version=version.group(1) if version else "",
        )
