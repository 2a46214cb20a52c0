"""One module per command; each takes the workspace and the arguments."""

from .programs import run_psql, run_python, run_setup, run_shell
from .tests import run_tests

COMMANDS = {
    "setup": run_setup,
    "test": run_tests,
    "shell": run_shell,
    "python": run_python,
    "psql": run_psql,
}
