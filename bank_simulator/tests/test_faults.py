"""What goes wrong at the bank reaches the caller as one of the six kinds of error."""

import unittest

from odoo.addons.ar_automation.banking.connectors.contract import FetchRequest
from odoo.addons.ar_automation.banking.connectors.errors import ConnectorError

from bank_simulator import BankServer, Fault
from bank_simulator.faces import all_faces

from . import connecting, reading

LAST = reading.NOW.date()
KINDS = {
    "rate_limited": "rate_limited",
    "server_error": "unavailable",
    "cut": "unavailable",
    "garbage": "protocol",
    "truncated": "protocol",
    "huge": "protocol",
    "bomb": "protocol",
    "redirect": "protocol",
    "hostile_xml": "protocol",
}
# Providers whose access the account owner can end, or lets end.
OWNED = ("berlin_group", "enable_banking", "generic_rest", "gocardless", "plaid", "ponto")
PAGED = ("berlin_group", "enable_banking", "generic_rest")


class TestFaults(unittest.TestCase):
    def setUp(self):
        self.bank = reading.make_bank(120)
        self.server = BankServer(self.bank, all_faces())
        self.server.start()
        self.addCleanup(self.server.stop)

    def connect(self, code):
        try:
            connector = connecting.connect(code, self.server)
        except LookupError:
            self.skipTest(f"the addon has no provider {code}")
        return connector, connector.list_accounts()[0]

    def fetch(self, connector, account):
        return list(connector.fetch(FetchRequest(account, reading.FIRST, LAST)))

    def break_off(self, access, *faults):
        """Return the error that a fetch under these faults ends with."""
        self.bank.scenario.switch(list(faults), 1)
        with self.assertRaises(ConnectorError) as caught:
            self.fetch(*access)
        self.bank.scenario.switch([])
        return caught.exception

    def test_faults_of_transport_have_their_kind_and_pass(self):
        size = 25 * 1024 * 1024
        for code in connecting.REST:
            face = connecting.FACES[code]
            access = self.connect(code)
            whole = sum(len(page.lines) for page in self.fetch(*access))
            self.assertGreater(whole, 100)
            for kind, expected in KINDS.items():
                with self.subTest(provider=code, fault=kind):
                    location = self.server.address("generic")
                    fault = Fault(kind, face=face, seconds=77, size=size, location=location)
                    error = self.break_off(access, fault)
                    self.assertEqual(error.kind, expected, error)
                    if kind == "rate_limited":
                        self.assertGreaterEqual(error.retry_after, 77)
            self.assertEqual(sum(len(page.lines) for page in self.fetch(*access)), whole)

    def test_an_ended_consent_asks_for_a_new_one(self):
        for code in OWNED:
            with self.subTest(provider=code):
                access = self.connect(code)
                error = self.break_off(
                    access, Fault("consent_expired", face=connecting.FACES[code])
                )
                self.assertEqual(error.kind, "consent_expired", error)

    def test_wrong_credentials_are_named_as_such(self):
        for code in ("enable_banking", "generic_rest", "plaid", "qonto", "stripe_payouts"):
            with self.subTest(provider=code):
                access = self.connect(code)
                error = self.break_off(access, Fault("auth", face=connecting.FACES[code]))
                self.assertEqual(error.kind, "auth", error)

    def test_a_consent_runs_out_by_the_banks_clock(self):
        for code in ("berlin_group", "enable_banking", "gocardless"):
            with self.subTest(provider=code):
                access = self.connect(code)
                self.assertIsNotNone(access[0].read_consent().valid_until)
                self.bank.clock.advance(days=181)
                self.assertEqual(self.break_off(access).kind, "consent_expired")
                self.bank.clock.set(reading.NOW)

    def test_an_empty_page_with_a_key_is_not_the_end(self):
        for code in PAGED:
            with self.subTest(provider=code):
                access = self.connect(code)
                whole = sum(len(page.lines) for page in self.fetch(*access))
                face, path = connecting.FACES[code], "*/transactions"
                empty = Fault("empty_page", face=face, path=path, times=1, skip=1)
                self.bank.scenario.switch([empty], 1)
                self.assertEqual(sum(len(page.lines) for page in self.fetch(*access)), whole)
                self.assertEqual(self.bank.scenario.counts(), {"empty_page": 1})
                self.bank.scenario.switch([])

    def test_plaids_mutation_while_paging_begins_again(self):
        self.bank.ledger = reading.make_bank(900).ledger
        access = self.connect("plaid")
        self.bank.scenario.switch([Fault("mutation", times=1, skip=1)], 1)
        lines = {line.provider_id for page in self.fetch(*access) for line in page.lines}
        booked = self.bank.ledger.show(reading.IBAN, reading.NOW)
        self.assertEqual(lines, {line.identifier for line in booked})
        self.assertEqual(self.bank.scenario.counts(), {"mutation": 1})

    def test_four_readings_a_day_are_allowed(self):
        for code in ("berlin_group", "enable_banking", "gocardless"):
            with self.subTest(provider=code):
                access = self.connect(code)
                self.bank.settings[f"{code}.daily_limit"] = "4"
                for _time in range(4):
                    self.fetch(*access)
                self.assertEqual(self.break_off(access).kind, "rate_limited")
                self.bank.clock.advance(days=1)
                self.fetch(*access)
                self.bank.clock.set(reading.NOW)
