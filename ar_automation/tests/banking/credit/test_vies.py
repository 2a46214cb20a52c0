"""The VAT register over loopback: it answers about this number, and a fault is no answer."""

from datetime import datetime, timezone
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_simulator import Bank, BankServer, Fault, Ledger, Scenario
from bank_simulator.clock import Clock
from bank_simulator.faces.vies import Vies as ViesFace
from bank_simulator.faces.vies import give_number

from ....banking.connectors.contract import Context
from ....banking.connectors.credit.trouble import in_own_words
from ....banking.connectors.credit.vies import (
    COUNTRIES,
    VatNumber,
    Vies,
    split_number,
)
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient, Limits

KNOWN = VatNumber("BE", "0477472701")
OURS = VatNumber("DE", "136695976")
NOW = datetime(2026, 3, 20, 10, tzinfo=timezone.utc)


class Credentials(dict):
    def get(self, name):
        return super().get(name, "")


class Register:
    """A register on loopback and a client of it."""

    def __init__(self, bank, server):
        self.bank = bank
        context = Context(
            Credentials(test_address=server.address("vies")),
            partial(HttpClient, is_test=True),
            bank.clock.now,
            is_test=True,
        )
        self.client = Vies(context, Limits(2, 0.5, 1, 100_000))

    def break_off(self, number=KNOWN, requester=None):
        with pytest.raises(ConnectorError) as caught:
            self.client.check(number, requester)
        return caught.value


@pytest.fixture
def register():
    bank = Bank(Ledger(), Clock(NOW), Scenario())
    give_number(bank, "BE0477472701", "NV Example & Co", "Street 1\n1000 Brussels")
    give_number(bank, "ES12345678")
    with BankServer(bank, [ViesFace()]) as server:
        yield Register(bank, server)


def test_a_number_that_is_given_is_told_with_its_owner(register):
    answer = register.client.check(KNOWN)
    assert answer.is_valid
    assert (answer.name, answer.address) == ("NV Example & Co", "Street 1, 1000 Brussels")
    assert (answer.checked_on, answer.identifier) == (NOW.date(), "")


def test_who_says_who_asks_is_given_a_proof(register):
    answer = register.client.check(KNOWN, OURS)
    assert answer.identifier == "WAPIAAAA00000001"
    assert (answer.is_valid, answer.name) == (True, "NV Example & Co")


def test_what_a_country_does_not_tell_is_empty_and_not_dashes(register):
    answer = register.client.check(VatNumber("ES", "12345678"))
    assert (answer.is_valid, answer.name, answer.address) == (True, "", "")


def test_a_number_that_nobody_has_is_not_valid(register):
    assert not register.client.check(VatNumber("BE", "0000000097"), OURS).is_valid


@pytest.mark.parametrize("status", ["500", "200"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("INVALID_INPUT", "config"),
        ("INVALID_REQUESTER_INFO", "auth"),
        ("MS_UNAVAILABLE", "unavailable"),
        ("SERVICE_UNAVAILABLE", "unavailable"),
        ("TIMEOUT", "unavailable"),
        ("GLOBAL_MAX_CONCURRENT_REQ", "rate_limited"),
        ("MS_MAX_CONCURRENT_REQ_TIME", "rate_limited"),
        ("IP_BLOCKED", "auth"),
    ],
)
def test_each_fault_says_what_to_do(register, code, kind, status):
    register.bank.settings.update({"vies.fault": code, "vies.fault_status": status})
    error = register.break_off()
    assert (error.kind, code in error.message) == (kind, True)
    assert in_own_words(error, "vies").code == f"vies.{kind}"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("server_error", "unavailable"),
        ("slow", "unavailable"),
        ("cut", "unavailable"),
        ("rate_limited", "rate_limited"),
        ("garbage", "protocol"),
        ("truncated", "protocol"),
        ("huge", "protocol"),
        ("hostile_xml", "protocol"),
    ],
)
def test_what_the_way_does_wrong_is_named(register, fault, kind):
    register.bank.scenario.switch([Fault(fault, seconds=2, size=1_000_000)])
    assert register.break_off().kind == kind


def test_nothing_is_asked_twice(register):
    register.bank.scenario.switch([Fault("server_error")])
    register.break_off()
    assert register.bank.scenario.counts() == {"server_error": 1}


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text):
    number = split_number(text)
    assert number is None or (number.country in COUNTRIES and 2 <= len(number.number) <= 12)


def test_greece_is_written_as_the_register_does():
    assert split_number("GR 123456783") == VatNumber("EL", "123456783")
