"""The demo company's bank: its time is the real one, and its books outlive the process.

``./dev demo`` lives its day with a :class:`DemoBank` in its own program and keeps the books in a
file; while it serves, ``python -m bank_simulator.demo_bank BOOKS enable_banking=PORT ...`` goes on
with them, so that *Sync now* finds a bank that answers.
"""

import argparse
import json
import os
import signal
import threading
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

from . import Account, Bank, BankServer, Clock, Ledger, Scenario
from .control import read_movement, write_movement
from .faces.enable_banking import EnableBanking
from .faces.files import Files
from .faces.finnish import FinnishBank

HOURS = 12
SESSION = "d3305e55-0000-4000-8000-000000000001"


class RealTime(Clock):
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return this very moment."""
        return datetime.now(timezone.utc)


def make_demo_bank() -> Bank:
    """Return a bank without accounts that lives in real time."""
    return Bank(Ledger(), RealTime(), Scenario())


def make_demo_server(bank: Bank, ports: dict[str, int] | None = None) -> BankServer:
    """Return the bank's REST, SOAP and file faces, on the named ports or on free ones."""
    return BankServer(bank, [EnableBanking(), FinnishBank(), Files()], ports or {})


def grant_session(bank: Bank, valid_until: datetime) -> str:
    """Let the bank remember that its customer allowed reading; return the session's id."""
    session = {"id": SESSION, "valid_until": valid_until, "status": "AUTHORIZED"}
    bank.memory["eb-session", SESSION] = session
    return SESSION


def write_books(bank: Bank) -> str:
    """Return all that the bank knows, as JSON."""
    ledger = bank.ledger
    accounts = [{**asdict(each), "opening": str(each.opening)} for each in ledger.accounts()]
    movements = [
        write_movement(movement)
        for account in ledger.accounts()
        for movement in ledger.movements(account.iban)
    ]
    session = bank.memory.get(("eb-session", SESSION))
    until = session["valid_until"].isoformat() if session else None
    books = {"accounts": accounts, "movements": movements, "settings": bank.settings}
    return json.dumps({**books, "session_until": until}, indent=1)


def read_books(text: str) -> Bank:
    """Return the bank whose books :func:`write_books` wrote."""
    books: dict[str, Any] = json.loads(text)
    bank = make_demo_bank()
    for values in books["accounts"]:
        bank.ledger.open_account(Account(**{**values, "opening": Decimal(values["opening"])}))
    bank.ledger.add(*map(read_movement, books["movements"]))
    bank.settings.update(books["settings"])
    if books["session_until"]:
        grant_session(bank, datetime.fromisoformat(books["session_until"]))
    return bank


def _read_ports(words: Iterable[str]) -> dict[str, int]:
    pairs = (word.split("=", 1) for word in words)
    return {name: int(port) for name, port in pairs}


def main() -> None:
    """Serve the books until told to end, for twelve hours at most."""
    parser = argparse.ArgumentParser(prog="python -m bank_simulator.demo_bank")
    parser.add_argument("books", type=Path)
    parser.add_argument("ports", nargs="*", help="face=port")
    options = parser.parse_args()
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with make_demo_server(read_books(options.books.read_text()), _read_ports(options.ports)):
        ended.wait(HOURS * 3600)
    # Threads that still answer somebody must not keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
