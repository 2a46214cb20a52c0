"""Everything that is compared with addons of others, one comparison after the other.

Each fetches the others' packages from the package registry for the run and installs them into a
copy of the benchmark's database, so that neither the environment nor the database keeps them:

* ``exposure`` beside OCA's ``account_financial_risk``;
* ``invoice_plans`` beside OCA's ``contract``;
* ``dunning`` beside OCA's ``account_credit_control``.

Sizes are those that take minutes. ``./dev bench peers exposure dunning`` takes only these.
"""

import subprocess
import sys
from pathlib import Path

COMPARISONS = {
    "exposure": (),
    "invoice_plans": ("400",),
    "dunning": ("2000", "400", "80"),
}


def main():
    """Run the chosen comparisons; fail if one of them does."""
    chosen = sys.argv[1:] or list(COMPARISONS)
    unknown = [name for name in chosen if name not in COMPARISONS]
    if unknown:
        raise SystemExit(f"no comparison: {', '.join(unknown)}; there are {', '.join(COMPARISONS)}")
    failed = [name for name in chosen if not run(name)]
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def run(name):
    """Run one comparison; return whether it went through."""
    print(f"\n== {name}", flush=True)
    script = Path(__file__).with_name(f"{name}.py")
    return not subprocess.run([sys.executable, script, *COMPARISONS[name]], check=False).returncode


if __name__ == "__main__":
    main()
