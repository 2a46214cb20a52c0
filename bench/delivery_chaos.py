"""Sending under chaos: workers that send invoices are killed at random moments.

Real processes, a real mail server on loopback, SIGKILL at random statements and at the four
moments of the dialog with the server that matter; then two workers finish at once. Counted at
the end by what the server took: invoices sent twice, and invoices lost (neither taken, nor
queued, nor shown to a person as unknown). The baseline is nought of each.

``./dev bench delivery_chaos --invoices 40 --kills 30 --seed 3`` makes a shorter one;
``--together 4`` lets four invoices of a customer leave in one mail.
"""

import argparse
import os
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from _mail_chaos import run_killer

KILLER = Path(__file__).parents[1] / "ar_automation" / "tests" / "invoicing" / "delivery_killer.py"


def main():
    """Run it on a copy of the benchmark's database and print the figures."""
    options = _parse()
    numbers = (options.invoices, options.kills, options.seed, options.together)
    report, messages, begun = run_killer(KILLER, *numbers)
    sys.exit(_print(report, _count_taken(report, messages), begun))


def _count_taken(report, messages):
    """``{invoice: how often}`` the mail server took it, by the files in the mails."""
    return Counter(
        report["files"][part.get_filename()]
        for _to, raw in messages
        for part in message_from_bytes(raw).walk()
        if part.get_content_disposition() == "attachment"
    )


def _print(report, taken, begun):
    states = {int(move): state for move, state in report["states"].items()}
    arrived = set(taken)
    shown = {
        move
        for move, state in states.items()
        if state == "unknown" and report["leads"][str(move)] in report["inbox"]
    }
    sent = {move for move, state in states.items() if state == "sent"}
    twice = sum(count - 1 for count in taken.values())
    lost = len(set(states) - arrived - shown) + len(sent - arrived)
    print(f"invoices {len(states)}, killed {report['killed']} while sending")
    print(f"invoices taken by the server {taken.total()}, sent twice {twice}, lost {lost}")
    print(f"sent {len(sent)}, unknown {len(shown)}, of which had arrived {len(shown & arrived)}")
    print(f"left to core's queue {report['queue']}")
    print(f"{time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")
    return bool(twice or lost or report["queue"])


def _parse():
    parser = argparse.ArgumentParser(prog="./dev bench delivery_chaos", description=__doc__)
    parser.add_argument("--invoices", type=int, default=320)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--together", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
