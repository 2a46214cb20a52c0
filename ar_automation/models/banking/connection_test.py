"""Tries a connection without fetching: are we let in, and to which accounts?"""

from dataclasses import dataclass, field

from ...banking.connectors.contract import RemoteAccount
from ...banking.connectors.errors import ConnectorError
from .connection_trouble import note_consent, note_failure, note_recovery


@dataclass(frozen=True, slots=True)
class ConnectionTestResult:
    """Whether it works, in one sentence; the accounts that may be read."""

    ok: bool
    message: str
    accounts: list[RemoteAccount] = field(default_factory=list)


class ConnectionTest:
    """One try of one connection."""

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env

    def run(self):
        """Ask for the accounts and the consent, and note on the connection what came of it."""
        try:
            _provider, connector = self.connection._open_connector()
            accounts = connector.list_accounts()
            consent = connector.read_consent()
        except ConnectorError as error:
            note_failure(self.connection, error)
            return ConnectionTestResult(
                ok=False, message=" ".join(filter(None, (error.message, error.hint)))
            )
        note_consent(self.connection, consent)
        note_recovery(self.connection)
        return ConnectionTestResult(ok=True, message=self._describe(accounts), accounts=accounts)

    def _describe(self, accounts):
        if not accounts:
            return self.env._("The bank lets us in, but shows no account.")
        names = ", ".join(
            account.number or account.name or account.identifier for account in accounts
        )
        return self.env._(
            "The bank lets us in and shows %(count)s accounts: %(names)s.",
            count=len(accounts),
            names=names,
        )
