"""Ponto: newest first, pending apart, and a synchronization that is waited for so long only."""

import logging
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.ponto.connector import PontoConnector
from ....banking.connectors.ponto.mapping import to_line
from .feed_case import context_of, read_all, refusal, window
from .loopback_server import Reply, serving

SECRET, TOKEN = "ponto-s3cret", "ponto-t0ken"
ACCOUNT = {
    "id": "acc-1",
    "attributes": {
        "reference": "NL02 ABNA 0123 4567 89",
        "currency": "EUR",
        "description": "Business",
        "holderName": "ACME",
        "currentBalance": 1000.5,
        "currentBalanceReferenceDate": "2026-03-09T22:00:00.000Z",
        "availableBalance": 900,
        "authorizationExpirationExpectedAt": "2026-06-01T10:00:00.000Z",
    },
}


def transaction(identifier, day="2026-03-02", **attributes):
    return {
        "id": identifier,
        "type": "transaction",
        "attributes": {
            "amount": -12.5,
            "currency": "EUR",
            "executionDate": f"{day}T00:00:00.000Z",
            "valueDate": f"{day}T00:00:00.000Z",
            "counterpartName": "Blue Ltd",
            "counterpartReference": "BE71 0961 2345 6769",
            "remittanceInformation": "INV 1\nINV 2",
            "remittanceInformationType": "unstructured",
            "endToEndId": "E2E-1",
            **attributes,
        },
    }


class Ponto:
    """A Ponto on loopback, of which a test changes single answers."""

    def __init__(self, transactions=(), pending=(), size=100):
        self.lists = {
            "/accounts": [ACCOUNT],
            "/accounts/acc-1/transactions": list(transactions),
            "/accounts/acc-1/pending-transactions": list(pending),
        }
        self.size = size
        self.states = ["pending", "running", "success"]
        self.errors = []
        self.special = {}

    def __call__(self, request):
        if request.path in self.special:
            return self.special[request.path]
        if request.path == "/oauth2/token":
            return self.token(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"errors": [{"code": "unauthorized"}]}, 401)
        if request.path.startswith("/synchronizations"):
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            attributes = {"status": state, "errors": self.errors}
            return Reply({"data": {"id": "sync-1", "attributes": attributes}}, 201)
        if request.path == "/accounts/acc-1":
            return Reply({"data": ACCOUNT})
        return self.page(self.lists[request.path], request.query.get("after"))

    def token(self, request):
        is_known = request.headers["authorization"] == "Basic aWQ6cG9udG8tczNjcmV0"
        if request.form != {"grant_type": "client_credentials"} or not is_known:
            return Reply({"error": "invalid_client"}, 400)
        return Reply({"access_token": TOKEN, "expires_in": 1799})

    def page(self, records, after):
        first = [each["id"] for each in records].index(after) + 1 if after else 0
        part = records[first : first + self.size]
        is_more = first + self.size < len(records)
        paging = {"limit": self.size, "after": part[-1]["id"]} if is_more else {"limit": 100}
        return Reply({"data": part, "meta": {"paging": paging}})


def open_ponto(server, waits=None, **values):
    values = {"client_id": "id", "client_secret": SECRET, "test_address": server.url, **values}
    return PontoConnector(context_of(**values), wait=(waits if waits is not None else []).append)


def fetch(ponto, **values):
    with serving(ponto) as server:
        return read_all(open_ponto(server, **values))


def test_accounts_and_consent_are_read():
    with serving(Ponto()) as server:
        connector = open_ponto(server)
        [account] = connector.list_accounts()
        consent = connector.read_consent()
        tokens = server.paths.count("/oauth2/token")
    assert (account.number, account.owner_name) == ("NL02ABNA0123456789", "ACME")
    assert consent.valid_until.isoformat() == "2026-06-01T10:00:00+00:00"
    assert tokens == 1


def test_a_token_is_kept_for_the_next_sync_and_not_for_another_client():
    with serving(Ponto()) as server:
        first = context_of(client_id="id", client_secret=SECRET, test_address=server.url)
        PontoConnector(first).list_accounts()
        PontoConnector(first).list_accounts()
        assert server.paths.count("/oauth2/token") == 1
        first.credentials.values["client_id"] = "other"
        refusal("auth", PontoConnector(first).list_accounts, secret=SECRET)


def test_pages_are_followed_to_the_beginning_of_the_window():
    days = ["2026-03-05", "2026-03-04", "2026-03-04", "2026-03-01", "2026-02-27", "2026-02-26"]
    records = [transaction(f"t{number}", day) for number, day in enumerate(days)]
    ponto = Ponto(
        [*records, transaction("t6", "2026-02-25"), transaction("t7", "2026-02-24")], size=2
    )
    with serving(ponto) as server:
        pages, lines = read_all(open_ponto(server))
        afters = [
            request.query.get("after")
            for request in server.requests
            if request.path.endswith("/transactions")
        ]
    assert [line.provider_id for line in lines] == ["t1", "t0", "t3", "t2"]
    assert afters == [None, "t1", "t3"]  # the third page is older as a whole
    assert {page.cursor for page in pages} == {""}


def test_pending_transactions_come_without_a_name():
    _pages, lines = fetch(Ponto([transaction("t1")], [transaction("p1", executionDate=None)]))
    assert [(line.provider_id, line.transaction.status) for line in lines] == [
        ("t1", "booked"),
        ("", "pending"),
    ]
    assert lines[1].transaction.bank_reference == ""


def test_the_last_page_tells_the_balances():
    pages, _lines = fetch(Ponto())
    assert [(b.kind, b.amount, b.balance_date) for b in pages[-1].balances] == [
        ("ITBD", Decimal("1000.5"), date(2026, 3, 9)),
        ("ITAV", Decimal(900), date(2026, 3, 10)),
    ]


def test_a_line_tells_all_that_ponto_tells():
    _pages, [line] = fetch(Ponto([transaction("t1", fee=1.25, mandateId="M-1")]))
    found = line.transaction
    assert (found.amount, found.currency) == (Decimal("-12.5"), "EUR")
    assert found.remittance.lines == ("INV 1", "INV 2")
    assert (found.counterparty.name, found.counterparty.account) == ("Blue Ltd", "BE71096123456769")
    assert (found.identifiers.end_to_end_id, found.identifiers.mandate_id) == ("E2E-1", "M-1")
    assert (found.charges[0].amount, found.charges[0].included) == (Decimal("-1.25"), True)


@pytest.mark.parametrize("text", ["NOTPROVIDED", "not provided", ""])
def test_a_placeholder_is_no_reference(text):
    record = transaction("t1", amount=Decimal("1"), endToEndId=text)
    assert to_line(record).transaction.identifiers.end_to_end_id == ""


@given(amount=st.decimals(-(10**12), 10**12, places=2))
@settings(deadline=None)
def test_amounts_are_signed_as_they_come(amount):
    for written in (amount, str(amount)):
        assert to_line(transaction("t1", amount=written)).transaction.amount == amount


def test_the_bank_is_read_first_and_waited_for():
    waits = []
    with serving(Ponto()) as server:
        read_all(open_ponto(server, waits))
        body = next(
            request.json
            for request in server.requests
            if request.method == "POST" and request.path == "/synchronizations"
        )
    assert body["data"]["attributes"]["resourceId"] == "acc-1"
    assert waits == [3.0, 3.0]


def test_waiting_ends():
    ponto, waits = Ponto([transaction("t1")]), []
    ponto.states = ["running"]
    with serving(ponto) as server:
        _pages, lines = read_all(open_ponto(server, waits))
    assert (len(waits), len(lines)) == (10, 1)


def test_the_bank_is_not_read_where_that_is_off():
    with serving(Ponto([transaction("t1")])) as server:
        _pages, lines = read_all(open_ponto(server, is_synchronizing="0"))
        assert not any("synchronizations" in path for path in server.paths)
    assert len(lines) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"errors": [{"code": "accountRecentlySynchronized"}]}, 400),
        Reply({"errors": [{"code": "tooManyRequests"}]}, 429),
    ],
)
def test_what_ponto_has_is_read_if_it_does_not_look_now(reply):
    ponto = Ponto([transaction("t1")])
    ponto.special["/synchronizations"] = reply
    assert len(fetch(ponto)[1]) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply({"errors": [{"code": "authorizationExpired"}]}, 400), "consent_expired"),
        (Reply({}, 401), "auth"),
        (Reply({}, 500), "unavailable"),
    ],
)
def test_what_keeps_ponto_from_looking_for_good_is_told(reply, kind):
    ponto = Ponto()
    ponto.special["/synchronizations"] = reply
    with serving(ponto) as server:
        refusal(kind, open_ponto(server).fetch, window())


def test_the_address_is_sent_where_it_is_given():
    with serving(Ponto()) as server:
        read_all(open_ponto(server, customer_ip_address=" 192.0.2.7 "))
        [request] = [each for each in server.requests if each.path == "/synchronizations"]
    assert request.json["data"]["attributes"]["customerIpAddress"] == "192.0.2.7"


def test_an_account_without_pending_transactions_is_read():
    ponto = Ponto([transaction("t1")])
    ponto.special["/accounts/acc-1/pending-transactions"] = Reply({}, 404)
    assert len(fetch(ponto)[1]) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [("authorizationExpired", "consent_expired"), ("technicalFailure", "unavailable")],
)
def test_a_failed_synchronization_says_why(code, kind):
    ponto = Ponto()
    ponto.states, ponto.errors = ["error"], [{"code": code}]
    with serving(ponto) as server:
        error = refusal(kind, open_ponto(server).fetch, window())
    assert code in str(error)


@pytest.mark.parametrize(
    ("path", "reply", "kind"),
    [
        ("/oauth2/token", Reply({"error": "invalid_client"}, 401), "auth"),
        ("/oauth2/token", Reply({"error": "invalid_client"}, 400), "auth"),
        ("/oauth2/token", Reply({"token_type": "bearer"}), "protocol"),
        ("/accounts/acc-1/transactions", Reply({}, 401), "auth"),
        ("/accounts/acc-1/transactions", Reply({}, 404), "config"),
        (
            "/accounts/acc-1/transactions",
            Reply({"errors": [{"code": "authorizationExpired"}]}, 403),
            "consent_expired",
        ),
        ("/accounts/acc-1/transactions", Reply({}, 429), "rate_limited"),
        ("/accounts/acc-1/transactions", Reply({}, 500), "unavailable"),
        ("/accounts/acc-1/transactions", Reply(b"oops"), "protocol"),
        ("/accounts/acc-1/transactions", Reply({"data": "x"}), "protocol"),
        (
            "/accounts/acc-1/transactions",
            Reply({"data": [], "meta": {"paging": {"after": "t1"}}}),
            "protocol",
        ),
        ("/accounts/acc-1", Reply({"data": []}), "protocol"),
    ],
)
def test_every_failure_has_its_kind(path, reply, kind):
    ponto = Ponto([transaction("t1")])
    ponto.special[path] = reply
    with serving(ponto) as server:
        refusal(kind, open_ponto(server).fetch, window(), secret=SECRET)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"amount": None}, "amount"),
        ({"amount": "1e5"}, "amount"),
        ({"currency": ""}, "currency"),
        ({"executionDate": None, "valueDate": None}, "executionDate"),
        ({"executionDate": "0000-00-00"}, "executionDate"),
    ],
)
def test_a_broken_transaction_is_refused_in_words(attributes, words):
    with serving(Ponto([transaction("t1", **attributes)])) as server:
        error = refusal("protocol", open_ponto(server).fetch, window())
    assert f"transaction t1: {words}" in str(error)


def test_nothing_secret_is_logged_or_shown(caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    with serving(Ponto([transaction("t1")])) as server:
        connector = open_ponto(server)
        read_all(connector)
    assert "/oauth2/token" in caplog.text
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


def test_a_missing_secret_is_named():
    with serving(Ponto()) as server:
        context = context_of(client_id="id", test_address=server.url)
        refusal("config", PontoConnector, context)
