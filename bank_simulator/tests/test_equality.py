"""One ledger, told by every protocol, gives the same lines as the file."""

import unittest

from odoo.addons.ar_automation.banking.connectors import registry

from bank_simulator import BankServer
from bank_simulator.faces import all_faces

from . import connecting, reading

LAST = reading.NOW.date()
# What a protocol has no room for, or words in its own way.
ROOM = {
    "generic_rest": reading.ALL,
    "enable_banking": reading.ALL,
    "berlin_group": reading.ALL,
    "gocardless": reading.ALL,
    "ponto": ("day", "amount", "currency", "name", "account"),
    "qonto": ("day", "amount", "currency", "name", "account", "text"),
    "plaid": ("day", "amount", "currency"),
}


class TestEquality(unittest.TestCase):
    def setUp(self):
        self.bank = reading.make_bank()
        self.server = BankServer(self.bank, all_faces())
        self.server.start()
        self.addCleanup(self.server.stop)

    def connect(self, code):
        try:
            return connecting.connect(code, self.server)
        except LookupError:
            self.skipTest(f"the addon has no provider {code}")

    def check(self, code):
        lines, pages = connecting.fetch_lines(self.connect(code), reading.IBAN, reading.FIRST, LAST)
        told = [reading.read_line(line.transaction) for line in lines]
        names = ROOM[code]
        self.assertEqual(
            reading.only(told, *names), reading.only(reading.truth_of(self.bank), *names)
        )
        self.assertTrue(pages[-1].is_last)
        stated = {balance.amount for page in pages for balance in page.balances}
        self.assertIn(self.bank.ledger.balance(reading.IBAN, reading.NOW), stated)

    def test_the_signed_files_of_the_finnish_channel_tell_what_the_ledger_knows(self):
        # A file of yesterday is never written anew.
        self.bank.ledger = reading.make_bank(removed=0, modified=0, late=0).ledger
        _lines, pages = connecting.fetch_lines(
            self.connect("finnish_ws"), reading.IBAN, reading.FIRST, LAST
        )
        told = [reading.read_line(line) for line in connecting.read_documents(pages)]
        self.assertEqual(sorted(told), reading.truth_of(self.bank))

    def test_the_movements_of_tbcs_service_are_the_ledgers(self):
        lines, _pages = connecting.fetch_lines(
            self.connect("tbc_dbi"), reading.IBAN, reading.FIRST, LAST
        )
        told = [reading.read_line(line.transaction) for line in lines]
        names = ("day", "amount", "currency", "name", "account", "text")
        self.assertEqual(
            reading.only(told, *names), reading.only(reading.truth_of(self.bank), *names)
        )

    def test_every_provider_has_a_face(self):
        faceless = {"revolut", "sftp"}  # what they do is tested beside the addon's connectors
        codes = {provider.code for provider in registry.list_providers()}
        rest = {code for code in codes if registry.get_provider(code).protocol == "rest"}
        self.assertLessEqual(rest, set(connecting.FACES) | faceless)

    def test_stripe_tells_every_line_and_pays_it_out(self):
        self.bank.ledger = reading.make_bank(removed=0, modified=0, late=0).ledger
        lines, _pages = connecting.fetch_lines(
            self.connect("stripe_payouts"), reading.IBAN, reading.FIRST, LAST
        )
        charges = [line for line in lines if not line.provider_id.startswith("po_")]
        told = [reading.read_line(line.transaction) for line in charges]
        names = ("day", "amount", "currency")
        self.assertEqual(
            reading.only(told, *names), reading.only(reading.truth_of(self.bank), *names)
        )
        self.assertEqual(sum(line.transaction.amount for line in lines), 0)


def _add_tests():
    for code in ROOM:

        def test(self, code=code):
            self.check(code)

        test.__name__ = f"test_{code}_tells_what_the_ledger_knows"
        setattr(TestEquality, test.__name__, test)


_add_tests()
