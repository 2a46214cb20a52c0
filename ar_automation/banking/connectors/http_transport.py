"""The wire below the HTTP client: sockets that a deadline can cut, and TLS as it must be.

``requests`` limits how long one read may wait, not how long an answer may take: a server that
sends a byte a second never runs into it. So every socket is registered as it is opened,
and a timer shuts it down when the time for the whole request is over.

TLS is verified against the system's authorities, for the name that was asked for, from version
1.2 on; there is no setting to change that. A client certificate is loaded from its text through
a file that only this process's user may read and that is gone before anything is sent.
"""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .errors import ConnectorError
from .http_address import is_public_peer

Certificate = tuple[str, str]


class PeerRefusedError(OSError):
    """The server's name leads to an address that no bank has."""


class Sockets:
    """The socket that a client has open, to be shut when its time is over.

    A client asks one thing at a time: when it opens another socket, the last one is done with.
    """

    def __init__(self, *, is_loopback_test: bool) -> None:
        self._is_loopback_test = is_loopback_test
        self._handle: socket.socket | None = None
        self.is_shut = False

    def add(self, opened: socket.socket) -> None:
        """Check whom a new socket reached, and keep a handle of it instead of the last one's.

        :raises PeerRefusedError: so that no name can lead requests into this machine
        """
        if not self._is_loopback_test and not is_public_peer(str(opened.getpeername()[0])):
            opened.close()
            raise PeerRefusedError
        self.close()
        self._handle = opened.dup()  # TLS takes the socket itself over

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Shut the socket when the block takes longer."""
        self.is_shut = False
        timer = Timer(seconds, self.shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def shut(self) -> None:
        """End whatever waits on a socket."""
        self.is_shut = True
        if self._handle:
            with suppress(OSError):  # the other side was faster
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handle back."""
        if self._handle:
            self._handle.close()


class Transport(HTTPAdapter):
    """How requests reach the network: registered sockets, our TLS, no retries of its own."""

    def __init__(self, sockets: Sockets, context: ssl.SSLContext) -> None:
        self._sockets = sockets
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """EXTENDS requests: pools whose connections are registered."""
        HTTPAdapter.init_poolmanager(self, *args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self._sockets.add),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self._sockets.add),
        }

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """OVERRIDES requests: the context alone decides whom to trust, for every request."""


def _pool(base: Any, connection: Any, register: Callable[[socket.socket], None]) -> Any:
    class Connection(connection):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            opened: socket.socket = super()._new_conn()
            register(opened)
            return opened

    class Pool(base):  # type: ignore[misc]
        ConnectionCls = Connection

    return Pool


def tls_context(cert: Certificate | None = None, ca: str | None = None) -> ssl.SSLContext:
    """Return the rules of TLS for one client.

    :param cert: certificate (with its chain) and private key to show, as PEM texts
    :param ca: the only authorities to trust, as PEM text, instead of the system's
    :raises ConnectorError: ``config`` if they are not PEM texts, or do not belong together
    """
    try:
        context = ssl.create_default_context(
            cafile=None if ca else DEFAULT_CA_BUNDLE_PATH, cadata=ca or None
        )
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if cert:
            _load_certificate(context, cert)
    except (ssl.SSLError, ValueError) as error:
        raise ConnectorError(
            "config",
            "The certificate and the private key of the connection do not fit together, or are "
            "not PEM texts.",
            hint="Upload the certificate and its unencrypted private key as PEM files again.",
        ) from error
    return context


def _load_certificate(context: ssl.SSLContext, cert: Certificate) -> None:
    """Load from a file for the owner alone; OpenSSL offers no other way, and it is removed."""
    descriptor, name = tempfile.mkstemp(suffix=".pem")  # mode 0600
    path = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            file.write("\n".join(part.strip() for part in cert) + "\n")
        # An encrypted key would make OpenSSL ask at the terminal; an empty password ends that.
        context.load_cert_chain(path, password="")
    finally:
        path.unlink()
