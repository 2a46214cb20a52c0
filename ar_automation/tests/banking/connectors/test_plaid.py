import json
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ....banking.connectors.contract import RemoteAccount
from ....banking.connectors.json_record import Record
from ....banking.connectors.plaid import PROVIDER
from ....banking.connectors.plaid_records import map_line
from ..test_samples import SAMPLES
from .feed_case import context_of, read_all, refusal, window
from .loopback_server import Reply, serving

SECRET = "plaid-s3cret"
ACCOUNT = RemoteAccount("acc-1", "", "USD")
MUTATION = {
    "error_type": "TRANSACTIONS_ERROR",
    "error_code": "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
}


def entry(name, amount="-10.00", **more):
    return {
        "account_id": "acc-1",
        "transaction_id": name,
        "amount": float(amount),
        "iso_currency_code": "USD",
        "date": "2026-03-02",
        "name": f"ACH {name}",
        "pending": False,
        **more,
    }


def page(cursor, added=(), *, modified=(), removed=(), has_more=False, accounts=()):
    return {
        "added": list(added),
        "modified": list(modified),
        "removed": list(removed),
        "next_cursor": cursor,
        "has_more": has_more,
        "accounts": list(accounts),
        "request_id": "r",
    }


def connect(server, **values):
    keys = {"client_id": "client-1", "secret": SECRET, "access_token": "access-1"}
    context = context_of(**{**keys, "test_address": server.url, **values})
    return PROVIDER.open(context), context.credentials


def scripted(*answers):
    """Answer one after the other; a dict with an error code is a refusal."""
    waiting = iter(answers)

    def answer(request):
        content = next(waiting)
        return Reply(content, 400 if "error_code" in content else 200)

    return answer


def cursors(server):
    return [request.json.get("cursor", "") for request in server.requests]


def test_what_was_added_modified_and_removed_is_told():
    account = {
        "account_id": "acc-1",
        "type": "depository",
        "balances": {"current": 110.5, "available": 100, "iso_currency_code": "USD"},
    }
    answer = page(
        "c1",
        [
            entry(
                "T1",
                "-1234.56",
                pending_transaction_id="P1",
                check_number="77",
                payment_meta={"payer": "Acme Inc", "reference_number": "R9", "reason": "INV 7"},
            ),
            entry("other", account_id="acc-2"),
        ],
        modified=[entry("T0", "8.25", merchant_name="Shop", pending=True)],
        removed=[
            {"transaction_id": "P1", "account_id": "acc-1"},
            {"transaction_id": "X", "account_id": "acc-2"},
        ],
        accounts=[account],
    )
    with serving(scripted(answer)) as server:
        [only], (first, second) = read_all(connect(server)[0], window(ACCOUNT))
    line = first.transaction
    assert (first.provider_id, first.replaces_id) == ("T1", "P1")
    assert (line.amount, line.currency, line.status) == (Decimal("1234.56"), "USD", "booked")
    assert (line.counterparty.name, line.identifiers.cheque_number) == ("Acme Inc", "77")
    assert line.identifiers.transaction_id == "R9"
    assert line.remittance.lines == ("ACH T1", "INV 7")
    assert (second.transaction.amount, second.transaction.status) == (Decimal("-8.25"), "pending")
    assert second.transaction.counterparty.name == "Shop"
    assert only.removed_ids == ("P1",)
    assert [(b.amount, b.kind) for b in only.balances] == [
        (Decimal("110.5"), "ITBD"),
        (Decimal("100"), "ITAV"),
    ]


def test_debt_is_a_negative_balance():
    account = {
        "account_id": "acc-1",
        "type": "credit",
        "balances": {"current": 50, "available": 950, "iso_currency_code": "USD"},
    }
    with serving(scripted(page("c1", accounts=[account]))) as server:
        [only], _lines = read_all(connect(server)[0], window(ACCOUNT))
    assert [(b.amount, b.kind) for b in only.balances] == [(Decimal(-50), "ITBD")]


def test_reading_goes_on_from_the_stored_cursor():
    answers = [page("c1", [entry("T1")], has_more=True), page("c2", [entry("T2")]), page("c3")]
    with serving(scripted(*answers)) as server:
        connector, _credentials = connect(server)
        pages, lines = read_all(connector, window(ACCOUNT))
        [last], _none = read_all(connector, window(ACCOUNT, cursor=pages[-1].cursor))
        assert cursors(server) == ["", "c1", "c2"]
        first = server.requests[0].json
    assert [line.provider_id for line in lines] == ["T1", "T2"]
    assert [one.cursor for one in [*pages, last]] == ["2026-03-01||c1", "|c2|c2", "|c3|c3"]
    assert first["options"]["account_id"] == "acc-1"
    assert first["options"]["days_requested"] == 9
    assert (first["client_id"], first["secret"], first["access_token"]) == (
        "client-1",
        SECRET,
        "access-1",
    )


def test_the_first_reading_leaves_out_what_is_too_old_and_later_ones_do_not():
    old = entry("old", date="2026-02-27")
    with serving(scripted(page("c1", [old, entry("T1")]), page("c2", [old]))) as server:
        connector, _credentials = connect(server)
        [first], lines = read_all(connector, window(ACCOUNT))
        _pages, late = read_all(connector, window(ACCOUNT, cursor=first.cursor))
    assert [line.provider_id for line in lines] == ["T1"]
    assert [line.provider_id for line in late] == ["old"]


def test_a_list_that_changes_is_read_again_from_where_the_reading_began():
    answers = [
        page("c6", [entry("T1")], has_more=True),
        MUTATION,
        page("c8", [entry("T1"), entry("T2")], has_more=True),
        page("c9", [entry("T3")]),
    ]
    with serving(scripted(*answers)) as server:
        pages, lines = read_all(connect(server)[0], window(ACCOUNT, cursor="|c5|c5"))
        assert cursors(server) == ["c5", "c6", "c5", "c8"]
    assert [line.provider_id for line in lines] == ["T1", "T1", "T2", "T3"]
    assert pages[-1].cursor == "|c9|c9"


def test_a_reading_that_was_interrupted_still_knows_where_it_began():
    answers = [MUTATION, page("c9", [entry("T1")])]
    with serving(scripted(*answers)) as server:
        read_all(connect(server)[0], window(ACCOUNT, cursor="|c5|c7"))
        assert cursors(server) == ["c7", "c5"]


def test_a_list_that_never_stops_changing_is_left_for_later():
    with serving(lambda request: Reply(MUTATION, 400)) as server:
        refusal("unavailable", connect(server)[0].fetch, window(ACCOUNT, cursor="|c5|c5"))
        assert len(server.requests) == 6


def test_what_plaid_has_not_collected_yet_is_no_empty_account():
    answer = {**page(""), "transactions_update_status": "NOT_READY"}
    with serving(scripted(answer)) as server:
        error = refusal("unavailable", connect(server)[0].fetch, window(ACCOUNT))
    assert error.retry_after


def test_a_damaged_cursor_is_refused():
    with serving(scripted()) as server:
        refusal("config", connect(server)[0].fetch, window(ACCOUNT, cursor="c5"))


@pytest.mark.parametrize(
    ("status", "error_type", "code", "kind"),
    [
        (400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED", "consent_expired"),
        (400, "ITEM_ERROR", "USER_PERMISSION_REVOKED", "consent_expired"),
        (400, "INVALID_INPUT", "INVALID_API_KEYS", "auth"),
        (400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN", "auth"),
        (429, "RATE_LIMIT_EXCEEDED", "TRANSACTIONS_SYNC_LIMIT", "rate_limited"),
        (400, "INSTITUTION_ERROR", "INSTITUTION_DOWN", "unavailable"),
        (500, "API_ERROR", "INTERNAL_SERVER_ERROR", "unavailable"),
        (400, "INVALID_REQUEST", "UNKNOWN_FIELDS", "protocol"),
        (502, "", "", "unavailable"),
    ],
)
def test_refusals_are_understood(status, error_type, code, kind):
    content = {"error_type": error_type, "error_code": code, "error_message": SECRET}
    with serving(lambda request: Reply(content, status)) as server:
        refusal(kind, connect(server)[0].fetch, window(ACCOUNT), secret=SECRET)


def test_accounts_are_told_with_the_digits_that_plaid_gives():
    content = {
        "accounts": [
            {
                "account_id": "acc-1",
                "name": "Checking",
                "mask": "0000",
                "balances": {"iso_currency_code": "USD"},
            }
        ]
    }
    with serving(scripted(content)) as server:
        [account] = connect(server)[0].list_accounts()
    assert account == RemoteAccount("acc-1", "", "USD", "Checking …0000")


def test_the_consent_ends_when_the_bank_says_so():
    item = {"item_id": "i", "consent_expiration_time": "2026-06-01T10:00:00Z"}
    broken = {**item, "error": {"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED"}}
    with serving(scripted({"item": item}, {"item": broken})) as server:
        connector, _credentials = connect(server)
        consent = connector.read_consent()
        refusal("consent_expired", connector.read_consent)
    assert consent.valid_until == datetime(2026, 6, 1, 10, tzinfo=timezone.utc)


def test_the_owner_logs_in_on_plaids_page_and_the_token_is_remembered():
    answers = [
        {"link_token": "link-1", "hosted_link_url": "https://hosted.plaid.com/link/1"},
        {"link_sessions": [{"results": {"item_add_results": [{"public_token": "public-1"}]}}]},
        {"access_token": "access-9", "item_id": "item-9"},
        {"item": {"item_id": "item-9"}},
    ]
    with serving(scripted(*answers)) as server:
        connector, credentials = connect(server, access_token="")
        refusal("consent_expired", connector.list_accounts)
        url = connector.start_authorisation("https://odoo.example/back", "s 1")
        connector.finish_authorisation({"state": "s 1"})
        created, _got, exchanged, _item = [request.json for request in server.requests]
    assert url == "https://hosted.plaid.com/link/1"
    assert created["hosted_link"] == {
        "completion_redirect_uri": "https://odoo.example/back?state=s+1"
    }
    assert created["products"] == ["transactions"]
    assert exchanged["public_token"] == "public-1"
    assert credentials.get("access_token") == "access-9"


def test_an_item_that_wants_a_new_login_is_repaired_not_replaced():
    answers = [
        {"link_token": "link-2", "hosted_link_url": "https://hosted.plaid.com/link/2"},
        {"link_sessions": [{"finished_at": "2026-03-10T12:00:00Z"}]},
        {"item": {"item_id": "item-1"}},
    ]
    with serving(scripted(*answers)) as server:
        connector, credentials = connect(server)
        connector.start_authorisation("https://odoo.example/back", "s")
        connector.finish_authorisation({"state": "s"})
        assert server.requests[0].json["access_token"] == "access-1"
    assert credentials.get("access_token") == "access-1"


def test_a_login_that_was_broken_off_gives_no_access():
    answers = [{"link_sessions": None}]
    with serving(scripted(*answers)) as server:
        connector, _credentials = connect(server, access_token="")
        refusal("consent_expired", connector.finish_authorisation, {})


def test_the_published_answer_is_read():
    path = SAMPLES / "json" / "plaid__plaid-openapi__transactions_sync_example.json"
    if not path.is_file():
        pytest.skip(f"no sample {path} (set AR_SAMPLES to the folder)")
    answer = json.loads(path.read_text(encoding="utf-8"))["example-1"]["value"]
    account = RemoteAccount("BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp", "", "USD")
    with serving(scripted(answer)) as server:
        [only], lines = read_all(connect(server)[0], window(account, begin=date(2023, 9, 1)))
    assert [(line.transaction.amount, line.transaction.status) for line in lines] == [
        (Decimal("-72.1"), "booked"),
        (Decimal("-28.34"), "pending"),
    ]
    assert lines[0].replaces_id == "no86Eox18VHMvaOVL7gPUM9ap3aR1LsAVZ5nc"
    assert lines[0].transaction.counterparty.name == "Walmart"
    assert only.removed_ids == ("CmdQTNgems8BT1B7ibkoUXVPyAeehT3Tmzk0l",)
    assert [balance.amount for balance in only.balances] == [Decimal("110.94")] * 2


@given(st.decimals(-(10**12), 10**12, places=2))
def test_money_out_is_positive_at_plaid_and_negative_here(amount):
    content = json.dumps(entry("T", 0)).replace('"amount": 0.0', f'"amount": {amount}')
    record = Record(json.loads(content, parse_float=Decimal), "1")
    assert map_line(record).transaction.amount == -amount
    assert map_line(record).transaction.booking_date == date(2026, 3, 2)
