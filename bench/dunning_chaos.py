"""Reminders under chaos: workers that decide and send are killed at random moments.

Real processes, a real mail server on loopback, SIGKILL at the statements and commits of a
reminder one after the other, at the four moments of the dialog with the server that matter,
and at random; then two workers finish at once. Counted at the end by what the server took:
customers mailed twice, and customers forgotten (neither mailed nor shown to a person as
unknown). The baseline is nought of each.

``./dev bench dunning_chaos --notices 100 --kills 25 --seed 3`` makes a shorter one.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import odoo
from _databases import copy_database, drop_database
from odoo.tools import config

KILLER = Path(__file__).parents[1] / "ar_automation" / "tests" / "collections" / "dunning_killer.py"


def main():
    """Run it on a copy of the benchmark's database and print the figures."""
    options = _parse()
    database = os.environ["AR_BENCH_DATABASE"]
    config.parse_config(["--no-http"], setup_logging=False)
    odoo.modules.module.initialize_sys_path()
    from odoo.addons.ar_automation.tests.automation.smtp_sink import SmtpSink

    copy = f"{database}_chaos"
    copy_database(database, copy)
    sink, begun = SmtpSink(), time.monotonic()
    try:
        report = _kill(copy, sink.port, options)
    finally:
        sink.close()
        drop_database(copy)
    taken = Counter(address for to, _raw in sink.messages for address in to)
    sys.exit(_print(report, taken, begun))


def _kill(database, port, options):
    numbers = (port, options.notices, options.kills, options.seed)
    done = subprocess.run(
        [sys.executable, str(KILLER), database, *map(str, numbers)],
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


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
