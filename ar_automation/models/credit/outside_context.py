"""What clients of bureaus and registers work with: credentials, an HTTP client, a clock.

A neutralised copy of a database asks nobody: questions cost money, and customers are no test data.
"""

from datetime import timezone
from functools import partial

from odoo import fields
from odoo.tools import str2bool

from ...banking.connectors.contract import Context
from ...banking.connectors.errors import ConnectorError
from ...banking.connectors.http_client import HttpClient, Limits

# A person waits in front of the screen, so it gives up sooner than a nightly feed.
LIMITS = Limits(
    connect_seconds=5, read_seconds=15, total_seconds=30, max_bytes=5_000_000, longest_wait=5
)


def open_outside_context(env, credentials, *, is_test=False):
    """Return the context of one bureau or register.

    :param credentials: with ``get`` and ``remember``, see ``contract.Credentials``.
    :raises ConnectorError: ``config``: the database is a neutralised copy.
    """
    if str2bool(env["ir.config_parameter"].sudo().get_param("database.is_neutralized", "False")):
        raise ConnectorError(
            "config",
            env._("This database is a neutralised copy; it never asks bureaus or registers."),
            hint=env._("Ask from the live database."),
        )
    return Context(
        credentials=credentials,
        open_http=partial(_open_http, is_test=is_test),
        now=_now,
        is_test=is_test,
    )


class NoCredentials:
    """For registers that ask for none."""

    def get(self, _name):
        """Return that nothing is known."""
        return ""

    def remember(self, values):
        """Keep nothing."""


def _open_http(address, **options):
    return HttpClient(address, **{"limits": LIMITS, **options})


def _now():
    return fields.Datetime.now().replace(tzinfo=timezone.utc)
