"""Servers of ours on loopback: free ports, and processes that end with us."""

import errno
import socket
import subprocess
import time
from contextlib import contextmanager

from .console import DevError, describe_failure
from .processes import end_process, start

HOST = "127.0.0.1"


def free_port():
    """Return a port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def require_free_port(port):
    """Refuse a port that something listens on.

    :raise DevError: saying what to do about it
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise DevError(f"port {port} is for root only: use --port N above 1023") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise DevError(
                f"port {port} is taken: use --port N, or end what listens there"
                " (a demo of this checkout ends with ./dev stop)"
            ) from error


@contextmanager
def running_server(title, argv, port, log, environment):
    """Run a server until the block ends; the block begins when it listens.

    :raise DevError: if it ends before it listens, or does not within a minute
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = start(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    try:
        _wait_until_listening(title, process, port, log)
        yield process
    finally:
        end_process(process)


def _wait_until_listening(title, process, port, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DevError(describe_failure(title, log))
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise DevError(f"{title}: does not listen on port {port} (log: {log})")
