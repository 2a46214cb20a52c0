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
    RemoteAccount,
)
from ..errors import ConnectorError
from .folder import Folder, Found, is_plain, parse_reference
from .session import Login, connected
from .settings import DEFAULT_PATTERNS

_logger = logging.getLogger(__name__)

_SETTLE_SECONDS = 2.0


class SftpConnector:
    """Reads one folder of one server.

    :param wait: waits for some seconds, to see whether a file still grows
    """

    def __init__(self, context: Context, wait: Callable[[float], None] = time.sleep) -> None:
        self._get = context.credentials.get
        self._wait = wait
        self._path = self._get("folder").strip() or "."
        self._patterns = (self._get("patterns") or DEFAULT_PATTERNS).replace(",", " ").split()
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
                ready = self._ready(folder)
                for file in ready:
                    yield from self._pages_of(folder, file)
                self._refuse_large(ready)
                yield Page(is_last=True)
            finally:
                self._open_folder = None

    @staticmethod
    def _pages_of(folder: Folder, file: Found) -> Iterator[Page]:
        content = folder.read_file(file) if file.size <= MAX_BYTES else None
        if content is None:
            _logger.info("%s is too large or changes; it stays where it is.", file.name)
            return
        yield Page(documents=(Document(file.reference, file.name, content),))

    @staticmethod
    def _refuse_large(files: list[Found]) -> None:
        """Complain of a file that is too large, after the others were read."""
        large = next((file for file in files if file.size > MAX_BYTES), None)
        if large:
            raise ConnectorError(
                "config",
                f"{large.name} has {large.size:,} bytes; a statement file has at most "
                f"{MAX_BYTES:,}.",
                hint="Move the file out of the folder, or let the bank send shorter periods.",
            )

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
        """Return the files that are the same after a pause; an empty one is still to be written."""
        before = folder.list_files(self._patterns)
        if not before:
            return []
        self._wait(_SETTLE_SECONDS)
        after = set(folder.list_files(self._patterns))
        return [file for file in before if file in after and file.size]

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
