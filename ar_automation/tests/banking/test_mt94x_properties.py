"""MT940 messages that nobody thought of: written, read back, cut and damaged."""

import time
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.formats.mt94x import parse_mt94x
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .damage import draw_damaged
from .mt940_writer import Entry, write_statement

# A loaded machine may take its time over one example.
unhurried = settings(deadline=None)

amounts = st.decimals(-(10**12), 10**12, places=2)
words = st.text("ABCXYZabc0189 .,äöß", max_size=50).map(lambda text: " ".join(text.split()))
days = st.dates(date(1981, 1, 1), date(2078, 12, 31))
entries = st.builds(
    Entry,
    amount=amounts,
    day=days,
    is_reversal=st.booleans(),
    reference=st.sampled_from(["", "R1", "R2"]),
    text=words,
    payer=words,
    dialect=st.sampled_from(["coded", "tagged"]),
)
statements = st.lists(entries, max_size=8)
marks = st.sampled_from(
    [b":", b"-", b",", b"9", b"\n", b"RD", b"?20", b"\n:61:", b"\n:62F:", b"{1:", b"@@", b"\0"]
)
SAMPLE = (
    write_statement(
        [
            Entry(Decimal("12.50"), reference="R1", text="INV/1", payer="Zoë"),
            Entry(Decimal("-3.00"), text="a fee", is_reversal=True, dialect="tagged"),
            Entry(Decimal("-1.00"), text="what the payer wrote " * 6, dialect="free"),
        ],
        opening=Decimal("100.25"),
    )
    + write_statement([Entry(Decimal("9.99"))], opening=Decimal("108.75"), number=2)
).encode()


@unhurried
@given(statements, amounts)
def test_a_written_statement_reads_back_the_same(written, opening):
    content = write_statement(written, opening=opening).encode()
    assert detect_format(content) == "mt94x"
    [statement] = parse_mt94x(content)
    assert len(statement.transactions) == len(written)
    for line, entry in zip(statement.transactions, written, strict=True):
        assert line.amount == entry.amount
        assert line.booking_date == entry.day
        assert line.is_reversal == entry.is_reversal
        assert "".join(line.remittance.text.split()) == "".join(entry.text.split())
        assert "".join(line.counterparty.name.split()) == "".join(entry.payer.split())
        assert line.bank_reference == entry.reference
    assert statement.opening.amount == opening
    assert statement.balance_gap == 0
    assert statement.is_account_story


@unhurried
@given(days, st.integers(-180, 180))
def test_the_day_of_booking_gets_the_nearest_year(day, distance):
    entry = Entry(Decimal(1), day=day, value_day=day + timedelta(distance))
    if not 1980 <= entry.value_day.year <= 2079:
        return
    [statement] = parse_mt94x(write_statement([entry]).encode())
    [line] = statement.transactions
    assert (line.booking_date, line.value_date) == (entry.day, entry.value_day)


@unhurried
@given(statements)
def test_the_same_file_gives_the_same_keys_and_no_key_twice(written):
    content = write_statement(written).encode()
    [keys] = file_keys(parse_mt94x(content))
    assert [keys] == file_keys(parse_mt94x(content))
    assert len(set(keys)) == len(keys) == len(written)


def test_every_single_cut_is_refused_or_loses_nothing_of_a_message():
    whole = parse_statements(SAMPLE, "whole.sta")
    for length in range(len(SAMPLE)):
        try:
            found = parse_statements(SAMPLE[:length], "cut.sta")
        except StatementFileError as error:
            assert error.filename == "cut.sta"
            continue
        for statement, complete in zip(found, whole, strict=False):
            if statement.is_account_story:
                assert statement.transactions == complete.transactions, length
                assert statement.opening == complete.opening
                assert statement.closing.amount == complete.closing.amount
                available = [balance.amount for balance in statement.balances[2:]]
                assert available in ([], [complete.closing.amount]), length
            else:
                # Of the head of a message nothing can be wrong; what is more is warned of.
                assert statement.warnings or not (statement.transactions or statement.balances)


@settings(unhurried, max_examples=1000)
@given(st.data())
def test_damaged_bytes_give_statements_or_a_clear_error(data):
    content = draw_damaged(data, SAMPLE, marks)
    started = time.monotonic()
    try:
        found = parse_statements(content, "damaged.sta")
    except StatementFileError as error:
        assert error.filename == "damaged.sta"
        assert error.reason
    else:
        assert all(line.amount.is_finite() for each in found for line in each.transactions)
        file_keys(found)
    assert time.monotonic() - started < 2


@settings(unhurried, max_examples=300)
@given(st.text(max_size=400), st.sampled_from(["166?20", "/REMI/", "911 ", ""]))
def test_any_text_in_field_86_is_harmless(text, start):
    flat = "".join(char for char in text if char >= " " and char not in ":-{@")
    message = write_statement([Entry(Decimal("1.00"))])
    content = message.replace("166?00CREDIT", start + flat).encode(errors="ignore")
    [statement] = parse_mt94x(content)
    assert statement.balance_gap == 0


@unhurried
@given(st.lists(entries, min_size=1, max_size=5), st.sampled_from(["cp1252", "utf-8-sig"]))
def test_the_encoding_changes_nothing(written, codec):
    text = write_statement(written)
    assert parse_mt94x(text.encode(codec)) == parse_mt94x(text.encode())


@unhurried
@given(st.lists(entries, max_size=5), st.sampled_from(["\n", "\r", "@@"]))
def test_the_kind_of_line_end_changes_nothing(written, separator):
    text = write_statement(written)
    assert parse_mt94x(text.replace("\r\n", separator).encode()) == parse_mt94x(text.encode())
