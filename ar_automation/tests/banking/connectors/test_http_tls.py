import ssl
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from ....banking.connectors.errors import ConnectorError
from ....banking.connectors.http_client import HttpClient
from .certificates import authority, certificate
from .client_case import Clock, client_of, refused
from .loopback_server import Reply, server_context, serving


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="module")
def bank():
    """A certificate authority, with the bank's certificate for 127.0.0.1."""
    issuer = authority("Test CA")
    return issuer, certificate(issuer, "127.0.0.1")


@pytest.fixture
def files(tmp_path, bank):
    def write(pair):
        paths = tmp_path / "cert.pem", tmp_path / "key.pem"
        for path, text in zip(paths, pair, strict=True):
            path.write_text(text)
        return paths

    return write


def test_a_server_that_proves_its_name_is_trusted(bank, files):
    issuer, pair = bank
    with serving(lambda request: Reply(b"{}"), tls=server_context(*files(pair))) as server:
        assert client_of(server, ca=issuer.pem).request("GET", "/").json() == {}


@pytest.mark.parametrize("case", ["unknown authority", "wrong name", "expired"])
def test_a_server_that_does_not_prove_its_name_is_refused(bank, files, case, clock):
    issuer, pair = bank
    ca = issuer.pem
    if case == "unknown authority":
        ca = authority("Other CA").pem
    elif case == "wrong name":
        pair = certificate(issuer, "api.bank.example")
    else:
        pair = certificate(issuer, "127.0.0.1", until=timedelta(days=-1))
    with serving(lambda request: Reply(b"{}"), tls=server_context(*files(pair))) as server:
        assert "prove who it is" in str(refused("protocol", client_of(server, clock, ca=ca)))
    assert not server.requests


def test_only_tests_bring_their_own_authorities(bank):
    with pytest.raises(ConnectorError) as caught:
        HttpClient("https://api.bank.example", ca=bank[0].pem)
    assert caught.value.kind == "config"


def test_a_client_certificate_is_shown_and_leaves_no_file(bank, files, monkeypatch, tmp_path):
    issuer, pair = bank
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    tls = server_context(*files(pair), client_ca=issuer.pem)
    with serving(lambda request: Reply(b"{}"), tls=tls) as server:
        client = client_of(server, ca=issuer.pem, cert=certificate(issuer, "our company"))
        assert client.request("GET", "/").json() == {}
    assert list(Path(folder).iterdir()) == []


def test_a_client_certificate_that_is_refused_is_our_matter(bank, files, clock):
    issuer, pair = bank
    stranger = certificate(authority("Other CA"), "our company")
    tls = server_context(*files(pair), client_ca=issuer.pem)
    # By 1.3 the refusal comes after the handshake and may be lost with the connection.
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    with serving(lambda request: Reply(b"{}"), tls=tls) as server:
        refused("auth", client_of(server, clock, ca=issuer.pem, cert=stranger))


@pytest.mark.parametrize("damage", ["key of another", "text", "empty"])
def test_a_certificate_that_does_not_fit_is_refused(bank, damage):
    issuer, (cert, key) = bank
    other = certificate(issuer, "other")[1]
    key = {"key of another": other, "text": "-----BEGIN RUBBISH", "empty": ""}[damage]
    with pytest.raises(ConnectorError, match="do not fit") as caught:
        HttpClient("https://api.bank.example", cert=(cert, key))
    assert caught.value.kind == "config"
