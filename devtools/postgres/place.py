"""Where a private cluster can live, and as whom.

PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
That user may not be able to enter the checkout, and a socket's path has a
limit of about a hundred characters: then the cluster lives outside, in a
folder whose name is a hash of the cache's path.
"""

import contextlib
import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..console import DevError

LONGEST_SOCKET_PATH = 100
UNPRIVILEGED_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Place:
    """A folder for a cluster and the user who runs it.

    :param Path folder: holds ``data`` and ``socket``
    :param owner: the user's passwd entry, None for whoever runs ``./dev``
    """

    folder: Path
    owner: object

    @property
    def data(self):
        """The cluster's files."""
        return self.folder / "data"

    @property
    def socket(self):
        """The folder of the server's socket."""
        return self.folder / "socket"

    @property
    def as_owner(self):
        """Options for ``subprocess`` that run a program as the owner."""
        if self.owner is None:
            return {"cwd": "/"}
        return {
            "user": self.owner.pw_uid,
            "group": self.owner.pw_gid,
            "extra_groups": [],
            "cwd": "/",
        }


def choose_place(cache):
    """Return where this cache's cluster lives; its folder exists, closed to others."""
    owner = _unprivileged_user() if os.geteuid() == 0 else None
    inside = Place(cache / "postgres", owner)
    if socket_fits(inside.socket) and _can_own(inside):
        return inside
    outside = Place(outside_folder(cache), owner)
    _claim(outside)
    return outside


def possible_folders(cache):
    """List the folders where this cache's cluster may lie."""
    return [cache / "postgres", outside_folder(cache)]


def socket_fits(folder):
    """Whether a socket in this folder has a path that the system accepts."""
    return len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH


def outside_folder(cache):
    """Return the folder outside the cache that belongs to it alone."""
    key = hashlib.sha256(os.fsencode(cache)).hexdigest()[:12]
    base = Path("/var/tmp")  # noqa: S108 (the folder in it is claimed before use)
    if not os.access(base, os.W_OK):
        base = Path(tempfile.gettempdir())
    return base / f"ar-dev-{os.geteuid()}-{key}"


def _unprivileged_user():
    for name in UNPRIVILEGED_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DevError("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _can_own(place):
    _claim(place)
    if place.owner is None:
        return True
    probe = ["test", "-w", place.folder]
    return subprocess.run(probe, check=False, **place.as_owner).returncode == 0


def _claim(place):
    """Make the folder ours, or refuse one that another user made before us."""
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        place.folder.mkdir(mode=0o700)
    status = place.folder.lstat()
    ours = {os.geteuid(), place.owner.pw_uid if place.owner else os.geteuid()}
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in ours:
        raise DevError(f"{place.folder} belongs to somebody else: remove it")
    if place.owner and status.st_uid != place.owner.pw_uid:
        os.chown(place.folder, place.owner.pw_uid, place.owner.pw_gid)
    place.folder.chmod(0o700)
