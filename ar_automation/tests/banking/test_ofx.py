"""What is read from OFX files, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...banking.identity import file_keys
from ...exceptions import StatementFileError
from .text_writers import OFX_HEADER, XML_HEADER, Line, write_ofx

GOOD = write_ofx([Line(Decimal("250.00"), reference="F1", text="Grüße", payer="Blue & Co")])


def read(content):
    return parse_statements(content, "march.ofx")


def refusal(content):
    with pytest.raises(StatementFileError) as caught:
        read(content)
    assert str(caught.value).startswith("march.ofx: ")
    return caught.value


def transaction(inner, *, currency="<CURDEF>USD", header=OFX_HEADER):
    return (
        f"{header}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>{currency}<BANKACCTFROM><ACCTID>1"
        f"</BANKACCTFROM><BANKTRANLIST><STMTTRN>{inner}</STMTTRN></BANKTRANLIST>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode()


def line_of(inner, **options):
    [statement] = read(transaction("<DTPOSTED>20260302" + inner, **options))
    return statement.transactions[0]


def test_a_statement_is_read_with_all_that_the_bank_said():
    [statement] = read(GOOD)
    assert detect_format(GOOD) == "ofx"
    assert (statement.source_format, statement.source_version) == ("ofx", "102")
    assert (statement.account, statement.currency) == ("999988", "USD")
    assert (statement.from_date, statement.to_date) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (statement.opening, statement.closing.amount) == (None, Decimal("350.00"))
    assert statement.is_account_story
    [line] = statement.transactions
    assert line.counterparty.name == "Blue & Co"
    assert line.remittance.text == "Grüße"
    assert (line.bank_reference, line.bank_code.proprietary) == ("F1", "CREDIT")


def test_a_card_and_an_account_in_one_file():
    card = (
        b"<CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR<CCACCTFROM><ACCTID>4111"
        b"</CCACCTFROM><LEDGERBAL><BALAMT>-5,50<DTASOF>00000000</LEDGERBAL><AVAILBAL>"
        b"<BALAMT>94,50</AVAILBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
    )
    account, credit_card = read(GOOD.replace(b"</OFX>", card))
    assert (account.account, credit_card.account) == ("999988", "4111")
    assert credit_card.closing.amount == Decimal("-5.50")
    assert credit_card.closing.balance_date is None
    assert [each.kind for each in credit_card.balances] == ["LEDGERBAL", "AVAILBAL"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.decode().encode("utf-8-sig"),
        GOOD.decode().encode("cp1252"),
        GOOD.replace(b"CHARSET:1252", b"CHARSET:8859-1").decode().encode("latin-1"),
        GOOD.replace(b"CHARSET:1252", b"CHARSET:NONE"),
        GOOD.replace(OFX_HEADER.encode(), b""),
        GOOD.replace(OFX_HEADER.encode(), b"<!-- " + OFX_HEADER.encode() + b"-->"),
        GOOD.replace(OFX_HEADER.encode(), XML_HEADER.encode()),
        GOOD.replace(OFX_HEADER.encode(), b"\n\n" + OFX_HEADER.replace("\r\n", " ").encode()),
        GOOD.replace(OFX_HEADER.encode(), XML_HEADER.encode()).decode().encode("utf-16"),
        GOOD.replace(b"Gr\xc3\xbc\xc3\x9fe", b"<![CDATA[Gr\xc3\xbc\xc3\x9fe]]>"),
        GOOD.replace(b"Gr\xc3\xbc\xc3\x9fe", b"Gr&#252;&#xDF;e<!-- hm -->"),
        GOOD.replace(b"\r\n", b"\n").replace(b"</BANKTRANLIST>", b""),
    ],
)
def test_the_same_statement_in_the_shapes_of_many_banks(content):
    [line] = read(content)[0].transactions
    assert (line.amount, line.remittance.text) == (Decimal("250.00"), "Grüße")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("-80", "-80"),
        ("+11.5", "11.5"),
        ("        -530,86", "-530.86"),
        ("1.234.567,8", "1234567.8"),
        ("1,234.50", "1234.50"),
        ("0.125", "0.125"),
        ("-0", "0"),
    ],
)
def test_amounts(text, amount):
    assert line_of(f"<TRNAMT>{text}").amount == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["$120", " . ", "1,234", "1.234", "1e3", "NaN", "5-", "1.2.3", "٣"]
)
def test_an_amount_that_is_none_or_has_two_meanings_is_refused(text):
    error = refusal(transaction(f"<DTPOSTED>20260302<TRNAMT>{text}"))
    assert error.code == "statement.amount"
    assert error.place == "transaction 1 of statement 1 (line 6)"


@pytest.mark.parametrize(
    "text", ["20260302", "20260302233000.123[-5:EST]", "20260302000000[+13]", "20260302120000:014"]
)
def test_a_time_zone_does_not_move_the_day(text):
    content = transaction(f"<DTPOSTED>{text}<TRNAMT>1")
    assert read(content)[0].transactions[0].booking_date == date(2026, 3, 2)


@pytest.mark.parametrize("text", ["20260230", "00000000", "2026-03-02", "260302", "x"])
def test_a_date_that_is_none_is_refused(text):
    error = refusal(transaction(f"<DTPOSTED>{text}<TRNAMT>1"))
    assert (error.code, text in error.reason) == ("statement.date", True)


@pytest.mark.parametrize("inner", ["<TRNAMT>1", "<DTPOSTED>20260302", "<DTPOSTED>\n<TRNAMT>1"])
def test_what_money_hangs_on_must_be_there(inner):
    assert refusal(transaction(inner)).code == "statement.incomplete"


def test_references_and_parties():
    line = line_of(
        "<TRNAMT>-5<FITID>00<CHECKNUM>0319<REFNUM>R7<DTAVAIL>20260304"
        "<PAYEE><NAME>Blue Ltd<ADDR1>1 Road<CITY>Town</PAYEE>"
        "<BANKACCTTO><BANKID>1<ACCTID>de 12</BANKACCTTO>"
    )
    assert line.bank_reference == ""
    assert (line.identifiers.cheque_number, line.entry_reference) == ("0319", "R7")
    assert line.value_date == date(2026, 3, 4)
    party = line.counterparty
    assert (party.name, party.account, party.address) == ("Blue Ltd", "DE12", "1 Road\nTown")
    assert line.remittance.text == "Blue Ltd"


def test_a_converted_amount_keeps_its_rate_and_an_unconverted_one_its_currency():
    line = line_of("<TRNAMT>11<ORIGCURRENCY><CURRATE>1,1<CURSYM>EUR</ORIGCURRENCY>")
    assert (line.amount, line.currency) == (Decimal(11), "USD")
    assert (line.exchange.rate, line.exchange.source_currency) == (Decimal("1.1"), "EUR")
    line = line_of("<TRNAMT>11<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>")
    assert line.currency == "EUR"


def test_a_currency_behind_the_transactions_counts_for_them():
    content = transaction("<DTPOSTED>20260302<TRNAMT>1", currency="")
    content = content.replace(b"</BANKTRANLIST>", b"</BANKTRANLIST><CURDEF>CHF")
    [statement] = read(content)
    assert (statement.currency, statement.transactions[0].currency) == ("CHF", "CHF")


def test_a_pending_transaction_is_no_booking():
    pending = b"<BANKTRANLISTP><STMTTRNP><DTTRAN>20260305<TRNAMT>-7.00<NAME>Cafe</STMTTRNP>"
    [statement] = read(GOOD.replace(b"<LEDGERBAL>", pending + b"</BANKTRANLISTP><LEDGERBAL>"))
    assert [line.status for line in statement.transactions] == ["booked", "pending"]
    assert statement.booked_sum == Decimal("250.00")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"</STMTTRN>", b"", "<STMTTRN> of line"),
        (b"</STMTTRN>", b"<TRNAMT>9</STMTTRN>", "<TRNAMT> is given twice"),
        (b"</STMTTRN>", b"</STMTTRN><STMTTRN>", "is not closed yet"),
        (b"</STMTTRN>", b"</STMTTRN>oops", "the text 'oops' stands outside of any value"),
        (b"<STMTTRN>", b"<STMTTRN>oops", "the text 'oops' stands outside of any value"),
        (b"<BANKTRANLIST>", b"", "<STMTTRN> stands inside <STMTRS>"),
        (b"<CURDEF>USD", b"<CURDEF>US", "is no currency code"),
        (b"<CURDEF>", b"<!DOCTYPE x>", "document type declaration"),
        (b"</OFX>", b"", "its end (</OFX>) is missing"),
        (b"</OFX>", b"</OFX><OFX>", "goes on behind its end"),
        (b"<NAME>", b"<5", "no tag begins like this"),
        (b"<NAME>", b"<!--", "has no '-->'"),
        (b"<LEDGERBAL>", b"</NONE><LEDGERBAL>", "</NONE> stands here, but <STMTRS> of line"),
        (b"<NAME>", b"<A>" * 70, "nested too deeply"),
        (b"<NAME>", b"\0", "NUL"),
        (b"<NAME>", b"<CORRECTFITID>F0<CORRECTACTION>REPLACE<NAME>", "to replace an earlier one"),
        (b"<NAME>", b"<CORRECTFITID>F1<CORRECTACTION>DELETE<NAME>", "to delete an earlier one"),
    ],
)
def test_damage_is_refused_in_words(old, new, said):
    assert old in GOOD
    assert said in str(refusal(GOOD.replace(old, new, 1)))


def test_bytes_in_neither_encoding_are_refused_with_their_line():
    broken = GOOD.replace(b"Gr\xc3\xbc", b"Gr\x81\xfc")
    error = refusal(broken)
    line = broken[: broken.index(b"\x81")].count(b"\n") + 1
    assert (error.code, error.place) == ("statement.encoding", f"line {line}")
    broken = write_ofx([Line(Decimal(1), text="ü")], xml=True).replace(b"\xc3\xbc", b"\xfc")
    assert refusal(broken).code == "statement.encoding"


def test_twins_survive_and_the_bank_identifier_tells_apart():
    lines = [Line(Decimal(5), reference=name) for name in ("A", "B", "", "")]
    [keys] = file_keys(read(write_ofx(lines)))
    assert len(set(keys)) == 4
    assert keys == file_keys(read(write_ofx(lines, xml=True)))[0]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (b"", "holds no statement"),
        (b"<INVSTMTMSGSRSV1><INVSTMTRS></INVSTMTRS></INVSTMTMSGSRSV1>", "an investment account"),
        (
            b"<SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR</STATUS></SONRS>"
            b"</SIGNONMSGSRSV1>",
            "the bank sent error 15500",
        ),
    ],
)
def test_a_file_without_statement_says_what_it_is(inside, said):
    assert said in str(refusal(b"<OFX>" + inside + b"</OFX>"))
