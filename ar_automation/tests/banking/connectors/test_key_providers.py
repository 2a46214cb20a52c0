"""What holds for every provider that is opened with a key, and for the list of all of them."""

import json
import logging
import traceback
from pathlib import Path

import pytest

from ....banking.connectors import generic_rest, ponto, qonto, stripe_payouts
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.providers import PROVIDERS
from ....banking.connectors.registry import get_provider
from .feed_case import context_of, window
from .loopback_server import Reply, serving
from .plain_bank import PLAIN

MODULES = (generic_rest, ponto, qonto, stripe_payouts)
SECRETS = {
    "secret": "s3cret-of-bank",
    "secret_key": "rk_test_s3cret",
    "client_secret": "cl1ent-s3cret",
}
DOCS = Path(__file__).parents[4] / "docs" / "banks"


def connect(module, server):
    described = {**PLAIN, "base_url": server.url, "auth": {"kind": "bearer"}}
    return module.PROVIDER.open(
        context_of(
            description=json.dumps(described),
            test_address=server.url,
            login="acme",
            client_id="id",
            **SECRETS,
        )
    )


def ask_all(connector):
    """Yield what comes of every question: the answer, or the error."""
    for ask in (
        connector.list_accounts,
        connector.read_consent,
        lambda: [*connector.fetch(window())],
    ):
        try:
            yield ask()
        except ConnectorError as error:
            yield error


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROVIDER.code)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500])
def test_a_server_that_echoes_secrets_brings_none_into_logs_or_messages(module, status, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    secrets = list(SECRETS.values())
    body = {
        "error": {"code": secrets[1], "message": " ".join(secrets)},
        "errors": [{"code": secret, "detail": secret} for secret in secrets],
        "data": secrets[1],
    }
    with serving(lambda request: Reply(body, status)) as server:
        errors = [each for each in ask_all(connect(module, server)) if isinstance(each, Exception)]
        assert server.requests
    told = "".join("".join(traceback.format_exception(each)) + each.hint for each in errors)
    assert errors
    for secret in secrets:
        assert secret not in caplog.text
        assert secret not in told


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROVIDER.code)
@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"null", b"{}", b'"x"', b"1", b"\xff", b"[" * 10_000]
)
def test_an_answer_that_is_none_is_refused_in_words(module, content):
    with serving(lambda request: Reply(content)) as server:
        for found in ask_all(connect(module, server)):
            if isinstance(found, ConnectorError):
                assert found.kind == "protocol"
            else:
                assert not [page for page in found or () if getattr(page, "lines", ())]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.code)
def test_every_provider_is_listed_and_explained(provider):
    assert get_provider(provider.code) is provider
    assert provider.summary.endswith(".")
    assert len({setting.name for setting in provider.settings}) == len(provider.settings)
    for setting in provider.settings:
        assert setting.label, setting.name
        assert setting.help.endswith("."), setting.name
        assert (setting.kind == "choice") == bool(setting.choices), setting.name


@pytest.mark.skipif(not DOCS.is_dir(), reason="no docs beside the addon")
@pytest.mark.parametrize(
    "provider",
    [provider for provider in PROVIDERS if provider.protocol != "soap"],
    ids=lambda provider: provider.code,
)
def test_every_provider_has_its_page(provider):
    page = DOCS / f"{provider.code.replace('_', '-')}.md"
    text = page.read_text()
    for setting in provider.settings:
        if provider.code in {module.PROVIDER.code for module in MODULES}:
            assert setting.label in text, setting.label
