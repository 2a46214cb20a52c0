import pytest

from ...banking.formats.detection import parse_statements
from .golden import FILES, assert_golden

READABLE = (
    "camt052_v01.xml",
    "camt053_v02.xml",
    "camt053_v04.xml",
    "camt053_v08.xml",
    "camt054_v08.xml",
    "no_namespace.xml",
)


@pytest.mark.parametrize("name", READABLE)
def test_a_file_gives_what_was_read_off_it_by_hand(name):
    bank_file = FILES / name
    assert_golden(parse_statements(bank_file.read_bytes(), name), bank_file)
