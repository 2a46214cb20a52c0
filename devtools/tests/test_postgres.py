"""Where a private cluster lives, and which PostgreSQL it is."""

import os
from pathlib import Path

import pytest

from devtools.console import DevError
from devtools.postgres import binaries, cluster, place


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", 15),
        ("postgres (PostgreSQL) 9.6.24", 9),
        ("postgres (PostgreSQL) 18beta1", 18),
        ("command not found", 0),
    ],
)
def test_version_is_read(printed, version):
    assert binaries.parse_version(printed) == version


def test_too_old_server_is_refused_in_one_line(tmp_path):
    for name in ("initdb", "postgres"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 12.9'\n")
        program.chmod(0o755)
    with pytest.raises(DevError, match="PostgreSQL 12 in .* is too old: install PostgreSQL 13"):
        binaries.newest_binaries({"AR_PG_BINDIR": str(tmp_path)})


def test_socket_path_has_a_limit():
    assert place.socket_fits(Path("/srv/receivables/.dev/postgres/socket"))
    assert not place.socket_fits(Path("/home") / ("x" * 90))


def test_each_cache_has_its_own_outside_folder():
    one, other = (place.outside_folder(Path(name)) for name in ("/a/.dev", "/b/.dev"))
    assert one != other
    assert one == place.outside_folder(Path("/a/.dev"))
    assert place.socket_fits(one / "socket")


def test_folder_is_closed_to_others(tmp_path):
    mine = place.Place(tmp_path / "postgres", None)
    place._claim(mine)
    assert mine.folder.stat().st_mode & 0o777 == 0o700


def test_link_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "postgres").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DevError, match="somebody else"):
        place._claim(place.Place(tmp_path / "postgres", None))


@pytest.mark.parametrize("content", ["", "not a number", f"{os.getpid()}\n", "999999999\n"])
def test_pid_file_of_a_dead_server_is_no_server(tmp_path, content):
    (tmp_path / "postmaster.pid").write_text(content)
    assert cluster.server_pid(tmp_path) is None
