"""``test``: every test, with pytest and pytest-odoo."""

from ..databases import Databases
from ..environment import ensure_environment
from ..locking import exclusive


def run_tests(workspace, arguments):
    """Run the tests; arguments go to pytest."""
    environment = ensure_environment(workspace)
    database = workspace.test_database
    with exclusive(workspace.own / "test.lock", f"another ./dev test on {database}"):
        Databases(environment).ensure_with_addon(database)
        return environment.run(
            [
                *(environment.python, "-m", "pytest"),
                *("--odoo-database", database, "--odoo-http"),
                *("-p", "devtools.pytest_plugin"),
                *arguments,
            ],
            cwd=workspace.checkout,
        )
