"""Where a private cluster's socket may lie."""

from pathlib import Path

from devtools.postgres.place import socket_fits


def test_short_path_fits():
    assert socket_fits(Path("/work/main/.dev/postgres/socket"))


def test_long_path_does_not_fit():
    assert not socket_fits(Path("/home") / ("x" * 90))
