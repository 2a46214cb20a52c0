"""A mail server on loopback that keeps what it is given and can be told to misbehave."""

import socketserver
import threading
from unittest.mock import patch


def open_sink(case):
    """Let the mails of a test leave for a sink of its own, and for nowhere else."""
    sink = SmtpSink()
    case.addCleanup(sink.close)
    servers = case.env["ir.mail_server"].sudo()
    case.startPatcher(patch.object(type(servers), "_disable_send", lambda server: False))
    servers.search([]).active = False
    servers.create(
        {
            "name": "sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": sink.port,
            "smtp_encryption": "none",
        }
    )
    return sink


class SmtpSink:
    """Speaks enough SMTP to take mails, one thread per connection.

    :ivar messages: ``(recipients, raw message)`` of every mail taken.
    :ivar answers: ``{command: answer}`` to give instead of taking the mail, for example
        ``{"RCPT": b"550 unknown"}``; the key ``END`` answers the end of the message and
        the answer None hangs up.
    :ivar connections: how many were opened.
    :ivar patience: mails that it takes over one connection before it ends that.
    """

    def __init__(self):
        self.messages = []
        self.answers = {}
        self.connections = 0
        self.patience = 1000
        self._server = socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), self._handler(), bind_and_activate=True
        )
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        """Stop listening and release the port."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                _Dialog(sink, self.rfile, self.wfile).run()

        return Handler


class _Dialog:
    def __init__(self, sink, rfile, wfile):
        self.sink, self.rfile, self.wfile = sink, rfile, wfile
        self.recipients = []
        self.taken = 0
        sink.connections += 1

    def run(self):
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper().strip().decode("ascii", "replace")
            if not self._obey(command, line):
                return

    def _obey(self, command, line):
        if command in self.sink.answers:
            return self._answer(self.sink.answers[command])
        if command == "MAIL" and self.taken >= self.sink.patience:
            self._answer(b"421 too many messages for one connection")
            return False
        if command == "RCPT":
            self.recipients.append(line.decode().split("<")[1].split(">")[0])
        if command == "DATA":
            return self._take()
        if command == "QUIT":
            self.wfile.write(b"221 bye\r\n")
            return False
        return self._answer(b"250 ok")

    def _take(self):
        self._answer(b"354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if "END" in self.sink.answers:
            return self._answer(self.sink.answers["END"])
        self.sink.messages.append((self.recipients, b"".join(lines)))
        self.recipients = []
        self.taken += 1
        return self._answer(b"250 taken")

    def _answer(self, answer):
        if answer is None:
            return False
        self.wfile.write(answer + b"\r\n")
        return True
