import doctest
import importlib
import io
import time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from ...banking.remittance.free_text import read_text
from ...banking.remittance.reader import read_remittance
from ...exceptions import ArError

MODULES = (
    "banking.remittance.advice",
    "banking.remittance.free_text",
    "banking.remittance.pdf",
    "banking.remittance.reader",
    "banking.remittance.table",
    "engine.matching.advice",
    "engine.matching.habits",
    "engine.matching.lessons",
    "engine.rules.apply",
    "engine.rules.conditions",
    "engine.rules.counterpart",
    "engine.rules.expressions",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_modules_hold(name):
    module = importlib.import_module(f"odoo.addons.ar_automation.{name}")
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def told(advice):
    return [(entry.document, entry.amount, entry.deduction) for entry in advice.entries]


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pdf(lines):
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number, line in enumerate(lines):
        canvas.drawString(50, 800 - 20 * number, line)
    canvas.save()
    return stream.getvalue()


def test_one_advice_reads_alike_from_every_kind_of_file():
    rows = [
        ("Rechnungsnr.", "Rechnungsdatum", "Brutto", "Skonto", "Zahlbetrag"),
        ("INV/2026/00012", "02.03.2026", "100,00", "2,00", "98,00"),
        ("INV/2026/00015", "05.03.2026", "50,00", "0,00", "50,00"),
        ("Summe", "", "", "", "148,00"),
    ]
    expected = [
        ("INV/2026/00012", Decimal("98.00"), Decimal("2.00")),
        ("INV/2026/00015", Decimal("50.00"), Decimal("0.00")),
    ]
    numbers = [
        [Decimal(cell.replace(",", ".")) if cell[-3:-2] == "," else cell for cell in row]
        for row in rows
    ]
    contents = [
        "\n".join(mark.join(row) for row in rows).encode(encoding)
        for mark, encoding in ((";", "utf-8"), ("\t", "cp1252"), ("|", "utf-16"))
    ]
    contents += [workbook(rows), workbook(numbers), pdf(["   ".join(row) for row in rows])]
    for content in contents:
        advice = read_remittance(content)
        assert told(advice) == expected
        assert advice.total == 148
        assert all(entry.is_sure for entry in advice.entries)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "looks like"),
        (b"nothing to see here", "looks like"),
        (pdf([]), "no text"),
        (b"%PDF-1.4\n1 0 obj << /Length 99999999999 >> stream", "damaged"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
    ],
)
def test_what_is_no_advice_is_refused_in_words(content, words):
    with pytest.raises(ArError, match=words):
        read_remittance(content)


def test_a_pdf_of_many_pages_is_refused():
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for _page in range(51):
        canvas.drawString(50, 800, "INV/2026/00012 100,00")
        canvas.showPage()
    canvas.save()
    with pytest.raises(ArError, match="more than 50 pages"):
        read_remittance(stream.getvalue())


def test_an_ambiguous_amount_is_marked_not_guessed():
    (entry,) = read_remittance(b"Invoice;Paid\nINV/1;1,234").entries
    assert entry.amount is None
    assert not entry.is_sure
    assert "cannot be told" in entry.doubt


def test_sums_that_contradict_themselves_are_marked():
    content = b"Invoice;Gross;Deduction;Paid\nINV/1;100.00;10.00;95.00"
    assert "100.00 less 10.00 is not 95.00" in read_remittance(content).entries[0].doubt


def test_crafted_texts_cost_no_time():
    started = time.monotonic()
    for text in ("1" * 400_000, "1.1" * 100_000, "a1-" * 100_000, "INV 1.00 " * 40_000):
        read_text(text)
    assert time.monotonic() - started < 5


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    for entry in read_text(text).entries:
        assert entry.document in text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 99999), st.decimals(-9999, 9999, places=2)),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read(rows):
    total = sum((amount for _number, amount in rows), Decimal(0))
    lines = [f"INV/2026/{number:05d};{amount:.2f}" for number, amount in rows]
    content = "\n".join(["Invoice;Paid", *lines, f"Total;{total:.2f}"])
    advice = read_remittance(content.encode())
    assert [entry.amount for entry in advice.entries] == [amount for _number, amount in rows]
    assert all(entry.is_sure for entry in advice.entries)
    assert advice.amount == total


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    try:
        read_remittance(content)
    except ArError as error:
        assert error.message
