"""``bench``: measurements against named baselines."""

from ..console import DevError, say
from ..databases import Databases
from ..environment import ensure_environment

# runs some of the others once more
COLLECTION = "peers"


def run_bench(workspace, arguments):
    """Run bench/NAME.py, or every benchmark if no name is given.

    A benchmark finds a database with the addon installed in ``AR_BENCH_DATABASE``.
    """
    folder = workspace.checkout / "bench"
    scripts = sorted(path for path in folder.glob("[a-z]*.py"))
    named = bool(arguments) and not arguments[0].startswith("-")
    if named:
        scripts = [path for path in scripts if path.stem == arguments[0]]
    else:
        scripts = [path for path in scripts if path.stem != COLLECTION]
    if not scripts:
        raise DevError(f"no benchmark {arguments[0] if named else 'at all'} in {folder}")
    environment = ensure_environment(workspace)
    database = f"{workspace.prefix}_bench"
    Databases(environment).ensure_with_addon(database)
    worst = 0
    for script in scripts:
        say(f"benchmark {script.stem}")
        command = ["env", f"AR_BENCH_DATABASE={database}", environment.python, script]
        worst |= environment.run([*command, *arguments[named:]], cwd=workspace.checkout)
    return worst
