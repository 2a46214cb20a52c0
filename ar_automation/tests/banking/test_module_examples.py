import doctest
import importlib

import pytest

MODULES = (
    "banking.account_names",
    "banking.connectors.berlin_group_errors",
    "banking.connectors.berlin_group_signature",
    "banking.connectors.enable_banking_records",
    "banking.connectors.http_address",
    "banking.connectors.http_body",
    "banking.connectors.http_failures",
    "banking.connectors.http_pace",
    "banking.connectors.json_record",
    "banking.connectors.plaid",
    "banking.connectors.plaid_errors",
    "banking.connectors.plaid_records",
    "banking.connectors.psd2_records",
    "banking.connectors.signed_token",
    "banking.formats.bai2",
    "banking.formats.bai2.account",
    "banking.formats.bai2.reader",
    "banking.formats.bai2.records",
    "banking.formats.bai2.values",
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
    "banking.formats.decimal_text",
    "banking.formats.detection",
    "banking.formats.mt94x",
    "banking.formats.mt94x.booking",
    "banking.formats.mt94x.coded",
    "banking.formats.mt94x.detail",
    "banking.formats.mt94x.details",
    "banking.formats.mt94x.fields",
    "banking.formats.mt94x.free",
    "banking.formats.mt94x.lines",
    "banking.formats.mt94x.movement",
    "banking.formats.mt94x.reader",
    "banking.formats.mt94x.scalars",
    "banking.formats.mt94x.tagged",
    "banking.formats.ofx",
    "banking.formats.ofx.aggregates",
    "banking.formats.ofx.markup",
    "banking.formats.ofx.reader",
    "banking.formats.ofx.transaction",
    "banking.formats.plain_text",
    "banking.formats.prolog",
    "banking.formats.qif",
    "banking.formats.qif.dates",
    "banking.formats.qif.reader",
    "banking.formats.safe_xml",
    "banking.formats.size",
    "banking.formats.statement",
    "banking.formats.streamed",
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
