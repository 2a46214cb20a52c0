r"""Opens a remittance advice of any kind: CSV, XLSX, PDF or plain text, told by its content.

>>> read_remittance(b"Invoice;Paid\nINV/1;90,00\n").entries[0].document
'INV/1'
"""

from __future__ import annotations

from ...exceptions import ArError, StatementFileError
from ..formats.plain_text import read_plain_text
from ..formats.table.workbook import is_workbook, read_workbook_rows
from .advice import RemittanceAdvice
from .free_text import read_text
from .pdf import is_pdf, pdf_text
from .table import read_table_rows, read_text_table

MAX_BYTES = 5 * 1024 * 1024
_HINT = "Send the list of documents as CSV, XLSX, a PDF with text, or in the text of the e-mail."


def read_remittance(content: bytes) -> RemittanceAdvice:
    """Return what an advice says.

    :raises ArError: codes ``remittance.…``: too large, of no known kind, damaged or hostile, or
        without anything that looks like a document and an amount.
    """
    if len(content) > MAX_BYTES:
        raise ArError("remittance.too_large", "a file of more than 5 MB is not read", hint=_HINT)
    try:
        advice = _read(content)
    except StatementFileError as error:
        raise ArError("remittance.unreadable", error.reason, hint=_HINT) from error
    if not advice.entries:
        raise ArError(
            "remittance.empty",
            "nothing in it looks like a document's number with an amount",
            hint=_HINT,
        )
    return advice


def _read(content: bytes) -> RemittanceAdvice:
    if is_pdf(content):
        return read_text(pdf_text(content))
    if is_workbook(content):
        advice = read_table_rows(read_workbook_rows(content))
        return advice or RemittanceAdvice(())
    document = read_plain_text(content, "cp1252")
    return read_text_table(content) or read_text(document.decode(document.content))
