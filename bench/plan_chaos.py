"""Recurring plans under chaos: 3,000 due periods, 300 workers killed at random statements.

The calendar moves on by one or two months at a time; workers are killed alone and beside each
other, two finish at once. Counted at the end, by the texts of the invoices and by the plans'
periods: what was billed twice, what was never billed, numbers given twice. The baseline is
nought.

``./dev bench plan_chaos --plans 40 --rounds 5 --kills 50 --seed 3`` makes a shorter one.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from _databases import copy_database, drop_database
from odoo.tools import config

KILLER = Path(__file__).parents[1] / "ar_automation" / "tests" / "invoicing" / "plan_killer.py"


def main():
    """Run it on a copy of the benchmark's database and print the figures."""
    options = _parse()
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--no-http"], setup_logging=False)
    copy = f"{database}_chaos"
    copy_database(database, copy)
    begun = time.monotonic()
    try:
        report = _kill(copy, options)
    finally:
        drop_database(copy)
    twice, never = _count(report, options.plans)
    print(f"plans {options.plans}, periods {options.plans * len(report['expected'])}")
    print(f"workers killed {report['killed']}, invoices {report['invoices']}")
    print(f"billed twice {twice}, never billed {never}")
    print(f"numbers given twice {report['invoices'] - report['numbers']}")
    print(f"states {report['states']}, delivery {report['queued']}, inbox {report['inbox']}")
    print(f"{time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")
    sys.exit(bool(twice or never or report["inbox"]))


def _kill(database, options):
    numbers = (options.plans, options.rounds, options.kills, options.seed)
    done = subprocess.run(
        [sys.executable, str(KILLER), database, *map(str, numbers)],
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def _count(report, plans):
    """Return how many periods were billed twice, and how many never."""
    billed = report["billed"].values()
    twice = sum(max(count - 1, 0) for plan in billed for count in plan.values())
    found = sum(1 for plan in billed for day in report["expected"] if plan.get(day))
    return twice, plans * len(report["expected"]) - found


def _parse():
    parser = argparse.ArgumentParser(prog="./dev bench plan_chaos", description=__doc__)
    parser.add_argument("--plans", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
