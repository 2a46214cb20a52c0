"""``stop`` and ``clean``: end what we started, remove what we made."""

import argparse
import os
import signal
from pathlib import Path

from ..console import DevError, say
from ..databases import Databases
from ..environment import ensure_environment
from ..machine_tools import is_server_given
from ..postgres.cluster import stop_server
from ..postgres.place import possible_folders
from ..processes import end_by_pid
from ..results import remove_tree


def run_stop(workspace, arguments):
    """Stop the demo's server and PostgreSQL; --all stops a shared PostgreSQL too."""
    options = _parse("stop", run_stop, arguments)
    _stop_demo(workspace)
    if workspace.is_shared and not options.all:
        say(f"left PostgreSQL running for others who use {workspace.cache} (--all stops it)")
        return 0
    for folder in possible_folders(workspace.cache):
        stop_server(folder / "data")
    return 0


def run_clean(workspace, arguments):
    """Stop the servers and remove all that ./dev made; --all includes a shared cache."""
    options = _parse("clean", run_clean, arguments)
    keep_cache = workspace.is_shared and not options.all
    if keep_cache or is_server_given(os.environ):
        _drop_databases(workspace)
    if keep_cache:
        remove_tree(workspace.own)
        say(f"removed this checkout's databases; {workspace.cache} is shared (--all removes it)")
        return 0
    run_stop(workspace, ["--all"])
    for folder in (*possible_folders(workspace.cache), workspace.cache):
        remove_tree(folder)
    say(f"removed {workspace.cache}")
    return 0


def _parse(name, command, arguments):
    parser = argparse.ArgumentParser(prog=f"./dev {name}", description=command.__doc__)
    parser.add_argument("--all", action="store_true", help="also what a shared cache holds")
    return parser.parse_args(arguments)


def _drop_databases(workspace):
    _stop_demo(workspace)
    if workspace.cache.exists():
        databases = Databases(ensure_environment(workspace))
        for name in databases.own_names():
            databases.drop(name)


def _stop_demo(workspace):
    pid = demo_pid(workspace)
    if pid is None:
        return
    say("stopping the demo's server")
    steps = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))
    if not end_by_pid(lambda: demo_pid(workspace), steps):
        raise DevError(f"the demo's server (process {pid}) does not end")


def demo_pid(workspace):
    """Return the pid of this checkout's demo server, None if it does not run."""
    pid_file = workspace.own / "demo-server.pid"
    try:
        pid = int(pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(pid_file) in command else None
