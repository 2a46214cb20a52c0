"""The QIF reader against real files, and against figures that were read off without it."""

from decimal import Decimal

import pytest

from ...banking.formats.detection import parse_statements
from ...exceptions import StatementFileError
from .test_samples import SAMPLES, described

pytestmark = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(), reason=f"no sample bank files in {SAMPLES}"
)
ACCOUNTS = ("!Type:Bank", "!Type:Oth A")
# One of the records that are counted is empty (the file begins with a lone ^).
EMPTY_RECORDS = {
    "qif/isaacharrisholt__quiffen__test_transaction_before_account_definition_1.qif": 1
}


@pytest.mark.parametrize(("name", "facts"), described("qif"))
def test_a_real_file_gives_its_figures(name, facts):
    content = (SAMPLES / name).read_bytes()
    sections = facts["sections"]
    section = next((sections[kind] for kind in ACCOUNTS if kind in sections), None)
    if section is None:
        with pytest.raises(StatementFileError, match="no transactions|no bank statement"):
            parse_statements(content, name)
        return
    [statement] = parse_statements(content, name)
    assert statement.entry_count == section["records"] - EMPTY_RECORDS.get(name, 0)
    assert statement.booked_sum == Decimal(section["sum"])


def test_an_empty_file_is_refused():
    with pytest.raises(StatementFileError, match="empty"):
        parse_statements((SAMPLES / "qif/isaacharrisholt__quiffen__empty.qif").read_bytes(), "x")
