"""A statement that passes by: what is known when, and that a bad end is never taken for one."""

from datetime import date
from decimal import Decimal

import pytest

from ...banking.formats.statement import Balance, Statement, Transaction
from ...banking.formats.streamed import StreamedStatement
from ...exceptions import StatementFileError

DAY = date(2026, 3, 2)
LINES = (
    Transaction(Decimal("250.00"), "EUR", DAY),
    Transaction(Decimal("999.00"), "EUR", DAY, status="pending"),
    Transaction(Decimal("-50.00"), "EUR", DAY),
)
WHOLE = Statement(
    account="NL02",
    currency="EUR",
    opening=Balance(Decimal(100), "EUR", DAY, "OPBD"),
    closing=Balance(Decimal(300), "EUR", DAY, "CLBD"),
    transactions=LINES,
    entry_count=3,
)


def test_a_whole_statement_comes_out_of_a_stream_as_it_went_in():
    assert StreamedStatement.of(WHOLE).read_whole() == WHOLE


def test_sums_are_known_at_the_end_only():
    streamed = StreamedStatement.of(WHOLE)
    next(streamed.transactions)
    for name in ("closing", "balances", "entry_count", "balance_gap"):
        with pytest.raises(RuntimeError):
            getattr(streamed, name)
    assert [line.amount for line in streamed.transactions] == [Decimal(999), Decimal(-50)]
    assert streamed.is_read
    assert streamed.balance_gap == WHOLE.balance_gap == 0
    assert (streamed.booked_sum, streamed.booked_count) == (Decimal(200), 2)


def test_a_stream_that_breaks_off_never_counts_as_read():
    def body():
        yield LINES[0]
        raise StatementFileError("statement.truncated", "", "", "the file breaks off")

    streamed = StreamedStatement(Statement(account="NL02"), body())
    with pytest.raises(StatementFileError):
        list(streamed.transactions)
    assert list(streamed.transactions) == []
    assert not streamed.is_read
    with pytest.raises(RuntimeError):
        streamed.read_whole()
