import base64
import hashlib
import uuid
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ....banking.connectors.berlin_group import PROVIDER
from ....banking.connectors.contract import RemoteAccount
from .certificates import authority, certificate
from .feed_case import context_of, read_all, refusal, window
from .loopback_server import Reply, serving

ACCOUNT = RemoteAccount("acc 1", "DE40100100103307118608", "EUR")
BOOKED = {
    "transactionId": "T-1",
    "bookingDate": "2026-03-02",
    "transactionAmount": {"amount": "343.01", "currency": "EUR"},
    "debtorName": "Paul Simpson",
    "debtorAccount": {"iban": "NL76RABO0359400371"},
    "remittanceInformationUnstructured": "Example 2",
}
PENDING = {"transactionAmount": {"amount": "-1.00", "currency": "EUR"}}
BALANCES = {
    "balances": [
        {
            "balanceAmount": {"amount": "500.00", "currency": "EUR"},
            "balanceType": "closingBooked",
            "referenceDate": "2026-03-09",
        },
        {
            "balanceAmount": {"amount": "900.00", "currency": "EUR"},
            "balanceType": "interimBooked",
            "creditLimitIncluded": True,
        },
    ]
}
CONSENT = {"consentStatus": "valid", "validUntil": "2026-08-30", "frequencyPerDay": 4}
LISTED = {"resourceId": "acc 1", "iban": "DE40 1001", "name": "Main", "ownerName": "Our GmbH"}
SEAL = certificate(authority("Seal CA"), "our company")


def bank(**answers):
    known = {
        "/v1/accounts/acc%201/transactions": {
            "transactions": {"booked": [BOOKED], "pending": [PENDING]}
        },
        "/v1/accounts/acc%201/balances": BALANCES,
        "/v1/accounts": {"accounts": [LISTED]},
        "/v1/consents": {
            "consentId": "con-2",
            "consentStatus": "received",
            "_links": {"scaRedirect": {"href": "https://sca.bank.example/con-2"}},
        },
        "/v1/consents/con-1": CONSENT,
        "/v1/consents/con-2": CONSENT,
        **answers,
    }

    def answer(request):
        content = known[request.path]
        if callable(content):
            content = content(request)
        return content if isinstance(content, Reply) else Reply(content)

    return answer


def connect(server, **values):
    context = context_of(**{"base_url": f"{server.url}/v1", "consent_id": "con-1", **values})
    return PROVIDER.open(context), context.credentials


def test_transactions_and_balances_are_read_without_the_owner():
    with serving(bank()) as server:
        pages, (booked, pending) = read_all(connect(server)[0], window(ACCOUNT))
        request = server.requests[0]
    assert request.query == {
        "dateFrom": "2026-03-01",
        "dateTo": "2026-03-10",
        "bookingStatus": "both",
    }
    assert request.headers["consent-id"] == "con-1"
    assert uuid.UUID(request.headers["x-request-id"])
    assert not [name for name in request.headers if name.startswith(("psu-", "signature", "tpp-"))]
    assert (booked.provider_id, booked.transaction.amount) == ("T-1", Decimal("343.01"))
    assert booked.transaction.counterparty.account == "NL76RABO0359400371"
    assert pending.transaction.booking_date == date(2026, 3, 10)
    [balance] = pages[-1].balances
    assert (balance.kind, balance.amount) == ("CLBD", Decimal("500.00"))


def test_every_request_has_an_id_of_its_own():
    with serving(bank()) as server:
        read_all(connect(server)[0], window(ACCOUNT))
        ids = [request.headers["x-request-id"] for request in server.requests]
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize("form", ["relative", "absolute", "text"])
def test_the_banks_links_lead_from_page_to_page(form):
    def first(request):
        if request.query.get("page") == "2":
            return {"transactions": {"booked": [{**BOOKED, "transactionId": "T-2"}], "_links": {}}}
        link = "/v1/accounts/acc%201/transactions?page=2"
        if form == "absolute":
            link = f"http://{request.headers['host']}{link}"
        href = link if form == "text" else {"href": link}
        return {"transactions": {"booked": [BOOKED], "_links": {"next": href}}}

    with serving(bank(**{"/v1/accounts/acc%201/transactions": first})) as server:
        _pages, lines = read_all(connect(server)[0], window(ACCOUNT))
        assert "bookingStatus" not in server.requests[1].query
    assert [line.provider_id for line in lines] == ["T-1", "T-2"]


@pytest.mark.parametrize(
    "href", ["https://evil.example/transactions", "/v1/accounts/acc%201/transactions?again=1"]
)
def test_links_to_elsewhere_or_in_a_circle_are_refused(href):
    content = {"transactions": {"booked": [], "_links": {"next": {"href": href}}}}
    with serving(bank(**{"/v1/accounts/acc%201/transactions": content})) as server:
        refusal("protocol", connect(server)[0].fetch, window(ACCOUNT))
        assert len(server.requests) <= 2


def test_a_list_that_is_only_to_be_downloaded_is_said_to_be_too_long():
    content = {"transactions": {"_links": {"download": {"href": "/v1/file"}}}}
    with serving(bank(**{"/v1/accounts/acc%201/transactions": content})) as server:
        refusal("config", connect(server)[0].fetch, window(ACCOUNT))


def test_a_consent_is_created_confirmed_and_taken_into_use():
    with serving(bank()) as server:
        connector, credentials = connect(
            server, consent_id="", psu_ip_address="192.0.2.7", ibans="DE40 1001, de50 2"
        )
        refusal("consent_expired", connector.list_accounts)
        url = connector.start_authorisation("https://odoo.example/back", "s-1")
        sent = server.requests[0]
        connector.finish_authorisation({"state": "s-1"})
        [account] = connector.list_accounts()
    accounts = [{"iban": "DE401001"}, {"iban": "DE502"}]
    assert url == "https://sca.bank.example/con-2"
    assert sent.json == {
        "access": {"accounts": accounts, "balances": accounts, "transactions": accounts},
        "recurringIndicator": True,
        "validUntil": "2026-09-06",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
    }
    assert sent.headers["psu-ip-address"] == "192.0.2.7"
    assert sent.headers["tpp-redirect-uri"] == "https://odoo.example/back?state=s-1"
    assert "consent-id" not in sent.headers
    assert credentials.get("consent_id") == "con-2"
    assert (account.number, account.owner_name) == ("DE401001", "Our GmbH")


def test_without_accounts_all_of_them_are_asked_for():
    with serving(bank()) as server:
        connect(server)[0].start_authorisation("https://odoo.example/back", "s")
        assert server.requests[0].json["access"] == {"allPsd2": "allAccounts"}


def test_a_bank_without_a_page_to_confirm_in_is_refused():
    reply = {"consentId": "con-2", "_links": {"startAuthorisation": {"href": "/v1/x"}}}
    with serving(bank(**{"/v1/consents": reply})) as server:
        refusal("config", connect(server)[0].start_authorisation, "https://x", "s")


def test_the_consent_lasts_to_the_end_of_the_day_the_bank_set():
    with serving(bank()) as server:
        consent = connect(server)[0].read_consent()
    assert consent.valid_until == datetime(2026, 8, 30, 23, 59, 59, tzinfo=timezone.utc)


def test_a_consent_without_end_has_none():
    with serving(bank(**{"/v1/consents/con-1": {**CONSENT, "validUntil": "9999-12-31"}})) as server:
        assert connect(server)[0].read_consent().valid_until is None


@pytest.mark.parametrize(
    "status", ["expired", "revokedByPsu", "terminatedByTpp", "rejected", "received", ""]
)
def test_a_consent_that_is_not_valid_has_to_be_given(status):
    content = {**CONSENT, "consentStatus": status}
    with serving(bank(**{"/v1/consents/con-1": content})) as server:
        refusal("consent_expired", connect(server)[0].read_consent)


def test_requests_are_sealed_so_that_the_bank_can_verify_them():
    with serving(bank()) as server:
        connector, _credentials = connect(server, seal_certificate=SEAL[0], seal_key=SEAL[1])
        connector.start_authorisation("https://odoo.example/back", "s-1")
        sent = server.requests[0]
    headers = sent.headers
    body_digest = base64.b64encode(hashlib.sha256(sent.body).digest()).decode()
    assert headers["digest"] == f"SHA-256={body_digest}"
    parts = dict(part.split('="', 1) for part in headers["signature"].rstrip('"').split('",'))
    names = parts["headers"].split()
    assert names == ["digest", "x-request-id", "date", "tpp-redirect-uri"]
    content = "\n".join(f"{name}: {headers[name]}" for name in names)
    shown = x509.load_der_x509_certificate(base64.b64decode(headers["tpp-signature-certificate"]))
    shown.public_key().verify(
        base64.b64decode(parts["signature"]), content.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert parts["keyId"] == f"SN={shown.serial_number:x},CA=CN=Seal CA"


@pytest.mark.parametrize("damaged", ["seal_certificate", "seal_key"])
def test_a_seal_that_is_none_is_our_own_fault(damaged):
    seal = {"seal_certificate": SEAL[0], "seal_key": SEAL[1], damaged: "rubbish"}
    with serving(bank()) as server:
        refusal("config", connect(server, **seal)[0].list_accounts, secret="rubbish")
        assert not server.requests


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "CONSENT_EXPIRED", "consent_expired"),
        (401, "CONSENT_INVALID", "consent_expired"),
        (403, "CONSENT_UNKNOWN", "consent_expired"),
        (401, "TOKEN_EXPIRED", "auth"),
        (401, "CERTIFICATE_REVOKED", "auth"),
        (401, "SIGNATURE_INVALID", "auth"),
        (401, "", "auth"),
        (400, "PERIOD_INVALID", "config"),
        (404, "RESOURCE_UNKNOWN", "config"),
        (400, "FORMAT_ERROR", "protocol"),
        (409, "STATUS_INVALID", "protocol"),
        (500, "INTERNAL_SERVER_ERROR", "unavailable"),
    ],
)
def test_refusals_are_understood(status, code, kind):
    content = {"tppMessages": [{"category": "ERROR", "code": code, "text": "x"}]}
    with serving(lambda request: Reply(content, status)) as server:
        refusal(kind, connect(server)[0].fetch, window(ACCOUNT))


def test_the_daily_limit_is_left_to_the_next_sync():
    content = {"tppMessages": [{"code": "ACCESS_EXCEEDED"}]}
    with serving(lambda request: Reply(content, 429)) as server:
        error = refusal("rate_limited", connect(server)[0].fetch, window(ACCOUNT))
        assert len(server.requests) == 1
    assert error.retry_after == 6 * 3600
