"""PostgreSQL's programs on this machine: the newest, 13 at least."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..console import DevError

OLDEST = 13
DEBIAN_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """The folder of one PostgreSQL version's programs."""

    folder: Path
    version: int


def parse_version(text):
    """Return the major version out of what ``postgres --version`` prints.

    >>> parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)")
    15
    >>> parse_version("postgres (PostgreSQL) 18beta1")
    18
    """
    match = re.search(r"PostgreSQL\)\s+(\d+)", text)
    return int(match.group(1)) if match else 0


def newest_binaries(environ=os.environ):
    """Return the newest server programs.

    :raise DevError: if there are none, or all are too old
    """
    newest = max(find_binaries(environ), key=lambda found: found.version, default=None)
    if newest is None:
        raise DevError(f"no PostgreSQL server programs found: install PostgreSQL {OLDEST} or newer")
    if newest.version < OLDEST:
        raise DevError(
            f"PostgreSQL {newest.version} in {newest.folder} is too old:"
            f" install PostgreSQL {OLDEST} or newer, or set PGHOST to such a server"
        )
    return newest


def find_binaries(environ=os.environ):
    """List every PostgreSQL server on this machine (or only ``AR_PG_BINDIR``'s)."""
    if environ.get("AR_PG_BINDIR"):
        folders = [Path(environ["AR_PG_BINDIR"])]
    else:
        folders = [*DEBIAN_FOLDER.glob("*/bin"), *_configured_folders()]
    candidates = [folder for folder in dict.fromkeys(folders) if (folder / "initdb").exists()]
    return [Binaries(folder, _version_of(folder)) for folder in candidates]


def _configured_folders():
    if shutil.which("pg_config"):
        result = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True, check=False
        )
        yield Path(result.stdout.strip())
    if shutil.which("postgres"):
        yield Path(shutil.which("postgres")).resolve().parent


def _version_of(folder):
    result = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    return parse_version(result.stdout)
