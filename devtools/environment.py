"""Everything set up, and how to run programs in it."""

import os
from dataclasses import dataclass
from pathlib import Path

from . import machine_tools
from .console import DevError
from .locking import exclusive
from .odoo_config import write_odoo_config
from .odoo_source import Odoo, ensure_odoo
from .postgres.server import Server, ensure_server
from .processes import end_process, exit_status, start, wait_through_interrupts
from .python_env import ensure_python_env
from .workspace import Workspace


@dataclass(frozen=True)
class Environment:
    """A workspace that is ready for use."""

    workspace: Workspace
    odoo: Odoo
    python: Path
    server: Server
    config: Path

    def variables(self):
        """Return the environment variables of programs that run in it."""
        checkout = self.workspace.checkout
        paths = [self.odoo.root, checkout / "devtools" / "python_path", checkout]
        folders = [self.python.parent, self.server.psql.parent, os.environ.get("PATH", os.defpath)]
        inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PGDATABASE")}
        return {
            **inherited,
            **self.server.environment,
            "ODOO_RC": str(self.config),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "",
            "PATH": os.pathsep.join(map(str, folders)),
            "VIRTUAL_ENV": str(self.python.parents[1]),
            "AR_ADDONS_PATHS": os.pathsep.join(map(str, (checkout, *self.odoo.addons_paths))),
        }

    def odoo_command(self, *arguments):
        """Return the command line that runs Odoo's own command."""
        return [str(self.python), "-m", "odoo", *map(str, arguments)]

    def run(self, argv, **options):
        """Run a program in the foreground and return its exit status.

        Ctrl-C reaches the program too; what it means there is the program's business.
        """
        process = start(argv, env=self.variables(), **options)
        try:
            return exit_status(wait_through_interrupts(process))
        finally:
            end_process(process)


def ensure_environment(workspace):
    """Set up what is missing and return it ready for use."""
    _claim_cache(workspace.cache)
    with exclusive(workspace.cache / "setup.lock", "another ./dev that is setting up"):
        machine_tools.ensure_machine_tools(workspace.logs / "machine.log")
        odoo = ensure_odoo(workspace)
        python = ensure_python_env(workspace)
        server = ensure_server(workspace)
        config = write_odoo_config(workspace, odoo)
    return Environment(workspace, odoo, python, server, config)


def ensure_tools_environment(workspace):
    """Return the Python that has the checking tools; needs neither Odoo nor a server."""
    _claim_cache(workspace.cache)
    with exclusive(workspace.cache / "setup.lock", "another ./dev that is setting up"):
        return ensure_python_env(workspace)


def _claim_cache(cache):
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise DevError(f"cannot make {cache}: set AR_DEV_CACHE to another folder") from error
    if not os.access(cache, os.W_OK):
        raise DevError(f"{cache} belongs to another user: set AR_DEV_CACHE to another folder")
