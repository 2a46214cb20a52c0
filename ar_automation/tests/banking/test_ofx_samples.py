"""The OFX reader against real files, and against figures that were read off without it."""

from decimal import Decimal

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .test_samples import SAMPLES, amount, described

pytestmark = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(), reason=f"no sample bank files in {SAMPLES}"
)

# Described by whoever looked past a comment or a missing date; the file itself is to be refused.
REFUSED = {
    # The account, and date, amount and identifier of the second transaction, stand in comments.
    "ofx/OCA__bank-statement-import__test_ofx_wrong.ofx": "<TRNAMT> is missing or empty",
    # One transaction without date, one with an empty one, one of 31 February.
    "ofx/jseutter__ofxparse__date_missing.ofx": "<DTPOSTED> is missing or empty",
}


def figures(statement):
    return {
        "account": statement.account,
        "currency": statement.currency,
        "transactions": statement.entry_count,
        "sum": statement.booked_sum,
        "ledger_balance": statement.closing and statement.closing.amount,
        "unique_fitids": len({line.bank_reference for line in statement.booked} - {""}),
    }


def stated(facts, statement):
    return {
        "account": "".join((facts["account"] or "").split()).upper(),
        # Where the statement names none, it is that of its transactions.
        "currency": facts["currency"] or statement.transactions[0].currency,
        "transactions": facts["transactions"],
        "sum": Decimal(facts["sum"]),
        "ledger_balance": amount(facts["ledger_balance"]),
        "unique_fitids": facts["unique_fitids"],
    }


@pytest.mark.parametrize(("name", "facts"), described("ofx"))
def test_a_real_file_gives_its_figures(name, facts):
    content = (SAMPLES / name).read_bytes()
    unreadable = any(each.get("unreadable_amounts") for each in facts["statements"])
    if unreadable or name in REFUSED:
        with pytest.raises(StatementFileError, match=REFUSED.get(name, "is not an amount")):
            parse_statements(content, name)
        return
    statements = parse_statements(content, name)
    expected = [
        stated(each, found) for each, found in zip(facts["statements"], statements, strict=True)
    ]
    assert [figures(each) for each in statements] == expected
    keys = [key for each in file_keys(statements) for key in each]
    assert len(set(keys)) == len(keys) == facts["total_transactions"]


def test_every_other_file_is_read_or_refused_in_words():
    for path in sorted((SAMPLES / "ofx").iterdir()):
        content = path.read_bytes()
        assert detect_format(content) == "ofx"
        try:
            assert parse_statements(content, path.name)
        except StatementFileError as error:
            assert error.filename == path.name
            assert error.reason
