"""Tables by profile: signs, fees, encodings, balances, and all that is refused."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from ...banking.formats import parse
from ...banking.formats.table import Columns, TableProfile, guess_profile, parse_table
from ...banking.formats.table.banks import BANKS
from ...banking.identity import file_keys
from ...exceptions import StatementFileError

PROFILE = TableProfile(
    "Test",
    Columns.of(
        booking_date="Date", amount="Amount", currency="Currency", balance="Balance", texts="Text"
    ),
    delimiter=";",
    date_formats=("DD.MM.YYYY",),
    decimal_mark=",",
)
GOOD = """Date;Amount;Currency;Balance;Text
02.03.2026;250,00;EUR;350,00;INV/2026/00017
03.03.2026;-1,50;EUR;348,50;Fee
"""


def read(text, profile=PROFILE):
    return parse_table(text if isinstance(text, bytes) else text.encode(), profile, "march.csv")


def refusal(text, profile=PROFILE):
    with pytest.raises(StatementFileError) as caught:
        read(text, profile)
    assert caught.value.filename == "march.csv"
    return caught.value


def profile_of(columns, **settings):
    return TableProfile(
        "Own", Columns.of(booking_date="Date", **columns), **({"delimiter": ";"} | settings)
    )


def amounts(text, profile):
    return [line.amount for each in read(text, profile) for line in each.transactions]


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_a_statement_is_read_with_its_proof():
    [statement] = read(GOOD)
    assert (statement.opening.amount, statement.closing.amount) == (100, Decimal("348.50"))
    assert statement.balance_gap == 0
    assert not statement.warnings
    assert [line.booking_date.day for line in statement.transactions] == [2, 3]
    assert statement.transactions[0].remittance.lines == ("INV/2026/00017",)


def test_the_order_of_the_rows_changes_nothing():
    header, *rows = GOOD.splitlines()
    assert read("\n".join([header, *reversed(rows)]))[0].booked == tuple(
        each for each in read("\n".join([header, *reversed(rows)]))[0].transactions
    )
    forward, backward = read(GOOD), read("\n".join([header, *reversed(rows)]))
    assert file_keys(forward) == file_keys(backward)
    assert forward[0].opening == backward[0].opening


def test_rows_of_one_day_are_put_in_order_by_their_balances():
    text = "Date;Amount;Currency;Balance;Text\n" + (
        "02.03.2026;-1,50;EUR;348,50;Fee\n02.03.2026;250,00;EUR;350,00;Payment\n"
    )
    [statement] = read(text)
    assert [line.amount for line in statement.transactions] == [250, Decimal("-1.50")]
    assert not statement.warnings


def test_a_missing_row_is_seen():
    [statement] = read(GOOD.replace("348,50", "300,00"))
    assert statement.balance_gap == Decimal("-48.50")
    assert "row 3: the balance 300.00 is not the balance before it" in statement.warnings[0]


@pytest.mark.parametrize(
    ("sign", "header", "row", "amount"),
    [
        ("signed", "Date;Amount", "2026-03-02;-5.00", -5),
        ("inverse", "Date;Amount", "2026-03-02;-5.00", 5),
        ("columns", "Date;Out;In", "2026-03-02;5.00;", -5),
        ("columns", "Date;Out;In", "2026-03-02;0.00;5.00", 5),
        ("columns", "Date;Out;In", "2026-03-02;;-5.00", -5),
        ("signed_columns", "Date;Out;In", "2026-03-02;-5.00;", -5),
        ("flag", "Date;Amount;Way", "2026-03-02;5.00;D", -5),
        ("flag", "Date;Amount;Way", "2026-03-02;-5.00;c", 5),
    ],
)
def test_directions(sign, header, row, amount):
    columns = {"amount": "Amount", "debit": "Out", "credit": "In", "direction": "Way"}
    profile = profile_of(columns, sign=sign, debit_words=("D",), credit_words=("C",))
    assert amounts(f"{header}\n{row}", profile) == [amount]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-03-02;5.00;X", "row 2: 'x' says neither money in nor money out"),
        ("2026-03-02;;D", "row 2: the amount is missing"),
    ],
)
def test_a_direction_that_is_not_clear_is_refused(row, said):
    profile = profile_of(
        {"amount": "Amount", "direction": "Way"},
        sign="flag",
        debit_words=("D",),
        credit_words=("C",),
    )
    assert said in str(refusal(f"Date;Amount;Way\n{row}", profile))


def test_amounts_in_both_columns_are_refused():
    profile = profile_of({"debit": "Out", "credit": "In"}, sign="columns")
    assert "in both columns" in str(refusal("Date;Out;In\n2026-03-02;5.00;5.00", profile))
    assert "are missing" in str(refusal("Date;Out;In\n2026-03-02;;", profile))


def test_fees_are_lines_of_their_own_or_part_of_the_amount():
    text = "Date;Amount;Fee\n2026-03-02;84.00;-4.25"
    columns = {"amount": "Amount", "fee": "Fee"}
    assert amounts(text, profile_of(columns, fee_rule="separate")) == [84, Decimal("-4.25")]
    [statement] = read(text, profile_of(columns, fee_rule="included", currency="EUR"))
    assert statement.transactions[0].charges[0].amount == Decimal("-4.25")
    assert statement.transactions[0].amount == 84
    assert amounts(text, profile_of(columns)) == [84]


def test_a_status_says_what_is_booked():
    profile = profile_of(
        {"amount": "Amount", "status": "State"},
        pending_words=("Pending",),
        ignored_words=("Failed",),
    )
    rows = "2026-03-02;1.00;Done\n2026-03-02;2.00;pending\n2026-03-02;3.00;FAILED"
    [statement] = read(f"Date;Amount;State\n{rows}", profile)
    assert [line.status for line in statement.transactions] == ["booked", "pending", "information"]
    assert statement.booked_sum == 1


def test_what_stands_beside_the_transactions():
    profile = profile_of(
        {"amount": "Amount", "texts": "Text"},
        account_labels=("IBAN",),
        opening_labels=("Balance at start",),
        closing_labels=("Balance at end",),
        skip_words=("Total",),
        decimal_mark=",",
    )
    text = """Our bank;;
IBAN;DE89 3704 0044 0532 0130 00;
Balance at end of period;;"+350,00"

Date;Amount;Text
2026-03-02;250,00;A payment
Total;250,00;
Balance at start of period;100,00;
"""
    [statement] = read(text, profile)
    assert statement.account == "DE89370400440532013000"
    assert (statement.opening.amount, statement.closing.amount) == (100, 350)
    assert statement.balance_gap == 0


def test_each_account_and_currency_is_a_statement():
    columns = {"amount": "Amount", "currency": "Currency", "account": "Account"}
    rows = "2026-03-02;1.00;EUR;A1\n2026-03-02;2.00;USD;A1\n2026-03-02;3.00;EUR;A1"
    found = read(f"Date;Amount;Currency;Account\n{rows}", profile_of(columns))
    assert [(each.account, each.currency, each.booked_sum) for each in found] == [
        ("A1", "EUR", 4),
        ("A1", "USD", 2),
    ]


def test_the_title_may_name_the_currency():
    profile = profile_of({"amount": "Amount (*"})
    assert read("Date;Amount (CHF)\n2026-03-02;1.00", profile)[0].currency == "CHF"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(codec):
    [statement] = read(GOOD.replace("Fee", "Gebühr").encode(codec))
    assert statement.transactions[1].remittance.text == "Gebühr"


def test_an_old_encoding_is_read_as_the_profile_says():
    profile = TableProfile(
        "Test", PROFILE.columns, encoding="cp1250", date_formats=("DD.MM.YYYY",), decimal_mark=","
    )
    [statement] = read(GOOD.replace("Fee", "účet").encode("cp1250"), profile)
    assert statement.transactions[1].remittance.text == "účet"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("250,00", "250.00", "row 2: '250.00' is not an amount"),
        ("250,00", "1234567890123456789012,00", "more digits than a bank can mean"),
        ("250,00", "1,005", "row 2: the amount 1.005 has more decimals than EUR"),
        ("250,00", "=1+1", "row 2: '=1+1' is not an amount"),
        ("250,00", "NaN", "row 2: 'NaN' is not an amount"),
        ("250,00", "", "row 2: the amount is missing"),
        ("02.03.2026", "00.00.0000", "'00.00.0000' is no day of the calendar"),
        ("02.03.2026", "30.02.2026", "'30.02.2026' is no day of the calendar"),
        ("02.03.2026", "", "row 2: has no date"),
        ("EUR", "EURO", "'EURO' is no currency code"),
        (";INV/2026/00017", "", "row 2: the row has 4 cells, a whole row has 5"),
        ("INV/2026/00017", "a;b", "row 2: the row has 6 cells, a whole row has 5"),
        ("INV/2026/00017", '"a', "row 2: the row cannot be read"),
        ("INV/2026/00017", "\0", "NUL"),
        ("Amount", "Sum", "the column for amount ('Amount') is missing"),
        ("Currency;", "Currency;Currency;", "row 2"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_row(old, new, said):
    assert said in str(refusal(GOOD.replace(old, new, 1)))


def test_mixed_encodings_are_refused():
    content = GOOD.replace("Fee", "Gebühr").encode() + "04.03.2026;1,00;EUR;349,50;Tür".encode(
        "cp1252"
    )
    assert "put together from two files" in str(refusal(content))


def test_a_table_without_transactions_is_refused():
    assert "no transaction below it" in str(refusal(GOOD.splitlines()[0]))


def test_dates_that_can_be_read_in_two_ways_are_refused():
    profile = profile_of({"amount": "Amount"}, date_formats=("DD/MM/YYYY", "MM/DD/YYYY"))
    error = refusal("Date;Amount\n3/2/2026;1.00", profile)
    assert "may be 2026-02-03 (DD/MM/YYYY) or 2026-03-02 (MM/DD/YYYY)" in error.reason
    text = "Date;Amount\n3/2/2026;1.00\n3/14/2026;1.00"
    assert read(text, profile)[0].from_date == date(2026, 3, 2)


def test_amounts_that_can_be_read_in_two_ways_are_refused():
    profile = profile_of({"amount": "Amount"})
    assert "may be 1234 or a little more" in str(refusal("Date;Amount\n2026-03-02;1,234", profile))
    assert "others a comma" in str(
        refusal("Date;Amount\n2026-03-02;1.50\n2026-03-02;1,50", profile)
    )
    assert amounts("Date;Amount\n2026-03-02;1,234\n2026-03-02;1,50", profile) == [
        Decimal("1.234"),
        Decimal("1.50"),
    ]


def test_formulas_are_texts_that_nobody_evaluates():
    payload = '=HYPERLINK("http://127.0.0.1/";"x")'
    quoted = payload.replace('"', '""')
    [statement] = read(GOOD.replace("INV/2026/00017", f'"{quoted}"'))
    assert statement.transactions[0].remittance.text == payload


# --- workbooks


def test_a_workbook_gives_the_same_as_the_text():
    rows = [
        ["Date", "Amount", "Currency", "Balance", "Text"],
        [date(2026, 3, 2), 250, "EUR", 350, "INV/2026/00017"],
        ["03.03.2026", -1.5, "EUR", "348,50", "Fee"],
    ]
    [from_book], [from_text] = read(workbook(rows)), read(GOOD)
    assert from_book.transactions == from_text.transactions
    assert from_book.closing == from_text.closing
    assert (from_book.source_format, from_text.source_format) == ("xlsx", "csv")
    assert from_book.source_version == "Test"


def test_noise_of_binary_numbers_is_no_amount():
    [statement] = read(workbook([["Date", "Amount"], ["02.03.2026", 0.1 + 0.2]]))
    assert statement.booked_sum == Decimal("0.3")


def test_a_formula_where_money_stands_is_refused():
    error = refusal(workbook([["Date", "Amount"], ["02.03.2026", "=1+1"]]))
    assert "row 2: instead of an amount there is a formula" in str(error)


@pytest.mark.parametrize("length", [4, 100, 1000, 3000])
def test_a_cut_workbook_is_refused(length):
    content = workbook([["Date", "Amount"], ["02.03.2026", 1]])
    with pytest.raises(StatementFileError):
        parse("march.xlsx", content[:length], profiles=[PROFILE])


# --- guessing


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.name)
def test_each_shipped_profile_is_guessed_by_its_own_titles(bank):
    columns = [*bank.columns.named().values(), *bank.columns.texts]
    titles = list(dict.fromkeys(column[0].replace("*", "x") for column in columns))
    delimiter = bank.delimiter or ";"
    assert guess_profile(delimiter.join(titles).encode(), BANKS) is bank


def test_an_unknown_or_ambiguous_table_is_not_guessed():
    with pytest.raises(StatementFileError, match="fits none of the profiles"):
        guess_profile(b"Day;Sum\n1;2", BANKS)
    twin = TableProfile("Twin", PROFILE.columns, delimiter=";")
    with pytest.raises(StatementFileError, match="several profiles equally well: Test, Twin"):
        guess_profile(GOOD.encode(), [PROFILE, twin])


def test_a_column_that_no_generic_profile_knows_may_turn_amounts_around():
    with pytest.raises(StatementFileError, match="fits none of the profiles"):
        guess_profile(b"Date,Label,Amount,D/C\n2026-03-02,x,1.00,D", BANKS)
