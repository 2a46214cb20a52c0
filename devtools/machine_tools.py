"""Programs that PDFs and browser tests need: found, else installed if we may."""

import shutil

from . import apt
from .console import DevError

# What we need it for -> names it may have on PATH, and Debian's package.
TOOLS = {
    "PDF reports": (("wkhtmltopdf",), "wkhtmltopdf"),
    "browser tests": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
}


def ensure_machine_tools(log):
    """Install the programs that are missing.

    :raise DevError: naming every one that is missing and cannot be installed
    """
    missing = missing_tools()
    if missing:
        apt.install(missing, log)
    if missing_tools():
        raise DevError(f"still missing after the installation: {' '.join(missing_tools())}")


def missing_tools():
    """List the Debian packages of the programs that are not on PATH."""
    return [package for names, package in TOOLS.values() if not any(map(shutil.which, names))]
