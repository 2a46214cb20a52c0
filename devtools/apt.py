"""Debian packages: fetched to be unpacked, or installed when we may.

Fetching uses an apt state of its own inside the cache, so that the machine's
sources stay as they are. The mirror's address comes from the machine's own
configuration.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .console import DevError, run_step
from .results import write_whole

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.pgp",
    "/usr/share/keyrings/debian-archive-keyring.gpg",
)


@dataclass(frozen=True)
class Mirror:
    """A Debian archive and the release which this machine runs."""

    address: str
    release: str


def find_mirror():
    """Return the archive that this machine's apt installs its release from."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise DevError("this machine has no apt: set ODOO_HOME to a checkout of Odoo 19")
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)|$(COMPONENT)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    mirror = choose_mirror(listing.splitlines())
    if mirror is None or "ubuntu" in mirror.address:
        raise DevError("apt knows no Debian mirror: set ODOO_HOME to a checkout of Odoo 19")
    return mirror


def choose_mirror(index_targets):
    """Pick the plain release out of lines ``address|release|component``.

    >>> choose_mirror(["http://m/security/|x-security|main", "http://m/|x|main"])
    Mirror(address='http://m/', release='x')
    """
    for line in index_targets:
        address, release, component = line.split("|")
        if component == "main" and "-" not in release:
            return Mirror(address, release)
    return None


def fetch_and_unpack(packages, root, state, log):
    """Download packages (``name/release``) and unpack them into a folder.

    :param list packages: what to fetch, each with its release
    :param Path root: folder that receives the unpacked files
    :param Path state: folder for apt's own state and the downloads
    """
    mirror = find_mirror()
    releases = sorted({package.split("/")[1] for package in packages})
    options = _private_options(state, mirror, releases)
    try:
        run_step("Reading Debian's package lists", ["apt-get", *options, "update"], log)
    except DevError as error:
        raise DevError(f"cannot read from apt's Debian mirror: {error}") from error
    downloads = state / "downloads"
    downloads.mkdir(exist_ok=True)
    run_step(
        "Downloading Odoo and the files its web client links to",
        ["apt-get", *options, "download", *packages],
        log,
        cwd=downloads,
    )
    for archive in sorted(downloads.glob("*.deb")):
        run_step(f"Unpacking {archive.name.split('_')[0]}", ["dpkg-deb", "-x", archive, root], log)


def _private_options(state, mirror, releases):
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    keyring = next((ring for ring in KEYRINGS if Path(ring).exists()), None)
    signed = f"[signed-by={keyring}] " if keyring else ""
    sources = state / "sources.list"
    write_whole(
        sources,
        "".join(f"deb {signed}{mirror.address} {release} main\n" for release in releases),
    )
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": state / "lists",
        "Dir::Cache": state / "cache",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "root",
        "APT::Update::Error-Mode": "any",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def install(packages, log):
    """Install Debian packages on this machine.

    :raise DevError: if we may not, naming what to install
    """
    wanted = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise DevError(f"missing on this machine: {wanted} (apt-get install {wanted})")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_step("Reading the machine's package lists", ["apt-get", "update"], log, env=environment)
    run_step(
        f"Installing {wanted}",
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
        log,
        env=environment,
    )
