from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from ....banking.connectors.contract import RemoteAccount
from ....banking.connectors.gocardless import PROVIDER
from .feed_case import NOW, context_of, read_all, refusal, window
from .loopback_server import Reply, serving

SECRET = "gc-s3cret"
ACCOUNT = RemoteAccount("id-1", "NL02ABNA0123456789", "EUR")
BOOKED = {
    "transactionId": "T-1",
    "internalTransactionId": "I-1",
    "bookingDate": "2026-03-02",
    "bookingDateTime": "2026-03-01T23:30:00-05:00",
    "transactionAmount": {"amount": "45.00", "currency": "EUR"},
    "creditorName": "Refunding Shop",
    "remittanceInformationUnstructured": "Refund 7",
}
PENDING = {
    "transactionId": "T-2",
    "transactionAmount": {"amount": "-9.20", "currency": "EUR"},
    "valueDate": "2026-03-09",
}
EXPIRED = {"summary": "Access expired", "detail": "EUA has expired", "type": "AccessExpiredError"}


class Portal:
    """Answers as GoCardless does; ``accepted`` are the access tokens that are good."""

    def __init__(self, **answers):
        self.given = 0
        self.accepted = set()
        self.answers = {
            "requisitions/req-1/": {
                "id": "req-1",
                "status": "LN",
                "accounts": ["id-1"],
                "agreement": "agr-1",
            },
            "requisitions/req-2/": {
                "id": "req-2",
                "status": "LN",
                "accounts": ["id-2"],
                "agreement": "agr-1",
            },
            "agreements/enduser/agr-1/": {
                "accepted": "2026-02-01T10:00:00.5Z",
                "access_valid_for_days": 90,
            },
            "institutions/BANK_X/": {
                "transaction_total_days": "730",
                "max_access_valid_for_days": "180",
            },
            **{
                f"accounts/{name}/{part}": content
                for name in ("id-1", "id-2")
                for part, content in {
                    "": {"iban": "NL02 ABNA 0123 4567 89", "status": "READY"},
                    "details/": {"account": {"currency": "EUR", "name": "Main"}},
                    "transactions/": {"transactions": {"booked": [BOOKED], "pending": [PENDING]}},
                    "balances/": {
                        "balances": [
                            {
                                "balanceAmount": {"amount": "12.00", "currency": "EUR"},
                                "balanceType": "interimBooked",
                                "referenceDate": "2026-03-10",
                            }
                        ]
                    },
                }.items()
            },
            **answers,
        }

    def __call__(self, request):
        path = request.path.lstrip("/")
        if path.startswith("token/"):
            return self.give_token(request, path)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.accepted:
            return Reply({"summary": "Invalid token", "detail": "Token is invalid or expired"}, 401)
        if request.method == "POST":
            made = {
                "agreements/enduser/": {"id": "agr-2"},
                "requisitions/": {"id": "req-2", "link": "https://ob.example/start"},
            }
            return Reply(made[path], 201)
        content = self.answers[path]
        return content if isinstance(content, Reply) else Reply(content)

    def give_token(self, request, path):
        if path == "token/new/" and request.json != {"secret_id": "s-1", "secret_key": SECRET}:
            return Reply({"summary": "Authentication failed"}, 401)
        if path == "token/refresh/" and request.json != {"refresh": f"refresh-{self.given}"}:
            return Reply({"summary": "Invalid refresh token"}, 401)
        self.given += 1
        self.accepted.add(f"access-{self.given}")
        return Reply(
            {
                "access": f"access-{self.given}",
                "access_expires": 86400,
                "refresh": f"refresh-{self.given}",
                "refresh_expires": 2592000,
            }
        )


def connect(server, **values):
    keys = {"secret_id": "s-1", "secret_key": SECRET, "institution_id": "BANK_X"}
    context = context_of(
        **{**keys, "requisition_id": "req-1", "test_address": server.url, **values}
    )
    return PROVIDER.open(context), context.credentials


def test_transactions_are_mapped_by_gocardless_own_ids_and_signs():
    with serving(Portal()) as server:
        pages, (booked, pending) = read_all(connect(server)[0], window(ACCOUNT))
        queries = [r.query for r in server.requests if r.path.endswith("/transactions/")]
    assert booked.transaction.amount == Decimal("45.00")  # a refund, though only a creditor is told
    assert booked.transaction.booking_date == date(2026, 3, 2)
    assert booked.transaction.counterparty.name == "Refunding Shop"
    assert (booked.provider_id, pending.provider_id) == ("I-1", "")
    assert (pending.transaction.amount, pending.transaction.status) == (Decimal("-9.20"), "pending")
    assert queries == [{"date_from": "2026-03-01", "date_to": "2026-03-10"}]
    assert [(b.amount, b.kind) for b in pages[-1].balances] == [(Decimal("12.00"), "ITBD")]


def test_no_day_to_come_is_asked_for():
    with serving(Portal()) as server:
        read_all(connect(server)[0], window(ACCOUNT, end=date(2026, 4, 1)))
        [query] = [r.query for r in server.requests if r.path.endswith("/transactions/")]
    assert query["date_to"] == "2026-03-10"


def test_one_token_serves_many_requests_and_is_remembered():
    with serving(portal := Portal()) as server:
        connector, credentials = connect(server)
        read_all(connector, window(ACCOUNT))
        read_all(connect(server, **credentials.values)[0], window(ACCOUNT))
    assert portal.given == 1
    assert credentials.get("access_token") == "access-1"


def test_an_expired_token_is_renewed_by_the_refresh_token():
    with serving(portal := Portal()) as server:
        connector, credentials = connect(server)
        read_all(connector, window(ACCOUNT))
        credentials.remember({"access_token_until": str(NOW.timestamp() - 1)})
        read_all(connector, window(ACCOUNT))
        paths = [path for path in server.paths if "token" in path]
    assert paths == ["/token/new/", "/token/refresh/"]
    assert (portal.given, credentials.get("refresh_token")) == (2, "refresh-2")


def test_a_token_that_was_withdrawn_is_renewed_once():
    with serving(portal := Portal()) as server:
        connector, credentials = connect(server)
        read_all(connector, window(ACCOUNT))
        portal.accepted.clear()
        read_all(connector, window(ACCOUNT))
    assert credentials.get("access_token") == "access-2"


def test_a_refresh_token_that_is_refused_gives_way_to_the_keys():
    with serving(Portal()) as server:
        connector, credentials = connect(server, refresh_token="stale")
        read_all(connector, window(ACCOUNT))
        assert [path for path in server.paths if "token" in path] == [
            "/token/refresh/",
            "/token/new/",
        ]


def test_wrong_keys_are_refused():
    with serving(Portal()) as server:
        connector, _credentials = connect(server, secret_key="wrong-key")
        refusal("auth", connector.list_accounts, secret="wrong-key")


def test_accounts_are_listed_and_their_details_asked_for_once():
    with serving(Portal()) as server:
        connector, _credentials = connect(server)
        assert (
            connector.list_accounts()
            == connector.list_accounts()
            == [RemoteAccount("id-1", "NL02ABNA0123456789", "EUR", "Main")]
        )
        assert server.paths.count("/accounts/id-1/details/") == 1


def test_a_new_requisition_gives_new_ids_and_the_account_is_known_by_its_number():
    with serving(Portal()) as server:
        connector, credentials = connect(server)
        connector.list_accounts()
        url = connector.start_authorisation("https://odoo.example/back", "state-1")
        sent = [r.json for r in server.requests if r.path == "/requisitions/"]
        assert credentials.get("requisition_id") == "req-1"
        connector.finish_authorisation({"ref": "state-1"})
        read_all(connector, window(ACCOUNT))
        assert server.paths[-2] == "/accounts/id-2/transactions/"
    assert url == "https://ob.example/start"
    assert sent == [
        {
            "redirect": "https://odoo.example/back?state=state-1",
            "institution_id": "BANK_X",
            "reference": "state-1",
            "agreement": "agr-2",
        }
    ]
    assert credentials.get("requisition_id") == "req-2"


def test_the_agreement_is_as_long_as_the_bank_allows():
    with serving(Portal()) as server:
        connect(server)[0].start_authorisation("https://odoo.example/back", "s")
        [sent] = [r.json for r in server.requests if r.path == "/agreements/enduser/"]
    assert (sent["max_historical_days"], sent["access_valid_for_days"]) == (730, 180)


def test_the_consent_ends_so_many_days_after_it_was_given():
    with serving(Portal()) as server:
        consent = connect(server)[0].read_consent()
    given = datetime(2026, 2, 1, 10, tzinfo=timezone.utc)
    assert consent.valid_until.replace(microsecond=0) == given + timedelta(days=90)


@pytest.mark.parametrize("status", ["EX", "RJ", "CR", ""])
def test_a_requisition_that_is_not_in_force_asks_for_consent(status):
    answers = {"requisitions/req-1/": {"id": "req-1", "status": status, "accounts": ["id-1"]}}
    with serving(Portal(**answers)) as server:
        refusal("consent_expired", connect(server)[0].list_accounts)
        refusal("consent_expired", connect(server, requisition_id="")[0].list_accounts)


def test_an_owner_who_says_no_is_told_so():
    with serving(Portal()) as server:
        answer = {"error": "UserCancelledSession", "details": "User cancelled"}
        refusal("consent_expired", connect(server)[0].finish_authorisation, answer)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(EXPIRED, 401), "consent_expired"),
        (Reply(EXPIRED, 400), "consent_expired"),
        (Reply({"summary": "Account suspended"}, 409), "consent_expired"),
        (Reply({"summary": "no"}, 403), "auth"),
        (Reply({"summary": "Not found."}, 404), "config"),
        (Reply({"date_to": {"summary": "Future"}}, 400), "protocol"),
        (Reply(b"<html>", 503), "unavailable"),
        (Reply(b"<html>Login</html>"), "protocol"),
    ],
)
def test_refusals_are_understood(reply, kind):
    with serving(Portal(**{"accounts/id-1/transactions/": reply})) as server:
        refusal(kind, connect(server)[0].fetch, window(ACCOUNT), secret=SECRET)


@pytest.mark.parametrize(
    ("content", "headers", "seconds"),
    [
        ({"detail": "limit is 4/day. Please try again in 85092 seconds"}, {}, 85092),
        ({}, {"HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_RESET": "3600"}, 3600),
        ({}, {}, 6 * 3600),
    ],
)
def test_the_daily_limit_says_when_to_come_again(content, headers, seconds):
    reply = Reply(content, 429, headers)
    with serving(Portal(**{"accounts/id-1/transactions/": reply})) as server:
        error = refusal("rate_limited", connect(server)[0].fetch, window(ACCOUNT))
        assert server.paths.count("/accounts/id-1/transactions/") == 1
    assert error.retry_after == seconds
