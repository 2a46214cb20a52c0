"""What a table says by a profile, as a piece of a form: for a person who is setting it up."""

import base64

from ...banking.formats.table import parse_table
from ...banking.formats.table.reader import first_rows
from ...exceptions import StatementFileError

SHOWN_LINES = 20
SHOWN_ROWS = 12


def preview_table(env, content, record):
    """Return HTML: transactions, totals and proof, or what is wrong and the table as it is.

    :param content: the file, in base64
    :param record: the ``ar.statement.profile``, saved or not
    """
    raw = base64.b64decode(content)
    profile = record.ar_table_profile()
    values = {"statements": [], "error": "", "rows": [], "shown": SHOWN_LINES}
    try:
        statements = parse_table(raw, profile)
        values["statements"] = [_facts(each) for each in statements]
    except StatementFileError as error:
        values["error"] = " ".join(
            filter(None, (f"{str(error)[:1].upper()}{str(error)[1:]}.", error.hint))
        )
        values["rows"] = _rows(raw, profile)
    return env["ir.qweb"]._render("ar_automation.statement_profile_preview", values)


def _facts(statement):
    """Return what is shown of a statement."""
    return {
        "account": statement.account,
        "currency": statement.currency,
        "opening": statement.opening and statement.opening.amount,
        "closing": statement.closing and statement.closing.amount,
        "booked_sum": statement.booked_sum,
        "gap": statement.balance_gap,
        "count": len(statement.transactions),
        "entry_count": statement.entry_count,
        "warnings": statement.warnings,
        "lines": [
            {
                "date": line.booking_date,
                "amount": line.amount,
                "status": line.status,
                "party": " ".join(
                    filter(None, (line.counterparty.name, line.counterparty.account))
                ),
                "text": " · ".join(line.remittance.lines),
                "reference": line.entry_reference or line.identifiers.end_to_end_id,
            }
            for line in statement.transactions[:SHOWN_LINES]
        ],
    }


def _rows(raw, profile):
    """Return the first rows of a table that cannot be read by the profile, as they are."""
    try:
        return [
            (row.number, [str(cell) for cell in row.cells])
            for row in first_rows(raw, profile, SHOWN_ROWS)
        ]
    except StatementFileError:
        return []  # the error that is shown says why
