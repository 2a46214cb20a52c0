"""MT940 and MT942 files of real banks against figures read off without our reader."""

import json
from decimal import Decimal

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .test_samples import SAMPLES, amount, described, is_proven

pytestmark = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(),
    reason=f"no sample bank files in {SAMPLES} (set AR_SAMPLES to their folder)",
)

# Described with figures, yet no whole file of messages; each with what is wrong with it.
REFUSED = {
    "railslove__cmxl__mt940-headers.txt": "line 8, .*'362268' is not a date",
    "wolph__mt940__sparkassen.sta": "line 1, .*'1811261126CR' is not a booking",
}
# Described as unreadable: a booking with a small "d". Read as D it makes the closing balance.
SMALL_LETTER = "cpetschnig__mt940__MT940_voorbeeldbestanden_abnamro.txt"
# The description takes the last two of four messages for one; each of the four closes.
TWO_IN_ONE = "zilverline__mt940__two_accounts.txt"
# Its description takes a text line that begins with ":25:" for the account.
LINE_LIKE_ACCOUNT = "wolph__mt940__sepa_snippet_broken.sta"


def figures(statement):
    return {
        "ref": statement.identifier,
        "transactions": statement.entry_count,
        "sum": sum((line.amount for line in statement.transactions), Decimal(0)),
        "opening": statement.opening and statement.opening.amount,
        "closing": statement.closing and statement.closing.amount,
    }


def stated(facts, statement):
    """Return the described figures; an unreadable balance is described as missing."""
    closing = amount(facts["closing"])
    if facts.get("unreadable_fields"):
        closing = statement.closing.amount
    return {
        "ref": facts["ref"] or "",
        "transactions": facts["transactions"],
        "sum": amount(facts["sum"]),
        "opening": amount(facts["opening"]),
        "closing": closing,
    }


def named_account(statement):
    return {
        statement.account + end
        for end in ("", statement.currency, "/" + statement.currency, " " + statement.currency)
    }


@pytest.mark.parametrize(("name", "facts"), described("mt940"))
def test_a_real_file_gives_its_figures(name, facts):
    short = name.removeprefix("mt940/")
    content = (SAMPLES / name).read_bytes()
    if short in REFUSED:
        with pytest.raises(StatementFileError, match=REFUSED[short]):
            parse_statements(content, short)
        return
    statements = parse_statements(content, short)
    assert sum(each.entry_count for each in statements) == facts["total_transactions"]
    keys = file_keys(statements)
    assert keys == file_keys(parse_statements(content, "again"))
    if short == TWO_IN_ONE:
        assert [each.balance_gap for each in statements] == [0, 0, 0, 0]
        return
    parts = facts["statements"]
    if short == SMALL_LETTER:
        assert statements[11].balance_gap == 0
        parts = [part for part in parts if not part.get("unreadable_fields")]
        statements = [each for index, each in enumerate(statements) if index != 11]
    assert [figures(each) for each in statements] == [
        stated(part, each) for part, each in zip(parts, statements, strict=True)
    ]
    for part, statement in zip(parts, statements, strict=True):
        check_rest(short, part, statement)


def check_rest(name, part, statement):
    if part["balance_check"] is not None:
        assert is_proven(statement) == part["balance_check"]
    if part["currency"]:
        assert statement.currency == part["currency"]
    if name != LINE_LIKE_ACCOUNT:
        account = (part.get("account") or "").replace(" ", "")
        assert account in {text.replace(" ", "") for text in named_account(statement)}
    given = [(balance.kind, balance.amount) for balance in statement.balances]
    for kind, balance in part["balances"].items():
        assert (kind, amount(balance["amount"])) in given


@pytest.mark.parametrize(("name", "facts"), described("mt940"))
def test_only_whole_statements_are_the_account_s_story(name, facts):
    try:
        statements = parse_statements((SAMPLES / name).read_bytes(), name)
    except StatementFileError:
        return
    for statement in statements:
        whole = statement.opening is not None and statement.closing is not None
        assert statement.is_account_story == (whole and not statement.warnings)


def test_every_undescribed_file_is_refused_by_name():
    described_files = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))["files"]
    for path in sorted(SAMPLES.glob("mt940/*")):
        if f"mt940/{path.name}" not in described_files:
            with pytest.raises(StatementFileError, match=path.name):
                parse_statements(path.read_bytes(), path.name)


def test_no_file_of_another_format_is_taken_for_one():
    for path in sorted(SAMPLES.glob("*/*")):
        if path.parent.name != "mt940" and path.is_file():
            assert detect_format(path.read_bytes()) != "mt94x", path.name
