"""What a connector works with: credentials kept by Odoo, an HTTP client, a clock.

A provider may give a new token with every use and forget the old one. So what it gives is
stored in a transaction of its own, at once: whatever fails afterwards, the token is kept.

A neutralised copy of a database holds real bank credentials or their traces, and must never
use them: no connector is opened there at all.
"""

from datetime import timezone
from functools import partial

from odoo import fields
from odoo.tools import str2bool

from ...banking.connectors import (
    providers,  # noqa: F401 - the providers of this addon register themselves
    registry,
)
from ...banking.connectors.contract import Context
from ...banking.connectors.errors import ConnectorError
from ...banking.connectors.http_client import HttpClient
from .guarded_connector import GuardedConnector, call_hiding
from .own_transaction import in_own_transaction


class StoredCredentials:
    """The settings and remembered values of one connection (see ``contract.Credentials``)."""

    def __init__(self, connection):
        self.connection = connection.sudo()
        rows = self.connection.setting_ids
        self.values = {row.name: row._get_content() for row in rows}
        self._secret_names = set(rows.filtered("is_secret").mapped("name"))

    def __repr__(self):
        return f"StoredCredentials(connection={self.connection.id})"

    def get(self, name):
        """Return a setting or remembered value; ``""`` if there is none."""
        return self.values.get(name, "")

    def remember(self, values):
        """Store values for good before returning."""
        connection_id = self.connection.id

        def store(env):
            connection = env["ar.bank.connection"].browse(connection_id)
            env["ar.bank.connection.setting"]._remember(connection, values)

        in_own_transaction(self.connection.env, store)
        self.values.update(values)
        self._secret_names.update(values)

    def list_secrets(self):
        """Return the values that must not show in any text."""
        return [self.values[name] for name in self._secret_names if self.values.get(name)]


def open_connector(connection):
    """Return ``(provider, connector)`` of a connection, ready to be asked.

    :raises ConnectorError: ``config``: the database is a neutralised copy, the provider's app
        is not installed, or a setting is missing.
    """
    provider, context = open_context(connection)
    env, credentials = connection.env, context.credentials
    missing = [
        setting.label
        for setting in provider.settings
        if setting.is_required and not credentials.get(setting.name)
    ]
    if missing:
        raise ConnectorError(
            "config",
            env._(
                "%(name)s: not filled in: %(labels)s.",
                name=connection.name,
                labels=", ".join(missing),
            ),
            hint=env._("Fill in the settings of the connection."),
        )
    connector = call_hiding(credentials.list_secrets, lambda: provider.open(context))
    return provider, GuardedConnector(connector, credentials.list_secrets)


def open_context(connection):
    """Return ``(provider, context)`` of a connection, whatever it has been told so far.

    :raises ConnectorError: ``config``, in a neutralised copy or without the provider's app.
    """
    env = connection.env
    if str2bool(env["ir.config_parameter"].sudo().get_param("database.is_neutralized", "False")):
        raise ConnectorError(
            "config",
            env._("This database is a neutralised copy; it never calls a bank."),
            hint=env._("Use the live database, or connect a test access to a fresh database."),
        )
    context = Context(
        credentials=StoredCredentials(connection),
        open_http=partial(HttpClient, is_test=connection.is_test),
        now=_now,
        is_test=connection.is_test,
    )
    return registry.get_provider(connection.provider), context


def _now():
    return fields.Datetime.now().replace(tzinfo=timezone.utc)
