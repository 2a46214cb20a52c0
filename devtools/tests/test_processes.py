"""Servers of ours end with us; a taken port is said so."""

import os
import socket
import sys

import pytest

from devtools.console import DevError
from devtools.loopback import HOST, free_port, require_free_port, running_server
from devtools.processes import exit_status


def test_taken_port_is_refused():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        with pytest.raises(DevError, match="is taken: use --port"):
            require_free_port(listener.getsockname()[1])


def test_server_ends_with_the_block(tmp_path):
    port = free_port()
    argv = [sys.executable, "-m", "http.server", "--bind", HOST, port]
    with running_server("Server", argv, port, tmp_path / "log", os.environ) as server:
        assert server.poll() is None
    assert server.poll() is not None
    require_free_port(port)


def test_server_that_dies_at_once_is_reported(tmp_path):
    argv = [sys.executable, "-c", "raise SystemExit('FATAL: no mood')"]
    with (
        pytest.raises(DevError, match="FATAL: no mood"),
        running_server("Server", argv, free_port(), tmp_path / "log", os.environ),
    ):
        pass


def test_death_by_signal_is_an_error_status():
    assert (exit_status(0), exit_status(2), exit_status(-15)) == (0, 2, 143)
