"""A tiny writer of MT940, to prove the reader against statements that nobody thought of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass
class Entry:
    amount: Decimal
    day: date = date(2026, 3, 2)
    value_day: date | None = None
    is_reversal: bool = False
    reference: str = ""
    text: str = ""
    payer: str = ""
    dialect: str = "coded"


def write_statement(entries, *, account="NL02ABNA0123456789", opening=Decimal(0), number=1):
    """Return the text of one message whose balances close."""
    closing = opening + sum((entry.amount for entry in entries), Decimal(0))
    fields = [
        ":20:STARTUMS",
        f":25:{account}",
        f":28C:{number}/1",
        f":60F:{_balance(opening)}",
        *(line for entry in entries for line in _entry(entry)),
        f":62F:{_balance(closing)}",
        f":64:{_balance(closing)}",
        "-",
    ]
    return "\r\n".join(fields) + "\r\n"


def _balance(amount):
    return f"{'D' if amount < 0 else 'C'}260302EUR{_comma(amount)}"


def _comma(amount):
    whole, _point, decimals = format(abs(amount), "f").partition(".")
    return f"{whole},{decimals}"


def _entry(entry):
    mark = "D" if entry.amount < 0 else "C"
    if entry.is_reversal:
        mark = "RC" if entry.amount < 0 else "RD"
    value_day = entry.value_day or entry.day
    reference = f"//{entry.reference}" if entry.reference else ""
    yield (
        f":61:{value_day:%y%m%d}{entry.day:%m%d}{mark}R{_comma(entry.amount)}NTRFNONREF{reference}"
    )
    write = {"coded": _coded, "tagged": _tagged, "free": _free}[entry.dialect]
    text = ":86:" + write(entry)
    yield from (text[start : start + 65] for start in range(0, len(text), 65))


def _coded(entry):
    pieces = [entry.text[start : start + 27] for start in range(0, len(entry.text), 27)]
    fields = "".join(f"?{20 + number}{piece}" for number, piece in enumerate(pieces))
    return f"166?00CREDIT{fields}?32{entry.payer[:27]}?33{entry.payer[27:]}"


def _tagged(entry):
    return f"/TRTP/SEPA/NAME/{entry.payer}/REMI/{entry.text}/EREF/NOTPROVIDED"


def _free(entry):
    return f"{entry.payer} {entry.text}"
