"""A camt file that is read while it is used: the same result, in memory that does not grow."""

import tracemalloc
from decimal import Decimal
from io import BytesIO

import pytest

from ...banking.formats import byte_source
from ...banking.formats.camt import parse_camt, stream_camt
from ...exceptions import StatementFileError
from .camt_writer import Entry, write_statement

ENTRIES = [
    Entry(Decimal("12.50"), reference="R1", text="INV/1", payer="Zoë & Co"),
    Entry(Decimal("-3.00"), text="fee"),
    Entry(Decimal("9.00"), parts=[Decimal("5.00"), Decimal("4.00")], payer="Two"),
]
PLAIN = write_statement(ENTRIES)
STATEMENT = PLAIN[PLAIN.index(b"<Stmt>") : PLAIN.index(b"</Stmt>") + 7]
THREE = PLAIN.replace(STATEMENT, STATEMENT * 3)


class Trickle(BytesIO):
    """A pipe: hands out a few bytes at a time, whatever it is asked for."""

    def read(self, size=-1):
        return super().read(min(size, 100) if size >= 0 else size)


def test_a_stream_gives_what_parsing_gives():
    for content in (PLAIN, THREE, write_statement([]), write_statement(ENTRIES * 200)):
        for file in (BytesIO(content), Trickle(content)):
            assert [s.read_whole() for s in stream_camt(file)] == parse_camt(content)


def test_the_head_is_known_before_the_transactions():
    statement = next(stream_camt(BytesIO(PLAIN)))
    assert statement.account == "NL02ABNA0123456789"
    assert (statement.currency, statement.identifier) == ("EUR", "S")
    assert statement.opening.amount == 0
    assert statement.source_format == "camt.053"
    assert not statement.is_read
    assert len(list(statement.transactions)) == 4
    assert (statement.entry_count, statement.balance_gap) == (3, 0)


def test_what_is_left_of_a_statement_is_passed_over():
    statements = []
    for statement in stream_camt(BytesIO(THREE)):
        next(statement.transactions)
        statements.append(statement)
    assert [statement.entry_count for statement in statements] == [3, 3, 3]
    assert [statement.balance_gap for statement in statements] == [0, 0, 0]


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.999])
def test_a_cut_file_breaks_off_with_the_error_and_its_file_name(keep):
    content = write_statement(ENTRIES * 500)
    with pytest.raises(StatementFileError) as caught:
        for statement in stream_camt(BytesIO(content[: int(len(content) * keep)]), "cut.xml"):
            for _line in statement.transactions:
                pass
    assert (caught.value.code, caught.value.filename) == ("statement.truncated", "cut.xml")
    assert not statement.is_read


def test_a_stream_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(byte_source, "MAX_STREAM_BYTES", 500_000)
    with pytest.raises(StatementFileError) as caught:
        for statement in stream_camt(BytesIO(write_statement(ENTRIES * 2000)), "long.xml"):
            for _line in statement.transactions:
                pass
    assert caught.value.code == "statement.too_large"


def test_memory_does_not_grow_with_the_file():
    peaks = []
    for count in (1_000, 6_000):
        file = BytesIO(write_statement([Entry(1, text=f"INV/{n}") for n in range(count)]))
        tracemalloc.start()
        try:
            for statement in stream_camt(file):
                for _line in statement.transactions:
                    pass
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
