"""The BAI2 reader against real files, and against figures that were read off without it."""

from decimal import Decimal

import pytest

from ...banking.formats.detection import parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .test_samples import SAMPLES, amount, described

pytestmark = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(), reason=f"no sample bank files in {SAMPLES}"
)
# Made up by hand: its dates have seven digits.
UNREADABLE = {"bai2/hengpor__bai2-to-csv__sample.bai": "'0250525' is no day of the calendar"}
KINDS = {
    "opening": "010",
    "closing": "015",
    "opening_available": "040",
    "closing_available": "045",
}


def figures(statement):
    balances = {each.kind: each.amount for each in statement.balances}
    booked = [line.amount for line in statement.booked]
    return {
        "account": statement.account,
        "currency": statement.currency,
        "transactions": statement.entry_count,
        "credits": sum(each for each in booked if each > 0),
        "debits": -sum(each for each in booked if each < 0),
        "as_of": f"{statement.to_date:%y%m%d}",
        **{name: balances.get(kind) for name, kind in KINDS.items()},
    }


def stated(facts):
    return {
        "account": facts["account"],
        "currency": facts["currency"][:3],
        "transactions": facts["transactions"],
        "credits": Decimal(facts["credits"]),
        "debits": Decimal(facts["debits"]),
        "as_of": facts["as_of"],
        **{name: amount(facts.get(name)) for name in KINDS},
    }


@pytest.mark.parametrize(("name", "facts"), described("bai2"))
def test_a_real_file_gives_its_figures(name, facts):
    content = (SAMPLES / name).read_bytes()
    if name in UNREADABLE:
        with pytest.raises(StatementFileError, match=UNREADABLE[name]):
            parse_statements(content, name)
        return
    # Files that were made anonymous have totals that agree no more; their figures still do.
    statements = parse_statements(content, name)
    assert [figures(each) for each in statements] == [stated(each) for each in facts["statements"]]
    for statement, part in zip(statements, facts["statements"], strict=True):
        own = f"account {statement.account} "
        is_wrong = any("control total" in each and own in each for each in statement.warnings)
        assert is_wrong != part["control_total_check"]
    keys = [key for each in file_keys(statements) for key in each]
    assert len(set(keys)) == len(keys) == facts["total_transactions"]


def test_every_other_file_is_refused_in_words():
    known = {case.values[0] for case in described("bai2")}
    for path in sorted((SAMPLES / "bai2").iterdir()):
        if f"bai2/{path.name}" not in known:
            with pytest.raises(StatementFileError) as caught:
                parse_statements(path.read_bytes(), path.name)
            assert caught.value.reason
