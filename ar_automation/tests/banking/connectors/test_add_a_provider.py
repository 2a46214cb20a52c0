"""The example in docs/add-a-provider.md works as it is printed."""

import re
import sys
import types
from decimal import Decimal
from pathlib import Path

import pytest

from ....banking.connectors import registry
from .feed_case import context_of, read_all, refusal, window
from .loopback_server import Reply, serving

PAGE = Path(__file__).parents[4] / "docs" / "add-a-provider.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason=f"no {PAGE.name} beside the addon")
MAX_LINES = 60


def example():
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return code


@pytest.fixture
def provider(monkeypatch):
    monkeypatch.setattr(registry, "_providers", dict(registry._providers))
    module = types.ModuleType("acme")
    monkeypatch.setitem(sys.modules, "acme", module)
    exec(compile(example(), str(PAGE), "exec"), module.__dict__)
    return registry.get_provider("acme")


def acme(request):
    if request.headers.get("authorization") != "Bearer k3y":
        return Reply({}, 401)
    if request.path == "/accounts":
        return Reply({"accounts": [{"id": "a/1", "iban": "NL02ABNA0123456789"}]})
    number = int(request.query["page"])
    record = {
        "id": f"t{number}",
        "amount": -12.5 * number,
        "currency": "EUR",
        "booked_on": request.query["from"],
        "payer": "Blue Ltd",
        "text": "Invoice 7",
    }
    return Reply({"transactions": [record], "has_more": number < 3})


def test_the_example_is_short():
    assert len(example().splitlines()) <= MAX_LINES


def test_the_example_reads_a_bank(provider):
    assert provider in registry.list_providers()
    with serving(acme) as server:
        connector = provider.open(context_of(api_key="k3y", test_address=server.url))
        [account] = connector.list_accounts()
        _pages, lines = read_all(connector, window(account))
    assert [line.provider_id for line in lines] == ["t1", "t2", "t3"]
    assert sum(line.transaction.amount for line in lines) == Decimal("-75")
    assert server.requests[-1].path == "/accounts/a%2F1/transactions"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Reply({}, 401), "auth"), (Reply({}, 500), "unavailable"), (Reply(b"{"), "protocol")]
    + [(Reply({"accounts": [{"iban": ""}]}), "protocol"), (Reply({}, 429), "rate_limited")],
)
def test_the_example_fails_in_words(provider, reply, kind):
    with serving(lambda request: reply) as server:
        connector = provider.open(context_of(api_key="k3y", test_address=server.url))
        refusal(kind, connector.list_accounts, secret="k3y")
