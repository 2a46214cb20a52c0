"""A statement as OFX 2.2 (XML)."""

from xml.sax.saxutils import escape

from ..ledger import Shown
from .period import Period

HEADER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
STATUS = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"


def write(period: Period) -> bytes:
    """Return the file."""
    account = period.account
    made = f"{period.made_at:%Y%m%d%H%M%S}"
    sign_on = f"<SONRS>{STATUS}<DTSERVER>{made}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS>"
    parts = [
        f"{HEADER}<OFX><SIGNONMSGSRSV1>{sign_on}</SIGNONMSGSRSV1>",
        f"<BANKMSGSRSV1><STMTTRNRS><TRNUID>0</TRNUID>{STATUS}<STMTRS>",
        f"<CURDEF>{account.currency}</CURDEF>",
        f"<BANKACCTFROM><BANKID>{account.bic}</BANKID><ACCTID>{account.iban}</ACCTID>",
        "<ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>",
        f"<BANKTRANLIST><DTSTART>{period.first:%Y%m%d}</DTSTART>",
        f"<DTEND>{period.last:%Y%m%d}</DTEND>",
        *map(_transaction, period.lines),
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{period.closing}</BALAMT>",
        f"<DTASOF>{period.last:%Y%m%d}</DTASOF></LEDGERBAL>",
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
    ]
    return "".join(parts).encode()


def _transaction(line: Shown) -> str:
    movement = line.movement
    text = f"{line.text} {movement.reference}".strip()
    return (
        f"<STMTTRN><TRNTYPE>{'CREDIT' if line.is_credit else 'DEBIT'}</TRNTYPE>"
        f"<DTPOSTED>{line.booking_date:%Y%m%d}</DTPOSTED><DTAVAIL>{line.value_date:%Y%m%d}</DTAVAIL>"
        f"<TRNAMT>{line.amount}</TRNAMT><FITID>{escape(line.identifier)}</FITID>"
        f"<NAME>{escape(movement.party.name[:32])}</NAME><MEMO>{escape(text)}</MEMO></STMTTRN>"
    )
