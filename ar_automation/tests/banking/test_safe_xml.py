"""Hostile and huge files: refused quickly, without filling the memory."""

import time
import tracemalloc

import pytest

from ...banking.formats import safe_xml, size
from ...banking.formats.camt import parse_camt
from ...exceptions import StatementFileError
from .camt_writer import Entry, write_statement

PLAIN = write_statement([Entry(1, text="x")])


def refusal(content):
    started = time.monotonic()
    with pytest.raises(StatementFileError) as caught:
        parse_camt(content)
    assert time.monotonic() - started < 5
    return caught.value.code


def inside_text(text):
    return PLAIN.replace(b"<Ustrd>x", b"<Ustrd>" + text)


def before_statement(markup):
    return PLAIN.replace(b"<Stmt>", markup + b"<Stmt>")


def test_deep_nesting_is_refused_wherever_it_is():
    assert refusal(inside_text(b"<a>" * 100 + b"</a>" * 100)) == "statement.too_deep"
    nest = b"<a>" * 100_000 + b"</a>" * 100_000
    assert refusal(before_statement(nest)) == "statement.too_deep"


def test_a_bomb_of_tiny_elements_is_refused_before_it_fills_the_memory():
    assert refusal(before_statement(b"<a/>" * 3_000_000)) == "statement.too_large"


def test_a_bomb_of_attributes_is_refused():
    attributes = b" ".join(b'a%d="1"' % number for number in range(300_000))
    assert refusal(before_statement(b"<a " + attributes + b"/>")) == "statement.too_large"


def test_a_text_of_many_megabytes_is_refused():
    assert refusal(inside_text(b"x" * 11_000_000)) == "statement.too_large"


def test_a_file_over_the_limit_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(size, "MAX_BYTES", 100)
    assert refusal(PLAIN) == "statement.too_large"


def test_exponential_entities_are_refused_at_once():
    names = "abcdefghij"
    entities = "".join(
        f'<!ENTITY {name} "{(f"&{before};") * 10}">'
        for before, name in zip(names, names[1:], strict=False)
    )
    bomb = f'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">{entities}]>'.encode()
    start = PLAIN.partition(b"?>")[2]
    assert refusal(bomb + start.replace(b"<Ustrd>", b"<Ustrd>&j;")) == "statement.doctype"


def test_a_document_type_that_the_first_look_missed_is_refused_at_the_end(monkeypatch):
    look = safe_xml.read_prolog(PLAIN)
    monkeypatch.setattr(safe_xml, "read_prolog", lambda content: look)
    content = PLAIN.replace(b"<Document", b"<!DOCTYPE Document []><Document", 1)
    assert refusal(content) == "statement.doctype"


def test_memory_is_bounded_by_the_transactions_not_by_the_file():
    entries = [Entry(1, reference=f"R{n}", text="x" * 2000) for n in range(2_000)]
    content = write_statement(entries)
    layout = safe_xml.Layout(frozenset({"Stmt"}), "Ntry", "TxDtls")
    tracemalloc.start()
    try:
        records = safe_xml.stream(safe_xml.ByteSource.of(content), layout)
        count = sum(record.name == "Ntry" for record in records)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak < len(content) / 4


def test_a_known_name_in_a_strange_place_is_no_record():
    strange = b"<SplmtryData><Ntry><TxDtls/></Ntry><Stmt/><TxDtls/></SplmtryData>"
    [statement] = parse_camt(inside_text(b"").replace(b"</Ntry>", strange + b"</Ntry>"))
    assert len(statement.transactions) == 1
    [statement] = parse_camt(PLAIN.replace(b"</Stmt>", strange + b"</Stmt>"))
    assert len(statement.transactions) == 1
