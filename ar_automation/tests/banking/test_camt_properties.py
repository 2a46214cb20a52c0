"""Statements that nobody thought of: written, read back, cut and damaged."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.camt import parse_camt
from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .camt_writer import Entry, write_statement
from .damage import draw_damaged

# A loaded machine may take its time over one example.
unhurried = settings(deadline=None)

amounts = st.decimals(-(10**12), 10**12, places=2)
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40
)
entries = st.builds(
    Entry,
    amount=amounts,
    day=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    reference=st.sampled_from(["", "R1", "R2"]),
    text=texts,
    payer=texts,
    end_to_end=st.sampled_from(["", "E1", "NOTPROVIDED"]),
    status=st.sampled_from(["BOOK", "PDNG", "INFO"]),
)
statements = st.lists(entries, max_size=8)
marks = st.sampled_from([b"<", b">", b"&", b"-", b",", b"9", b"<!--", b"<![CDATA[", b"</Ntry>"])
SAMPLE = write_statement(
    [
        Entry(Decimal("12.50"), reference="R1", text="INV/1", payer="Zoë"),
        Entry(Decimal("-3.00"), text="fee"),
        Entry(Decimal("9.00"), parts=[Decimal("5.00"), Decimal("4.00")], payer="Two"),
    ]
)


@unhurried
@given(statements, amounts)
def test_a_written_statement_reads_back_the_same(written, opening):
    [statement] = parse_camt(write_statement(written, opening=opening))
    assert len(statement.transactions) == statement.entry_count == len(written)
    for line, entry in zip(statement.transactions, written, strict=True):
        assert line.amount == entry.amount
        assert line.booking_date == entry.day
        assert line.remittance.text == " ".join(entry.text.split())
        assert line.counterparty.name == " ".join(entry.payer.split())
        assert (line.status == "booked") == (entry.status == "BOOK")
    assert statement.opening.amount == opening
    assert statement.balance_gap == 0


@unhurried
@given(st.lists(amounts, min_size=2, max_size=6), st.booleans())
def test_a_collective_booking_never_changes_the_sum(parts, adds_up):
    total = sum(parts) + (0 if adds_up else Decimal("0.01"))
    [statement] = parse_camt(write_statement([Entry(total, parts=parts)]))
    assert statement.booked_sum == total
    assert len(statement.transactions) == (len(parts) if adds_up else 1)
    assert statement.entry_count == 1


@unhurried
@given(statements)
def test_the_same_file_gives_the_same_keys_and_no_key_twice(written):
    content = write_statement(written)
    keys = file_keys(parse_camt(content))
    assert keys == file_keys(parse_camt(content))
    [flat] = keys
    assert len(set(flat)) == len(flat) == len(written)


@unhurried
@given(st.integers(0, len(SAMPLE)))
def test_a_file_cut_anywhere_is_refused(length):
    whole = length == len(SAMPLE)
    try:
        parse_statements(SAMPLE[:length], "cut.xml")
    except StatementFileError as error:
        assert not whole
        assert error.filename == "cut.xml"
    else:
        assert whole


def test_every_single_cut_is_refused():
    for length in range(len(SAMPLE)):
        try:
            parse_statements(SAMPLE[:length], "cut.xml")
        except StatementFileError:
            continue
        raise AssertionError(f"the first {length} bytes were taken for the whole file")


@settings(unhurried, max_examples=1000)
@given(st.data())
def test_damaged_bytes_give_statements_or_a_clear_error(data):
    content = draw_damaged(data, SAMPLE, marks)
    try:
        found = parse_statements(content, "damaged.xml")
    except StatementFileError as error:
        assert error.filename == "damaged.xml"
        assert error.reason
    else:
        assert all(line.amount.is_finite() for each in found for line in each.transactions)


@unhurried
@given(st.binary(max_size=300))
def test_any_bytes_at_all_give_a_clear_error(content):
    detect_format(content)
    try:
        parse_statements(content, "noise")
    except StatementFileError as error:
        assert error.filename == "noise"
    else:
        raise AssertionError("noise was taken for a statement")


@unhurried
@given(st.lists(entries, max_size=5), st.sampled_from(["utf-16", "iso-8859-1", "utf-8-sig"]))
def test_the_encoding_changes_nothing(written, codec):
    text = write_statement(written).decode()
    name = {"utf-16": "UTF-16", "iso-8859-1": "ISO-8859-1"}.get(codec, "UTF-8")
    try:
        content = text.replace('encoding="UTF-8"', f'encoding="{name}"').encode(codec)
    except UnicodeEncodeError:
        return
    assert parse_camt(content) == parse_camt(text.encode())
