"""What is refused, and what the person who sent the file is told."""

import pytest

from ...banking.formats.detection import detect_format, parse_statements
from ...exceptions import StatementFileError
from .camt_writer import Entry, write_statement
from .golden import FILES

GOOD = write_statement([Entry(1, text="Grüße")])


def refusal(content):
    with pytest.raises(StatementFileError) as caught:
        parse_statements(content, "sent.xml")
    assert caught.value.filename == "sent.xml"
    assert str(caught.value).startswith("sent.xml: ")
    return caught.value


def declared(encoding):
    return GOOD.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\n", "the file is empty"),
        (b"%PDF-1.7\n%...", "a PDF document"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b"\x1f\x8b\x08\x00", "a GZIP archive"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an office document"),
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "a web page (HTML)"),
        (b"<HTML><HEAD/></HTML>", "a web page (HTML)"),
        (b'{"transactions": []}', "a JSON text"),
        (b"Date;Amount\n", "no transaction below it"),
        (b"\x00\x01\x02\xff" * 50, "no bank statement"),
    ],
)
def test_another_kind_of_file_is_named(content, said):
    assert detect_format(content) is None
    assert said in str(refusal(content))


def test_another_schema_is_named_with_what_is_expected():
    error = refusal((FILES / "other_schema.xml").read_bytes())
    assert error.code == "statement.schema"
    assert "'Document'" in error.reason
    assert "pain.001.001.03, a payment order" in error.reason
    assert "camt.053" in error.reason


def test_a_cut_file_says_where_it_breaks_off():
    error = refusal((FILES / "truncated.xml").read_bytes())
    assert (error.code, error.place) == ("statement.truncated", "line 8")
    assert "nothing was imported" in error.reason


@pytest.mark.parametrize("name", ["doctype.xml"])
def test_a_document_type_is_refused(name):
    assert refusal((FILES / name).read_bytes()).code == "statement.doctype"


def test_a_document_type_in_any_encoding_and_behind_comments_is_refused():
    body = "<!-- a --> <?b?>\n<!DOCTYPE Document>" + declared("UTF-16").partition("?>")[2]
    text = '<?xml version="1.0" encoding="UTF-16"?>' + body
    assert refusal(text.encode("utf-16")).code == "statement.doctype"
    assert refusal(body.encode()).code == "statement.doctype"


def test_an_entity_is_refused():
    error = refusal(GOOD.replace(b"<Ustrd>", b"<Ustrd>&gift;"))
    assert error.code == "statement.entity"


@pytest.mark.parametrize(
    "content",
    [
        GOOD.decode().encode("utf-8-sig"),
        declared("UTF-16").encode("utf-16"),
        "\ufeff".encode("utf-16-be") + declared("UTF-16").encode("utf-16-be"),
        declared("UTF-16LE").encode("utf-16-le"),
        declared("ISO-8859-1").encode("iso-8859-1"),
        declared("windows-1252").encode("cp1252"),
        GOOD.partition(b"?>")[2].lstrip(),
    ],
)
def test_text_is_read_in_the_encoding_that_it_is_in(content):
    [statement] = parse_statements(content, "sent.xml")
    assert statement.transactions[0].remittance.text == "Grüße"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.decode().encode("utf-16"), "written in UTF-16 but declares the encoding 'UTF-8'"),
        (declared("UTF-16").encode(), "declares the encoding 'UTF-16'"),
        (declared("ISO-8859-1").encode("utf-8-sig"), "written in UTF-8 but declares"),
        (GOOD.decode().encode("cp1252"), "bytes that are no text in the declared encoding 'UTF-8'"),
        (declared("x-unheard").encode(), "'x-unheard', which is not known"),
        (declared("unicode_escape").encode(), "which is not known"),
    ],
)
def test_a_wrong_declaration_of_the_encoding_is_said(content, said):
    error = refusal(content)
    assert error.code == "statement.encoding"
    assert said in error.reason


def test_the_line_of_a_byte_that_is_no_text_is_given():
    assert refusal(GOOD.decode().encode("cp1252")).place == "line 7"


@pytest.mark.parametrize("text", [b"\x00", b"\x0b", b"<Ntr>", b"&#0;", b"<Nm>"])
def test_damage_inside_is_refused(text):
    refusal(GOOD.replace(b"<Ustrd>", b"<Ustrd>" + text))


def test_a_second_document_behind_the_first_is_refused():
    assert refusal(GOOD + GOOD).code == "statement.malformed"


def test_a_message_without_statement_is_refused():
    assert refusal(b"<Document><BkToCstmrStmt/></Document>").code == "statement.no_statement"


def test_a_message_in_an_envelope_is_found():
    header = b"<AppHdr>" + b"<Fr><FIId/></Fr>" * 10 + b"</AppHdr>"
    message = GOOD.partition(b"?>")[2]
    [statement] = parse_statements(b"<Envelope>" + header + message + b"</Envelope>", "sent.xml")
    assert (statement.source_format, statement.source_version) == ("camt.053", "08")
