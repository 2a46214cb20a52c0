"""Records read past the XML library say what it would have said, or are left to it."""

from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.camt import parse_camt
from ...banking.formats.xml_repeat import Repeats
from ...exceptions import StatementFileError
from .camt_writer import Entry, write_statement

CONTENT = write_statement(
    [Entry(Decimal(n), reference=f"R{n}", text=f"INV/{n}", payer="Zoë & Co") for n in range(1, 9)]
)
LINES = CONTENT.replace(b"><", b">\r\n  <")
STRANGE = [
    *("<!-- </Ntry> -->", "<![CDATA[ </Ntry><Ntry> ]]>", "<?pi </Ntry>?>", "]]>", "]]&gt;"),
    *(
        "&amp;",
        "&#65;",
        "&#x1;",
        "&#0;",
        "&#xD800;",
        "&#99999999;",
        "&nope;",
        "&",
        "&amp",
        "&lt;a>",
    ),
    *("\x01", "\ufffe", "\uffff", "\x85", "\xa0", " ", "\r", "text", "<", ">", '"'),
    *("</Stmt><Stmt>", "<Ntry>", "</Ntry>", "</TxDtls>", "<TxDtls/>", "<TxDtls><X>1</X></TxDtls>"),
    *("<x:Nm xmlns:x='u'>a</x:Nm>", "<x:Nm>a</x:Nm>", '<Nm a="1" a="2"/>', '<Nm a="&gt;>"/>'),
    *("<Foo/>", "<Foo></Foo>", "<Foo>", "</Foo>", "<Foo >1</Foo >", '<Foo a="<"/>', "<Nm"),
    *('<Amt Ccy="USD">1</Amt>', "<Amt Ccy='USD'>1</Amt>", '<Amt Ccy="E&amp;">1</Amt>'),
]


def outcome(content):
    try:
        return parse_camt(content)
    except StatementFileError as error:
        return error.code, error.place


def both(content):
    """What is read of a file, and what the XML library alone would read."""
    with patch.object(Repeats, "learn", lambda *_arguments: False):
        alone = outcome(content)
    return outcome(content), alone


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_whatever_stands_in_a_file_is_read_as_by_the_xml_library(data):
    pieces = data.draw(st.sampled_from([CONTENT, LINES])).decode().split(">")
    for _n in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(5, len(pieces) - 2))
        strange = data.draw(st.sampled_from(STRANGE))
        copies = data.draw(st.sampled_from([[place], range(place, len(pieces) - 1, 17)]))
        for each in copies:
            pieces[each] = strange + pieces[each]
    found, alone = both(">".join(pieces).encode())
    assert found == alone


@pytest.mark.parametrize("strange", STRANGE)
def test_the_same_oddity_in_every_entry_is_no_way_around_the_library(strange):
    for name in ("<Ntry>", "</Ntry>", "<Ustrd>", "</Ustrd>", "<Nm>", "</NtryDtls>"):
        for content in (CONTENT.decode(), LINES.decode()):
            for written in (content.replace(name, name + strange), content.replace(name, strange)):
                found, alone = both(written.encode("utf-8", "surrogatepass"))
                assert found == alone, (name, strange)


def test_errors_name_the_line_in_the_file_though_the_library_saw_fewer():
    content = LINES.replace(b">8<", b">8,0<")
    found, alone = both(content)
    assert found == alone
    [line] = [n for n, text in enumerate(content.split(b"\n"), 1) if b"8,0" in text]
    assert int("".join(filter(str.isdigit, found[1].rpartition("line")[2]))) in (line - 1, line)
    broken = LINES.replace(b"</Stmt>", b"</Stmd>")
    assert both(broken)[0] == both(broken)[1]


def test_most_entries_of_a_file_are_read_past_the_library():
    with patch.object(Repeats, "recall", autospec=True, side_effect=Repeats.recall) as recall:
        parse_camt(CONTENT)
    assert recall.call_count >= 7
