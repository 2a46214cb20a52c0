"""What tests of SOAP connectors have in common: a bank, its customer's settings, refusals."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from bank_simulator import Account, Bank, BankServer, Clock, Ledger, Scenario
from bank_simulator.generator import Plan, generate

from ....banking.connectors.contract import Context
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient
from ....banking.connectors.soap import trust as trust_module
from ....banking.connectors.soap.trust import Trust

IBAN = "FI7429501800000014"
NOW = datetime(2026, 3, 10, 9, tzinfo=timezone.utc)
FIRST_DAY = date(2026, 2, 20)


class Credentials:
    """Settings in a dictionary."""

    def __init__(self, values):
        self.values = dict(values)

    def get(self, name):
        return self.values.get(name, "")

    def remember(self, values):
        self.values.update(values)


def make_bank(count=40, **plan):
    bank = Bank(Ledger(), Clock(NOW), Scenario())
    bank.ledger.open_account(Account(IBAN, "EUR", Decimal("1000.00")))
    options = {"modified": 0, "removed": 0, **plan}
    bank.ledger.add(*generate(Plan(IBAN, FIRST_DAY, days=15, count=count, **options)))
    return bank


@contextmanager
def serving_bank(face, bank=None):
    """Yield the bank and the address of its face."""
    bank = bank or make_bank()
    with BankServer(bank, [face]) as server:
        yield bank, server.address(face.name)


def context_of(values, now=lambda: NOW, **options):
    """Return a context whose HTTP client is the real one, for loopback."""

    def open_http(base_url, **more):
        return HttpClient(base_url, is_test=True, **{**options, **more})

    return Context(Credentials(values), open_http, now, is_test=True)


def trusting(*certificates, at=NOW, allows_weak=False):
    return Trust(tuple(certificates), at, allows_weak)


@contextmanager
def refusing(*kinds):
    """Expect a refusal of one of the kinds, without any secret in it."""
    with pytest.raises(ConnectorError) as caught:
        yield caught
    assert not kinds or caught.value.kind in kinds, caught.value
    assert "PRIVATE KEY" not in f"{caught.value}{caught.value.hint}"


def soon(**steps):
    return NOW + timedelta(**steps)


def load(pem):
    return trust_module.read_certificates(pem)[0]
