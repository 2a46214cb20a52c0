"""The running bank: a port on 127.0.0.1 for every face, and one for its control.

Each face has an origin of its own, as banks have. A server is used within one program (tests)::

    with BankServer(bank, faces) as server:
        server.address("plaid")        # http://127.0.0.1:40123

or as a process (``python -m bank_simulator``), moved through its control port.
"""

import contextlib
import gzip
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .face import Bank, Face, Request, Response
from .scenario import TRANSPORT, Fault

HOST = "127.0.0.1"
LONGEST_REQUEST = 64 * 1024 * 1024
CHUNK = 64 * 1024
GARBAGE = b"<html><body><h1>Our e-banking is being maintained.</h1></body></html>"
HOSTILE_XML = b"""<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<d>&c;&x;</d>
"""
_logger = logging.getLogger(__name__)


class BankServer:
    """All faces of one bank, listening from ``start`` to ``stop``.

    ``ports`` names the port of a face; without one it gets any free port.
    """

    def __init__(
        self, bank: Bank, faces: Iterable[Face], ports: Mapping[str, int] | None = None
    ) -> None:
        wanted = ports or {}
        self.bank = bank
        self.counts: Counter[tuple[str, int]] = Counter()
        self._servers = {
            face.name: _Listener(self, face, wanted.get(face.name, 0)) for face in faces
        }

    def __enter__(self) -> "BankServer":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def address(self, name: str) -> str:
        """Return the origin of a face, without a slash at its end.

        :raise KeyError: if there is no such face
        """
        return f"http://{HOST}:{self._servers[name].server_address[1]}"

    def addresses(self) -> dict[str, str]:
        """Return the origins of all faces by name."""
        return {name: self.address(name) for name in self._servers}

    def start(self) -> None:
        """Begin to answer."""
        for name, server in self._servers.items():
            poll = {"poll_interval": 0.02}
            threading.Thread(
                target=server.serve_forever, kwargs=poll, name=f"bank-{name}", daemon=True
            ).start()

    def stop(self) -> None:
        """Stop listening; answers under way are given up."""
        for server in self._servers.values():
            server.shutdown()
            server.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, owner: BankServer, face: Face, port: int) -> None:
        self.owner = owner
        self.face = face
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say in one line what a client that went away would print as a traceback."""
        _logger.info("%s: a connection ended early", self.face.name, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener
    timeout = 30

    def do_GET(self) -> None:
        """Answer any method by the face."""
        request = self._read()
        if request is None:
            return
        self._play(request)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815 (the standard library's names)

    def log_message(self, format: str, *args: Any) -> None:
        """Log to the module's logger, not to the terminal."""
        _logger.debug(format, *args)

    def _read(self) -> Request | None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_REQUEST:
            self._send(Response(413))
            return None
        target = urlsplit(self.path)
        repeated = parse_qs(target.query, keep_blank_values=True)
        face = self.server.face
        return Request(
            method=self.command,
            path=target.path,
            query={name: values[-1] for name, values in repeated.items()},
            headers={name.lower(): text for name, text in self.headers.items()},
            body=self.rfile.read(length),
            origin=self.server.owner.address(face.name),
            faults=tuple(self.server.owner.bank.scenario.pick(face.name, target.path)),
            repeated=repeated,
        )

    def _play(self, request: Request) -> None:
        """Answer, with the faults of transport that the scenario wants."""
        transport = [fault for fault in request.faults if fault.kind in TRANSPORT]
        for delay in [fault for fault in transport if fault.kind == "slow"]:
            time.sleep(delay.seconds)
            transport.remove(delay)
        fault = transport[0] if transport else None
        if fault is not None:
            instead = _answer_instead(self.server.owner.bank, self.server.face, request, fault)
            if instead is not None:
                self._send(instead)
                return
        response = self._handle(request)
        if fault is not None and fault.kind == "huge":
            self._send_huge(fault.size)
        elif fault is not None and fault.kind == "cut":
            self._send_half(response)
        else:
            half = response.body[: len(response.body) // 2]
            cut = fault is not None and fault.kind == "truncated"
            self._send(Response(response.status, half, response.headers) if cut else response)

    def _handle(self, request: Request) -> Response:
        try:
            return self.server.face.handle(self.server.owner.bank, request)
        except Exception:
            # A mistake of the simulator must not look like a fault of the scenario.
            _logger.exception("%s %s", self.server.face.name, request.path)
            return Response(599, b"simulator error: see its log")

    def _send(self, response: Response) -> None:
        self.server.owner.counts[(self.server.face.name, response.status)] += 1
        self._begin(response, len(response.body))
        self.wfile.write(response.body)

    def _begin(self, response: Response, length: int) -> None:
        self.send_response(response.status)
        for name, text in response.headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send_half(self, response: Response) -> None:
        """Promise the whole answer, send half of it and hang up."""
        self._begin(response, len(response.body))
        self.wfile.write(response.body[: len(response.body) // 2])
        self.close_connection = True

    def _send_huge(self, size: int) -> None:
        self._begin(Response(200, headers={"Content-Type": "application/json"}), size)
        self.close_connection = True
        # The client is right to hang up before the end.
        with contextlib.suppress(ConnectionError):
            for _ in range(size // CHUNK):
                self.wfile.write(b" " * CHUNK)


def _answer_instead(bank: Bank, face: Face, request: Request, fault: Fault) -> Response | None:
    """Return what is answered in the face's place; None if the face answers first."""
    if fault.kind in ("rate_limited", "server_error"):
        status = 429 if fault.kind == "rate_limited" else fault.status
        own = face.answer_fault(bank, request, fault) or Response(status, b"Sorry.")
        wait = {"Retry-After": f"{fault.seconds:.0f}"} if fault.kind == "rate_limited" else {}
        return Response(own.status, own.body, {**wait, **own.headers})
    answers = {
        "garbage": Response(200, GARBAGE, {"Content-Type": "text/html"}),
        "redirect": Response(302, b"", {"Location": fault.location}),
        "hostile_xml": Response.xml(HOSTILE_XML),
    }
    if fault.kind == "bomb":
        packed = gzip.compress(b" " * fault.size)
        packing = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return Response(200, packed, packing)
    return answers.get(fault.kind)
