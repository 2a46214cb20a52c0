"""Odoo 19: a checkout named by ``ODOO_HOME``, else Debian's package unpacked."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt, disk
from .console import DevError, say
from .results import hash_of, remove_tree, write_whole

ODOO_PACKAGE = "odoo-19/sid"
# Odoo's web client links by relative path into these packages. Newer releases
# of some of them have moved their files: take those of the machine's release.
LINKED_PACKAGES = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
)
# Debian leaves this script out (it has no source), but Odoo's list of assets
# still names it: without a stand-in every page logs an error to the console,
# and Odoo's browser tests fail on any such error.
LEFT_OUT_SCRIPT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
PACKAGE_ROOT = "usr/lib/python3/dist-packages"


@dataclass(frozen=True)
class Odoo:
    """One copy of Odoo.

    :param Path root: folder to put on Python's path
    :param tuple addons_paths: folders of addons outside the ``odoo`` package
    :param str identity: changes whenever the code changes
    """

    root: Path
    addons_paths: tuple
    identity: str


def ensure_odoo(workspace, environ=os.environ):
    """Return Odoo's code, fetched first if need be."""
    home = environ.get("ODOO_HOME")
    return _odoo_from_home(Path(home).absolute()) if home else _odoo_from_debian(workspace)


def _odoo_from_home(home):
    release = home / "odoo" / "release.py"
    if not release.is_file():
        raise DevError(f"ODOO_HOME={home} holds no Odoo (no odoo/release.py)")
    if not re.search(r"^version_info\s*=\s*\(19,", release.read_text(), re.MULTILINE):
        raise DevError(f"ODOO_HOME={home} is not Odoo 19")
    addons = tuple(path for path in (home / "addons",) if path.is_dir())
    head = home / ".git" / "HEAD"
    return Odoo(home, addons, hash_of(str(home), release, head if head.is_file() else ""))


def _odoo_from_debian(workspace):
    # Checkouts of other revisions may share the cache: none replaces what
    # another one is running on.
    key = hash_of(ODOO_PACKAGE, *LINKED_PACKAGES, LEFT_OUT_SCRIPT)
    home = workspace.cache / f"odoo-{key}"
    if not home.is_dir():
        _fetch(workspace, home)
    root = home / PACKAGE_ROOT
    identity = hash_of(*sorted(root.glob("odoo-*.egg-info/PKG-INFO")), root / "odoo/release.py")
    # All addons lie inside the odoo package; the folder addons beside it holds
    # a second copy of their Python code alone.
    return Odoo(root, (), identity)


def _fetch(workspace, home):
    disk.require_free_space(workspace.cache, 2, "fetching Odoo")
    # A killed set-up may have left an unpacker running: never share its folder.
    for leftover in workspace.cache.glob("odoo-*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    state = workspace.cache / "apt"
    draft = workspace.cache / f"{home.name}.{os.getpid()}.tmp"
    draft.mkdir(parents=True)
    release = apt.find_mirror().release
    packages = [ODOO_PACKAGE, *(f"{name}/{release}" for name in LINKED_PACKAGES)]
    apt.fetch_and_unpack(packages, draft, state, workspace.logs / "odoo.log")
    _complete_web_client(draft / PACKAGE_ROOT)
    draft.rename(home)
    remove_tree(state)


def _complete_web_client(root):
    script = root / LEFT_OUT_SCRIPT
    if not script.exists():
        write_whole(script, "// Debian's package leaves this file out.\n")
    linked = root.glob("odoo/addons/web/static/lib/**/*")
    dead = sorted(path.name for path in linked if path.is_symlink() and not path.exists())
    if dead:
        say(f"warning: Odoo's web client lacks {', '.join(dead)}")
