"""``lint``: style, types, Odoo's pitfalls and the rules of this house."""

import subprocess

from ..console import say
from ..environment import ensure_tools_environment

TYPED_FOLDERS = ("ar_automation/engine", "ar_automation/banking")


def run_lint(workspace, arguments):
    """Run every check: ruff, mypy, pylint-odoo, XML, JavaScript, our own rules.

    ``--fix`` first lets ruff repair and format what it can.
    """
    python = ensure_tools_environment(workspace)
    checks = (_repairs() if "--fix" in arguments else []) + _checks(workspace.checkout)
    failed = []
    for title, *words in checks:
        say(title)
        argv = [python, "-B", "-m", *words]
        if subprocess.run(argv, cwd=workspace.checkout, check=False).returncode:
            failed.append(title)
    say(f"lint: {len(failed)} failed: {', '.join(failed)}" if failed else "lint: all clean")
    return 1 if failed else 0


def _repairs():
    return [
        ("ruff check --fix", "ruff", "check", "--fix-only", "."),
        ("ruff format", "ruff", "format", "."),
    ]


def _checks(checkout):
    typed = [name for name in TYPED_FOLDERS if any((checkout / name).glob("**/*.py"))]
    concise = ("--output-format", "concise")
    return [
        ("ruff check", "ruff", "check", *concise, "."),
        ("ruff format", "ruff", "format", "--check", *concise, "."),
        *([("mypy", "mypy", *typed)] if typed else []),
        ("pylint-odoo", "pylint", "ar_automation"),
        ("house rules", "devtools.checks"),
    ]
