"""A real SFTP server on loopback over a folder, with a password or a key."""

import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import paramiko

from ....banking.connectors.sftp.session import fingerprint_of

USER, PASSWORD = "acme", "sftp-s3cret"
HOST_KEY = paramiko.RSAKey.generate(2048)


class Door(paramiko.ServerInterface):
    """Lets one user in, by password or by key."""

    def __init__(self, client_key):
        self._client_key = client_key
        self.tried = []

    def check_auth_password(self, username, password):
        self.tried.append(username)
        is_known = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if is_known else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        is_known = self._client_key is not None and key == self._client_key
        return paramiko.AUTH_SUCCESSFUL if is_known else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username):
        return "password,publickey"

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


class Files(paramiko.SFTPServerInterface):
    """Serves the files below one folder."""

    root = ""

    def _local(self, path):
        return Path(self.root) / self.canonicalize(path).lstrip("/")

    @staticmethod
    def _attempt(action):
        try:
            return action()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def list_folder(self, path):
        def entries():
            found = []
            for each in sorted(self._local(path).iterdir()):
                attributes = paramiko.SFTPAttributes.from_stat(each.lstat())
                attributes.filename = each.name
                found.append(attributes)
            return found

        return self._attempt(entries)

    def stat(self, path):
        return self._attempt(lambda: paramiko.SFTPAttributes.from_stat(self._local(path).stat()))

    def lstat(self, path):
        return self._attempt(lambda: paramiko.SFTPAttributes.from_stat(self._local(path).lstat()))

    def open(self, path, flags, attr):
        def handle():
            found = paramiko.SFTPHandle(flags)
            found.readfile = self._local(path).open("rb")
            return found

        return self._attempt(handle)

    def rename(self, oldpath, newpath):
        if self._local(newpath).exists():
            return paramiko.SFTP_FAILURE
        return self._done(lambda: self._local(oldpath).rename(self._local(newpath)))

    def mkdir(self, path, attr):
        return self._done(lambda: self._local(path).mkdir())

    def _done(self, action):
        result = self._attempt(action)
        return result if isinstance(result, int) else paramiko.SFTP_OK


class SftpServer:
    def __init__(self, port, door):
        self.port = port
        self.door = door
        self.fingerprint = fingerprint_of(HOST_KEY.asbytes())
        self.sessions = 0

    def settings(self, **changes):
        return {
            "host": "127.0.0.1",
            "port": str(self.port),
            "username": USER,
            "password": PASSWORD,
            "host_key": self.fingerprint,
            "folder": "/out",
            **changes,
        }


@contextmanager
def serving_files(root, client_key=None):
    """Serve a folder until the block ends."""
    files = type("RootedFiles", (Files,), {"root": str(root)})
    listener = socket.create_server(("127.0.0.1", 0))
    server = SftpServer(listener.getsockname()[1], Door(client_key))
    transports = []

    def accept():
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            server.sessions += 1
            transport = paramiko.Transport(connection)
            transport.set_log_channel("ar_automation.sftp")
            transport.add_server_key(HOST_KEY)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            transports.append(transport)
            try:
                transport.start_server(server=server.door)
            except (paramiko.SSHException, EOFError):
                continue  # a client that hung up on seeing our key

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for transport in transports:
            transport.close()
