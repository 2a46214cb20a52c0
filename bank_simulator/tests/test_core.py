"""The ledger, its faults and its control, without any connector."""

import doctest
import json
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import bank_simulator
from bank_simulator import (
    Account,
    Bank,
    BankServer,
    Clock,
    Fault,
    Ledger,
    Scenario,
    control,
    demo_day,
    face,
    files,
    generator,
    ledger,
    scenario,
)
from bank_simulator import clock as clock_module
from bank_simulator.faces import all_faces, reading
from bank_simulator.files import swift_text
from bank_simulator.generator import Plan, generate

MODULES = (clock_module, demo_day, face, files, generator, ledger, scenario)
IBAN = "DE89370400440532013000"
NOW = datetime(2026, 3, 2, 20, tzinfo=timezone.utc)


def make_bank(count=120, **plan):
    bank = Bank(Ledger(), Clock(NOW), Scenario())
    bank.ledger.open_account(Account(IBAN, "EUR", Decimal("1000.00")))
    bank.ledger.add(*generate(Plan(IBAN, date(2026, 2, 1), days=30, count=count, **plan)))
    return bank


def get(address, token="generic-token"):
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer, parse_float=Decimal)


class TestModules(unittest.TestCase):
    def test_examples_are_true(self):
        for module in (*MODULES, reading, swift_text):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)


class TestLedger(unittest.TestCase):
    def test_changes_replayed_give_what_is_shown_at_any_moment(self):
        bank = make_bank(400, removed=0.2, modified=0.2)
        for hours in range(0, 40 * 24, 37):
            now = datetime(2026, 1, 28, tzinfo=timezone.utc) + timedelta(hours=hours)
            known = {}
            for change in bank.ledger.changes(IBAN, now):
                if change.kind == "removed":
                    del known[change.identifier]
                else:
                    self.assertEqual(change.kind == "modified", change.identifier in known)
                    known[change.identifier] = (change.shown.status, change.shown.amount)
            shown = bank.ledger.show(IBAN, now)
            self.assertEqual(known, {line.identifier: (line.status, line.amount) for line in shown})

    def test_the_balance_is_the_opening_and_what_is_booked(self):
        bank = make_bank()
        booked = bank.ledger.show(IBAN, NOW, status="booked")
        self.assertEqual(
            bank.ledger.balance(IBAN, NOW),
            Decimal("1000.00") + sum(line.amount for line in booked),
        )

    def test_a_generated_ledger_has_every_trouble(self):
        movements = generate(Plan(IBAN, date(2026, 1, 1), days=60, count=2000, seed=3))
        self.assertTrue(any(movement.removed_at for movement in movements))
        self.assertTrue(any(movement.edits for movement in movements))
        self.assertTrue(any(movement.return_code for movement in movements))
        self.assertTrue(any(movement.pending_id for movement in movements))
        late = [m for m in movements if m.booked_at.date() > m.booking_date]
        self.assertTrue(late)
        pairs = zip(movements, movements[1:], strict=False)
        twins = [1 for one, two in pairs if (one.amount, one.text) == (two.amount, two.text)]
        self.assertGreater(len(twins), 20)

    def test_movements_survive_their_way_through_json(self):
        for movement in generate(Plan(IBAN, date(2026, 1, 1), days=9, count=80, removed=0.3)):
            told = json.loads(json.dumps(control.write_movement(movement)))
            self.assertEqual(control.read_movement(told), movement)


class TestServer(unittest.TestCase):
    def serve(self, bank):
        server = BankServer(bank, all_faces())
        server.start()
        self.addCleanup(server.stop)
        return server.address("generic")

    def test_pages_tell_the_whole_window(self):
        bank = make_bank()
        address = self.serve(bank)
        lines, cursor = [], ""
        while cursor is not None:
            page = get(f"{address}/v1/accounts/{IBAN}/transactions?limit=7&cursor={cursor}")
            lines += page["transactions"]
            cursor = page["next_cursor"]
        told = [(line["id"], line["amount"]) for line in lines]
        shown = bank.ledger.show(IBAN, NOW)
        self.assertEqual(told, [(line.identifier, line.amount) for line in shown])

    def test_faults_of_transport_look_as_they_do_at_banks(self):
        bank = make_bank()
        address = f"{self.serve(bank)}/v1/accounts/{IBAN}/transactions"
        bank.scenario.switch([Fault("rate_limited", seconds=7, times=1)])
        with self.assertRaises(urllib.error.HTTPError) as caught:
            get(address)
        self.assertEqual(caught.exception.code, 429)
        self.assertEqual(caught.exception.headers["Retry-After"], "7")
        bank.scenario.switch([Fault("cut", times=1)])
        with self.assertRaises(Exception, msg="half an answer") as cut:
            get(address)
        self.assertIn(type(cut.exception).__name__, ("IncompleteRead", "RemoteDisconnected"))
        for kind in ("truncated", "garbage"):
            bank.scenario.switch([Fault(kind, times=1)])
            with self.assertRaises(ValueError):
                get(address)
        self.assertEqual(len(get(address)["transactions"]), 100)

    def test_probability_is_decided_by_the_seed(self):
        def roll(seed):
            one = Scenario([Fault("slow", probability=0.5)], seed)
            return [bool(one.pick("any", "/")) for _ in range(40)]

        self.assertEqual(roll(1), roll(1))
        self.assertNotEqual(roll(1), roll(2))


class TestProcess(unittest.TestCase):
    def start(self):
        process = subprocess.Popen(
            [sys.executable, "-m", "bank_simulator", "--minutes", "1"],
            cwd=Path(bank_simulator.__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.end, process)
        return process, json.loads(process.stdout.readline())

    def end(self, process):
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def order(self, address, order):
        urllib.request.urlopen(
            urllib.request.Request(address, data=json.dumps(order).encode()), timeout=10
        ).close()

    def test_it_is_moved_through_its_control_port_and_ends_with_its_parent(self):
        process, addresses = self.start()
        base = addresses["control"]
        self.order(f"{base}/accounts", [{"iban": IBAN, "currency": "EUR", "opening": "5.00"}])
        self.order(f"{base}/clock", {"now": NOW.isoformat()})
        self.order(
            f"{base}/movements",
            [{"key": "a", "account": IBAN, "amount": "2.50", "booking_date": "2026-03-01"}],
        )
        self.assertEqual(get(f"{base}/truth?account={IBAN}")["balance"], "7.50")
        self.order(f"{base}/scenario", {"faults": [{"kind": "server_error", "face": "generic"}]})
        with self.assertRaises(urllib.error.HTTPError):
            get(f"{addresses['generic']}/v1/accounts")
        process.stdin.close()
        self.assertEqual(process.wait(10), 0)
