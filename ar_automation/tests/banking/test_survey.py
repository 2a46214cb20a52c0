"""A survey of a streamed file knows what reading it whole would tell."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.statement import Balance, Remittance, Statement, Transaction
from ...banking.formats.streamed import StreamedStatement
from ...banking.identity import file_keys
from ...banking.survey import survey_file
from ...exceptions import StatementFileError

DAY = date(2026, 3, 2)
lines = st.builds(
    Transaction,
    amount=st.sampled_from([Decimal(1), Decimal("2.50"), Decimal("-3.125")]),
    currency=st.sampled_from(["EUR", "USD"]),
    booking_date=st.sampled_from([DAY, date(2026, 3, 9)]),
    status=st.sampled_from(["booked", "pending"]),
    bank_reference=st.sampled_from(["", "R"]),
    remittance=st.sampled_from([Remittance(), Remittance(("INV/1",))]),
)
statements = st.builds(
    Statement,
    account=st.sampled_from(["NL02", "DE89"]),
    identifier=st.sampled_from(["1", "2"]),
    opening=st.sampled_from([None, Balance(Decimal(5), "EUR", DAY, "OPBD")]),
    closing=st.sampled_from([None, Balance(Decimal(9), "EUR", date(2026, 4, 1), "CLBD")]),
    transactions=st.lists(lines, max_size=4).map(tuple),
)


@settings(deadline=None)
@given(st.lists(statements, max_size=5))
def test_a_survey_tells_what_the_whole_statement_tells(whole):
    surveys = survey_file(map(StreamedStatement.of, whole))
    assert [list(survey.keys) for survey in surveys] == file_keys(whole)
    for position, (survey, statement) in enumerate(zip(surveys, whole, strict=True)):
        booked = statement.booked
        assert survey.position == position
        assert survey.statement == replace(statement, transactions=())
        assert (survey.booked_sum, survey.booked_count) == (statement.booked_sum, len(booked))
        assert survey.balance_gap == statement.balance_gap
        assert survey.stated_currencies == statement.stated_currencies
        assert survey.days == {line.booking_date for line in booked}
        finest = min((line.amount.as_tuple().exponent for line in booked), default=None)
        assert (survey.finest.amount.as_tuple().exponent if survey.finest else None) == finest


def test_an_account_that_is_named_after_the_entries_is_refused():
    def body():
        yield Transaction(Decimal(1), "EUR", DAY)
        return Statement(account="NL02")

    with pytest.raises(StatementFileError) as caught:
        survey_file([StreamedStatement(Statement(), body())])
    assert caught.value.code == "statement.order"
