"""Chaos: many fetches under random faults, with workers killed at random moments.

Three accounts, three protocols, one company: Enable Banking (names, days, an authorisation that
ends), Plaid (a cursor into changes) and a plain interface whose transactions have no names. The
bank's time moves on between the fetches, and what it tells changes all the time. In the end nothing
may be lost or double, and each balance must be proven. What happens is decided by a seed; only
the moment of a kill within a fetch depends on the machine.
"""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random

import bank_simulator
from bank_simulator import Account, Bank, BankServer, Clock, Fault, Ledger, Scenario
from bank_simulator.faces import all_faces
from bank_simulator.generator import Plan, generate

from . import connecting

FIRST_DAY = date(2026, 1, 5)
OPENING = Decimal("5000.00")
# By provider: its account, and what its protocol cannot tell at all. A withdrawn booking is told by
# Plaid alone; without a name a corrected text is another transaction.
SITES = {
    "enable_banking": ("DE89370400440532013000", {"removed": 0.0}),
    "plaid": ("FI2112345600000785", {}),
    "generic_rest": ("NL91ABNA0417164300", {"removed": 0.0, "modified": 0.0}),
}
FAULTS = (
    ("slow", {"seconds": 0.3}),
    ("rate_limited", {"seconds": 1}),
    ("rate_limited", {"seconds": 900}),
    ("server_error", {"status": 500}),
    ("server_error", {"status": 503}),
    ("cut", {}),
    ("truncated", {}),
    ("garbage", {}),
    ("hostile_xml", {}),
    ("huge", {"size": 30_000_000}),
    ("bomb", {"size": 200_000_000}),
    ("redirect", {"location": "http://127.0.0.1:9/"}),
    ("duplicate_page", {}),
    ("empty_page", {}),
    ("mutation", {}),
    ("not_ready", {}),
    ("consent_expired", {}),
    ("auth", {}),
)


@dataclass(frozen=True)
class Chaos:
    """How much of it. ``kills`` and ``faulty`` are the shares of fetches that are hit."""

    syncs: int = 1000
    movements: int = 20_000
    kills: float = 0.06
    faulty: float = 0.5
    seed: int = 1
    hours: float = 6.0

    @property
    def days(self):
        """How many days the bank's time moves on in all."""
        return max(2, int(self.syncs * self.hours / 24))


@dataclass
class Outcome:
    """What came of it."""

    syncs: int = 0
    kills: int = 0
    states: Counter = field(default_factory=Counter)
    errors: Counter = field(default_factory=Counter)
    faults: Counter = field(default_factory=Counter)
    ledger: int = 0
    lines: int = 0
    lost: int = 0
    doubled: int = 0
    outdated: int = 0
    pending: int = 0
    renewals: int = 0
    proofs: dict = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_proven(self):
        """Whether nothing is lost, double or outdated and every balance is proven."""
        wrong = self.lost + self.doubled + self.outdated
        return not wrong and set(self.proofs.values()) == {("proven", "0.00")}


class Worker:
    """The Odoo process; started again when it was killed."""

    def __init__(self, database):
        self.database = database
        self.process = None

    def start(self):
        """Start it unless it runs, and wait until it is ready."""
        if self.process is not None:
            return
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.chaos_worker", self.database],
            cwd=Path(bank_simulator.__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def order(self, now, *, kill_after=None, **order):
        """Give an order; return its answer, None if it was killed first."""
        self.start()
        self.process.stdin.write(json.dumps({"now": now.isoformat(), **order}) + "\n")
        self.process.stdin.flush()
        if kill_after is not None:
            # The one thing here that takes real time: a worker dies at any moment of its work.
            time.sleep(kill_after)
            self.kill()
            return None
        return json.loads(self._read())

    def kill(self):
        """End it as a machine does that loses power."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        self.process = None

    def stop(self):
        """End it politely."""
        if self.process is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.wait(60)
            self.process.stdout.close()
            self.process = None

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended by itself ({self.process.wait()})")
        return line


class Site:
    """One account at one bank, seen through one protocol."""

    def __init__(self, provider, chaos, movements):
        self.provider = provider
        self.iban, troubles = SITES[provider]
        self.bank = Bank(Ledger(), Clock(), Scenario())
        self.bank.ledger.open_account(Account(self.iban, "EUR", OPENING))
        plan = Plan(
            self.iban, FIRST_DAY, chaos.days, movements, f"{chaos.seed}:{provider}", **troubles
        )
        self.bank.ledger.add(*generate(plan))
        self.server = BankServer(self.bank, all_faces())
        self.ids = {}

    def describe(self):
        """Return what the worker has to know to connect it."""
        face = connecting.FACES[self.provider]
        values = connecting.settings_for(self.provider, self.bank, self.server.address(face))
        if self.provider == "generic_rest":
            description = json.loads(values["description"])
            del description["transactions"]["fields"]["id"]
            values["description"] = json.dumps(description)
        site = {"provider": self.provider, "settings": values, "opening": str(OPENING)}
        return {**site, "first_day": FIRST_DAY.isoformat()}


class Run:
    """One run of chaos on one database."""

    def __init__(self, chaos, database, report=lambda text: None):
        self.chaos = chaos
        self.worker = Worker(database)
        self.report = report
        self.dice = Random(f"chaos:{chaos.seed}")
        share = chaos.movements // len(SITES)
        self.sites = {name: Site(name, chaos, share) for name in SITES}
        self.outcome = Outcome()
        self.now = datetime.combine(FIRST_DAY, datetime.min.time(), timezone.utc)
        self.typical = 1.0

    def run(self):
        """Live through it and return the outcome."""
        started = time.monotonic()
        with contextlib.ExitStack() as stack:
            for site in self.sites.values():
                stack.enter_context(site.server)
            stack.callback(self.worker.stop)
            self._move(hours=0)
            sites = {name: site.describe() for name, site in self.sites.items()}
            ids = self.worker.order(self.now, do="set_up", sites=sites)
            for name, site in self.sites.items():
                site.ids = ids[name]
            try:
                self._live()
                self._settle()
                self._judge()
            finally:
                self.worker.order(self.now, do="clean_up")
        self.outcome.seconds = time.monotonic() - started
        return self.outcome

    def _live(self):
        for number in range(self.chaos.syncs):
            self._move(hours=self.chaos.hours)
            site = self.dice.choice(list(self.sites.values()))
            self._switch_faults(site, number)
            kill = self.dice.random() < self.chaos.kills
            moment = self.dice.random() * 1.2
            self._sync(site, kill_after=moment * self.typical if kill else None)
            self.outcome.faults.update(site.bank.scenario.counts())
            if number % 50 == 49:
                self.report(f"{number + 1} fetches, {self.outcome.kills} kills")

    def _switch_faults(self, site, number):
        faults = []
        if self.dice.random() < self.chaos.faulty:
            for kind, values in self.dice.sample(FAULTS, self.dice.randint(1, 3)):
                times, skip = self.dice.randint(1, 4), self.dice.randint(0, 4)
                faults.append(Fault(kind, probability=0.7, times=times, skip=skip, **values))
        site.bank.scenario.switch(faults, f"{self.chaos.seed}:{number}")

    def _sync(self, site, kill_after=None):
        self.worker.start()
        began = time.monotonic()
        connection = site.ids["connection"]
        answer = self.worker.order(
            self.now, do="sync", connection=connection, kill_after=kill_after
        )
        self.outcome.syncs += 1
        if answer is None:
            self.outcome.kills += 1
            return
        self.typical = 0.8 * self.typical + 0.2 * (time.monotonic() - began)
        self.outcome.states[answer["state"]] += 1
        if answer["error"]:
            self.outcome.errors[answer["error"]] += 1
        if answer["error"] == "feed.consent_expired" and site.provider == "enable_banking":
            site.bank.scenario.switch([])
            self.worker.order(self.now, do="renew", connection=connection)
            self.outcome.renewals += 1

    def _settle(self):
        """Let the last late, changed and withdrawn bookings become known, and fetch in peace."""
        for _time in range(3):
            self._move(hours=80)
            for site in self.sites.values():
                site.bank.scenario.switch([])
                self._sync(site)

    def _judge(self):
        for name, site in self.sites.items():
            told = self.worker.order(self.now, do="tell", feed=site.ids["feed"])
            shown = site.bank.ledger.show(site.iban, self.now, status="booked")
            truth = Counter((str(line.booking_date), f"{line.amount:.2f}") for line in shown)
            ours = Counter((day, amount) for day, amount, _name, _text in told["lines"])
            self.outcome.ledger += truth.total()
            self.outcome.lines += ours.total()
            self.outcome.lost += (truth - ours).total()
            self.outcome.doubled += (ours - truth).total()
            self.outcome.outdated += _count_outdated(shown, told["lines"])
            self.outcome.pending += told["pending"]
            self.outcome.proofs[name] = (told["proof"], told["gap"])

    def _move(self, hours):
        self.now += timedelta(hours=hours)
        for site in self.sites.values():
            site.bank.clock.set(self.now)


def _count_outdated(shown, rows):
    """Return how many lines with a name do not have the text that the bank tells now."""
    texts = {line.identifier: line.text for line in shown}
    return sum(1 for _day, _amount, name, text in rows if name and texts.get(name, "") not in text)
