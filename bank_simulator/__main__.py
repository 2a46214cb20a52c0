"""Run the bank as a process: ``python -m bank_simulator [--minutes N] [--movements N]``.

Prints one line of JSON with the address of every face, then serves until its time is up, its
standard input ends (the program that started it is gone) or it is told to.
"""

import argparse
import json
import os
import sys
import threading
from datetime import date, datetime
from decimal import Decimal

from . import Account, Bank, BankServer, Clock, Ledger, Scenario
from .control import Control
from .faces import all_faces
from .generator import Plan, generate

IBAN = "DE89370400440532013000"


def main() -> None:
    """Serve a bank with one account; tests fill it through the control port."""
    options = _parse()
    bank = Bank(Ledger(), Clock(), Scenario())
    if options.now:
        bank.clock.set(datetime.fromisoformat(options.now))
    if options.movements:
        today = bank.clock.now().date()
        bank.ledger.open_account(Account(IBAN, "EUR", Decimal("1000.00")))
        first_day = date.fromordinal(today.toordinal() - 90)
        plan = Plan(IBAN, first_day, days=91, count=options.movements, seed=options.seed)
        bank.ledger.add(*generate(plan))
    serve(bank, options.minutes)


def serve(bank: Bank, minutes: float) -> None:
    """Serve a bank and its control port, bounded in time and by the life of our parent."""
    control = Control()
    server = BankServer(bank, [*all_faces(), control])
    control.addresses = server.addresses
    with server:
        sys.stdout.write(json.dumps(server.addresses()) + "\n")
        sys.stdout.flush()
        ended = threading.Event()
        watch = threading.Thread(target=_wait_for_end_of_input, args=(ended,), daemon=True)
        watch.start()
        ended.wait(minutes * 60)
    # Threads that still answer somebody must not keep the process.
    os._exit(0)


def _wait_for_end_of_input(ended: threading.Event) -> None:
    while sys.stdin.buffer.raw.read(4096):  # type: ignore[attr-defined]
        continue
    ended.set()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bank_simulator", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="end after so long (60)")
    parser.add_argument("--movements", type=int, default=0, help="generate so many")
    parser.add_argument("--seed", default="0", help="of what is generated")
    parser.add_argument("--now", default="", help="the bank's time (ISO, with time zone)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
