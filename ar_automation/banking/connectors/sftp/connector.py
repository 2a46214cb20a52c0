"""Picks statement files up from an SFTP folder and moves them aside when told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from ...formats.size import MAX_BYTES
from ..contract import (
    Consent,
    Context,
    Document,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from ..errors import ConnectorError
from .folder import Folder, Found, is_plain, parse_reference
from .session import Login, connected

_logger = logging.getLogger(__name__)

_SETTLE_SECONDS = 2.0
_DEFAULT_PATTERNS = "*.xml *.sta *.mt940 *.940 *.942 *.ofx *.bai *.txt *.csv"


class SftpConnector:
    """Reads one folder of one server.

    :param wait: waits for some seconds, to see whether a file still grows
    """

    def __init__(self, context: Context, wait: Callable[[float], None] = time.sleep) -> None:
        self._get = context.credentials.get
        self._wait = wait
        self._path = self._get("folder").strip() or "."
        self._patterns = (self._get("patterns") or _DEFAULT_PATTERNS).replace(",", " ").split()
        self._processed = self._subfolder("processed_folder", "processed")
        self._failed = self._subfolder("failed_folder", "failed")
        self._login = self._read_login()
        self._open_folder: Folder | None = None

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the folder as one account; the files say which bank account they are of."""
        with connected(self._login) as client:
            Folder(client, self._path).list_files(self._patterns)
        return [RemoteAccount(self._path, name=f"{self._login.host}: {self._path}")]

    def read_consent(self) -> Consent | None:
        """Return None: who may log in may read."""
        return None

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the files that are ready, one per page, oldest first, whatever their dates.

        What is in the folder was not read yet; there is nothing to remember but the folder.
        """
        with connected(self._login) as client:
            folder = self._open_folder = Folder(client, self._path)
            try:
                for file in self._ready(folder):
                    content = folder.read(file)
                    if content is None:
                        _logger.info("%s changes while it is read; left for later.", file.name)
                        continue
                    yield Page(documents=(Document(file.reference, file.name, content),))
                yield Page(is_last=True)
            finally:
                self._open_folder = None

    def acknowledge(self, document: Document, *, is_accepted: bool) -> None:
        """Move a file to the folder of the stored or of the refused ones."""
        file = parse_reference(document.reference)
        subfolder = self._processed if is_accepted else self._failed
        if self._open_folder:
            self._open_folder.move(file, subfolder)
            return
        with connected(self._login) as client:
            Folder(client, self._path).move(file, subfolder)

    def _ready(self, folder: Folder) -> list[Found]:
        """Return the files that are the same after a pause, and not too large."""
        before = folder.list_files(self._patterns)
        if not before:
            return []
        self._wait(_SETTLE_SECONDS)
        after = set(folder.list_files(self._patterns))
        settled = [file for file in before if file in after and file.size]
        for file in settled:
            if file.size > MAX_BYTES:
                raise ConnectorError(
                    "config",
                    f"{file.name} has {file.size:,} bytes; a statement file has at most "
                    f"{MAX_BYTES:,}.",
                    hint="Move the file out of the folder, or let the bank send shorter periods.",
                )
        return settled

    def _subfolder(self, name: str, default: str) -> str:
        folder = self._get(name).strip() or default
        if not is_plain(folder):
            raise ConnectorError("config", f"{folder[:60]!r} is no name of a subfolder.")
        return folder

    def _read_login(self) -> Login:
        host, username = self._get("host").strip(), self._get("username").strip()
        if not (host and username):
            raise ConnectorError("config", "Server and user of the SFTP folder are not both set.")
        port = self._get("port").strip() or "22"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise ConnectorError("config", f"{port[:20]!r} is no port number.")
        password, key = self._get("password"), self._get("private_key")
        if not (password or key):
            raise ConnectorError("config", "Neither a password nor a private key is set.")
        return Login(host, int(port), username, self._get("host_key"), password, key)


_SETTINGS = (
    Setting("host", "Server", "Name or address of the SFTP server, without sftp://."),
    Setting("port", "Port", "Usually 22.", kind="number", is_required=False, default="22"),
    Setting("username", "User", "The user name at the server."),
    Setting(
        "password",
        "Password",
        "The user's password, or the passphrase of the private key.",
        kind="secret",
        is_required=False,
    ),
    Setting(
        "private_key",
        "Private key",
        "An Ed25519, ECDSA or RSA private key (PEM or OpenSSH form), in place of a password.",
        kind="pem",
        is_required=False,
    ),
    Setting(
        "host_key",
        "Fingerprint of the server",
        "SHA256:... of the server's key, from the server's owner. Leave it empty and test the "
        "connection to see the one that the server shows; compare before you enter it.",
        is_required=False,
    ),
    Setting("folder", "Folder", "The folder with the files, for example /out.", default="."),
    Setting(
        "patterns",
        "File names",
        "Which files are statements: patterns like *.xml, separated by blanks.",
        is_required=False,
        default=_DEFAULT_PATTERNS,
    ),
    Setting(
        "processed_folder",
        "Folder for stored files",
        "Subfolder to which a file is moved after its transactions were stored.",
        is_required=False,
        default="processed",
    ),
    Setting(
        "failed_folder",
        "Folder for refused files",
        "Subfolder to which a file is moved that could not be read.",
        is_required=False,
        default="failed",
    ),
)

PROVIDER = Provider(
    code="sftp",
    name="SFTP folder",
    protocol="sftp",
    summary="Statement files from a folder on an SFTP server, moved aside when they are stored.",
    settings=_SETTINGS,
    open=SftpConnector,
)
