"""A credit bureau over loopback: what it says is read exactly, what it does wrong is named."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_simulator import Bank, BankServer, Fault, Ledger, Scenario
from bank_simulator.clock import Clock
from bank_simulator.faces.creditsafe import PASSWORD, USERNAME, Company, CreditBureau, set_companies

from ....banking.connectors.contract import Context
from ....banking.connectors.credit import registry
from ....banking.connectors.credit.contract import CompanyQuery
from ....banking.connectors.credit.creditsafe import to_report
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient, Limits
from ....banking.connectors.json_record import Record

MILL = Company("DE-0-HRB1", "Mill GmbH", "DE", vat="DE136695976", registration="HRB 1")
BAKERY = Company("DE-0-HRB2", "Mill Bakery GmbH", "DE", letter="D", words="High Risk", limit="0")


class Credentials(dict):
    def get(self, name):
        return super().get(name, "")

    def remember(self, values):
        self.update(values)


class Access:
    """A bureau on loopback and a login for it."""

    def __init__(self, bank, server, **given):
        self.bank = bank
        login = {"username": USERNAME, "password": PASSWORD, **given}
        address = f"{server.address('creditsafe')}/v1"
        self.credentials = Credentials({"test_address": address, **login})
        limits = Limits(2, 0.5, 1.5, 200_000, attempts=2, longest_wait=0.05)
        self.context = Context(
            self.credentials,
            partial(HttpClient, is_test=True, limits=limits),
            bank.clock.now,
            is_test=True,
        )

    def open(self):
        return registry.get_bureau("creditsafe").open(self.context)

    def count(self, what):
        return self.bank.memory.get(f"bureau_{what}", 0)


@pytest.fixture
def bureau():
    bank = Bank(Ledger(), Clock(), Scenario())
    set_companies(bank, MILL, BAKERY)
    with BankServer(bank, [CreditBureau()]) as server:
        yield Access(bank, server)


def test_a_company_is_found_by_the_strongest_thing_known(bureau):
    connector = bureau.open()
    (found,) = connector.find_companies(
        CompanyQuery("DE", vat="DE 136.695.976", name="quite another name")
    )
    assert (found.identifier, found.name, found.vat) == (MILL.identifier, "Mill GmbH", MILL.vat)
    assert len(connector.find_companies(CompanyQuery("DE", name="mill"))) == 2
    assert connector.find_companies(CompanyQuery("FR", name="mill")) == []
    assert bureau.count("reports") == 0


def test_a_report_tells_rating_limit_and_day(bureau):
    report = bureau.open().read_report(MILL.identifier)
    assert (report.rating, report.score, report.limit) == ("B", Decimal(70), Decimal(50000))
    assert (report.currency, report.rated_on) == ("EUR", date(2026, 2, 1))
    assert report.description == "Low Risk, national score 65 (1 to 100)"
    assert report.is_active
    assert "commonValue" in report.raw


def test_a_company_that_is_not_rated_has_no_score_and_no_limit(bureau):
    set_companies(bureau.bank, Company("X", "New", "DE", letter="E", limit="No limit", value=""))
    report = bureau.open().read_report("X")
    assert (report.score, report.limit, report.currency) == (None, None, "")


def test_a_token_is_kept_and_renewed_once_when_refused(bureau):
    connector = bureau.open()
    connector.read_report(MILL.identifier)
    connector.read_report(MILL.identifier)
    bureau.open().read_report(MILL.identifier)
    assert bureau.count("logins") == 1
    bureau.bank.scenario.switch([Fault("auth", path="/v1/companies/*", times=1)])
    assert connector.read_report(MILL.identifier).rating == "B"
    assert bureau.count("logins") == 2


def test_a_changed_login_does_not_use_the_old_token(bureau):
    bureau.open().read_report(MILL.identifier)
    bureau.credentials["password"] = "a-new-one-that-is-wrong"
    with pytest.raises(ConnectorError) as caught:
        bureau.open().read_report(MILL.identifier)
    assert caught.value.kind == "auth"
    assert "a-new-one-that-is-wrong" not in str(caught.value)


def test_a_test_logs_in_anew_and_orders_nothing(bureau):
    bureau.open().check_access()
    bureau.open().check_access()
    assert (bureau.count("logins"), bureau.count("reports")) == (2, 0)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("server_error"), "unavailable"),
        (Fault("slow", seconds=3), "unavailable"),
        (Fault("cut"), "unavailable"),
        (Fault("rate_limited", seconds=90), "rate_limited"),
        (Fault("garbage"), "protocol"),
        (Fault("truncated"), "protocol"),
        (Fault("huge", size=1_000_000), "protocol"),
        (Fault("bomb", size=10_000_000), "protocol"),
        (Fault("redirect", location="http://127.0.0.1:1/"), "protocol"),
        (Fault("mutation"), "protocol"),
        (Fault("auth", path="/v1/companies/*"), "auth"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else value,
)
def test_what_goes_wrong_is_named(bureau, fault, kind):
    bureau.bank.scenario.switch([fault])
    with pytest.raises(ConnectorError) as caught:
        bureau.open().read_report(MILL.identifier)
    assert caught.value.kind == kind
    assert PASSWORD not in str(caught.value)
    assert USERNAME not in str(caught.value)


def test_an_unknown_company_and_missing_settings_are_config(bureau):
    with pytest.raises(ConnectorError) as caught:
        bureau.open().read_report("../../../etc")
    assert caught.value.kind == "config"
    with pytest.raises(ConnectorError, match="cannot be looked up"):
        bureau.open().find_companies(CompanyQuery("", name="Mill"))
    bureau.credentials["password"] = ""
    with pytest.raises(ConnectorError, match="not filled in"):
        bureau.open()
    with pytest.raises(ConnectorError, match="No installed app"):
        registry.get_bureau("nobody")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["commonValue", "creditLimit", "value", "currency", "providerValue", "minValue"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(rating=_json, summary=_json, day=_json)
def test_nonsense_is_a_report_or_an_error_and_nothing_else(rating, summary, day):
    answer = {
        "creditScore": {"currentCreditRating": rating, "latestRatingChangeDate": day},
        "companySummary": summary,
    }
    try:
        report = to_report(Record(answer, "report"), "1")
    except ConnectorError as error:
        assert error.kind == "protocol"
    else:
        assert report.rating in "ABCDE"
        assert report.limit is None or report.limit >= 0
