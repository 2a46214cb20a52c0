"""The two doors: what both give is the same, and memory does not grow with a streamed file."""

import io
import os
import tracemalloc

import pytest

from ...banking.formats import parse, reading, stream
from ...exceptions import StatementFileError
from .test_samples import SAMPLES

MESSAGE = """:20:STARTUMS
:25:37040044/0532013000
:28C:41/1
:60F:C260301EUR0,00
"""
BOOKING = ":61:2603020302C1,00NTRFNONREF//B{number}\n:86:166?20INV/2026/{number}\n"
OFX = b"""OFXHEADER:100

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><ACCTID>DE89370400440532013000</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><DTPOSTED>20260302<TRNAMT>1.00<FITID>F1</STMTTRN></BANKTRANLIST>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


def big_message(count):
    yield MESSAGE.encode()
    for number in range(count):
        yield BOOKING.format(number=number).encode()
    yield f":62F:C260302EUR{count},00\n-\n".encode()


def one_way(content):
    """Return a stream that cannot go back, as a download is."""
    reading_end, writing_end = os.pipe()
    with open(writing_end, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)  # small enough for the pipe's buffer
    return open(reading_end, "rb")  # noqa: PTH123


def outcome(read):
    try:
        return read()
    except StatementFileError as error:
        return str(error)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample bank files in {SAMPLES}")
def test_both_doors_give_the_same_of_every_sample():
    paths = [path for path in sorted(SAMPLES.glob("*/*")) if path.is_file()]
    assert paths
    for path in paths:
        content = path.read_bytes()
        whole = outcome(lambda content=content: parse("x", content))
        streamed = outcome(
            lambda content=content: [each.read_whole() for each in stream("x", io.BytesIO(content))]
        )
        assert streamed == whole, path.name


def test_a_stream_that_cannot_go_back_is_read_too():
    content = b"".join(big_message(3))
    with one_way(content) as source:
        assert not source.seekable()
        assert [each.read_whole() for each in stream("x", source)] == parse("x", content)
    moved = io.BytesIO(b"HTTP/1.1 200 OK\n\n" + content)
    moved.seek(17)
    assert [each.read_whole() for each in stream("x", moved)] == parse("x", content)


def test_the_head_is_known_before_the_transactions_and_the_proof_behind_them():
    [statement] = _first(stream("x", io.BytesIO(b"".join(big_message(3)))))
    assert (statement.account, statement.opening.amount) == ("37040044/0532013000", 0)
    with pytest.raises(RuntimeError):
        _ = statement.closing
    assert len(list(statement.transactions)) == 3
    assert (statement.closing.amount, statement.balance_gap) == (3, 0)
    assert statement.is_account_story


def _first(found):
    return [next(found)]


def test_a_statement_that_is_passed_over_leaves_the_next_one_whole():
    content = b"".join([*big_message(3), *big_message(2)])
    counts = [each.entry_count for each in list(stream("x", io.BytesIO(content)))]
    assert counts == [3, 2]


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "big.sta"
    with path.open("wb") as file:
        file.writelines(big_message(12_000))
    tracemalloc.start()
    with path.open("rb") as file:
        for statement in stream(path.name, file):
            assert sum(1 for _line in statement.transactions) == 12_000
            assert statement.balance_gap == 0
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024**2, f"{path.stat().st_size} bytes took {peak}"


def test_a_format_that_cannot_be_streamed_is_refused_beyond_the_bound(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", len(OFX) - 1)
    with pytest.raises(StatementFileError, match="format ofx can only be read whole"):
        list(stream("big.ofx", io.BytesIO(OFX)))
    monkeypatch.setattr(reading, "MAX_BYTES", len(OFX))
    [statement] = stream("small.ofx", io.BytesIO(OFX))
    assert [line.amount for line in statement.transactions] == [1]
