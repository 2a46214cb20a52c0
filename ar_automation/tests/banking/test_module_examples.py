import doctest
import importlib

import pytest

MODULES = (
    "banking.formats.camt",
    "banking.formats.camt.amounts",
    "banking.formats.camt.balance",
    "banking.formats.camt.collective",
    "banking.formats.camt.entry",
    "banking.formats.camt.header",
    "banking.formats.camt.party",
    "banking.formats.camt.reader",
    "banking.formats.camt.remittance",
    "banking.formats.camt.scalars",
    "banking.formats.detection",
    "banking.formats.prolog",
    "banking.formats.safe_xml",
    "banking.formats.statement",
    "banking.formats.xml_node",
    "banking.identity",
    "exceptions",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_module_texts_hold(name):
    module = importlib.import_module(f"...{name}", __package__)
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
