from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.statement import (
    Batch,
    Identifiers,
    Party,
    Remittance,
    Statement,
    Transaction,
)
from ...banking.identity import file_keys, transaction_keys

# A loaded machine may take its time over one example.
unhurried = settings(deadline=None)

DAY = date(2026, 3, 2)
PAYMENT = Transaction(
    Decimal("10.00"), "EUR", DAY, bank_reference="R", remittance=Remittance(("INV/1",))
)
UNNAMED = replace(PAYMENT, bank_reference="")

few = st.builds(
    Transaction,
    amount=st.sampled_from([Decimal("10.00"), Decimal("-1.50")]),
    currency=st.just("EUR"),
    booking_date=st.sampled_from([DAY, date(2026, 3, 3)]),
    status=st.sampled_from(["booked", "pending"]),
    bank_reference=st.sampled_from(["", "R"]),
    remittance=st.sampled_from([Remittance(), Remittance(("INV/1",))]),
)


def keys(*transactions, account="NL02"):
    return transaction_keys(Statement(account=account, transactions=transactions))


def differ(one, other):
    [first], [second] = keys(one), keys(other)
    return first != second


def test_twins_survive_and_are_known_again():
    first, second, third = keys(PAYMENT, PAYMENT, PAYMENT)
    assert [second, third] == [f"{first}#2", f"{first}#3"]
    assert keys(UNNAMED, UNNAMED) == keys(UNNAMED, UNNAMED, UNNAMED)[:2]


def test_a_reference_used_again_next_year_is_another_payment():
    assert differ(PAYMENT, replace(PAYMENT, booking_date=date(2027, 3, 2)))


def test_a_reference_on_two_bookings_of_different_amount_names_two_payments():
    fee = replace(PAYMENT, amount=Decimal("-1.50"))
    assert keys(PAYMENT, fee) == [*keys(PAYMENT), *keys(fee)]
    assert len({*keys(PAYMENT, fee)}) == 2


def test_the_payments_of_a_collective_booking_are_told_apart_by_their_position():
    parts = [replace(PAYMENT, batch=Batch("B", 2, position)) for position in (1, 2)]
    assert keys(*parts)[1] == keys(parts[1])[0]


def test_texts_do_not_count_beside_a_reference_of_the_bank():
    assert not differ(PAYMENT, replace(PAYMENT, remittance=Remittance(("INV/1 corrected",))))
    assert not differ(PAYMENT, replace(PAYMENT, counterparty=Party(name="Blue Ltd")))


def test_texts_and_parties_count_where_there_is_no_reference():
    assert differ(UNNAMED, replace(UNNAMED, remittance=Remittance(("INV/2",))))
    assert differ(UNNAMED, replace(UNNAMED, counterparty=Party(name="Blue Ltd")))
    assert differ(UNNAMED, replace(UNNAMED, identifiers=Identifiers(end_to_end_id="E")))


def test_blanks_case_and_trailing_zeros_do_not_count():
    other = replace(
        UNNAMED, amount=Decimal("10"), remittance=Remittance(("inv / 1",)), entry_number=7
    )
    assert not differ(UNNAMED, other)


def test_the_account_counts():
    assert keys(PAYMENT) != keys(PAYMENT, account="NL03")


def test_an_announcement_does_not_take_the_key_of_the_booking():
    pending = replace(PAYMENT, status="pending")
    assert differ(PAYMENT, pending)
    assert keys(pending, PAYMENT)[1:] == keys(PAYMENT)


def test_twins_on_two_pages_of_one_account_survive():
    page = Statement(account="NL02", identifier="1", page=1, transactions=(PAYMENT,))
    [first], [second] = file_keys([page, replace(page, page=2)])
    assert second == f"{first}#2"


def test_a_statement_that_stands_in_the_file_twice_adds_nothing():
    statement = Statement(account="NL02", identifier="1", transactions=(PAYMENT, PAYMENT))
    first, second = file_keys([statement, statement])
    assert first == second


@unhurried
@given(st.lists(few, max_size=12), st.sampled_from([DAY, date(2026, 3, 3)]))
def test_files_that_overlap_by_a_day_book_everything_once(lines, shared):
    """One file ends with the shared day, the next begins with it; together they are whole."""
    early = [line for line in lines if line.booking_date <= shared]
    late = [line for line in lines if line.booking_date >= shared]
    assert {*keys(*early), *keys(*late)} == {*keys(*lines)}
    assert len({*keys(*lines)}) == len(lines)


@unhurried
@given(st.lists(few, max_size=12), st.integers(0, 12))
def test_a_file_of_half_the_day_is_the_beginning_of_that_of_the_whole_day(lines, stop):
    assert keys(*lines)[:stop] == keys(*lines[:stop])


@unhurried
@given(st.lists(few, max_size=12), st.randoms())
def test_the_order_of_different_payments_does_not_matter(lines, random):
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert sorted(keys(*shuffled)) == sorted(keys(*lines))
