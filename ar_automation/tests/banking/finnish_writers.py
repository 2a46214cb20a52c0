"""Tiny writers of TITO and KTL, to prove the readers against what nobody thought of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ACCOUNT = "29501800000014"
DAY = date(2026, 3, 2)
SEVEN_BIT = str.maketrans("äöåÄÖÅ", "{|}[\\]")


@dataclass
class Booking:
    amount: Decimal
    day: date = DAY
    name: str = ""
    reference: str = ""
    archive: str = ""
    text: str = ""
    parts: tuple = ()


def cents(amount, width=18):
    return str(int(abs(amount).scaleb(2))).zfill(width)


def signed(amount):
    return ("-" if amount < 0 else "+") + cents(amount)


def entry(booking, number, level=" "):
    kind = "2" if booking.amount < 0 else "1"
    return (
        f"T10188{number:06}{booking.archive:18}" + f"{booking.day:%y%m%d}" * 3 + f"{kind}710"
        f"{'Pano':35}{signed(booking.amount)} A{booking.name:35}J{'':15}"
        f"{booking.reference.zfill(20)}{'':8}{level}"
    )


def detail(kind, text):
    return f"T11{len(text) + 8:03}{kind}{text}"


def entries(bookings):
    for number, booking in enumerate(bookings, 1):
        yield entry(booking, number)
        if booking.text:
            yield detail("00", f"{booking.text:35}")
        for part in booking.parts:
            yield entry(part, number, "1")


def tito_rows(bookings, *, opening=Decimal(100), closing=None, day=DAY, number=None):
    """Return the records of a statement that closes, unless told otherwise."""
    total = sum((each.amount for each in bookings), Decimal(0))
    credits = [each.amount for each in bookings if each.amount >= 0]
    closing = opening + total if closing is None else closing
    body = list(entries(bookings))
    number = len(body) + 3 if number is None else number
    stamp = f"{day:%y%m%d}"
    return [
        f"T00322100{ACCOUNT}041{stamp * 3}2359{'':17}{stamp}{signed(opening)}{number:06}EUR"
        f"{'Tili':30}{'0' * 18}{'MÄKELÄ OY':35}{'':110}{'FI7429501800000014 NDEAFIHH':30}",
        *body,
        f"T40050{stamp}" + signed(closing) * 2,
        f"T500672{stamp}{len(credits):08}{signed(sum(credits, Decimal(0)))}"
        f"{len(bookings) - len(credits):08}-{cents(total - sum(credits, Decimal(0)))}",
    ]


def write(rows, codec="ascii"):
    text = "\r\n".join(rows)
    return (text.translate(SEVEN_BIT) if codec == "ascii" else text).encode(codec)


def payment(booking, kind="3", correction="0", failed="0"):
    return (
        f"{kind}{ACCOUNT}" + f"{booking.day:%y%m%d}" * 2 + f"{booking.archive[:16]:16}"
        f"{booking.reference.zfill(20)}{booking.name[:12]:12}1J{cents(booking.amount, 10)}"
        f"{correction}A{failed}"
    )


def ktl_rows(payments, totals):
    """Return a list with its payments, and pairs of count and sum in the last record."""
    closing = "".join(f"{count:06}{cents(total, 11)}" for count, total in totals)
    return [f"0{DAY:%y%m%d}2359{'2':2}{'011111111':9}1".ljust(90, "0"), *payments, f"9{closing}"]
