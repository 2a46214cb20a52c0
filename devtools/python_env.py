"""The Python environment: exactly what ``requirements.lock`` says, in the cache."""

import subprocess
import sys

from . import apt, disk
from .console import DevError, run_step
from .machine_tools import has_venv
from .results import hash_of, remove_tree, write_whole

UNREACHABLE = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Read timed out",
    "ProxyError",
    "(from versions: none)",
)


def ensure_python_env(workspace):
    """Return the environment's Python, made or brought up to date first."""
    # Checkouts of other revisions may share the cache: each lock file has its own.
    lock = workspace.checkout / "requirements.lock"
    folder = workspace.cache / f"venv-{hash_of(lock, sys.version)}"
    python = folder / "bin" / "python"
    stamp = folder / "complete"
    if stamp.exists() and python.exists():
        return python
    disk.require_free_space(workspace.cache, 2, "installing the Python packages")
    if not _is_usable(python):
        _create(folder, workspace)
    _install(python, lock, workspace.logs / "python-packages.log")
    write_whole(stamp, "")
    return python


def _is_usable(python):
    if not python.exists():
        return False
    probe = "import sys, pip; print(sys.version)"
    result = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    return result.returncode == 0 and result.stdout.strip() == sys.version


def _create(folder, workspace):
    if not has_venv():
        apt.install(["python3-venv"], workspace.logs / "machine.log")
    remove_tree(folder)
    run_step(
        "Creating the Python environment",
        [sys.executable, "-m", "venv", folder],
        workspace.logs / "venv.log",
    )


def _install(python, lock, log):
    arguments = ["install", "--no-deps", "--no-input", "--requirement", lock]
    try:
        run_step("Installing the Python packages", [python, "-m", "pip", *arguments], log)
    except DevError as error:
        if any(sign in log.read_text(errors="replace") for sign in UNREACHABLE):
            raise DevError(f"cannot reach pip's package index: {error}") from error
        raise
