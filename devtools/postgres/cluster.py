"""A private cluster: made once, started when needed, reachable by socket only."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .. import disk
from ..console import DevError, run_step, say
from ..processes import end_by_pid
from ..results import remove_tree
from .binaries import Binaries, find_binaries
from .place import Place

ROLE = "odoo"
# The data can be made again at any time: trade safety for speed.
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 30min
shared_buffers = {shared_buffers}MB
work_mem = 32MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
datestyle = 'iso, mdy'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """One private cluster."""

    place: Place
    binaries: Binaries
    logs: Path

    def ensure_running(self):
        """Make and start the cluster, unless it runs."""
        if self.is_running():
            return
        if not (self.place.data / "PG_VERSION").exists():
            self._create()
        self._write_settings()
        self._forget_dead_server()
        self._start()

    def is_running(self):
        """Whether the server answers."""
        ready = self._program("pg_isready", "--quiet", "--host", self.place.socket)
        return ready.returncode == 0

    def _create(self):
        disk.require_free_space(self.place.folder, 3, "the database cluster")
        draft = self.place.folder / "data.tmp"
        remove_tree(draft)
        argv = [self.binaries.folder / "initdb", "--pgdata", draft, "--username", ROLE]
        argv += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
        argv += ["--lc-ctype", "C.UTF-8", "--no-sync", "--no-instructions"]
        if self.binaries.version < 14:
            argv.remove("--no-instructions")
        log = self.logs / "initdb.log"
        run_step("Creating the PostgreSQL cluster", argv, log, **self.place.as_owner)
        draft.rename(self.place.data)

    def _write_settings(self):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
        text = SETTINGS.format(
            socket=self.place.socket, shared_buffers=min(512, max(64, memory // 16))
        )
        self.place.socket.mkdir(exist_ok=True)
        settings = self.place.data / "postgresql.conf"
        settings.write_text(text)
        if self.place.owner:
            for path in (self.place.socket, settings):
                os.chown(path, self.place.owner.pw_uid, self.place.owner.pw_gid)

    def _forget_dead_server(self):
        """Remove the pid file that a crash or a reboot left behind.

        PostgreSQL does so itself, but not if another program has that pid now.
        """
        pid_file = self.place.data / "postmaster.pid"
        if pid_file.exists() and server_pid(self.place.data) is None:
            pid_file.unlink()

    def _start(self):
        log = self.place.folder / "server.log"
        started = self._program(
            "pg_ctl", "-D", self.place.data, "-l", log, "-w", "-t", "60", "-s", "start"
        )
        if started.returncode:
            lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
            reason = next((line for line in reversed(lines) if "FATAL" in line), started.stdout)
            raise DevError(f"PostgreSQL does not start: {reason.strip()[-300:]} (log: {log})")

    def _program(self, name, *arguments):
        return subprocess.run(
            [self.binaries.folder / name, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.place.as_owner,
        )


def server_pid(data):
    """Return the pid of the server that runs on this data folder, None if none does."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return None
    return pid if os.fsencode(data) in command else None


def stop_server(data):
    """Stop the server that runs on this data folder, if one does."""
    pid = server_pid(data)
    if pid is None:
        return
    say("stopping PostgreSQL")
    steps = ((signal.SIGINT, 20), (signal.SIGQUIT, 10))
    if not end_by_pid(lambda: server_pid(data), steps):
        raise DevError(f"PostgreSQL (process {pid}) does not stop")


def binaries_for(place, newest):
    """Return the programs that fit a cluster made earlier.

    A cluster whose version has left the machine is of no use any more; nothing
    in it is worth keeping, so it is made anew.
    """
    version_file = place.data / "PG_VERSION"
    if not version_file.exists():
        return newest
    made_by = int(version_file.read_text())
    for binaries in find_binaries():
        if binaries.version == made_by:
            return binaries
    say(f"the cluster is of PostgreSQL {made_by}, which is gone: making a new one")
    shutil.rmtree(place.data)
    return newest
