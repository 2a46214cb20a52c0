"""Tables of real banks, against sums that were read off without our reader."""

import json
from decimal import Decimal

import pytest

from ...banking.formats import parse
from ...banking.formats.table import Columns, TableProfile
from ...banking.formats.table.banks import BANKS
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .test_samples import SAMPLES, amount, described

pytestmark = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(), reason=f"no sample bank files in {SAMPLES}"
)
# Files without titles, or of a layout of no single bank: each with the profile that a user makes.
AUSTRIAN = TableProfile(
    "Without titles",
    Columns.of(booking_date="#1", texts="#2", value_date="#3", amount="#4", currency="#5"),
    delimiter=";",
    has_header=False,
    date_formats=("DD.MM.YYYY",),
    decimal_mark=",",
    skip_words=("A null transaction",),
)
WITH_FLAG = TableProfile(
    "Without titles, with a flag",
    Columns.of(booking_date="#1", texts="#2", value_date="#3", amount="#4", direction="#5"),
    delimiter=";",
    has_header=False,
    date_formats=("DD.MM.YYYY",),
    decimal_mark=",",
    sign="flag",
    debit_words=("O",),
    skip_words=("A null transaction",),
)
OWN = {
    "csv/bank2ynab__bank2ynab__test_raiffeisen_01.csv": [AUSTRIAN],
    "csv/bank2ynab__bank2ynab__test_row_format_CD_flag.csv": [WITH_FLAG],
}


@pytest.mark.parametrize(("name", "facts"), described("csv"))
def test_a_real_table_gives_its_figures(name, facts):
    statements = parse(name, (SAMPLES / name).read_bytes(), profiles=OWN.get(name, BANKS))
    assert sum(each.entry_count for each in statements) == facts["transactions"]
    lines = [line for each in statements for line in each.transactions]
    assert sum(line.amount for line in lines) == Decimal(facts["sum"])
    for currency, total in facts.get("sum_by_currency", {}).items():
        found = sum(line.amount for line in lines if line.currency == currency)
        assert found == Decimal(total)
    if facts.get("opening"):
        [statement] = statements
        assert statement.opening.amount == amount(facts["opening"])
        assert statement.closing.amount == amount(facts["closing"])
        assert statement.balance_gap == 0
    keys = [key for each in file_keys(statements) for key in each]
    assert len(set(keys)) == len(keys)


def test_every_other_table_is_read_or_refused_in_words():
    known = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))["files"]
    for path in sorted((SAMPLES / "csv").iterdir()):
        if f"csv/{path.name}" not in known:
            try:
                assert parse(path.name, path.read_bytes())
            except StatementFileError as error:
                assert error.filename == path.name
                assert error.reason
