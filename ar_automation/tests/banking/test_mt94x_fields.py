"""What banks do with the fields, one trait per test; every text is made up."""

from datetime import date
from decimal import Decimal

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.formats.mt94x import parse_mt94x
from ...banking.formats.statement import Charge, Money
from ...exceptions import StatementFileError

DAY = date(2026, 3, 2)


def message(*fields, head=":25:NL91ABNA0417164300", opening="C260301EUR100,00", closing=""):
    closing = closing or "C260302EUR100,00"
    lines = [":20:X", head, ":28C:7/2", f":60F:{opening}", *fields, f":62F:{closing}", "-"]
    return "\n".join(lines).encode()


def only_line(*fields):
    [statement] = parse_mt94x(message(*fields))
    [line] = statement.transactions
    return line


def detail(*lines, movement="2603020302C5,00NTRFNONREF"):
    return only_line(f":61:{movement}", f":86:{lines[0]}", *lines[1:])


def refusal(content):
    with pytest.raises(StatementFileError) as caught:
        parse_statements(content, "x.sta")
    return caught.value


@pytest.mark.parametrize(
    ("mark", "sign", "is_reversal"),
    [
        ("C", 1, False),
        ("D", -1, False),
        ("RC", -1, True),
        ("RD", 1, True),
        ("CR", 1, False),
        ("DR", -1, False),
        ("RCR", -1, True),
        ("RDR", 1, True),
        ("CF", 1, False),
    ],
)
def test_direction_reversal_and_third_letter_of_the_currency(mark, sign, is_reversal):
    line = only_line(f":61:2603020302{mark}12,5NTRFNONREF")
    assert (line.amount, line.is_reversal) == (sign * Decimal("12.5"), is_reversal)
    assert line.status == "booked"


def test_what_is_expected_is_not_booked():
    content = b":20:X\n:25:1\n:34F:EUR0,\n:61:2603020302EC5,00NTRFNONREF\n:90C:1EUR5,00"
    [report] = parse_mt94x(content)
    assert (report.source_format, report.is_account_story) == ("MT942", False)
    assert [line.status for line in report.transactions] == ["pending"]


@pytest.mark.parametrize(
    ("field", "booking_date", "value_date"),
    [
        ("260302C1,NTRF", DAY, DAY),
        ("2602300302C1,NTRF", DAY, date(2026, 2, 28)),
        ("2512310102C1,NTRF", date(2026, 1, 2), date(2025, 12, 31)),
        ("2601011231C1,NTRF", date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_days(field, booking_date, value_date):
    line = only_line(f":61:{field}")
    assert (line.booking_date, line.value_date) == (booking_date, value_date)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (":61:2613020302C1,00NTRF", "'261302' is not a date"),
        (":61:2603021302C1,00NTRF", "'1302' is not a date"),
        (":61:2603320302C1,00NTRF", "'260332' is not a date"),
        (":61:2603020302C1.000,00NTRF", "is not a booking"),
        (":61:2603020302C,50NTRF", "is not a booking"),
        (":61:2603020302C1,00", "is not a booking"),
        (":61:2603020302C1,000001NTRF", "is not an amount"),
        (":61:2603020302C12345678901234567890,00NTRF", "is not an amount"),
    ],
)
def test_a_booking_that_cannot_be_read_is_refused_with_its_line(field, said):
    error = refusal(message(field))
    assert said in error.reason
    assert error.place == "line 5, field :61:"


def test_the_letters_of_the_direction_may_be_small():
    [statement] = parse_mt94x(message(":61:2603020302rc1,00NTRF"))
    assert statement.transactions[0].amount == -1


@pytest.mark.parametrize(
    "balance", ["C260301EUR1.000,00", "Cnull", "C260301EUR100.00", "C261301EUR1,00", "100,00"]
)
def test_a_balance_that_cannot_be_read_is_refused(balance):
    assert refusal(message(opening=balance)).place == "line 4, field :60F:"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (message()[:60], "its closing balance is missing"),
        (message(closing="C260302EUR100,00\n:61:260302C1,00NTRF"), "after the closing balance"),
    ],
)
def test_what_shows_that_a_statement_is_not_whole_is_a_warning(content, said):
    [extract] = parse_mt94x(content)
    assert said in extract.warnings[0]
    assert not extract.is_account_story


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (message().replace(b":62F:", b":64:"), None),
        (message().replace(b":60F:C260301EUR100,00\n", b""), "no opening balance"),
        (message(":60F:C260301EUR1,00"), "second opening"),
        (message(head=":25:1\n:25:2"), "names two accounts"),
        (message() + b"\0", "NUL"),
        (message(":61:260302C1,00NTRF\n:86:" + "x\n" * 2000), "within 1000 lines"),
        (message(":61:260302C1,00NTRF\n:86:" + "x" * 70_000), "no bank writes lines"),
        (message(":61:260302C1,00NTRF\n:86:" + ("x" * 999 + "\n") * 90), "65536 characters"),
        (message(":61:260302C1,00NTRF" + "\n:86:x" * 300), "repeated more often"),
        (message(*[":64:C260302EUR1,00"] * 300), "repeated more often"),
    ],
)
def test_a_message_that_is_not_whole_is_refused(content, said):
    if said is None:  # an end mark without closing balance: looked at, not imported
        [extract] = parse_mt94x(content)
        assert not extract.is_account_story
        return
    assert said in str(refusal(content))


def test_several_messages_with_and_without_envelope():
    one = b"{1:F01BANKNL2AXXXX0000000000}{2:I940BANKNL2AXXXXN}{4:\n" + message() + b"}{5:}\n"
    two = b"BANKNL2A\n940\nBANKNL2A\n" + message()
    statements = parse_mt94x(one + two + b"\n:940:\n" + message(head=":25:DE/7 USD"))
    assert [each.account for each in statements] == ["NL91ABNA0417164300"] * 2 + ["DE/7"]
    assert all(each.balance_gap == 0 for each in statements)


def test_pages_are_chained_by_intermediate_balances():
    content = message(":61:260302C5,00NTRF", closing="C260302EUR105,00")
    content = content.replace(b":62F:", b":62M:").replace(b"7/2", b"7/1")
    last = message(opening="C260302EUR105,00", closing="C260302EUR105,00")
    first, second = parse_mt94x(content + b"\n" + last.replace(b":60F:", b":60M:"))
    assert (first.sequence_number, first.page, first.is_last_page) == ("7", 1, False)
    assert (second.page, second.is_last_page) == (2, True)
    assert first.balance_gap == second.balance_gap == 0
    assert first.closing.amount == second.opening.amount


@pytest.mark.parametrize(
    ("field", "account", "currency"),
    [
        ("NL91 ABNA 0417 1643 00", "NL91ABNA0417164300", "EUR"),
        ("NL91ABNA0417164300 EUR", "NL91ABNA0417164300", "EUR"),
        ("NL91ABNA0417164300EUR", "NL91ABNA0417164300", "EUR"),
        ("37040044/0532013000EUR", "37040044/0532013000", "EUR"),
        ("BANKHUHB/12345/EUR", "BANKHUHB/12345", "EUR"),
    ],
)
def test_the_account_with_and_without_its_currency(field, account, currency):
    [statement] = parse_mt94x(message(head=f":25:{field}"))
    assert (statement.account, statement.currency) == (account, currency)


def test_text_after_the_balances_is_about_the_account():
    content = message(":61:260302C5,00NTRF", ":86:Invoice 7", closing="C260302EUR105,00")
    content = content.replace(b"\n-", b"\n:64:C260302EUR90,00\n:65:C260305EUR105,00\n:86:Hello\n-")
    [statement] = parse_mt94x(content)
    assert statement.transactions[0].remittance.text == "Invoice 7"
    assert statement.information == "Hello"
    assert [balance.kind for balance in statement.balances] == ["60F", "62F", "64", "65"]


def test_lines_of_text_that_look_like_fields_or_ends_stay_text():
    line = detail("paid at 10", ":26:37 in", "-", "the shop")
    assert line.remittance.lines == ("paid at 10", ":26:37 in", "-", "the shop")


def test_references_of_the_bank_and_of_the_owner():
    line = only_line(":61:2603020302C5,00NTRFREF-7//BANK-1", "more of it")
    assert (line.bank_reference, line.identifiers.instruction_id) == ("BANK-1", "REF-7")
    assert line.additional_info == "more of it"
    line = only_line(":61:2603020302D5,00NCHK0815//NONREF")
    assert (line.bank_reference, line.identifiers.cheque_number) == ("", "0815")


def test_german_subfields_with_sepa_tags_cut_anywhere():
    line = detail(
        "166?00CREDIT?10931?20EREF+2026-0815?21KREF+K7?22MREF+M-1?23CRED+DE98ZZZ09999999999?24SV",
        "WZ+Invoice INV/2026/0?250017 of March?26ABWA+Her Mother?30COBADEFFXXX?31DE89370400440",
        "532013000?32Blue ?33Ltd?34000",
    )
    assert line.remittance.lines == ("Invoice INV/2026/0 0017 of March",)
    assert line.identifiers.end_to_end_id == "2026-0815"
    assert line.identifiers.mandate_id == "M-1"
    assert line.counterparty.account == "DE89370400440532013000"
    assert (line.counterparty.name, line.counterparty.bic) == ("Blue Ltd", "COBADEFFXXX")
    assert line.ultimate_counterparty.name == "Her Mother"
    assert line.bank_code.proprietary == "NTRF+166+931"
    assert line.additional_info == "CREDIT"


def test_a_full_subfield_goes_on_in_the_next_without_a_blank():
    line = detail("166?20SVWZ+Invoice no. INV/2026/0?210017 of March")
    assert line.remittance.text == "Invoice no. INV/2026/00017 of March"


def test_a_returned_debit_says_why_and_which():
    line = detail("109?00RETURN?20EREF+E7?21SVWZ+no funds?34914", movement="260302RD5,00NRTI")
    assert line.amount == 5
    assert (line.return_reason.code, line.return_reason.original_end_to_end_id) == ("914", "E7")


@pytest.mark.parametrize("separator", ["~", "^", "|"])
def test_other_separators_of_subfields(separator):
    text = "020?00PRZELEW?20FAKTURA 7?32JAN ?33NOWAK?38PL61109010140000071219812874"
    line = detail(text.replace("?", separator))
    assert (line.counterparty.name, line.remittance.lines) == ("JAN NOWAK", ("FAKTURA 7",))
    assert line.counterparty.account == "PL61109010140000071219812874"


def test_dutch_tags():
    line = detail(
        "/TRTP/SEPA INCASSO/CSID/NL98ZZZ999999990000/MARF/M1/IBAN/NL91ABNA0417164301/BIC/ABNANL2A",
        "/NAME/Blue/Green BV/REMI/Inv 7/8 of 9/EREF/E7",
    )
    party = line.counterparty
    assert (party.name, party.account) == ("Blue/Green BV", "NL91ABNA0417164301")
    assert (party.bic, party.identifier) == ("ABNANL2A", "NL98ZZZ999999990000")
    assert line.remittance.lines == ("Inv 7/8 of 9",)
    assert (line.identifiers.end_to_end_id, line.identifiers.mandate_id) == ("E7", "M1")


def test_a_dutch_return_and_a_structured_reference():
    line = detail("/RTRN/MS03//EREF/E7//CNTP/NL91ABNA0417164300/ABNANL2A/Blue///REMI/USTD//Inv/")
    assert (line.return_reason.code, line.counterparty.name) == ("MS03", "Blue")
    line = detail("/REMI/STRD/CUR/1234567890123456/")
    assert [each.value for each in line.remittance.references] == ["1234567890123456"]


def test_one_field_86_per_line_of_text():
    line = only_line(":61:260302C5,00N044NONREF", ":86:Invoice 7", ":86:thank you")
    assert line.remittance.lines == ("Invoice 7", "thank you")


def test_numbered_lines():
    line = only_line(":61:260302C5,00S051", ":NS:01Invoice 7", "15Blue", "16Ltd", "3412345")
    assert line.remittance.lines == ("Invoice 7",)
    assert (line.counterparty.name, line.counterparty.account) == ("Blue Ltd", "12345")


def test_original_amount_and_charges():
    line = only_line(":61:2603020302D40,00NTRFNONREF", "/OCMT/USD50,/EXCH/1,25/CHGS/EUR0,50/")
    assert line.exchange.foreign == Money(Decimal(-50), "USD")
    assert line.exchange.rate == Decimal("1.25")
    assert line.charges == (Charge(Decimal("-0.50"), "EUR"),)


@pytest.mark.parametrize("text", ["", "20:X", "Date;61:260302", "!Type:Bank", "01,1,2,260302,"])
def test_other_texts_are_not_taken_for_messages(text):
    assert detect_format(text.encode()) != "mt94x"
