"""The addon reads the simulator's files, and what it reads is the ledger."""

import csv
import io
import unittest
from decimal import Decimal

from odoo.addons.ar_automation.banking.formats.detection import parse_statements

from bank_simulator.files import WRITERS, camt053, mt940, ofx
from bank_simulator.files.period import read_period
from bank_simulator.files.swift_text import to_swift

from . import reading


class TestFiles(unittest.TestCase):
    def setUp(self):
        self.bank = reading.make_bank()
        now = self.bank.clock.now()
        self.truth = reading.truth_of(self.bank)
        self.period = read_period(self.bank.ledger, reading.IBAN, now, reading.FIRST, now.date())

    def read(self, writer):
        (statement,) = parse_statements(writer.write(self.period), "file")
        self.assertEqual(
            statement.closing.amount, self.bank.ledger.balance(reading.IBAN, reading.NOW)
        )
        return statement, [reading.read_line(line) for line in statement.transactions]

    def test_camt_tells_everything(self):
        statement, lines = self.read(camt053)
        self.assertEqual(sorted(lines), self.truth)
        self.assertEqual(statement.balance_gap, 0)

    def test_mt940_tells_it_in_its_own_letters(self):
        statement, lines = self.read(mt940)
        self.assertEqual(statement.balance_gap, 0)
        names = ("day", "amount", "currency", "account")
        self.assertEqual(reading.only(lines, *names), reading.only(self.truth, *names))
        self.assertEqual(
            sorted(line.name for line in lines), sorted(to_swift(line.name) for line in self.truth)
        )
        for line in self.truth:
            if line.reference:
                self.assertTrue(any(line.reference in other.text for other in lines))

    def test_ofx_tells_dates_amounts_and_names(self):
        _statement, lines = self.read(ofx)
        names = ("day", "amount", "currency", "name")
        self.assertEqual(reading.only(lines, *names), reading.only(self.truth, *names))

    def test_csv_balances_run_to_the_closing_one(self):
        text = WRITERS["csv"](self.period).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        self.assertEqual(len(rows), len(self.truth))
        self.assertEqual(Decimal(rows[-1]["Balance"]), self.period.closing)
