"""The demo's day, told by the simulator, is the day of the demo's own file."""

import unittest
from datetime import date
from decimal import Decimal

from odoo.addons.ar_automation.banking.formats.detection import parse_statements
from odoo.addons.ar_automation.demo import bank_values as values
from odoo.addons.ar_automation.demo.bank_day import Morning, make_entries
from odoo.addons.ar_automation.demo.camt_writer import write_statement

from bank_simulator import Bank, BankServer, Clock, Scenario
from bank_simulator.demo_day import end_of, make_ledger
from bank_simulator.faces import all_faces
from bank_simulator.files import camt053
from bank_simulator.files.period import read_period

from . import connecting, reading

DAY = date(2026, 3, 2)
BRANDT = values.Party("Brandt & Söhne GmbH", "DE89370400440532013000", "COBADEFFXXX")
PARIS = values.Party("Société Générale d'Essais", "FR1420041010050500013M02606", "PSSTFRPP")
NAMES = ("day", "amount", "currency", "name", "account", "text")


def make_bank_day():
    """A day with a collective booking, a return and all the noise that the demo makes."""
    collective = (
        values.Detail(Decimal("119.00"), BRANDT, "Rechnung 7", end_to_end="E2E-7"),
        values.Detail(Decimal("50.50"), PARIS, "Facture 8"),
    )
    returned = values.Detail(Decimal("-77.70"), PARIS, "Lastschrift", return_code="AC04")
    entries = (
        values.Entry(Decimal("169.50"), values.TRANSFER_IN, DAY, "HHB1", collective, batch="S1"),
        values.Entry(Decimal("-77.70"), values.DEBIT_RETURNED, DAY, "HHB2", (returned,)),
        *make_entries(Morning({}, {}, (), DAY, Decimal("1.08")), "nordwind"),
    )
    own = ("DE94370400440532013007", "EUR", "Nordwind Components GmbH", "HHBKDEHHXXX")
    return values.BankDay(*own, DAY, Decimal("1000.00"), entries)


class TestDemoDay(unittest.TestCase):
    def setUp(self):
        self.bank_day = make_bank_day()
        (statement,) = parse_statements(write_statement(self.bank_day), "demo.xml")
        self.file = [reading.read_line(line) for line in statement.transactions]
        self.ledger = make_ledger(self.bank_day)

    def test_the_simulators_file_tells_the_lines_of_the_demos_file(self):
        iban, now = self.bank_day.iban, end_of(DAY)
        period = read_period(self.ledger, iban, now, DAY, DAY)
        (statement,) = parse_statements(camt053.write(period), "simulator.xml")
        told = [reading.read_line(line) for line in statement.transactions]
        self.assertEqual(reading.only(told, *NAMES), reading.only(self.file, *NAMES))
        self.assertEqual(statement.closing.amount, self.bank_day.closing)

    def test_the_rest_protocols_tell_the_lines_of_the_demos_file(self):
        bank = Bank(self.ledger, Clock(end_of(DAY)), Scenario())
        with BankServer(bank, all_faces()) as server:
            for code in ("enable_banking", "berlin_group"):
                with self.subTest(provider=code):
                    connector = connecting.connect(code, server)
                    lines, _pages = connecting.fetch_lines(connector, self.bank_day.iban, DAY, DAY)
                    told = [reading.read_line(line.transaction) for line in lines]
                    self.assertEqual(reading.only(told, *NAMES), reading.only(self.file, *NAMES))
