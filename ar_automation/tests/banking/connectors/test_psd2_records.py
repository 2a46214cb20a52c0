import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.json_record import Record
from ....banking.connectors.psd2_records import Dialect, map_balances, map_lines
from ..test_samples import SAMPLES

OWN = "DE40100100103307118608"
OTHER = "NL76RABO0359400371"
SIGNED = Dialect(is_signed=True)
CREDITOR, DEBTOR = {"creditorName": "They"}, {"debtorName": "They"}


def entry(amount="10.00", **more):
    return {
        "transactionId": "T",
        "bookingDate": "2026-03-02",
        "transactionAmount": {"amount": amount, "currency": "EUR"},
        **more,
    }


def mapped(*entries, dialect=SIGNED, own=OWN):
    answer = Record({"transactions": {"booked": list(entries)}}, "content")
    return [line.transaction for line in map_lines(answer, own, dialect)]


def account(side, number):
    return {f"{side}Account": {"iban": number}}


@pytest.mark.parametrize(
    ("amount", "parties", "expected"),
    [
        ("-10.00", CREDITOR, "-10.00"),
        ("-10.00", DEBTOR, "-10.00"),
        ("10.00", CREDITOR, "-10.00"),
        ("10.00", DEBTOR, "10.00"),
        ("10.00", {}, "10.00"),
        ("10.00", {**CREDITOR, **DEBTOR}, "10.00"),
        ("10.00", account("creditor", OWN), "10.00"),
        ("10.00", {**account("creditor", OTHER), **account("debtor", OWN)}, "-10.00"),
        ("10.00", {**account("creditor", OWN), **account("debtor", OTHER)}, "10.00"),
        ("0.00", CREDITOR, "0.00"),
    ],
)
def test_the_sign_is_the_amounts_own_else_it_follows_from_who_pays_whom(amount, parties, expected):
    [line] = mapped(entry(amount, **parties), dialect=Dialect())
    assert line.amount == Decimal(expected)


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from([CREDITOR, DEBTOR, {}]))
def test_a_bank_that_signs_its_amounts_is_believed(amount, parties):
    [line] = mapped(entry(str(amount), **parties))
    assert line.amount == amount


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from([CREDITOR, DEBTOR, {}]))
def test_no_dialect_changes_more_than_the_sign(amount, parties):
    [line] = mapped(entry(str(amount), **parties), dialect=Dialect())
    assert abs(line.amount) == abs(amount)
    assert amount >= 0 or line.amount == amount


@pytest.mark.parametrize(
    ("structured", "references", "lines"),
    [
        ({"reference": "RF18", "referenceType": "SCOR"}, [("RF18", "SCOR")], ("free",)),
        ("RF18539007547034", [("RF18539007547034", "")], ("free",)),
        ("12 34567 8", [("12 34567 8", "")], ("free",)),
        ("Structured Alderaan - Coffee", [], ("free", "Structured Alderaan - Coffee")),
        ("free", [("free", "")], ("free",)),
        (None, [], ("free",)),
        ([{"reference": "A"}, {"reference": "B"}, {}], [("A", ""), ("B", "")], ("free",)),
    ],
)
def test_the_structured_reference_is_an_object_a_list_or_a_text(structured, references, lines):
    [line] = mapped(
        entry(remittanceInformationUnstructured="free", remittanceInformationStructured=structured)
    )
    assert [(part.value, part.kind) for part in line.remittance.references] == references
    assert line.remittance.lines == lines


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"bookingDate": "2026-03-02", "bookingDateTime": "2026-03-01T23:00:00Z"}, 2),
        ({"bookingDate": None, "bookingDateTime": "2026-03-03T00:30:00+13:00"}, 3),
        ({"bookingDate": None, "bookingDateTime": "2026-03-03T23:59:59-11:00"}, 3),
        ({"bookingDate": None, "valueDate": "2026-03-04"}, 4),
    ],
)
def test_days_are_the_banks_own_whatever_the_zone(days, expected):
    [line] = mapped(entry(**days))
    assert line.booking_date == date(2026, 3, expected)


def test_what_else_is_told_is_kept():
    [line] = mapped(
        entry(
            "-20.00",
            creditorName="Shop",
            creditorAccount={"bban": "123 45"},
            creditorAgent="RABONL2U",
            ultimateCreditor="Parent",
            endToEndId="NOTPROVIDED",
            mandateId="M-1",
            checkId="77",
            entryReference="E-1",
            bankTransactionCode="PMNT-ICDT-ESCT",
            proprietaryBankTransactionCode="X9",
            batchIndicator=True,
            batchNumberOfTransactions=3,
            remittanceInformationUnstructuredArray=["one", "", "two"],
            currencyExchange=[
                {
                    "sourceCurrency": "USD",
                    "targetCurrency": "EUR",
                    "exchangeRate": "1.1",
                    "instructedAmount": {"amount": "22.00", "currency": "USD"},
                }
            ],
        )
    )
    assert (line.counterparty.name, line.counterparty.account) == ("Shop", "12345")
    assert (line.counterparty.bic, line.ultimate_counterparty.name) == ("RABONL2U", "Parent")
    assert (line.identifiers.end_to_end_id, line.identifiers.mandate_id) == ("", "M-1")
    assert (line.identifiers.cheque_number, line.bank_reference) == ("77", "E-1")
    assert (line.bank_code.family, line.bank_code.proprietary) == ("ICDT", "X9")
    assert (line.batch.size, line.remittance.lines) == (3, ("one", "two"))
    assert (line.exchange.rate, line.exchange.foreign.amount) == (Decimal("1.1"), Decimal("-22.00"))


@pytest.mark.parametrize(
    "change",
    [
        {"transactionAmount": {"amount": "1,00", "currency": "EUR"}},
        {"transactionAmount": {"amount": "1e400", "currency": "EUR"}},
        {"transactionAmount": {"amount": Decimal("1e400"), "currency": "EUR"}},
        {"transactionAmount": {"amount": True, "currency": "EUR"}},
        {"transactionAmount": {"amount": "1.00"}},
        {"transactionAmount": "1.00"},
        {"bookingDate": "0000-00-00"},
        {"bookingDate": "02.03.2026"},
        {"bookingDate": None},
        {"creditorName": ["a"]},
        {"batchIndicator": "yes"},
    ],
)
def test_a_transaction_that_makes_no_sense_is_refused_with_its_place(change):
    with pytest.raises(ConnectorError, match="booked 2") as caught:
        mapped(entry(), {**entry(), **change})
    assert caught.value.kind == "protocol"


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(
            [*entry(), "creditorAccount", "remittanceInformationStructured", "balances"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_any_rubbish_is_refused_in_words(rubbish):
    try:
        mapped({**entry(), **rubbish}, dialect=Dialect())
    except ConnectorError as error:
        assert error.kind == "protocol"


def transactions_in(content):
    """Return every object with a list of booked transactions, wherever it lies."""
    if isinstance(content, list):
        return [found for part in content for found in transactions_in(part)]
    if not isinstance(content, dict):
        return []
    if isinstance(content.get("transactions"), dict) and "booked" in content["transactions"]:
        return [content]
    return [found for part in content.values() for found in transactions_in(part)]


# What each file's booked transactions add up to, read off by hand.
FIGURES = {
    "VMelnalksnis__NordigenDotNet__GetTransactions.json": ("-30.00", 3),
    "stadlar__IST-FUT-FMTH__account-transactions.json": ("-99123", 1),
    "stadlar__IST-FUT-FMTH__bg1.3.11__transactionsExample3_MulticurrencyAccount_json.json": (
        "186.34",
        3,
    ),
    "adorsys__xs2a__AccountModelMapper-transactionsResponse200.json": ("0", 2),
}


@pytest.mark.parametrize("name", FIGURES)
def test_published_answers_are_read(name):
    if not (SAMPLES / "json" / name).is_file():
        pytest.skip(f"no sample {name} in {SAMPLES / 'json'} (set AR_SAMPLES to the folder)")
    text = (SAMPLES / "json" / name).read_text(encoding="utf-8")
    [content] = transactions_in(json.loads(text, parse_float=Decimal))
    lines = map_lines(Record(content, "sample"), "", Dialect(), undated=date(2026, 3, 1))
    booked = [line.transaction for line in lines if line.transaction.status == "booked"]
    total, count = FIGURES[name]
    assert (sum(line.amount for line in booked), len(booked)) == (Decimal(total), count)


def test_a_published_answer_with_placeholders_is_refused_in_words():
    path = SAMPLES / "json" / "RobinTTY__NordigenApiClient__responses.json"
    if not path.is_file():
        pytest.skip(f"no sample {path} (set AR_SAMPLES to the folder)")
    content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for answer in transactions_in(content):
        with pytest.raises(ConnectorError, match="'string' is no currency"):
            map_lines(Record(answer, "sample"), "", SIGNED)


@pytest.mark.parametrize(
    "number", ["1_RegularAccount", "2_MulticurrencyAcount", "3_RegularAccount"]
)
def test_published_balances_are_read(number):
    path = SAMPLES / "json" / f"stadlar__IST-FUT-FMTH__bg1.3.11__balancesExample{number}.json"
    if not path.is_file():
        pytest.skip(f"no sample {path} (set AR_SAMPLES to the folder)")
    answer = Record(json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal), "sample")
    assert all(len(balance.kind) == 4 for balance in map_balances(answer))
    assert map_balances(answer)


def collective(amounts, *, total="60.00", sign=""):
    details = [
        {
            "endToEndId": f"E{number}",
            "transactionAmount": {"amount": f"{sign}{amount}", "currency": "EUR"},
            "debtorName": f"Payer {number}",
            "remittanceInformationUnstructured": f"Invoice {number}",
        }
        for number, amount in enumerate(amounts, 1)
    ]
    return entry(total, batchIndicator=True, entryDetails=details)


def lines_of(*entries):
    answer = Record({"transactions": {"booked": list(entries)}}, "content")
    return map_lines(answer, OWN, SIGNED)


def test_a_collective_booking_is_split_into_payments_that_make_it_up():
    lines = lines_of(collective(["10.00", "20.00", "30.00"]))
    assert [line.provider_id for line in lines] == ["T", "T#2", "T#3"]
    payments = [line.transaction for line in lines]
    assert [each.amount for each in payments] == [10, 20, 30]
    assert [each.batch.position for each in payments] == [1, 2, 3]
    second = payments[1]
    assert (second.counterparty.name, second.remittance.text) == ("Payer 2", "Invoice 2")
    assert (second.identifiers.end_to_end_id, second.batch.size) == ("E2", 3)


def test_unsigned_payments_of_a_debit_are_money_out():
    lines = lines_of(collective(["10.00", "50.00"], total="-60.00"))
    assert [line.transaction.amount for line in lines] == [-10, -50]


def test_payments_that_do_not_make_up_the_booking_leave_one_line_with_their_texts():
    foreign = collective(["10.00", "50.00"])
    foreign["entryDetails"][0]["transactionAmount"]["currency"] = "USD"
    for told in (collective(["10.00", "49.99"]), foreign):
        [line] = lines_of(told)
        assert (line.provider_id, line.transaction.amount) == ("T", 60)
        assert line.transaction.remittance.lines == ("Invoice 1", "Invoice 2")
        assert (line.transaction.batch.size, line.transaction.batch.position) == (2, 0)


def test_a_single_payment_adds_what_it_tells():
    [line] = lines_of(collective(["60.00"]))
    assert line.transaction.counterparty.name == "Payer 1"
    assert line.transaction.batch.size == 0
