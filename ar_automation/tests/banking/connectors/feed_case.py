"""Opens a connector against a loopback server, as a connection would."""

from datetime import date, datetime, timezone

import pytest

from ....banking.connectors.contract import Context, FetchRequest, RemoteAccount
from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient
from ....banking.connectors.http_pace import Pace

NOW = datetime(2026, 3, 10, 12, tzinfo=timezone.utc)
ACCOUNT = RemoteAccount("acc-1", "NL02ABNA0123456789", "EUR")


class Memory:
    """Credentials that remember in memory."""

    def __init__(self, **values):
        self.values = values

    def get(self, name):
        return self.values.get(name, "")

    def remember(self, values):
        self.values.update(values)


def no_wait():
    """Return a pace whose waits take no time."""
    return Pace(monotonic=lambda: 0.0, sleep=lambda _seconds: None, jitter=lambda: 1.0)


def context_of(**values):
    return Context(
        credentials=Memory(**values),
        open_http=lambda url, **options: HttpClient(url, is_test=True, pace=no_wait(), **options),
        now=lambda: NOW,
        is_test=True,
    )


def window(account=ACCOUNT, begin=date(2026, 3, 1), end=date(2026, 3, 10), cursor=""):
    return FetchRequest(account, begin, end, cursor)


def read_all(connector, request=None):
    """Return the pages of a window and all their lines; only the last page says it is last."""
    pages = list(connector.fetch(request or window()))
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]
    return pages, [line for page in pages for line in page.lines]


def refusal(kind, call, *arguments, secret=""):
    """Return the error of a call, which must be of this kind and hold no secret."""
    with pytest.raises(ConnectorError) as caught:
        result = call(*arguments)
        if hasattr(result, "__next__"):
            list(result)
    assert caught.value.kind == kind, caught.value
    if secret:
        assert secret not in f"{caught.value} {caught.value.hint}"
    return caught.value
