"""What is read from BAI2 files, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .text_writers import Line, write_bai2

GOOD = write_bai2(
    [
        Line(Decimal("250.00"), reference="B17", text="INV/2026/00017", payer="BLUE LTD"),
        Line(Decimal("-20.00"), reference="B18", text="fee"),
    ],
    opening=10000,
)


def read(content):
    return parse_statements(content, "march.bai")


def refusal(content):
    with pytest.raises(StatementFileError) as caught:
        read(content)
    assert str(caught.value).startswith("march.bai: ")
    return caught.value


def file_of(header, *details, total, modifier="2", status="1"):
    """A file with one account; the total is that of its amounts."""
    records = [header, *details]
    count = len(records) + 1
    return "\n".join(
        [
            "01,A,B,260303,0600,1,80,,2/",
            f"02,B,A,{status},260302,2359,,{modifier}/",
            *records,
            f"49,{total},{count}/",
            f"98,{total},1,{count + 2}/",
            f"99,{total},1,{count + 4}/",
        ]
    ).encode()


def line_of(detail, *more, total, header="03,77,USD/"):
    [statement] = read(file_of(header, detail, *more, total=total))
    return statement.transactions[0]


def test_a_statement_is_read_with_all_that_the_bank_said():
    [statement] = read(GOOD)
    assert detect_format(GOOD) == "bai2"
    assert (statement.account, statement.currency) == ("999988", "USD")
    assert statement.to_date == date(2026, 3, 2)
    assert (statement.opening.amount, statement.closing.amount) == (Decimal(100), Decimal(330))
    assert statement.balance_gap == 0
    assert statement.is_account_story
    first, second = statement.transactions
    assert (first.amount, second.amount) == (Decimal(250), Decimal(-20))
    assert (first.bank_reference, first.bank_code.proprietary) == ("B17", "195")
    assert first.remittance.lines == ("BLUE LTD", "INV/2026/00017")
    assert first.booking_date == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("currency", "amount"), [("USD", "4500.00"), ("JPY", "450000"), ("KWD", "450.000")]
)
def test_amounts_are_scaled_by_the_currency(currency, amount):
    line = line_of("16,115,450000,Z,,,/", header=f"03,77,{currency}/", total=450000)
    assert str(line.amount) == amount


@pytest.mark.parametrize(
    ("funds", "value_date"),
    [
        ("", None),
        ("Z", None),
        ("1", None),
        ("S,100,200,300", None),
        ("S,,200,", None),
        ("V,260304,", date(2026, 3, 4)),
        ("V,260304,0800", date(2026, 3, 4)),
        ("V,,", None),
        ("D,2,0,100,1,200", None),
        ("D,0", None),
    ],
)
def test_funds_types_shift_the_fields_behind_them(funds, value_date):
    line = line_of(f"16,108,2500,{funds},REF,OWN,TEXT, MORE/", total=2500)
    assert (line.bank_reference, line.identifiers.end_to_end_id) == ("REF", "OWN")
    assert (line.remittance.text, line.value_date) == ("TEXT, MORE", value_date)


def test_continuations_go_on_where_the_record_stopped():
    content = file_of(
        "03,77,USD,010,100,,,110/",
        "88,70000,15,D,3,0,20000,1,30000/",
        "88,3,20000/",
        "16,475,2000,0,B18/",
        "88,1044/",
        "88,PAID A/B 1/2",
        total=72100,
    )
    [statement] = read(content)
    [line] = statement.transactions
    assert statement.opening.amount == Decimal(1)
    assert (line.amount, line.identifiers.cheque_number) == (Decimal("-20.00"), "1044")
    assert line.remittance.text == "PAID A/B 1/2"


def test_several_records_on_a_line_and_a_text_that_goes_on_without_code():
    content = file_of("03,77,USD/ 16,142,5,Z,,,A/B", "continued/ 49,5,3/", total=5)
    content = content.replace(b"49,5,3/\n98,5,1,5/\n99,5,1,7/", b"98,5,1,5/    99,5,1,7/  ")
    content = content.replace(b"49,5,3/\n98", b"49,5,3/ 98")
    [line] = read(content)[0].transactions
    assert line.remittance.text == "A/B continued"


def test_what_moves_no_money_is_no_booking():
    line = line_of("16,890,,,,,PLEASE NOTE/", total=0)
    assert (line.status, line.amount, line.remittance.text) == ("information", 0, "PLEASE NOTE")


def test_interim_data_is_not_the_account_story():
    [statement] = read(file_of("03,77,USD/", "16,195,5,/", total=5, modifier="3"))
    assert not statement.is_account_story


@pytest.mark.parametrize("status", ["2", "3", "4"])
def test_corrections_deletions_and_tests_are_not_booked(status):
    error = refusal(file_of("03,77,USD/", "16,195,5,/", total=5, status=status))
    assert error.code == "statement.correction"
    assert read(file_of("03,77,USD,010,5,,/", total=5, status=status))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"16,195,25000", b"16,195,25001", "line 8: the control total of account 999988 is 70000"),
        (b"98,70000,", b"98,7000,", "the control total of the group of line 2 is 7000"),
        (b"\r\n99,70000,", b"\r\n99,1,", "the control total of the file is 1, but"),
        (b"49,70000,6/", b"49,70000,7/", "the number of records of account 999988 is 7"),
        (b"98,70000,1,", b"98,70000,2,", "the number of parts"),
    ],
)
def test_wrong_totals_are_warned_of_on_every_account_below(old, new, said):
    assert old in GOOD
    statements = read(GOOD.replace(old, new, 1))
    assert all(any(said in each for each in statement.warnings) for statement in statements)
    assert not any(statement.warnings for statement in read(GOOD))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"16,195", b"16,100", "the type code '100' says neither credit nor debit"),
        (b"16,195", b"16,10000", "the type code '10000'"),
        (b"16,195", b"16,701", "neither credit nor debit"),
        (b"16,195,25000", b"16,195,-25000", "neither credit nor debit"),
        (b"16,195,25000", b"16,195,250.00", "'250.00' is not a whole number"),
        (b"16,195,25000", b"16,195,", "'' is not a whole number"),
        (b",Z,B17", b",X,B17", "'X' is no funds type"),
        (b",1,260302", b",1,260230", "'260230' is no day of the calendar"),
        (b"03,999988", b"03,", "the account number is missing"),
        (b"03,999988,USD", b"03,999988,US", "'US' is no currency code"),
        (b"010,10000", b",10000", "has no type code"),
        (b"\r\n99,", b"\r\n77,", "begins with no record code"),
        (b"\r\n98,", b"\r\n03,1/\r\n98,", "a record 98 cannot stand here (an account is open)"),
        (b"\r\n99,", b"\r\n03,1,", "a record 03 cannot stand here (no group is open)"),
        (b"02,", b"16,", "a record 16 cannot stand here"),
        (b"fee", b"\0", "NUL"),
    ],
)
def test_damage_is_refused_in_words(old, new, said):
    assert old in GOOD
    assert said in str(refusal(GOOD.replace(old, new, 1)))


def test_a_file_without_its_last_record_is_cut_off():
    error = refusal(GOOD.rpartition(b"99,")[0])
    assert error.code == "statement.truncated"
    assert "its end (record 99) is missing" in error.reason


def test_twins_survive():
    twin = Line(Decimal(5), text="same")
    [keys] = file_keys(read(write_bai2([twin, twin])))
    assert keys[1] == keys[0] + "#2"
