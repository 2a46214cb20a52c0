"""OFX, BAI2 and QIF that nobody thought of: written, read back, cut and damaged."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .damage import draw_damaged
from .text_writers import Line, write_bai2, write_ofx, write_qif

# A loaded machine may take its time over one example.
unhurried = settings(deadline=None)

amounts = st.decimals(-(10**12), 10**12, places=2)
days = st.dates(date(1990, 1, 1), date(2060, 1, 1))
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="&"),
    max_size=40,
)
# What BAI2 and QIF cannot carry: their own separators, and what looks like a record.
words = st.text(st.characters(categories=("Lu", "Ll")), max_size=20)
references = st.sampled_from(["", "R1", "R2"])


def lines_of(text, *, on=days):
    return st.lists(
        st.builds(Line, amount=amounts, day=on, reference=references, text=text, payer=text),
        max_size=8,
    )


SAMPLE_LINES = [
    Line(Decimal("12.50"), date(2026, 2, 13), "R1", "INV/1", "Zoe"),
    Line(Decimal("-3.00"), date(2026, 2, 13), text="fee"),
]
SAMPLES = {
    "ofx": write_ofx(SAMPLE_LINES),
    "ofx-xml": write_ofx(SAMPLE_LINES, xml=True),
    "bai2": write_bai2(SAMPLE_LINES),
    "qif": write_qif(SAMPLE_LINES),
}
marks = st.sampled_from(
    [b"<", b">", b"&#0;", b"/", b",", b"9", b"<!--", b"</STMTTRN>", b"\n^\n", b"\n88,", b"\nD"]
)


def one_line(text):
    return " ".join(text.split())


def figures(statement):
    return [(line.amount, line.booking_date) for line in statement.transactions]


@unhurried
@given(lines_of(texts), amounts, st.booleans())
def test_a_written_ofx_statement_reads_back_the_same(written, closing, xml):
    content = write_ofx(written, closing=closing, xml=xml)
    [statement] = parse_statements(content, "x")
    assert figures(statement) == [(line.amount, line.day) for line in written]
    assert statement.closing.amount == closing
    for line, wanted in zip(statement.transactions, written, strict=True):
        assert line.counterparty.name == one_line(wanted.payer)
        assert line.remittance.text == (one_line(wanted.text) or one_line(wanted.payer))
        assert line.bank_reference == wanted.reference
    [keys] = file_keys([statement])
    assert len(set(keys)) == len(written)
    assert file_keys(parse_statements(content, "y")) == [keys]


@unhurried
@given(lines_of(words, on=st.just(date(2026, 3, 2))), st.integers(-(10**9), 10**9))
def test_a_written_bai2_statement_reads_back_the_same(written, opening):
    content = write_bai2(written, opening=opening)
    [statement] = parse_statements(content, "x")
    assert figures(statement) == [(line.amount, line.day) for line in written]
    assert statement.balance_gap == 0
    for line, wanted in zip(statement.transactions, written, strict=True):
        assert line.remittance.lines == tuple(filter(None, (wanted.payer, wanted.text)))
    [keys] = file_keys([statement])
    assert len(set(keys)) == len(written)


@unhurried
@given(lines_of(words), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y"]))
def test_a_written_qif_statement_reads_back_the_same_or_is_refused(written, order):
    written = [line for line in written if line.payer.casefold() != "opening balance"]
    try:
        [statement] = parse_statements(write_qif(written, order=order), "x")
    except StatementFileError as error:
        assert not written or error.code == "statement.date"
        return
    assert figures(statement) == [(line.amount, line.day) for line in written]
    assert len(set(file_keys([statement])[0])) == len(written)


@pytest.mark.parametrize("name", ["ofx", "ofx-xml", "bai2"])
def test_every_single_cut_is_refused_or_warned_of(name):
    content = SAMPLES[name]
    for length in range(len(content)):
        if name == "bai2" and length == len(content) - 1:
            continue  # only the last "/" is gone
        try:
            found = parse_statements(content[:length], "cut")
        except StatementFileError as error:
            assert error.filename == "cut"
            continue
        if name == "bai2" and all(each.warnings for each in found):
            continue  # the last number of records lacks a digit
        raise AssertionError(f"the first {length} bytes were taken for the whole file")


def test_a_cut_qif_file_is_refused_or_yields_its_first_transactions():
    content = SAMPLES["qif"]
    [whole] = parse_statements(content, "x")
    for length in range(len(content) - 1):
        try:
            [found] = parse_statements(content[:length], "cut")
        except StatementFileError:
            continue
        assert content[:length].rstrip().endswith(b"^")
        assert found.transactions == whole.transactions[: found.entry_count]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(unhurried, max_examples=500)
@given(data=st.data())
def test_damaged_bytes_give_statements_or_a_clear_error_soon(name, data):
    content = draw_damaged(data, SAMPLES[name], marks)
    started = time.monotonic()
    try:
        found = parse_statements(content, "damaged")
    except StatementFileError as error:
        assert error.filename == "damaged"
        assert error.reason
    else:
        assert all(line.amount.is_finite() for each in found for line in each.transactions)
        assert file_keys(found)
    assert time.monotonic() - started < 2


@unhurried
@given(st.sampled_from([b"OFXHEADER:100\n", b"<OFX>", b"01,a,b,260302,", b"!Type:Bank\n"]))
def test_a_file_of_one_format_is_that_of_no_other(start):
    claimed = [name for name, each in SAMPLES.items() if each.startswith(start)]
    assert detect_format(start) in ("ofx", "bai2", "qif")
    assert all(detect_format(SAMPLES[name]) == name.partition("-")[0] for name in claimed)
