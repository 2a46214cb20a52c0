"""What tests of HTTP have in common: a clock of their own, a client, a refusal."""

import socket
from datetime import datetime, timezone

import pytest

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient
from ....banking.connectors.http_pace import Pace

SECRET = "s3cr3t-t0ken"


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.seconds = 1000.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds

    def pace(self):
        return Pace(
            monotonic=lambda: self.seconds,
            sleep=self.sleep,
            jitter=lambda: 1.0,
            now=lambda: datetime(2026, 3, 2, 12, tzinfo=timezone.utc),
        )


def client_of(server, clock=None, **options):
    pace = clock.pace() if clock else None
    return HttpClient(server.url, is_test=True, pace=pace, **options)


def unreachable(clock):
    with socket.socket() as probe:  # a port that nothing listens on
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return HttpClient(f"http://127.0.0.1:{port}", is_test=True, pace=clock.pace())


def refused(kind, client, method="GET", path="/accounts", **options):
    with pytest.raises(ConnectorError) as caught:
        client.request(method, path, **options)
    assert caught.value.kind == kind, caught.value
    assert SECRET not in f"{caught.value}{caught.value.hint}"
    return caught.value
