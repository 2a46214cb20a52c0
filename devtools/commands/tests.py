"""``test``: every test, with pytest and pytest-odoo."""

import os
import subprocess
import sys

from ..console import say
from ..databases import Databases
from ..environment import ensure_environment
from ..locking import exclusive
from ..processes import end_process, exit_status, start


def run_tests(workspace, arguments):
    """Run the tests; arguments go to pytest.

    The whole suite is shared by two processes, each with a database of its own, where
    there are two processors; what the second one printed follows when both have ended.
    """
    environment = ensure_environment(workspace)
    database = workspace.test_database
    whole = not arguments and (os.cpu_count() or 1) > 1
    with exclusive(workspace.own / "test.lock", f"another ./dev test on {database}"):
        Databases(environment).ensure_for_tests(database)
        if not whole:
            command = _pytest_command(environment, database, arguments)
            return environment.run(command, cwd=workspace.checkout)
        return _run_both_shares(workspace, environment)


def _run_both_shares(workspace, environment):
    first, second = workspace.test_database, f"{workspace.test_database}_second"
    Databases(environment).ensure_for_tests(second)
    log = workspace.own / "test-second-share.log"
    say(f"half of the tests run beside these (output at the end, meanwhile in {log})")
    with log.open("w+", encoding="utf-8") as output:
        beside = start(
            _pytest_command(environment, second, ["--share", "2/2"]),
            env=environment.variables(),
            cwd=workspace.checkout,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            status = environment.run(
                _pytest_command(environment, first, ["--share", "1/2"]), cwd=workspace.checkout
            )
            other = exit_status(beside.wait())
        finally:
            end_process(beside)
        output.seek(0)
        sys.stdout.write(output.read())
        sys.stdout.flush()
    return status or other


def _pytest_command(environment, database, arguments):
    return [
        *(environment.python, "-m", "pytest"),
        *("--odoo-database", database, "--odoo-http"),
        *("-p", "devtools.pytest_plugin"),
        *arguments,
    ]
