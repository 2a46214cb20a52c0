"""A connection to an SFTP server whose key is known, with every failure named.

A fingerprint is the SHA-256 of the server's public key as ``ssh-keygen -l`` shows it
(``SHA256:`` and 43 characters of base64).

>>> fingerprint_of(b"public key")
'SHA256:9WmobTwsjX3aJrXb6iC9XBnus138Y/23JLrE8hwieFA'
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import paramiko

from ..errors import ConnectorError

# The library reports as an error of its own what is raised here as a typed one.
_SILENT = "ar_automation.sftp"
logging.getLogger(_SILENT).setLevel(logging.CRITICAL)

_SECONDS = 30.0
_KEY_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


@dataclass(frozen=True, slots=True)
class Login:
    """Whom to connect to, and as whom. ``private_key`` is a PEM text, with or without password."""

    host: str
    port: int
    username: str
    fingerprint: str
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)


def fingerprint_of(public_key: bytes) -> str:
    """Return the fingerprint of a public key in SSH's wire format."""
    digest = hashlib.sha256(public_key).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@contextmanager
def connected(login: Login) -> Iterator[paramiko.SFTPClient]:
    """Open a session and close it at the end of the block.

    :raises ConnectorError: ``config`` (unknown server key, unreadable private key), ``auth``,
        ``unavailable``; also for what fails within the block
    """
    try:
        key = _private_key(login)
        with socket.create_connection((login.host, login.port), timeout=_SECONDS) as sock:
            transport = paramiko.Transport(sock)
            transport.set_log_channel(_SILENT)
            transport.banner_timeout = transport.auth_timeout = _SECONDS
            try:
                yield _open(transport, login, key)
            finally:
                transport.close()
    except paramiko.AuthenticationException:
        raise ConnectorError(
            "auth", f"{login.host} does not accept the user {login.username}."
        ) from None
    except PermissionError:
        raise ConnectorError(
            "config",
            f"{login.username} may not do this on {login.host}: permission denied.",
            hint="Ask the server's owner for the right to read and move the files of the folder.",
        ) from None
    except FileNotFoundError:
        raise ConnectorError(
            "config", f"The folder or file is not there on {login.host}."
        ) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise ConnectorError(
            "unavailable", f"{login.host} cannot be reached by SFTP ({type(error).__name__})."
        ) from None


def _open(
    transport: paramiko.Transport, login: Login, key: paramiko.PKey | None
) -> paramiko.SFTPClient:
    transport.start_client(timeout=_SECONDS)
    _check_server(transport.get_remote_server_key().asbytes(), login)
    if key:
        transport.auth_publickey(login.username, key)
    else:
        transport.auth_password(login.username, login.password, fallback=False)
    client = paramiko.SFTPClient.from_transport(transport)
    if client is None:
        raise paramiko.SSHException("no SFTP")
    channel = client.get_channel()
    if channel:
        channel.settimeout(_SECONDS)
    return client


def _check_server(public_key: bytes, login: Login) -> None:
    """Refuse a server that is not the one that was agreed on, before anything secret is said."""
    seen = fingerprint_of(public_key)
    expected = login.fingerprint.strip().rstrip("=")
    if hmac.compare_digest(seen.encode(), expected.encode()):
        return
    what = "has another key than expected" if expected else "has a key that nobody confirmed yet"
    raise ConnectorError(
        "config",
        f"{login.host} {what}: {seen}.",
        hint="Ask the server's owner for the fingerprint of its key. Enter this one only if it "
        "is the same; if it changed without notice, somebody may be listening.",
    )


def _private_key(login: Login) -> paramiko.PKey | None:
    if not login.private_key:
        return None
    for kind in _KEY_KINDS:
        try:
            return kind.from_private_key(
                io.StringIO(login.private_key), password=login.password or None
            )
        except (paramiko.SSHException, ValueError):
            continue
    raise ConnectorError(
        "config",
        "The private key cannot be read.",
        hint="Enter an Ed25519, ECDSA or RSA key in PEM or OpenSSH form; if it is protected, "
        "enter its passphrase as password.",
    )
