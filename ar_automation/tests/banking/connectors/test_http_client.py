import gzip
import logging
import socket
import time
import zlib
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import format_datetime

import pytest

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient, Limits
from .client_case import SECRET, Clock, client_of, refused, unreachable
from .loopback_server import Reply, serving


@pytest.fixture
def clock():
    return Clock()


def raw(*parts, pause=0.0):
    """Return a reply that writes these bytes, whatever HTTP thinks of it."""

    def send(handler):
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)
        handler.connection.shutdown(socket.SHUT_RDWR)

    return Reply(send=send)


def test_an_answer_is_given_back_with_exact_numbers():
    body = b'{"amount": 0.1, "big": 12345678901234.56, "count": 3}'
    with serving(lambda request: Reply(body, headers={"X-Request-ID": "7"})) as server:
        answer = client_of(server).request("GET", "/accounts", params={"limit": 5, "none": None})
    assert answer.json() == {
        "amount": Decimal("0.1"),
        "big": Decimal("12345678901234.56"),
        "count": 3,
    }
    assert isinstance(answer.json()["count"], int)
    assert answer.headers["x-request-id"] == "7"
    assert server.requests[0].query == {"limit": "5"}


def test_bodies_are_sent_as_json_form_or_bytes():
    with serving(lambda request: Reply()) as server:
        client = client_of(server, auth_headers={"Authorization": "Bearer T"})
        client.request("POST", "/", json={"name": "Åke"})
        client.request("POST", "/", data={"a": "1 2"})
        client.request("POST", "/", data=b"<xml/>", headers={"content-type": "text/xml"})
    first, second, third = server.requests
    assert (first.json, first.headers["content-type"]) == ({"name": "Åke"}, "application/json")
    assert second.form == {"a": "1 2"}
    assert (third.body, third.headers["content-type"]) == (b"<xml/>", "text/xml")
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer T"}


def test_headers_can_be_made_from_the_request_as_it_is_sent():
    def sign(outgoing):
        return {"Digest": f"{outgoing.method} {outgoing.url[-4:]} {len(outgoing.body)}"}

    with serving(lambda request: Reply()) as server:
        client_of(server, auth_headers=sign).request("POST", "/x", params={"a": 1}, data=b"12345")
    assert server.requests[0].headers["digest"] == "POST ?a=1 5"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_refusals_are_given_to_the_connector(status):
    with serving(lambda request: Reply({"code": "X"}, status)) as server:
        assert client_of(server).request("GET", "/").status == status


def test_a_connector_may_say_what_a_refusal_means():
    def classify(answer):
        if answer.json()["code"] == "EXPIRED":
            return ConnectorError("consent_expired", "The consent has ended.")
        return None

    with serving(lambda request: Reply({"code": request.path[1:]}, 401)) as server:
        client = client_of(server, classify=classify)
        assert client.request("GET", "/OTHER").status == 401
        refused("consent_expired", client, path="/EXPIRED")


def test_what_the_server_says_about_waiting_is_added(clock):
    def classify(answer):
        return ConnectorError("rate_limited", "Four times a day.", retry_after=21600)

    headers = {"Retry-After": "77"}
    with serving(lambda request: Reply({}, 429, headers if request.query else {})) as server:
        client = client_of(server, clock, classify=classify)
        assert refused("rate_limited", client, params={"said": 1}).retry_after == 77
        assert refused("rate_limited", client).retry_after == 21600


def test_a_server_at_fault_is_asked_again_and_then_given_up(clock):
    with serving(lambda request: Reply(b"", 503)) as server:
        refused("unavailable", client_of(server, clock))
    assert len(server.requests) == 3
    assert clock.slept == [1.0, 2.0]


def test_a_fault_that_passes_is_not_noticed(clock):
    replies = iter([Reply(status=500), Reply(status=429), Reply({"ok": True})])
    with serving(lambda request: next(replies)) as server:
        assert client_of(server, clock).request("GET", "/").json() == {"ok": True}


def test_a_payment_is_never_sent_twice_unless_that_is_harmless(clock):
    with serving(lambda request: Reply(status=503)) as server:
        refused("unavailable", client_of(server, clock), "POST")
        assert len(server.requests) == 1
        refused("unavailable", client_of(server, clock), "POST", is_repeatable=True)
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        ("7", [7.0, 7.0]),
        ("0", [0.0, 0.0]),
        (format_datetime(datetime(2026, 3, 2, 12, 0, 9, tzinfo=timezone.utc)), [9.0, 9.0]),
        ("Sun, 01 Mar 2026 00:00:00 GMT", [0.0, 0.0]),
        ("garbage", [1.0, 2.0]),
        ("-5", [1.0, 2.0]),
    ],
)
def test_retry_after_is_kept_to(clock, header, slept):
    with serving(lambda request: Reply(status=429, headers={"Retry-After": header})) as server:
        refused("rate_limited", client_of(server, clock))
    assert clock.slept == slept


def test_a_long_wait_is_left_to_the_next_sync(clock):
    with serving(lambda request: Reply(status=429, headers={"Retry-After": "85092"})) as server:
        error = refused("rate_limited", client_of(server, clock))
    assert (error.retry_after, clock.slept, len(server.requests)) == (85092, [], 1)


def test_waits_do_not_exceed_the_time_for_all_tries(clock):
    with serving(lambda request: Reply(status=503, headers={"Retry-After": "6"})) as server:
        refused("unavailable", client_of(server, clock, limits=Limits(total_seconds=10)))
    assert clock.slept == [6.0]


def test_what_cannot_be_reached_is_unavailable(clock):
    error = refused("unavailable", unreachable(clock))
    assert "does not accept connections" in str(error)


def test_an_answer_that_drips_ends_with_the_deadline():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    limits = Limits(read_seconds=0.5, total_seconds=0.6, attempts=1)
    with serving(lambda request: raw(head, *[b"x"] * 30, pause=0.1)) as server:
        client, began = client_of(server, limits=limits), time.monotonic()
        assert "in time" in str(refused("unavailable", client))
        assert time.monotonic() - began < 1.6


def test_headers_that_drip_end_with_the_deadline():
    parts = [b"HTTP/1.1 200 OK\r\n", *[b"X-A: 1\r\n"] * 30]
    limits = Limits(read_seconds=0.5, total_seconds=0.6, attempts=1)
    with serving(lambda request: raw(*parts, pause=0.1)) as server:
        client, began = client_of(server, limits=limits), time.monotonic()
        refused("unavailable", client)
        assert time.monotonic() - began < 1.6


def test_silence_ends_with_the_read_time():
    limits = Limits(read_seconds=0.2, total_seconds=5, attempts=1)
    with serving(lambda request: raw(b"", pause=0.5)) as server:
        assert "in time" in str(refused("unavailable", client_of(server, limits=limits)))


@pytest.mark.parametrize(
    "answer",
    [
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\r\n"),
        raw(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n",
            gzip.compress(b"abcdef" * 100)[:20],
        ),
    ],
    ids=["nothing", "short", "chunk", "gzip"],
)
def test_a_cut_connection_is_never_taken_for_an_answer(clock, answer):
    with serving(lambda request: answer) as server:
        refused("unavailable", client_of(server, clock))
    assert len(server.requests) == 3


def test_the_client_goes_on_after_a_cut_connection(clock):
    replies = iter([Reply(b"1"), raw(b""), Reply(b"2"), Reply(b"3")])
    with serving(lambda request: next(replies)) as server:
        client = client_of(server, clock)
        assert [client.request("GET", "/").body for _ in range(3)] == [b"1", b"2", b"3"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_a_huge_body_is_refused_packed_or_not(encoding):
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[encoding]
    body = pack(bytes(30_000_000))
    with serving(lambda request: Reply(body, headers={"Content-Encoding": encoding})) as server:
        client = client_of(server, limits=Limits(max_bytes=1_000_000))
        assert "1,000,000 bytes" in str(refused("protocol", client))


def test_a_body_without_end_is_refused():
    endless = [b"10000\r\n" + b"x" * 0x10000 + b"\r\n"] * 40
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(lambda request: raw(head, *endless)) as server:
        refused("protocol", client_of(server, limits=Limits(max_bytes=1_000_000)))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_packed_answers_are_unpacked(encoding):
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[encoding]
    text = b"0123456789" * 50_000
    packed = Reply(pack(text), headers={"Content-Encoding": encoding})
    with serving(lambda request: packed) as server:
        assert client_of(server).request("GET", "/").body == text


@pytest.mark.parametrize(
    "headers", [{"Content-Encoding": "br"}, {"Content-Encoding": "gzip"}], ids=["br", "damaged"]
)
def test_what_cannot_be_unpacked_is_refused(headers):
    with serving(lambda request: Reply(b"not packed at all", headers=headers)) as server:
        refused("protocol", client_of(server))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Login</html>",
        b'{"a": 1',
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
    ids=["empty", "html", "cut", "twice", "nan", "deep", "bytes", "digits"],
)
def test_what_is_not_json_is_refused(body):
    with serving(lambda request: Reply(body)) as server:
        answer = client_of(server).request("GET", "/")
    with pytest.raises(ConnectorError) as caught:
        answer.json()
    assert caught.value.kind == "protocol"


def test_redirects_are_not_followed():
    with serving(lambda request: Reply()) as other:
        reply = Reply(status=302, headers={"Location": f"{other.url}/?{SECRET}"})
        with serving(lambda request: reply) as server:
            refused("protocol", client_of(server))
        assert not other.requests


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:1/next",
        "https://evil.example/next",
        "//evil.example/next",
        "file:///etc/passwd",
        "http://user@127.0.0.1/",
        "http://[broken/",
        "/a b\nX: y",
    ],
)
def test_links_to_other_servers_are_not_followed(link):
    with serving(lambda request: Reply()) as server:
        client = client_of(server)
        with pytest.raises(ConnectorError, match="link|other server") as caught:
            client.request("GET", client.follow(link))
    assert caught.value.kind == "protocol"
    assert not server.requests


@pytest.mark.parametrize("link", ["/v1/accounts?page=2", "{}/v1/accounts?page=2", "?page=2"])
def test_links_of_the_same_server_are_followed(link):
    with serving(lambda request: Reply()) as server:
        client = HttpClient(f"{server.url}/v1/accounts", is_test=True)
        client.request("GET", client.follow(link.format(server.url)))
    assert server.requests[0].path.rstrip("/") == "/v1/accounts"
    assert server.requests[0].query == {"page": "2"}


@pytest.mark.parametrize(
    ("url", "is_test"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://api.bank.example", True),
        ("http://169.254.169.254", True),
        ("ftp://api.bank.example", False),
        ("api.bank.example", False),
        ("https://", False),
        (f"https://me:{SECRET}@api.bank.example", False),
        ("https://api.bank.example/?key=" + SECRET, False),
        ("https://api.bank.example:port", False),
        ("", False),
    ],
)
def test_only_https_addresses_are_accepted(url, is_test):
    with pytest.raises(ConnectorError) as caught:
        HttpClient(url, is_test=is_test)
    assert caught.value.kind == "config"
    assert SECRET not in str(caught.value)


def test_a_name_cannot_lead_into_this_machine():
    with serving(lambda request: Reply()) as server:
        port = server.url.rpartition(":")[2]
        client = HttpClient(f"https://localhost:{port}", limits=Limits(attempts=1))
        refused("config", client)
    assert not server.requests


def test_proxies_and_password_files_of_the_environment_are_not_used(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serving(lambda request: Reply()) as server:
        client_of(server).request("GET", "/")
    assert "authorization" not in server.requests[0].headers


def test_no_secret_reaches_the_log(caplog, clock):
    caplog.set_level(logging.INFO, logger=HttpClient.__module__)
    headers = {"Set-Cookie": SECRET, "X-Request-ID": "req-7"}
    with serving(lambda request: Reply({"token": SECRET}, 503, headers)) as server:
        client = client_of(server, clock, auth_headers={"Authorization": SECRET})
        refused("unavailable", client, params={"code": SECRET})
        refused("unavailable", client, "POST", data={"secret": SECRET})
    refused("unavailable", unreachable(clock), params={"code": SECRET})
    assert SECRET not in caplog.text
    assert "GET 127.0.0.1/accounts?code: 503, request req-7 after" in caplog.text
    assert "GET 127.0.0.1/accounts?code: no answer after" in caplog.text
