"""Programs of the machine that everything needs: found, else installed if we may."""

import importlib.util
import os
import shutil

from . import apt
from .console import DevError
from .postgres.binaries import find_binaries, newest_binaries

# Names that a program may have on PATH, by Debian's package.
PROGRAMS = {
    "wkhtmltopdf": ("wkhtmltopdf",),  # PDF reports
    "chromium": ("chromium", "chromium-browser", "google-chrome"),  # browser tests
}


def ensure_machine_tools(log, environ=os.environ):
    """Install what is missing.

    :raise DevError: naming everything that is missing and cannot be installed
    """
    missing = missing_packages(environ)
    if missing:
        apt.install(missing, log)
        missing = missing_packages(environ)
    if missing:
        raise DevError(f"still missing after the installation: {' '.join(missing)}")
    if not is_server_given(environ):
        newest_binaries(environ)  # refuses PostgreSQL that is too old


def missing_packages(environ):
    """List the Debian packages of what this machine lacks."""
    missing = [package for package, names in PROGRAMS.items() if not any(map(shutil.which, names))]
    if is_server_given(environ):
        missing += [] if shutil.which("psql") else ["postgresql-client"]
    elif not find_binaries(environ):
        missing.append("postgresql")
    if not has_venv():
        missing.append("python3-venv")
    return missing


def has_venv():
    """Whether this Python can make environments; Debian packages that part apart."""
    return all(map(importlib.util.find_spec, ("venv", "ensurepip")))


def is_server_given(environ):
    """Whether to use the PostgreSQL server that the environment names."""
    return bool(environ.get("PGHOST") or environ.get("PGPORT"))
