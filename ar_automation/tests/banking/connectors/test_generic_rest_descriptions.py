"""A description is read whole, or refused with the names of the keys that are wrong."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.generic_rest.reading import read_description
from .feed_case import refusal
from .plain_bank import PLAIN, described


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "ftp://bank.example"}, "base_url"),
        ({"base_url": "bank.example"}, "base_url"),
        ({"name": ""}, None),
        ({"name": 7}, "name: it must be a text"),
        ({"colour": 1}, "colour: there is no such key"),
        ({"auth": []}, "auth: it must be an object"),
        ({"auth__kind": "magic"}, "auth.kind: 'magic' is none of"),
        ({"auth": {"kind": "header", "value": "abc"}}, "auth.value: it must contain {secret}"),
        ({"auth": {"kind": "oauth2"}}, "auth.token_url: it is missing"),
        ({"auth__header": "X Key"}, "auth.header"),
        ({"accounts": {}}, "accounts.path"),
        ({"fixed_accounts": []}, "either accounts or fixed_accounts"),
        ({"fixed_accounts": [{}]}, "fixed_accounts[0].identifier: it is missing"),
        ({"transactions__path": "https://x.example/"}, "transactions.path"),
        ({"transactions__path": "/a?b=1"}, "transactions.path"),
        ({"transactions__path": "/{acount}"}, "transactions.path: there is no placeholder"),
        ({"transactions__query": {"a": "{page"}}, "transactions.query"),
        ({"transactions__query": {"a": 1}}, "transactions.query"),
        ({"transactions__query": {"a": "x{page:number}"}}, "must stand alone"),
        ({"transactions__method": "DELETE"}, "transactions.method"),
        ({"transactions__items": "a..b"}, "transactions.items"),
        ({"transactions__items": "a[?(@.x)]"}, "transactions.items"),
        ({"transactions__date_format": "yyyy"}, "transactions.date_format"),
        ({"transactions__date_format": "%B %d"}, "transactions.date_format"),
        ({"transactions__paging": {"kind": "cursor"}}, "transactions.paging.path"),
        ({"transactions__paging": {"kind": "page", "size": 0}}, "transactions.paging.size"),
        ({"transactions__fields__amount": {}}, "transactions.fields.amount.path"),
        ({"transactions__fields__amount": {"path": "a", "debit_path": "b"}}, "exclude each other"),
        ({"transactions__fields__amount": {"path": "a", "indicator": "b"}}, "debit_values"),
        ({"transactions__fields__amount": {"path": "a", "minor_units": 9}}, "minor_units"),
        ({"transactions__fields__booking_date": {"path": "d", "time_zone": "Mars"}}, "time_zone"),
        ({"transactions__fields__booking_date": {"path": "d", "time_zone": "../x"}}, "time_zone"),
        ({"transactions__fields__pending": {"path": "s"}}, "pending.values"),
        ({"transactions__fields__amuont": "a"}, "transactions.fields.amuont: there is no such key"),
        ({"errors": [{"kind": "sad", "path": "a", "values": ["b"]}]}, "errors[0].kind"),
        ({"balances": {"items": "b", "amount": {"path": "a"}, "kind": "k"}}, "balances.kinds"),
    ],
)
def test_every_fault_of_a_description_is_named(changes, words):
    text = json.dumps(described(**changes))
    if words is None:
        assert read_description(text)
        return
    error = refusal("config", read_description, text)
    assert words in str(error)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "1", "[" * 100_000, " " * 200_000])
def test_what_is_no_description_is_refused(text):
    refusal("config", read_description, text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(sorted(PLAIN) + ["fields", "path"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
@settings(deadline=None)
def test_any_json_is_a_description_or_refused(value):
    try:
        read_description(json.dumps(value))
    except ConnectorError as error:
        assert error.kind == "config"


def test_all_faults_are_told_at_once():
    error = refusal("config", read_description, '{"transactions": {}}')
    assert "7 faults" in str(error)
    assert "transactions.fields.booking_date" in str(error)
