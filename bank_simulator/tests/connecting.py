"""Connects the addon's connectors to the simulator's faces, as a user would."""

import json
import urllib.error
import urllib.request
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from odoo.addons.ar_automation.banking.connectors import providers, registry
from odoo.addons.ar_automation.banking.connectors.contract import Context, FetchRequest
from odoo.addons.ar_automation.banking.connectors.errors import ConnectorError
from odoo.addons.ar_automation.banking.connectors.http_client import HttpClient, Limits
from odoo.addons.ar_automation.banking.formats.detection import parse_statements

from bank_simulator.faces import tbc
from bank_simulator.faces.jwt import make_key_pair

from .reading import IBAN

assert providers  # its import lists the addon's providers in the registry
RETURN_URL = "http://127.0.0.1:9/ar_automation/bank/return"
IMPATIENT = Limits(attempts=1, longest_wait=0.0)
# Which face plays which provider.
FACES = {
    "berlin_group": "berlin_group",
    "enable_banking": "enable_banking",
    "finnish_ws": "finnish",
    "generic_rest": "generic",
    "gocardless": "gocardless",
    "plaid": "plaid",
    "ponto": "ponto",
    "qonto": "qonto",
    "stripe_payouts": "stripe",
    "tbc_dbi": "tbc",
}
REST = tuple(code for code in FACES if FACES[code] not in ("finnish", "tbc"))
# Below which path a provider's interface begins.
BASE_PATHS = {"berlin_group": "/v1", "gocardless": "/api/v2"}
GENERIC = {
    "name": "Simulated Bank",
    "auth": {"kind": "bearer"},
    "accounts": {
        "path": "/v1/accounts",
        "items": "accounts[*]",
        "fields": {"identifier": "id", "number": "iban", "currency": "currency"},
    },
    "transactions": {
        "path": "/v1/accounts/{account}/transactions",
        "query": {
            "from": "{from_date}",
            "to": "{to_date}",
            "limit": "{page_size}",
            "cursor": "{cursor}",
        },
        "items": "transactions[*]",
        "paging": {"kind": "cursor", "size": 40, "path": "next_cursor"},
        "fields": {
            "id": "id",
            "booking_date": {"path": "date", "format": "iso"},
            "value_date": {"path": "value_date", "format": "iso"},
            "amount": {"path": "amount"},
            "currency": "currency",
            "counterparty_name": "counterparty.name",
            "counterparty_account": "counterparty.iban",
            "counterparty_bic": "counterparty.bic",
            "remittance": ["text"],
            "structured_references": "reference",
            "end_to_end_id": "end_to_end_id",
            "pending": {"path": "status", "values": ["pending"]},
        },
    },
    "balances": {
        "path": "/v1/accounts/{account}/balance",
        "items": "balance",
        "amount": {"path": "amount"},
        "currency": "currency",
        "date": {"path": "date"},
    },
    "errors": [{"kind": "consent_expired", "path": "error", "values": ["consent_expired"]}],
}


class Credentials(dict):
    """Settings in memory; remembers as the contract says."""

    def get(self, name):
        return super().get(name, "")

    def remember(self, values):
        self.update(values)


def settings_for(code, bank, address):
    """Return what a user would enter for a provider, agreed on with the bank."""
    values = {
        "generic_rest": lambda: {
            "description": json.dumps({**GENERIC, "base_url": address}),
            "secret": "generic-token",
        },
        "ponto": lambda: {"client_id": "ponto-id", "client_secret": "ponto-secret"},
        "qonto": lambda: {"login": "qonto-login", "secret_key": "qonto-secret"},
        "stripe_payouts": lambda: {"secret_key": "rk_test_simulated"},
        "plaid": lambda: {
            "client_id": "plaid-client",
            "secret": "plaid-secret",
            "access_token": "access-simulated",
        },
        "gocardless": lambda: {
            "secret_id": "gc-id",
            "secret_key": "gc-key",
            "institution_id": "SANDBOXFINANCE_SFIN0000",
        },
        "enable_banking": lambda: _agree_on_key(bank),
        "finnish_ws": lambda: _receive_identity(address),
        "tbc_dbi": lambda: {
            "username": tbc.USERNAME,
            "password": tbc.PASSWORD,
            "accounts": f"{IBAN} EUR",
        },
        "berlin_group": lambda: {"psu_ip_address": "192.0.2.7", "ibans": IBAN},
    }[code]()
    base_url = address + BASE_PATHS.get(code, "")
    return {"test_address": base_url, "base_url": base_url, **values}


def _agree_on_key(bank):
    private, public = make_key_pair()
    bank.settings["enable_banking.public_key"] = public
    named = {"application_id": "simulated-app", "private_key": private}
    return {**named, "bank": "Simulated Bank", "country": "DE"}


def _receive_identity(address):
    """Return what a customer of the Finnish channel is given by the bank."""
    with urllib.request.urlopen(f"{address}/identity", timeout=10) as answer:
        identity = json.load(answer)
    del identity["authority"]
    return {"bank": "op", "customer_id": "11111111", "environment": "TEST", **identity}


def connect(code, server, limits=IMPATIENT):
    """Return a connector, authorised where that is needed.

    :raise LookupError: if the addon has no such provider
    """
    try:
        provider = registry.get_provider(code)
    except ConnectorError as error:
        raise LookupError(code) from error
    credentials = Credentials(settings_for(code, server.bank, server.address(FACES[code])))
    open_http = partial(HttpClient, is_test=True, limits=limits)
    context = Context(credentials, open_http, server.bank.clock.now, is_test=True)
    connector = provider.open(context)
    if provider.has_authorisation and not credentials.get("access_token"):
        connector.finish_authorisation(visit(connector.start_authorisation(RETURN_URL, "st4te")))
    return connector


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def visit(url):
    """Open the bank's page as a browser would; return the query values of the way back."""
    try:
        urllib.request.build_opener(_StayHere).open(url, timeout=10)
    except urllib.error.HTTPError as answer:
        if answer.code == 302:
            return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        raise
    raise AssertionError("the bank's page does not send the browser back")


def fetch_lines(connector, iban, first, last, cursor=""):
    """Return the booked lines and the pages of a window of the account with an IBAN."""
    accounts = connector.list_accounts()
    (account,) = [one for one in accounts if one.number == iban] or accounts
    pages = list(connector.fetch(FetchRequest(account, first, last, cursor)))
    lines = {}
    for number, line in enumerate(line for page in pages for line in page.lines):
        lines[line.provider_id or number] = line
    for page in pages:
        for identifier in page.removed_ids:
            lines.pop(identifier, None)
    booked = [line for line in lines.values() if line.transaction.status == "booked"]
    return booked, pages


def read_documents(pages):
    """Return the transactions of the statement files that a feed delivered."""
    return [
        transaction
        for page in pages
        for document in page.documents
        for statement in parse_statements(document.content, document.filename)
        for transaction in statement.transactions
    ]
