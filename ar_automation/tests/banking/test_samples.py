"""The reader against real bank files, and against figures that were read off without it.

The files are not part of this repository. They are looked for in the folder that ``AR_SAMPLES``
names, else in ``../shared/samples`` beside the checkout; ``expected.json`` in it says what
each file holds.
"""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from ...banking.formats.detection import parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError

CHECKOUT = Path(__file__).resolve().parents[3]
SAMPLES = Path(os.environ.get("AR_SAMPLES") or CHECKOUT.parent / "shared" / "samples")

pytestmark = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(),
    reason=f"no sample bank files in {SAMPLES} (set AR_SAMPLES to their folder)",
)


def described(message):
    """Return name and description of all files of a message, none without the folder."""
    if not (SAMPLES / "expected.json").is_file():
        return [pytest.param("none", {}, id="no samples")]
    files = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))["files"]
    return [
        pytest.param(name, facts, id=name)
        for name, facts in sorted(files.items())
        if facts["format"] == message
    ]


def amount(text):
    return None if text is None else Decimal(text)


def figures(statement):
    """Return a statement's figures as the descriptions have them."""
    sums = {}
    for line in statement.transactions:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount
    return {
        "id": statement.identifier,
        "account": statement.account,
        "currency": statement.currency,
        "entries": statement.entry_count,
        "booked_entries": len({line.entry_number for line in statement.booked}),
        "booked_sum": statement.booked_sum,
        "sum_by_currency": sums,
        "opening": statement.opening and statement.opening.amount,
        "closing": statement.closing and statement.closing.amount,
        "balances": [
            (b.kind, b.amount, b.currency, str(b.balance_date)) for b in statement.balances
        ],
    }


def stated(facts):
    return {
        "id": facts["id"],
        "account": facts["account"] or "",
        "currency": facts["currency"] or "",
        "entries": facts["entries"],
        "booked_entries": facts["booked_entries"],
        "booked_sum": amount(facts["booked_sum"]),
        "sum_by_currency": {name: amount(text) for name, text in facts["sum_by_currency"].items()},
        "opening": amount(facts["opening"]),
        "closing": amount(facts["closing"]),
        "balances": [
            (b["code"], amount(b["amount"]), b["currency"], b["date"][:10])
            for b in facts["balances"]
        ],
    }


def is_proven(statement):
    """Tell whether the balances close; None if one is missing, as the descriptions say it."""
    if statement.opening is None or statement.closing is None:
        return None
    return statement.balance_gap == 0


@pytest.mark.parametrize(
    ("name", "facts"), [*described("camt053"), *described("camt052"), *described("camt054")]
)
def test_a_real_file_gives_its_figures(name, facts):
    content = (SAMPLES / name).read_bytes()
    if any(each.get("unreadable_amounts") for each in facts["statements"]):
        with pytest.raises(StatementFileError, match="is not an amount"):
            parse_statements(content, name)
        return
    statements = parse_statements(content, name)
    assert [figures(each) for each in statements] == [stated(each) for each in facts["statements"]]
    assert [is_proven(s) for s in statements] == [s["balance_check"] for s in facts["statements"]]
    assert sum(each.entry_count for each in statements) == facts["total_transactions"]
    keys = [key for each in file_keys(statements) for key in each]
    assert len(set(keys)) == len(keys) >= facts["total_transactions"]


READ_FOLDERS = ("camt052", "camt053", "camt054", "mt940", "ofx", "bai2", "qif", "csv")
# TITO and KTL, which test_finnish_files reads; they lie among the files of no reader.
FINNISH = ("_tito.decoded.txt", "_ktl.decoded.txt")


def test_other_files_are_refused_and_named():
    """Every file of a format that has no reader is refused."""
    for path in sorted(SAMPLES.glob("*/*")):
        if path.parent.name in READ_FOLDERS or path.name.endswith(FINNISH):
            continue
        with pytest.raises(StatementFileError):
            parse_statements(path.read_bytes(), path.name)
