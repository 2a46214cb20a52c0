"""What no provider may do: let a secret out by log, message or address."""

import logging
import traceback

import pytest

from ....banking.connectors import berlin_group, enable_banking, gocardless, plaid, revolut
from ....banking.connectors.errors import ConnectorError
from .certificates import authority, certificate, key_pem, new_key
from .feed_case import context_of, window
from .loopback_server import Reply, serving

MODULES = (berlin_group, enable_banking, gocardless, plaid, revolut)
SEAL, SEAL_KEY = certificate(authority("Seal CA"), "our company")
SECRETS = {
    "secret": "plaid-s3cret",
    "secret_key": "gc-s3cret",
    "access_token": "t0ken-access",
    "refresh_token": "t0ken-refresh",
    "session_id": "session-s3cret",
    "seal_key": SEAL_KEY,
}


def connect(module, server):
    values = {
        "test_address": server.url,
        "base_url": server.url,
        "private_key": key_pem(new_key()),
        "seal_certificate": SEAL,
        "consent_id": "consent",
        "requisition_id": "requisition",
        "client_id": "our-client",
        "issuer": "odoo.example",
        **SECRETS,
    }
    if module is berlin_group:
        del values["private_key"]
    context = context_of(**values)
    return module.PROVIDER.open(context)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROVIDER.code)
@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_no_secret_leaves_by_log_or_message(module, status, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="odoo.addons.ar_automation")
    echo = {"detail": " ".join(SECRETS.values()), "error_message": SECRETS["secret"]}
    told = []
    with serving(lambda request: Reply(echo, status)) as server:
        connector = connect(module, server)
        for ask in (connector.list_accounts, lambda: list(connector.fetch(window()))):
            try:
                ask()
            except ConnectorError as error:
                told.append("".join(traceback.format_exception(error)) + error.hint)
        assert server.requests
    for secret in (*SECRETS.values(), "PRIVATE KEY", "Bearer"):
        assert secret not in caplog.text
        assert secret not in "".join(told)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROVIDER.code)
def test_every_setting_says_what_it_is_for(module):
    provider = module.PROVIDER
    assert provider.summary
    assert provider.has_authorisation
    for setting in provider.settings:
        assert setting.label, setting.name
        assert setting.help.endswith("."), setting.name
        assert (setting.kind == "choice") == bool(setting.choices), setting.name
        is_key = setting.name.endswith(("key", "secret")) or setting.name == "secret"
        assert setting.is_secret or not is_key, setting.name


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.PROVIDER.code)
@pytest.mark.parametrize("content", [b"", b"<html>Login</html>", b"[]", b"null", b"{}", b'"x"'])
def test_an_answer_that_is_none_is_refused_or_tells_nothing(module, content):
    with serving(lambda request: Reply(content)) as server:
        connector = connect(module, server)
        for ask in (connector.list_accounts, lambda: list(connector.fetch(window()))):
            try:
                found = ask()
            except ConnectorError as error:
                assert error.kind in ("protocol", "unavailable", "consent_expired", "config")
            else:
                assert not [page for page in found if getattr(page, "lines", ())]
