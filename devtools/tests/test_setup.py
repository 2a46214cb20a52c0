"""The parts of the set-up that decide without touching the machine."""

import re
from pathlib import Path

import pytest

from devtools.apt import Mirror, choose_mirror
from devtools.console import DevError, describe_failure, run_step
from devtools.databases import INSTALLED_SUFFIXES, NOT_INSTALLED, addon_dependencies, files_hash
from devtools.disk import require_free_space
from devtools.results import hash_of, write_whole
from devtools.workspace import find_workspace

CHECKOUT = Path(__file__).resolve().parents[2]


def test_lock_file_pins_every_package_exactly():
    lines = (CHECKOUT / "requirements.lock").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith("#")]
    assert packages
    assert [line for line in packages if not re.match(r"[\w.-]+==[\w.]+( ; .+)?$", line)] == []


def test_mirror_is_the_one_of_the_machines_plain_release():
    targets = [
        "mirror:/security/|bookworm-security|main",
        "mirror:/debian/|bookworm-updates|main",
        "mirror:/debian/|bookworm|contrib",
        "mirror:/debian/|bookworm|main",
    ]
    assert choose_mirror(targets) == Mirror("mirror:/debian/", "bookworm")
    assert choose_mirror([]) is None


def test_dependencies_are_read_without_running_the_manifest():
    assert addon_dependencies('{"depends": ["sale", "account"]}') == ["account", "sale"]


@pytest.mark.parametrize(
    ("changed", "matters"),
    [
        ("models/credit/ar_hold.py", True),
        ("views/menus.xml", True),
        ("security/ir.model.access.csv", True),
        ("engine/matching/score.py", False),
        ("tests/credit/test_hold.py", False),
        ("static/src/app.js", False),
        ("models/__pycache__/x.py", False),
    ],
)
def test_only_what_is_installed_makes_a_new_database(tmp_path, changed, matters):
    path = tmp_path / changed
    path.parent.mkdir(parents=True)
    path.write_text("before")
    before = files_hash(tmp_path, NOT_INSTALLED, INSTALLED_SUFFIXES)
    path.write_text("after")
    assert (files_hash(tmp_path, NOT_INSTALLED, INSTALLED_SUFFIXES) != before) is matters


def test_hash_tells_where_one_input_ends():
    assert hash_of("ab", "c") != hash_of("a", "bc")


def test_file_is_written_whole_and_leaves_no_draft(tmp_path):
    path = tmp_path / "folder" / "file"
    write_whole(path, "first")
    write_whole(path, "second")
    assert path.read_text() == "second"
    assert list(path.parent.iterdir()) == [path]


def test_no_disk_space_is_said_before_it_runs_out(tmp_path):
    with pytest.raises(DevError, match="no disk space: everything needs 99999999 GB"):
        require_free_space(tmp_path / "not" / "yet", 99999999, "everything")


def test_failed_step_names_its_log_and_reason(tmp_path):
    log = tmp_path / "log"
    with pytest.raises(DevError, match="Trying: failed: E: no luck .*log"):
        run_step("Trying", ["sh", "-c", "echo 'E: no luck'; echo bye; exit 3"], log)


def test_full_disk_is_recognised_in_a_log(tmp_path):
    log = tmp_path / "log"
    log.write_text("OSError: [Errno 28] No space left on device\nmore\n")
    assert describe_failure("Step", log).startswith("Step: no disk space left")


def test_prefix_must_be_fit_for_a_database_name():
    assert find_workspace({"AR_DB_PREFIX": "ar_two"}).test_database == "ar_two_test"
    with pytest.raises(DevError, match="AR_DB_PREFIX"):
        find_workspace({"AR_DB_PREFIX": "x; drop database"})


def test_shared_cache_keeps_checkouts_apart(tmp_path):
    shared = {"AR_DEV_CACHE": str(tmp_path)}
    one = find_workspace({**shared, "AR_DB_PREFIX": "one"})
    two = find_workspace({**shared, "AR_DB_PREFIX": "two"})
    assert one.is_shared
    assert not find_workspace({}).is_shared
    assert one.own != two.own
