"""Revolut Business: tokens by certificate, legs and fees, paging by the moment of creation."""

import base64
import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ....banking.connectors import revolut
from ....banking.connectors.revolut import PROVIDER
from .certificates import key_pem, new_key
from .feed_case import NOW, context_of, read_all, refusal, window
from .loopback_server import Reply, serving

KEY = new_key()
REFRESH = "refresh-s3cret"
START = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


def transaction(identifier, *, minutes=0, state="completed", **values):
    moment = (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    leg = {
        "leg_id": f"leg-{identifier}",
        "account_id": "acc-1",
        "amount": 50.01,
        "currency": "EUR",
        "description": "Payment from Blue Ltd",
        **values.pop("leg", {}),
    }
    return {
        "id": identifier,
        "type": "topup",
        "state": state,
        "created_at": moment,
        "completed_at": moment if state == "completed" else None,
        "reference": "INV/2026/0001",
        "legs": [leg],
        **values,
    }


def is_signed(token, client="client-1"):
    head, claims, signature = token.split(".")
    padded = [part + "=" * (-len(part) % 4) for part in (claims, signature)]
    told, value = (base64.urlsafe_b64decode(part) for part in padded)
    KEY.public_key().verify(value, f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    wanted = {"iss": "odoo.example", "sub": client, "aud": "https://revolut.com"}
    return wanted.items() <= json.loads(told).items()


class Bank:
    """Revolut's service: accounts, transactions newest first, tokens that are counted."""

    def __init__(self, transactions=(), size=1000):
        self.transactions = sorted(transactions, key=lambda each: each["created_at"], reverse=True)
        self.size = size
        self.given = 0
        self.refusal = None

    def __call__(self, request):
        if request.path == "/auth/token":
            return self.give_token(dict(parse_qsl(request.body.decode())))
        if request.headers.get("authorization") != f"Bearer access-{self.given}":
            return Reply({"message": "The request should be authorized."}, 401)
        if request.path == "/accounts":
            names = {"acc-1": "active", "acc-0": "inactive"}
            return Reply(
                [
                    {"id": name, "name": name, "balance": 12.5, "currency": "EUR", "state": state}
                    for name, state in names.items()
                ]
            )
        if request.path == "/accounts/acc-1/bank-details":
            return Reply([{"account_no": "1"}, {"iban": "LT60 3250 0100", "bic": "REVOLT21"}])
        return self.list_transactions(request.query)

    def list_transactions(self, query):
        assert query["account"] == "acc-1"
        found = [
            each for each in self.transactions if query["from"] <= each["created_at"] < query["to"]
        ]
        return Reply(found[: int(query["count"])])

    def give_token(self, form):
        if self.refusal:
            return self.refusal
        assert is_signed(form["client_assertion"])
        known = {"refresh_token": REFRESH, "authorization_code": "c0de"}
        given = form.get("refresh_token") or form.get("code")
        if given != known[form["grant_type"]]:
            return Reply({"error": "invalid_grant"}, 400)
        self.given += 1
        answer = {"access_token": f"access-{self.given}", "expires_in": 2399}
        is_first = form["grant_type"] == "authorization_code"
        return Reply({**answer, "refresh_token": REFRESH} if is_first else answer)


def connect(server, **values):
    context = context_of(
        **{
            "test_address": server.url,
            "client_id": "client-1",
            "private_key": key_pem(KEY),
            "issuer": "odoo.example",
            "refresh_token": REFRESH,
            **values,
        }
    )
    return PROVIDER.open(context), context.credentials


def fetched(*transactions):
    with serving(Bank(transactions)) as server:
        connector, _credentials = connect(server)
        return read_all(connector)


def test_accounts_are_listed_with_their_iban():
    with serving(Bank()) as server:
        connector, _credentials = connect(server)
        [account] = connector.list_accounts()
    facts = (account.identifier, account.number, account.currency, account.bic)
    assert facts == ("acc-1", "LT6032500100", "EUR", "REVOLT21")


def test_the_owner_allows_reading_and_the_code_buys_tokens():
    bank = Bank()
    with serving(bank) as server:
        connector, credentials = connect(server, refresh_token="", issuer="")
        refusal("consent_expired", connector.list_accounts)
        url = connector.start_authorisation("https://odoo.example/back", "st4te")
        told = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{server.url}/app-confirm?")
        assert (told["scope"], told["state"]) == ("READ", "st4te")
        refusal("consent_expired", connector.finish_authorisation, {"error": "access_denied"})
        connector.finish_authorisation({"code": "c0de"})
        assert credentials.get("refresh_token") == REFRESH
        assert connector.list_accounts()
    assert bank.given == 1


def test_a_token_is_kept_renewed_when_refused_and_forgotten_with_the_client():
    bank = Bank()
    with serving(bank) as server:
        connector, credentials = connect(server)
        connector.list_accounts()
        connector.list_accounts()
        assert bank.given == 1
        bank.given = 7  # Revolut ends the token early
        connector.list_accounts()
        assert bank.given == 8
        other, _credentials = connect(server, **{**credentials.values, "client_id": "client-2"})
        refusal("consent_expired", other.list_accounts, secret=REFRESH)


def test_an_ended_consent_and_a_wrong_key_are_told_apart():
    bank = Bank()
    with serving(bank) as server:
        connector, _credentials = connect(server, refresh_token="0ld")
        refusal("consent_expired", connector.list_accounts, secret="0ld")
        bank.refusal = Reply({"error": "invalid_client"}, 401)
        refusal("auth", connector.list_accounts)
        connector, _credentials = connect(server, private_key="nonsense")
        refusal("config", connector.list_accounts)


def test_legs_fees_and_foreign_amounts():
    leg = {"amount": -20, "fee": 0.2, "bill_amount": 22, "bill_currency": "USD"}
    legs = [
        {"leg_id": "g1", "account_id": "acc-1", "currency": "EUR", "description": "To Red", **leg},
        {"leg_id": "g2", "account_id": "other", "currency": "USD", "amount": 22},
    ]
    pages, lines = fetched(transaction("t1", legs=legs))
    payment, fee = lines
    assert (payment.provider_id, fee.provider_id) == ("g1", "g1:fee")
    assert (payment.transaction.amount, fee.transaction.amount) == (-20, Decimal("-0.2"))
    assert payment.transaction.counterparty.name == "Red"
    foreign = payment.transaction.exchange.foreign
    assert (foreign.amount, foreign.currency) == (-22, "USD")
    assert pages[-1].balances[0].amount == Decimal("12.5")


def test_states_decide_what_a_transaction_is():
    pages, lines = fetched(
        transaction("booked"),
        transaction("pending", state="pending", minutes=1),
        transaction("planned", state="created", minutes=2),
        *(transaction(state, state=state) for state in ("declined", "failed", "reverted")),
    )
    status = {line.provider_id: line.transaction.status for line in lines}
    assert status == {"leg-booked": "booked", "leg-pending": "pending"}
    withdrawn = {name for page in pages for name in page.removed_ids}
    assert {"leg-declined", "leg-failed:fee", "leg-reverted"} <= withdrawn
    refusal("protocol", fetched, transaction("strange", state="frozen"))


def test_a_payment_made_before_the_window_counts_by_its_completion():
    early = transaction("t1", minutes=-20 * 24 * 60, completed_at="2026-03-05T23:59:59.000Z")
    late = transaction("t2", completed_at="2026-03-11T00:00:00.000Z")
    _pages, lines = fetched(early, late)
    assert [line.provider_id for line in lines] == ["leg-t1"]
    assert str(lines[0].transaction.booking_date) == "2026-03-05"


@pytest.mark.parametrize("step", [0.5, 1])
def test_pages_follow_one_another_without_loss_and_without_repetition(step, monkeypatch):
    monkeypatch.setattr(revolut, "PAGE_SIZE", 4)
    # With half a minute twins of the same moment stand on the border of pages.
    told = [transaction(f"t{number}", minutes=int(number * step)) for number in range(23)]
    pages, lines = fetched(*told)
    names = [line.provider_id for line in lines]
    assert len(pages) > 4
    assert sorted(names) == sorted({f"leg-t{number}" for number in range(23)})


def test_more_transactions_of_one_moment_than_a_page_holds_are_not_passed_over(monkeypatch):
    monkeypatch.setattr(revolut, "PAGE_SIZE", 3)
    refusal("protocol", fetched, *(transaction(f"t{number}") for number in range(5)))


@pytest.mark.parametrize(
    "broken",
    [{"amount": "x"}, {"currency": "€"}, {"leg_id": ""}, {"fee": "much"}],
)
def test_what_cannot_be_read_is_refused(broken):
    refusal("protocol", fetched, transaction("t1", leg=broken))


def test_the_window_is_asked_for_by_whole_days():
    with serving(Bank()) as server:
        connector, _credentials = connect(server)
        read_all(connector, window())
        [asked] = [each for each in server.requests if each.path == "/transactions"]
    assert asked.query["to"] == "2026-03-11T00:00:00.000000Z"
    assert asked.query["from"] == "2026-01-30T00:00:00.000000Z"
    assert NOW.day == 10
