"""Reminders under chaos: workers that decide and send are killed at random moments.

Real processes, a real mail server on loopback, SIGKILL at the statements and commits of a
reminder one after the other, at the four moments of the dialog with the server that matter,
and at random; then two workers finish at once. Counted at the end by what the server took:
customers mailed twice, and customers forgotten (neither mailed nor shown to a person as
unknown). The baseline is nought of each.

``./dev bench dunning_chaos --notices 100 --kills 25 --seed 3`` makes a shorter one.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

from _mail_chaos import run_killer

# as many reminders are made ready at a time by the job
TOGETHER = 24
KILLER = Path(__file__).parents[1] / "ar_automation" / "tests" / "collections" / "dunning_killer.py"


def main():
    """Run it on a copy of the benchmark's database and print the figures."""
    options = _parse()
    numbers = (options.notices, options.kills, options.seed, TOGETHER)
    report, messages, begun = run_killer(KILLER, *numbers)
    taken = Counter(address for to, _raw in messages for address in to)
    sys.exit(_print(report, taken, begun))


def _print(report, taken, begun):
    customers, states = set(report["customers"]), report["states"]
    arrived = set(taken) & customers
    sent = {address for address, state in states.items() if state == "sent"}
    shown = {address for address, state in states.items() if state == "unknown"}
    shown &= set(report["inbox"])
    twice = sum(count - 1 for count in taken.values())
    decided_twice = len(report["notices"]) - len(set(report["notices"]))
    forgotten = len(customers - arrived - shown) + len(sent - arrived)
    print(f"customers {len(customers)}, reminders {len(report['notices'])}")
    print(f"killed {report['killed_deciding']} deciding, {report['killed']} sending")
    print(f"decided twice {decided_twice}, mailed twice {twice}, forgotten {forgotten}")
    print(f"sent {len(sent)}, unknown {len(shown)}, of which had arrived {len(shown & arrived)}")
    print(f"left to core's queue {report['queue']}")
    print(f"{time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")
    return bool(decided_twice or twice or forgotten or report["queue"])


def _parse():
    parser = argparse.ArgumentParser(prog="./dev bench dunning_chaos", description=__doc__)
    parser.add_argument("--notices", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
