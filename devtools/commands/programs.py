"""``setup``, ``shell``, ``python`` and ``psql``: programs run in the environment."""

from ..console import say
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
    environment = ensure_environment(workspace)
    database, rest = take_option(arguments, "--db", workspace.demo_database)
    if database == workspace.demo_database:
        databases = Databases(environment)
        if databases.made_from(database) is None:
            databases.ensure_with_addon(database)
    return environment.run(
        environment.odoo_command("shell", "--database", database, "--no-http", *rest)
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


def take_option(arguments, name, default):
    """Take ``name VALUE`` out of arguments; return the value and what is left.

    >>> take_option(["--db", "x", "-v"], "--db", "y")
    ('x', ['-v'])
    """
    if name not in arguments:
        return default, list(arguments)
    place = arguments.index(name)
    return arguments[place + 1], [*arguments[:place], *arguments[place + 2 :]]
