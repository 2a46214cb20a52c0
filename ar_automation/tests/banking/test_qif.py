"""What is read from QIF files, and what is refused rather than guessed."""

from datetime import date
from decimal import Decimal

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError


def read(content):
    return parse_statements(content, "march.qif")


def refusal(content):
    with pytest.raises(StatementFileError) as caught:
        read(content)
    assert str(caught.value).startswith("march.qif: ")
    return caught.value


def bank(*records):
    return ("!Type:Bank\n" + "".join("\n".join(each) + "\n^\n" for each in records)).encode()


def days(*texts):
    [statement] = read(bank(*(("D" + text, "T1.00") for text in texts)))
    return [line.booking_date for line in statement.transactions]


def test_a_statement_is_read():
    content = bank(
        ("D13/02/2026", "T-12.50", "N1044", "PBlue Ltd", "A1 Road", "ATown", "MInvoice", "LRent"),
    )
    assert detect_format(content) == "qif"
    [statement] = read(content)
    [line] = statement.transactions
    assert (line.amount, line.booking_date) == (Decimal("-12.50"), date(2026, 2, 13))
    assert (line.counterparty.name, line.counterparty.address) == ("Blue Ltd", "1 Road\nTown")
    assert (line.identifiers.cheque_number, line.remittance.text) == ("1044", "Invoice")
    assert (statement.account, statement.currency, statement.closing) == ("", "", None)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["03/02/2026", "13/02/2026"], [date(2026, 2, 3), date(2026, 2, 13)]),
        (["03/02/2026", "02/13/2026"], [date(2026, 3, 2), date(2026, 2, 13)]),
        (["2026-03-02", "2026-02-03"], [date(2026, 3, 2), date(2026, 2, 3)]),
        (["2/14'26", "1/ 1'00"], [date(2026, 2, 14), date(2000, 1, 1)]),
        (["31.12.99"], [date(1999, 12, 31)]),
        (["5/5/2026"], [date(2026, 5, 5)]),
    ],
)
def test_the_file_as_a_whole_tells_the_order_of_dates(texts, found):
    assert days(*texts) == found


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["03/02/2026", "04/02/2026"], "may be read as month/day or as day/month"),
        (["13/02/2026", "02/13/2026"], "some dates can only be month/day"),
        (["30/02/2026"], "'30/02/2026' is no date"),
        (["soon"], "'soon' is no date"),
        (["1/2/026"], "'1/2/026' is no date"),
    ],
)
def test_dates_that_can_be_read_in_two_ways_are_refused(texts, said):
    error = refusal(bank(*(("D" + text, "T1.00") for text in texts)))
    assert (error.code, said in error.reason) == ("statement.date", True)


def test_the_file_as_a_whole_tells_the_decimal_separator():
    [statement] = read(bank(("D2026-03-02", "T1,234"), ("D2026-03-02", "T5.50")))
    assert [line.amount for line in statement.transactions] == [Decimal(1234), Decimal("5.50")]
    [statement] = read(bank(("D2026-03-02", "T1,250"), ("D2026-03-02", "T5,50")))
    assert statement.transactions[0].amount == Decimal("1.250")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (("D2026-03-02", "T1,234"), "may be 1234 or a little more than 1"),
        (("D2026-03-02", "Tmuch"), "'much' is not an amount"),
        (("D2026-03-02", "PBlue"), "transaction of line 2: it has no amount"),
        (("T5.00", "PBlue"), "it has no date"),
        (("D2026-03-02", "T5.00", "D2026-03-02", "T5.00"), "run into one"),
        (("D2026-03-02", "T5.00", "U6.00"), "two different amounts"),
    ],
)
def test_a_transaction_without_clear_amount_and_date_is_refused(record, said):
    assert said in str(refusal(bank(record)))


def test_two_decimal_separators_in_one_file_are_refused():
    error = refusal(bank(("D2026-03-02", "T1.50"), ("D2026-03-02", "T1,50")))
    assert "some amounts have a decimal point and others a comma" in error.reason


def test_an_opening_balance_is_no_booking():
    content = bank(
        ("D2026-03-01", "T100.00", "POpening Balance", "L[Checking]"),
        ("D2026-03-02", "T5.00", "SSplit", "D2026-01-01", "$5.00"),
    )
    [statement] = read(content)
    assert (statement.opening.amount, statement.booked_sum) == (Decimal(100), Decimal(5))


def test_other_sections_are_passed_over_and_several_accounts_refused():
    one = b"!Account\nNHome\nTBank\n^\n!Type:Cat\nNRent\n^\n!Type:Bank\nD2026-03-02\nT5\n^\n"
    assert read(one)[0].booked_sum == 5
    two = one + b"!Account\nNCard\nTCCard\n^\n!Type:CCard\nD2026-03-02\nT5\n^\n"
    assert "several accounts ('Home', 'Card')" in str(refusal(two))
    assert "investment account" in str(refusal(b"!Type:Invst\nD2026-03-02\nNBuy\n^\n"))


@pytest.mark.parametrize("content", [b"!Type:Bank\nD2026-03-02\nT5", b"!Type:Bank\nD2026-03-02\n"])
def test_a_transaction_without_end_is_cut_off(content):
    assert refusal(content).code == "statement.truncated"
    assert refusal(content + b"\n!Type:Cat\n").code == "statement.truncated"


def test_twins_survive():
    twin = ("D2026-03-02", "T5.00", "Psame")
    [keys] = file_keys(read(bank(twin, twin)))
    assert keys[1] == keys[0] + "#2"
