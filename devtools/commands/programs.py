"""``setup``, ``shell``, ``python`` and ``psql``: programs run in the environment."""

import argparse

from ..console import DevError, say
from ..databases import Databases
from ..environment import ensure_environment


def run_setup(workspace, arguments):
    """Set up all that is missing (every other command does so too)."""
    environment = ensure_environment(workspace)
    template = Databases(environment).ensure_template()
    say(f"ready: cache {workspace.cache}, template database {template}")
    return 0


def run_shell(workspace, arguments):
    """Open an Odoo shell on the demo database, or run a script: ./dev shell < script.py

    ``--db NAME`` chooses another database.
    """
    parser = argparse.ArgumentParser(prog="./dev shell", add_help=False)
    parser.add_argument("--db", default=workspace.demo_database)
    options, rest = parser.parse_known_args(arguments)
    environment = ensure_environment(workspace)
    databases = Databases(environment)
    if databases.made_from(options.db) is None:
        if options.db != workspace.demo_database:
            raise DevError(f"there is no database {options.db} (./dev psql -l lists them)")
        databases.ensure_with_addon(options.db)
    return environment.run(
        environment.odoo_command("shell", "--database", options.db, "--no-http", *rest)
    )


def run_python(workspace, arguments):
    """Run Python with Odoo and the addon importable (odoo.addons.ar_automation)."""
    environment = ensure_environment(workspace)
    return environment.run([environment.python, *arguments])


def run_psql(workspace, arguments):
    """Open psql on the demo database, or on the one that is named."""
    environment = ensure_environment(workspace)
    named = bool(arguments) and not arguments[0].startswith("-")
    database = arguments[0] if named else workspace.demo_database
    return environment.run(
        [environment.server.psql, "-d", database, *(arguments[1:] if named else arguments)]
    )
