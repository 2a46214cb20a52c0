"""Keeps secrets out of what is told of a connector's failures.

Connectors say what went wrong without a secret in it. But a bug, or a library that quotes the
header which it did not like, may put one into an exception's text, and from there into the log,
the exceptions inbox and the screen. So every call of a connector goes through a guard: an
exception whose text holds a secret of the connection is replaced by one that does not.
"""

import json
import traceback
from urllib.parse import quote, quote_plus

from ...banking.connectors.errors import ConnectorError

HIDDEN = "[secret]"
# Shorter ones ("1", "DE") would be found in any text, and are no secrets.
MIN_LENGTH = 6


class GuardedConnector:
    """A connector as a connection uses it.

    :param connector: opened by the provider.
    :param secrets: called for the values that nobody may read.
    """

    def __init__(self, connector, secrets):
        self._connector = connector
        self._secrets = secrets

    def list_accounts(self):
        """Return the accounts that may be read."""
        return self._call(self._connector.list_accounts)

    def read_consent(self):
        """Return how long reading is allowed; None where no consent is needed."""
        return self._call(self._connector.read_consent)

    def fetch(self, request):
        """Yield the pages of the window."""
        pages = self._call(lambda: iter(self._connector.fetch(request)))
        while page := self._call(lambda: next(pages, None)):
            yield page

    def acknowledge(self, document, *, is_accepted):
        """Tell the other side what became of a document, if it wants to hear it."""
        tell = getattr(self._connector, "acknowledge", None)
        if tell:
            self._call(lambda: tell(document, is_accepted=is_accepted))

    def start_authorisation(self, redirect_url, state):
        """Return the address to send the user to."""
        return self._call(lambda: self._connector.start_authorisation(redirect_url, state))

    def finish_authorisation(self, answer):
        """Take the query values of the way back."""
        self._call(lambda: self._connector.finish_authorisation(answer))

    def _call(self, act):
        return call_hiding(self._secrets, act)


def call_hiding(secrets, act):
    """Return what ``act()`` returns; replace its exception if the text of that holds a secret.

    :param secrets: called for the secret values.
    """
    try:
        return act()
    except Exception as error:
        words = _spellings(secrets())
        text = "".join(traceback.format_exception(error))
        if isinstance(error, ConnectorError):
            text += error.hint or ""
        if not any(word in text for word in words):
            raise
        replacement = _without(words, error)
    # Raised out here, the new exception does not carry the old one as its context.
    raise replacement


def _without(words, error):
    if isinstance(error, ConnectorError):
        return ConnectorError(
            error.kind,
            _cover(words, error.message),
            retry_after=error.retry_after,
            hint=_cover(words, error.hint),
        )
    place = traceback.extract_tb(error.__traceback__)[-1]
    return RuntimeError(
        f"{type(error).__name__} in {place.filename}:{place.lineno}: {_cover(words, str(error))}"
    )


def _cover(words, text):
    for word in words:
        text = text.replace(word, HIDDEN)
    return text


def _spellings(secrets):
    """Return secrets as texts may hold them, longest first; of a key in PEM each line counts."""
    parts = {part.strip() for secret in secrets for part in (secret, *secret.splitlines())}
    spelled = {
        spelling
        for part in parts
        if len(part) >= MIN_LENGTH and not part.startswith("-----")
        for spelling in (part, repr(part)[1:-1], json.dumps(part)[1:-1])
        + (quote(part, safe=""), quote_plus(part))
    }
    return sorted(spelled, key=len, reverse=True)
