"""TITO statements and KTL lists: what they say, and what is wrong with them in words."""

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
from .finnish_writers import Booking, detail, ktl_rows, payment, tito_rows, write
from .test_samples import SAMPLES

unhurried = settings(deadline=None)
needs_samples = pytest.mark.skipif(
    not (SAMPLES / "expected.json").is_file(), reason=f"no sample bank files in {SAMPLES}"
)
TITO, KTL = (f"other/devlab-oy__sepa__df_{kind}.decoded.txt" for kind in ("tito", "ktl"))
PAID = Booking(Decimal("25.00"), name="MÄKELÄ OY", reference="455435", archive="060303258877A32102")
FEE = Booking(Decimal("-3.50"), name="Pankki", text="Hinnasto")
NOTHING = (0, Decimal(0))
WHOLE = {
    "tito": write(tito_rows([PAID, FEE])),
    "ktl": write(ktl_rows([payment(PAID)], [(1, Decimal(25)), NOTHING, NOTHING])),
}


def sample(name):
    return (SAMPLES / name).read_bytes()


def refusal(content):
    with pytest.raises(StatementFileError) as caught:
        parse_statements(content, "bad")
    assert caught.value.filename == "bad"
    return str(caught.value)


# --- real files


@needs_samples
def test_the_banks_own_statement_gives_its_figures():
    [statement] = parse_statements(sample(TITO), "x")
    facts = (statement.account, statement.currency, statement.sequence_number)
    assert facts == ("FI7429501800000014", "EUR", "041")
    assert statement.opening.amount == Decimal("21153.07")
    assert statement.closing.amount == Decimal("27242.74")
    assert (statement.entry_count, statement.balance_gap) == (14, 0)
    by_entry = {}
    for line in statement.booked:
        by_entry[line.entry_number] = by_entry.get(line.entry_number, 0) + line.amount
    amounts = by_entry.values()
    credits = [each for each in amounts if each > 0]
    assert (len(credits), sum(credits)) == (9, Decimal("46459.67"))
    assert (len(amounts) - 9, sum(amounts) - sum(credits)) == (5, Decimal("-40370.00"))
    assert not statement.warnings
    assert statement.is_account_story
    assert statement.transactions[2].additional_info == "Päiväkassa, setelit"


@needs_samples
def test_a_fee_with_its_parts_is_split_since_they_add_up():
    [statement] = parse_statements(sample(TITO), "x")
    parts = [line for line in statement.transactions if line.batch.position]
    assert [line.entry_number for line in parts] == [8] * 6
    assert sum(line.amount for line in parts) == Decimal("-210.44")
    [keys] = file_keys([statement])
    assert len(set(keys)) == len(keys) == 19


@needs_samples
def test_the_banks_own_reference_payments_give_their_figures():
    [listed] = parse_statements(sample(KTL), "x")
    assert listed.account[4:] == "19503000000010"
    assert (listed.entry_count, listed.booked_sum) == (13, Decimal("8602.89"))
    failed = [line.amount for line in listed.transactions if line.status == "information"]
    assert (len(failed), sum(failed)) == (2, Decimal("291.36"))
    references = [line.remittance.references[0].value for line in listed.transactions]
    assert references[0] == "13"
    assert references[-1] == "810000090650"
    assert not listed.is_account_story


# --- what a statement says


@pytest.mark.parametrize("codec", ["ascii", "latin-1", "utf-8"])
def test_names_are_read_in_every_alphabet(codec):
    [statement] = parse_statements(write(tito_rows([PAID]), codec), "x")
    [line] = statement.transactions
    assert (statement.owner_name, line.counterparty.name) == ("MÄKELÄ OY", "MÄKELÄ OY")
    assert line.remittance.references[0].value == "455435"
    assert line.bank_reference == "060303258877A32102"


def test_details_reach_their_places():
    rows = tito_rows([PAID], number=0)
    sepa = "".join(
        f"{text:{width}}"
        for text, width in [
            *[("RF18539007547034", 35), ("DE89370400440532013000", 35), ("COBADEFF", 35)],
            *[("", 70), ("Muster Aktiengesellschaft", 70), ("E2E-1", 35), ("X", 35)],
        ]
    )
    rows[2:2] = [
        detail("01", "00000003"),
        detail("02", f"{'77':10} {'INV/2026/17':15} 260217"),
        detail("04", "060303258877A00001"),
        detail("05", f"+{'3000':0>18} USD {'12000000':0>11}"),
        detail("07", f"{'Kiitos':35}"),
        detail("11", sepa),
        "T60030NDEterveisiä",
    ]
    [statement] = parse_statements(write(rows), "x")
    [line] = statement.transactions
    assert [each.value for each in line.remittance.references] == ["455435", "RF18539007547034"]
    assert line.remittance.documents[0].number == "INV/2026/17"
    assert line.remittance.documents[0].document_date == date(2026, 2, 17)
    party = line.counterparty
    assert (party.name, party.account) == ("Muster Aktiengesellschaft", "DE89370400440532013000")
    assert (line.identifiers.end_to_end_id, line.batch.size) == ("E2E-1", 3)
    assert (line.exchange.foreign.amount, line.exchange.foreign.currency) == (30, "USD")
    assert line.return_reason.original_transaction_id == "060303258877A00001"
    assert line.additional_info == "Pano\nKiitos"


def test_parts_that_do_not_add_up_leave_one_line_with_all_their_texts():
    parts = (Booking(Decimal("10.00"), reference="13"), Booking(Decimal("14.99"), reference="26"))
    rows = tito_rows([Booking(Decimal("25.00"), parts=parts)])
    [statement] = parse_statements(write(rows), "x")
    [line] = statement.transactions
    assert (line.amount, line.batch.size, line.batch.position) == (25, 2, 0)
    assert [each.value for each in line.remittance.references] == ["13", "26"]


def test_a_rejected_payment_moves_no_money():
    rows = tito_rows([PAID], closing=Decimal(100))
    rows[1] = rows[1][:48] + "9" + rows[1][49:]
    rows[-1] = rows[-1].replace("2500", "0000")
    [statement] = parse_statements(write(rows), "x")
    assert (statement.transactions[0].status, statement.balance_gap) == ("information", 0)
    assert not statement.warnings


def test_sums_that_do_not_agree_are_warned_of():
    rows = tito_rows([PAID])
    [statement] = parse_statements(write([*rows[:-1], rows[-1].replace("2500", "2600")]), "x")
    assert "the sums 26.00 and" in statement.warnings[0]


def test_corrections_and_reference_sums_of_a_list():
    rows = [payment(PAID), payment(FEE, correction="1"), payment(PAID, kind="5", failed="7")]
    content = write(ktl_rows(rows, [(1, Decimal(25)), (1, Decimal("3.5")), (1, Decimal(25))]))
    [listed] = parse_statements(content, "x")
    assert [line.amount for line in listed.booked] == [Decimal(25), Decimal("-3.50")]
    assert listed.transactions[1].is_reversal


# --- what is refused


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("\r\nT40050", "\r\nT99050", "'T99' is no record that can stand here"),
        ("T40050260302+", "T40050260302x", "'x' is no sign of the balance"),
        ("EUR", "1UR", "no currency code"),
        ("T10188000001", "T10100000001", "longer than it says"),
        ("2603022603022603021710", "0000002603022603021710", "the booking date is missing"),
        ("2603022603022603021710", "2613022603022603021710", "is no day of the calendar"),
        ("2603022603022603021710", "2603022603022603025710", "'5' is no kind of booking"),
        ("2603022603022603021710", "2603022603022603022710", "contradict each other"),
    ],
)
def test_a_malformed_statement_is_refused_in_words(old, new, reason):
    content = WHOLE["tito"].decode()
    assert old in content
    assert reason in refusal(content.replace(old, new, 1).encode())


def test_a_list_with_other_sums_or_another_currency_is_refused():
    text = WHOLE["ktl"].decode()
    assert "1 payments of 24.00 are stated" in refusal(
        text.replace("00000002500", "00000002400").encode()
    )
    assert "not the code of the euro" in refusal(text.replace("   1J", "   0J").encode())
    assert "breaks off" in refusal(text.rpartition("\r\n")[0].encode())


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_every_single_cut_is_refused(kind):
    content = WHOLE[kind]
    is_padding = len(content.rstrip(b"0 ")) if kind == "ktl" else len(content)
    for length in range(len(content)):
        if kind == "ktl" and length >= is_padding:
            continue
        try:
            found = parse_statements(content[:length], "cut")
        except StatementFileError:
            continue
        raise AssertionError(f"the first {length} bytes were taken for the whole: {found}")


# --- properties

amounts = st.decimals(-(10**12), 10**12, places=2)
words = st.text("ABCÄÖÅäöå /-123", max_size=30).map(lambda text: " ".join(text.split()))
bookings = st.builds(
    Booking,
    amount=amounts,
    day=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    name=words,
    reference=st.from_regex(r"[1-9][0-9]{3,18}", fullmatch=True),
    archive=st.sampled_from(["", "060303258877A32102"]),
    text=words,
)


@unhurried
@given(st.lists(bookings, max_size=8), amounts, st.sampled_from(["ascii", "latin-1", "utf-8"]))
def test_a_written_statement_reads_back_the_same(written, opening, codec):
    [statement] = parse_statements(write(tito_rows(written, opening=opening), codec), "x")
    assert statement.balance_gap == 0
    assert not statement.warnings
    for line, wanted in zip(statement.transactions, written, strict=True):
        assert (line.amount, line.booking_date) == (wanted.amount, wanted.day)
        assert line.counterparty.name == wanted.name
        assert line.remittance.text == wanted.text
        assert line.remittance.references[0].value == wanted.reference
    [keys] = file_keys([statement])
    assert len(set(keys)) == len(written)


@pytest.mark.parametrize("kind", sorted(WHOLE))
@settings(unhurried, max_examples=300)
@given(data=st.data())
def test_damaged_bytes_give_statements_or_a_clear_error_soon(kind, data):
    marks = st.sampled_from([b"T10", b"\r\n", b"+", b"9", b"\xe4", b"T00322", b"\n9", b"\xd9\xa3"])
    content = draw_damaged(data, WHOLE[kind], marks)
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


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_each_is_told_by_its_content(kind):
    assert detect_format(WHOLE[kind]) == kind
