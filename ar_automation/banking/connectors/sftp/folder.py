"""Which files of a folder are ready, and where a file goes after it was read.

>>> [is_wanted(name, ("*.xml", "*.sta")) for name in ("a.xml", "A.XML", "b.xml.part", ".c.xml")]
[True, True, False, False]
>>> numbered("a.tar.gz", 2)
'a.tar-2.gz'
"""

from __future__ import annotations

import fnmatch
import posixpath
import stat
from collections.abc import Iterable
from dataclasses import dataclass

import paramiko

from ..errors import ConnectorError

_UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", "~")
_MAX_SAME_NAMES = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies there: its name, its size in bytes and when it was written (Unix time)."""

    name: str
    size: int
    written_at: int

    @property
    def reference(self) -> str:
        """Name of exactly this file: a later one of the same name has another."""
        return f"{self.size}:{self.written_at}:{self.name}"


def parse_reference(reference: str) -> Found:
    """Return the file that a reference names."""
    size, _colon, rest = reference.partition(":")
    written_at, _colon, name = rest.partition(":")
    if not (size.isdecimal() and written_at.isdecimal() and is_plain(name)):
        raise ConnectorError("config", f"{reference[:80]!r} names no file of this folder.")
    return Found(name, int(size), int(written_at))


def is_plain(name: str) -> bool:
    """Whether a name stays within its folder, whatever the server says."""
    return bool(name) and name not in (".", "..") and not set(name) & set("/\\\0\n\r")


def is_wanted(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is a finished file's and matches a pattern (upper and lower case alike)."""
    folded = name.lower()
    if not is_plain(name) or name.startswith(".") or folded.endswith(_UNFINISHED):
        return False
    return any(fnmatch.fnmatchcase(folded, pattern.lower()) for pattern in patterns)


def numbered(name: str, number: int) -> str:
    """Return a name with a number before its ending."""
    stem, ending = posixpath.splitext(name)
    return f"{stem}-{number}{ending}"


class Folder:
    """One folder on the server, with the two below it that files are moved to."""

    def __init__(self, client: paramiko.SFTPClient, path: str) -> None:
        self._client = client
        self._path = path

    def list_files(self, patterns: Iterable[str]) -> list[Found]:
        """Return the regular files that match, oldest first. Links are not followed."""
        wanted = tuple(patterns)
        found = [
            Found(entry.filename, entry.st_size or 0, int(entry.st_mtime or 0))
            for entry in self._client.listdir_attr(self._path)
            if stat.S_ISREG(entry.st_mode or 0) and is_wanted(entry.filename, wanted)
        ]
        return sorted(found, key=lambda file: (file.written_at, file.name))

    def read_file(self, file: Found) -> bytes | None:
        """Return a file's content, None if it changes while it is read."""
        with self._client.open(self._at(file.name), "rb") as remote:
            remote.prefetch(file.size)
            content: bytes = remote.read(file.size + 1)
        return content if len(content) == file.size and self._is_there(file) else None

    def move(self, file: Found, subfolder: str) -> None:
        """Move exactly this file into a subfolder; nothing, if it is no longer there."""
        if not self._is_there(file):
            return
        self._make(subfolder)
        for number in range(1, _MAX_SAME_NAMES):
            name = file.name if number == 1 else numbered(file.name, number)
            target = posixpath.join(self._path, subfolder, name)
            if not self._exists(target):
                self._client.rename(self._at(file.name), target)
                return
        raise ConnectorError(
            "config",
            f"{subfolder} holds {_MAX_SAME_NAMES - 1} files named like {file.name}.",
            hint="Empty the subfolder.",
        )

    def _at(self, name: str) -> str:
        return posixpath.join(self._path, name)

    def _is_there(self, file: Found) -> bool:
        try:
            entry = self._client.lstat(self._at(file.name))
        except FileNotFoundError:
            return False
        return (entry.st_size or 0, int(entry.st_mtime or 0)) == (file.size, file.written_at)

    def _exists(self, path: str) -> bool:
        try:
            self._client.lstat(path)
        except FileNotFoundError:
            return False
        return True

    def _make(self, subfolder: str) -> None:
        path = posixpath.join(self._path, subfolder)
        if not self._exists(path):
            self._client.mkdir(path)
