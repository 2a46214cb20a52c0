"""One module per command; each takes the workspace and the arguments."""

from .bench import run_bench
from .demo import run_demo
from .ending import run_clean, run_stop
from .lint import run_lint
from .programs import run_psql, run_python, run_setup, run_shell
from .tests import run_tests

COMMANDS = {
    "demo": run_demo,
    "test": run_tests,
    "lint": run_lint,
    "bench": run_bench,
    "shell": run_shell,
    "python": run_python,
    "psql": run_psql,
    "setup": run_setup,
    "stop": run_stop,
    "clean": run_clean,
}
