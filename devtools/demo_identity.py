"""Reads the demo's accounts by REST, by SOAP and by file, and compares what comes out.

A bank that knows the same day as the demo's is asked by every protocol, whichever one feeds the
account's journal; then the books are compared as well.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_automation.banking.formats import parse
from odoo.addons.ar_automation.models.banking.statement_lines import describe

from bank_simulator import Bank, BankServer, Clock, Ledger, Scenario
from bank_simulator.demo_day import add_day, end_of
from bank_simulator.faces import all_faces
from bank_simulator.tests import connecting

from .console import DevError


class ComparedLine(NamedTuple):
    """What must be the same, whichever way a line came."""

    day: str
    amount: Decimal
    currency: str
    counterparty: str
    account: str
    reference: str
    text: str


def compare_feeds(deliveries):
    """Compare each account as REST, SOAP, file and journal tell it.

    :param deliveries: the ``BankDelivery`` of each account, on its day of making
    :return: the number of lines, all of which are the same in all four
    :raises DevError: naming the account, the ways and a line in which they differ
    """
    ledger = Ledger()
    for delivery in deliveries:
        add_day(ledger, replace(delivery.bank_day, announced=()))
    last = max(delivery.bank_day.day for delivery in deliveries)
    bank = Bank(ledger, Clock(end_of(last) + timedelta(days=2)), Scenario())
    with BankServer(bank, all_faces()) as server:
        rest = connecting.connect("enable_banking", server)
        soap = connecting.connect("finnish_ws", server)
        return sum(_compare(delivery, rest, soap) for delivery in deliveries)


def _compare(delivery, rest, soap):
    iban, day = delivery.bank_day.iban, delivery.bank_day.day
    lines, _pages = connecting.fetch_lines(rest, iban, day, day)
    _lines, pages = connecting.fetch_lines(soap, iban, day, day)
    (statement,) = parse(delivery.filename, delivery.content)
    ways = {
        "REST": _read(line.transaction for line in lines),
        "SOAP": _read(connecting.read_documents(pages)),
        "the file": _read(statement.transactions),
        "the journal": read_journal(delivery.journal, day),
    }
    for way, told in ways.items():
        require_same(delivery.account.bank, ("the file", ways["the file"]), (way, told))
    return len(ways["the file"])


def require_same(bank, one, other):
    """Refuse two ways that tell different lines.

    :param one: name of a way and its lines, in order
    :raises DevError: with the first line that differs
    """
    (one_name, one_lines), (other_name, other_lines) = one, other
    if one_lines == other_lines:
        return
    pairs = [*zip(one_lines, other_lines, strict=False)]
    different = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    raise DevError(
        f"{bank}: {one_name} tells {len(one_lines)} lines, {other_name} {len(other_lines)};\n"
        f"  {one_name}: {different[0]}\n  {other_name}: {different[1]}"
    )


def read_journal(journal, day):
    """Return the lines that a bank told of a day, as they stand in a journal, sorted."""
    lines = journal.env["account.bank.statement.line"].search(
        [
            ("journal_id", "=", journal.id),
            ("date", "=", day),
            "|",
            ("ar_feed_id", "!=", False),
            ("ar_import_id", "!=", False),
        ]
    )
    return sorted(
        ComparedLine(
            line.date.isoformat(),
            Decimal(f"{line.amount:.2f}"),
            line.currency_id.name,
            line.partner_name or "",
            line.account_number or "",
            _entry_of(line.ar_bank_reference or ""),
            line.payment_ref,
        )
        for line in lines
    )


def _read(transactions):
    return sorted(
        ComparedLine(
            transaction.booking_date.isoformat(),
            transaction.amount,
            transaction.currency,
            transaction.counterparty.name,
            transaction.counterparty.account,
            _entry_of(transaction.bank_reference or transaction.entry_reference),
            describe(transaction),
        )
        for transaction in transactions
    )


def _entry_of(reference):
    """The entry's reference: a file has one for a collective booking, REST one for each part."""
    return reference.partition("-")[0]
