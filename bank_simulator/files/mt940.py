"""A statement as MT940 with the German banks' structured field 86 (``?20`` ... ``?33``)."""

from datetime import date
from decimal import Decimal

from ..ledger import Shown
from .period import Period
from .swift_text import to_swift

WIDTH = 27
# Business transaction codes of the German banks: SEPA credit, SEPA debit, fees, return.
CODES = {"RCDT": "166", "ICDT": "116", "MDOP": "808", "IDDT": "109"}


def write(period: Period) -> bytes:
    """Return the file: one message that holds the whole period."""
    account = period.account
    lines = [
        ":20:SIMULATED",
        f":25:{account.iban}",
        f":28C:{period.first:%j}/001",
        f":60F:{_balance(period.opening, account.currency, period.first)}",
    ]
    for line in period.lines:
        lines += [_movement(line), _information(line)]
    lines += [f":62F:{_balance(period.closing, account.currency, period.last)}", "-"]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _balance(amount: Decimal, currency: str, day: date) -> str:
    return f"{'D' if amount < 0 else 'C'}{day:%y%m%d}{currency}{_amount(amount)}"


def _amount(amount: Decimal) -> str:
    return f"{abs(amount):.2f}".replace(".", ",")


def _movement(line: Shown) -> str:
    mark = "D" if line.amount < 0 else "C"
    dates = f"{line.value_date:%y%m%d}{line.booking_date:%m%d}"
    bank_reference = to_swift(line.identifier)[:16]
    return f":61:{dates}{mark}{_amount(line.amount)}NTRFNONREF//{bank_reference}"


def _information(line: Shown) -> str:
    movement = line.movement
    end_to_end = f"EREF+{movement.end_to_end_id} " if movement.end_to_end_id else ""
    mandate = f"MREF+{movement.mandate_id} " if movement.mandate_id else ""
    text = f"{line.text} {movement.reference}".strip()
    purpose = to_swift(f"{end_to_end}{mandate}SVWZ+{text}").replace("?", ".")
    pieces = [purpose[start : start + WIDTH] for start in range(0, len(purpose), WIDTH)][:10]
    fields = [f"{CODES[movement.code[1]]}?00{'GUTSCHRIFT' if line.is_credit else 'LASTSCHRIFT'}"]
    fields += [f"?{20 + number}{piece}" for number, piece in enumerate(pieces)]
    if movement.party.account:
        fields += [f"?30{movement.party.bic}", f"?31{movement.party.account}"]
    name = to_swift(movement.party.name).replace("?", ".")
    fields += [f"?{32 + number}{name[number * WIDTH :][:WIDTH]}" for number in range(2)]
    return ":86:" + "\r\n".join(_wrap("".join(field for field in fields if len(field) > 3)))


def _wrap(text: str, width: int = 61) -> list[str]:
    """Cut into lines; none may begin like a new field or the message's end."""
    lines: list[str] = []
    while text:
        cut = min(width, len(text))
        while cut < len(text) and text[cut] in ":- " and cut > 1:
            cut -= 1
        lines.append(text[:cut])
        text = text[cut:]
    return lines
