"""A real HTTP server on loopback that answers what a test tells it to.

A test gives one function ``answer(request) -> Reply``; every request that came is kept. What HTTP
libraries would never send (a cut body, a drip) is sent by a reply's own ``send``.
"""

import json
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Reply:
    content: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    send: Any = None

    @property
    def body(self):
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content).encode()


class Server:
    def __init__(self, port, scheme):
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.requests = []

    @property
    def paths(self):
        return [request.path for request in self.requests]


@contextmanager
def serving(answer, *, tls=None):
    """Serve until the block ends; ``tls`` is an SSLContext for a server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536

        def handle_any(self):
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                {name: values[-1] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            server.requests.append(request)
            reply = answer(request)
            if reply.send:
                self.close_connection = True
                reply.send(self)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_arguments):
            pass

    for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.handle_any)

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass  # a client that hangs up is what some tests are about

    httpd = Quiet(("127.0.0.1", 0), Handler)
    if tls:
        httpd.socket = tls.wrap_socket(
            httpd.socket, server_side=True, do_handshake_on_connect=False
        )
    server = Server(httpd.server_address[1], "https" if tls else "http")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def server_context(cert_file, key_file, *, client_ca=""):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    if client_ca:
        context.load_verify_locations(cadata=client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
