"""What each trait of a camt file means, one test per trait."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from ...banking.formats.camt import parse_camt
from ...banking.formats.statement import Charge, Money
from ...exceptions import StatementFileError
from .golden import FILES

DAY = date(2026, 3, 2)


def read(name):
    return parse_camt((FILES / name).read_bytes(), name)


def only_entry(body, *, head=""):
    content = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
        f"<Id>S</Id>{head}<Ntry>{body}</Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    [statement] = parse_camt(content.encode(), "one.xml")
    return statement.transactions


ENTRY = (
    '<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}'
    "<BookgDt><Dt>2026-03-02</Dt></BookgDt>{more}"
)


def entry(amount="10.00", sign="CRDT", status="", more=""):
    return ENTRY.format(amount=amount, sign=sign, status=status, more=more)


def test_a_whole_statement_proves_its_balances():
    [statement] = read("camt053_v02.xml")
    assert statement.balance_gap == 0
    assert (statement.opening.kind, statement.closing.kind) == ("PRCD", "CLBD")
    assert statement.account == "DE12500105170648489890"
    assert statement.created_at == datetime(2026, 3, 3, 4, 10, tzinfo=timezone(timedelta(hours=1)))
    assert (statement.from_date, statement.to_date) == (DAY, DAY)


def test_pages_are_proven_between_their_intermediate_balances():
    [page] = read("camt053_v04.xml")
    assert (page.opening.amount, page.closing.amount) == (Decimal("-10.00"), Decimal("215.50"))
    assert page.balance_gap == 0
    assert (page.page, page.is_last_page) == (2, False)


def test_one_intermediate_balance_alone_is_neither_opening_nor_closing():
    [report] = read("camt052_v01.xml")
    assert (report.opening, report.closing, report.balance_gap) == (None, None, None)
    assert report.balances[0].amount == 500
    assert (report.source_format, report.source_version) == ("camt.052", "01")


def test_pending_and_informing_entries_are_given_but_not_counted():
    [statement] = read("camt053_v02.xml")
    assert [line.status for line in statement.transactions][-1] == "pending"
    assert statement.booked_sum == Decimal("447.00")
    first, _second = read("camt053_v08.xml")
    assert first.transactions[-1].status == "information"
    assert first.balance_gap == 0


def test_a_reversal_does_not_turn_the_sign_round():
    [statement] = read("camt053_v02.xml")
    returned = statement.transactions[1]
    assert returned.is_reversal
    assert returned.amount == Decimal("-53.00")
    assert returned.return_reason.code == "MD06"
    assert returned.return_reason.original_end_to_end_id == "DD-2026-0007"
    assert returned.counterparty.name == "Red Barn SARL"
    assert returned.exchange.instructed == Money(Decimal("50.00"), "EUR")
    assert returned.charges == (Charge(Decimal("-3.00"), "EUR"),)


def test_the_direction_of_a_single_detail_does_not_count():
    first, _second = read("camt053_v08.xml")
    assert first.transactions[1].amount == Decimal("-5")


def test_a_collective_booking_is_split_when_its_parts_explain_it():
    [statement] = read("camt053_v02.xml")
    parts = [line for line in statement.transactions if line.entry_number == 3]
    assert [part.amount for part in parts] == [Decimal("320.00"), Decimal("-20.00")]
    assert [part.counterparty.name for part in parts] == ["Green Mill BV", "Grey Stone AG"]
    assert [part.batch.position for part in parts] == [1, 2]
    assert {part.batch.identifier for part in parts} == {"DD-RUN-1"}
    assert {part.bank_reference for part in parts} == {"BANK-0003"}


def test_a_collective_booking_that_does_not_add_up_stays_one_line_with_all_texts():
    [statement] = read("camt053_v04.xml")
    kept = statement.transactions[-1]
    assert kept.amount == Decimal("80.00")
    assert kept.remittance.lines == ("Rechnung 4711", "Rechnung 4712")
    assert not kept.counterparty
    assert (kept.batch.size, kept.batch.position) == (2, 0)
    assert kept.charges == (Charge(Decimal("-5.00"), "CHF", included=True),)


def test_parts_in_another_currency_do_not_split_a_booking():
    detail = '<TxDtls><Amt Ccy="CHF">5.00</Amt></TxDtls>'
    [line] = only_entry(entry(more=f"<NtryDtls>{detail}{detail}</NtryDtls>"))
    assert (line.amount, line.batch.position) == (Decimal("10.00"), 0)


def test_structured_references_keep_their_type():
    [statement] = read("camt053_v04.xml")
    first, second, _third = statement.transactions
    assert [(r.value, r.kind) for r in first.remittance.references] == [
        ("210000000003139471430009017", "QRR")
    ]
    assert second.remittance.references[0].kind == "SCOR"


def test_documents_named_by_the_payer_come_with_their_amounts():
    first, _second = read("camt053_v08.xml")
    invoice, credit_note = first.transactions[0].remittance.documents
    assert (invoice.number, invoice.kind) == ("INV/2026/00031", "CINV")
    assert invoice.document_date == date(2026, 4, 2)
    assert invoice.discount == Money(Decimal("22.45"), "EUR")
    assert invoice.remitted == Money(Decimal("1100.00"), "EUR")
    assert credit_note.credit_note == Money(Decimal("100.00"), "EUR")
    [reference] = first.transactions[0].remittance.references
    assert reference.amount == Money(Decimal("1000.00"), "EUR")


def test_a_foreign_payment_keeps_its_own_amount_and_rate():
    first, _second = read("camt053_v08.xml")
    payment = first.transactions[0]
    assert (payment.amount, payment.currency) == (Decimal("1080.12345"), "USD")
    assert payment.exchange.foreign == Money(Decimal("1000.00"), "EUR")
    assert payment.exchange.rate == Decimal("1.08012345")


def test_the_day_is_the_one_that_the_bank_wrote():
    first, _second = read("camt053_v08.xml")
    assert first.transactions[0].booking_date == date(2026, 5, 4)


def test_without_a_booking_date_the_value_date_counts_then_the_closing_balance():
    first, _second = read("camt053_v08.xml")
    assert [line.booking_date for line in first.transactions[1:3]] == [date(2026, 5, 4)] * 2


def test_an_entry_without_any_date_is_refused():
    with pytest.raises(StatementFileError, match="lacks a booking date"):
        only_entry('<Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>')


def test_not_provided_is_no_reference():
    [statement] = read("camt053_v02.xml")
    assert statement.transactions[0].identifiers.end_to_end_id == ""
    assert statement.transactions[0].identifiers.transaction_id == "TX-1"


def test_a_bank_as_party_and_an_empty_detail_amount():
    [notification] = read("camt054_v08.xml")
    [line] = notification.transactions
    assert (line.counterparty.name, line.counterparty.bic) == ("Fjord Bank", "TESTNOKK")
    assert line.amount == Decimal("410.00")
    assert line.bank_reference == "DETAIL-1"
    assert notification.source_format == "camt.054"


def test_a_party_with_our_own_account_is_not_the_counterparty():
    head = "<Acct><Id><IBAN>NL02 ABNA 0123 4567 89</IBAN></Id></Acct>"
    parties = (
        "<Dbtr><Nm>Us</Nm></Dbtr><DbtrAcct><Id><IBAN>NL02ABNA0123456789</IBAN></Id></DbtrAcct>"
        "<Cdtr><Nm>Them</Nm></Cdtr>"
    )
    details = f"<NtryDtls><TxDtls><RltdPties>{parties}</RltdPties></TxDtls></NtryDtls>"
    [line] = only_entry(entry(more=details), head=head)
    assert line.counterparty.name == "Them"


def test_a_foreign_namespace_is_tolerated():
    content = (FILES / "no_namespace.xml").read_bytes()
    changed = content.replace(b"<Document>", b'<Document xmlns="urn:national:camt.053.001.04">')
    [statement] = parse_camt(changed)
    assert (statement.source_format, statement.source_version) == ("camt.053", "04")
    assert statement.currency == "EUR"


def test_a_statement_without_entries_is_a_statement():
    _first, second = read("camt053_v08.xml")
    assert second.transactions == ()
    assert (second.currency, second.opening.amount) == ("GBP", Decimal("-12.00"))


def test_a_negative_amount_keeps_its_own_sign_too():
    [line] = only_entry(entry("-4.00", "CRDT"))
    assert line.amount == Decimal("-4.00")
    [line] = only_entry(entry("-4.00", "DBIT"))
    assert line.amount == Decimal("4.00")


@pytest.mark.parametrize(
    ("text", "amount"), [("0", "0"), ("1.23456", "1.23456"), (" 7 ", "7"), (".5", "0.5")]
)
def test_amounts_are_taken_to_the_last_digit(text, amount):
    [line] = only_entry(entry(text))
    assert line.amount == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["12..34", "1,00", "1.000,00", "1 000", "NaN", "1e3", "", "0x1", "١٢", "1.123456", "9" * 19],
)
def test_an_unreadable_amount_refuses_the_file(text):
    with pytest.raises(StatementFileError) as caught:
        only_entry(entry(text))
    assert caught.value.filename == "one.xml"
    assert caught.value.place.startswith("entry 1 of statement 'S' (line ")


@pytest.mark.parametrize(
    "body",
    [
        entry(sign="CREDIT"),
        entry(sign=""),
        entry(status="<Sts>MAYBE</Sts>"),
        entry().replace("2026-03-02", "02.03.2026"),
        entry().replace("2026-03-02", "2026-02-30"),
        entry().replace(' Ccy="EUR"', ""),
    ],
)
def test_what_money_hangs_on_is_never_guessed(body):
    with pytest.raises(StatementFileError):
        only_entry(body)
