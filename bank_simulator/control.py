"""The control port: how a test in another process moves the bank.

========================  ====================================================================
``GET /``                 addresses of the faces, the bank's time, how often each fault has hit
``POST /clock``           ``{"now": "2026-03-02T08:00:00+00:00"}`` or ``{"advance": {"hours": 2}}``
``POST /scenario``        ``{"seed": 7, "faults": [{"kind": "slow", "path": "*", ...}]}``
``POST /settings``        ``{"plaid.secret": "..."}`` what the bank and its customer agreed on
``POST /accounts``        ``[{"iban": ..., "currency": ..., "opening": "0.00"}]``
``POST /movements``       movements as in :class:`~.ledger.Movement`, amounts and dates as texts
``POST /generate``        the fields of :class:`~.generator.Plan`
``GET /truth?account=``   what the bank shows now: id, status, dates, amount, party, texts, balance
========================  ====================================================================
"""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .face import Bank, Face, Request, Response
from .generator import Plan, generate
from .ledger import Account, Edit, Movement, Party, Shown
from .scenario import Fault

MOMENTS = ("booked_at", "pending_at", "removed_at")
DAYS = ("booking_date", "value_date")


class Control(Face):
    """Takes orders from tests; it is no bank."""

    name = "control"

    def __init__(self, addresses: Callable[[], dict[str, str]] = dict) -> None:
        self.addresses = addresses

    def handle(self, bank: Bank, request: Request) -> Response:
        """Carry out one order."""
        orders = {
            "clock": _set_clock,
            "scenario": _switch,
            "settings": _agree,
            "accounts": _open_accounts,
            "movements": _add_movements,
            "generate": _generate,
        }
        name = request.path.strip("/")
        if request.method == "POST" and name in orders:
            orders[name](bank, json.loads(request.body))
        elif name == "truth":
            return Response.json(tell_truth(bank, request.query["account"]))
        elif name:
            return Response(404)
        return Response.json(
            {
                "addresses": self.addresses(),
                "now": bank.clock.now(),
                "faults": bank.scenario.counts(),
            }
        )


def tell_truth(bank: Bank, iban: str) -> dict[str, Any]:
    """Return what the bank shows of an account now, and its booked balance."""
    now = bank.clock.now()
    return {
        "balance": str(bank.ledger.balance(iban, now)),
        "lines": [_describe(line) for line in bank.ledger.show(iban, now)],
    }


def _describe(line: Shown) -> dict[str, str]:
    movement = line.movement
    return {
        "key": movement.key,
        "id": line.identifier,
        "status": line.status,
        "amount": str(line.amount),
        "booking_date": line.booking_date.isoformat(),
        "value_date": line.value_date.isoformat(),
        "party": movement.party.name,
        "party_account": movement.party.account,
        "text": line.text,
        "reference": movement.reference,
        "end_to_end_id": movement.end_to_end_id,
    }


def _set_clock(bank: Bank, order: dict[str, Any]) -> None:
    if "now" in order:
        bank.clock.set(datetime.fromisoformat(order["now"]))
    bank.clock.advance(**order.get("advance", {}))


def _switch(bank: Bank, order: dict[str, Any]) -> None:
    faults = [Fault(**fault) for fault in order.get("faults", [])]
    bank.scenario.switch(faults, order.get("seed", 0))


def _agree(bank: Bank, order: dict[str, str]) -> None:
    bank.settings.update(order)


def _open_accounts(bank: Bank, order: list[dict[str, Any]]) -> None:
    for values in order:
        opening = Decimal(values.get("opening", "0.00"))
        bank.ledger.open_account(Account(**{**values, "opening": opening}))


def _add_movements(bank: Bank, order: list[dict[str, Any]]) -> None:
    bank.ledger.add(*(read_movement(values) for values in order))


def _generate(bank: Bank, order: dict[str, Any]) -> None:
    first = date.fromisoformat(order["first_day"])
    bank.ledger.add(*generate(Plan(**{**order, "first_day": first})))


def read_movement(values: dict[str, Any]) -> Movement:
    """Return the movement that JSON values describe; ``booked_at`` defaults to the day's morning.

    :raise TypeError: for a field that there is not
    """
    read = {name: _read_value(name, value) for name, value in values.items()}
    if "booked_at" not in read:
        read["booked_at"] = datetime.fromisoformat(f"{read['booking_date']}T06:00:00+00:00")
    return Movement(**read)


def _read_value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    if name in DAYS:
        return date.fromisoformat(value)
    readers: dict[str, Callable[[Any], Any]] = {
        "amount": Decimal,
        "party": lambda party: Party(**party),
        "code": tuple,
        "edits": lambda edits: tuple(map(_read_edit, edits)),
    }
    return readers.get(name, lambda same: same)(value)


def _read_edit(values: dict[str, Any]) -> Edit:
    amount = values.get("amount")
    at = datetime.fromisoformat(values["at"])
    return Edit(at, values.get("text"), None if amount is None else Decimal(amount))


def write_movement(movement: Movement) -> dict[str, Any]:
    """Return JSON values that :func:`read_movement` understands."""
    values = {item.name: getattr(movement, item.name) for item in fields(movement)}
    return {name: _write_value(value) for name, value in values.items()}


def _write_value(value: Any) -> Any:
    if isinstance(value, Party):
        return {"name": value.name, "account": value.account, "bic": value.bic}
    if isinstance(value, Edit):
        at, amount = value.at.isoformat(), value.amount
        return {"at": at, "text": value.text, "amount": None if amount is None else str(amount)}
    if isinstance(value, tuple):
        return [_write_value(inner) for inner in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
