"""A tiny writer of camt.053, to prove the reader against statements that nobody thought of."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr


@dataclass
class Entry:
    amount: Decimal
    day: date = date(2026, 3, 2)
    reference: str = ""
    text: str = ""
    payer: str = ""
    end_to_end: str = ""
    status: str = "BOOK"
    parts: list = field(default_factory=list)


def write_statement(entries, *, account="NL02ABNA0123456789", currency="EUR", opening=Decimal(0)):
    """Return the bytes of a file with one statement whose balances close."""
    booked = sum((e.amount for e in entries if e.status == "BOOK"), Decimal(0))
    body = "".join(_entry(entry, currency) for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n'
        "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>\n"
        f"<Stmt><Id>S</Id><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>\n"
        f"{_balance('OPBD', opening, currency)}{_balance('CLBD', opening + booked, currency)}"
        f"{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(kind, amount, currency):
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_money(amount, currency)}"
        "<Dt><Dt>2026-03-02</Dt></Dt></Bal>\n"
    )


def _money(amount, currency):
    direction = "DBIT" if amount < 0 else "CRDT"
    return f"<Amt Ccy={quoteattr(currency)}>{abs(amount)}</Amt><CdtDbtInd>{direction}</CdtDbtInd>"


def _entry(entry, currency):
    details = "".join(_detail(_money(part, currency), entry) for part in entry.parts)
    reference = f"<AcctSvcrRef>{escape(entry.reference)}</AcctSvcrRef>" if entry.reference else ""
    return (
        f"<Ntry>{_money(entry.amount, currency)}<Sts><Cd>{entry.status}</Cd></Sts>"
        f"<BookgDt><Dt>{entry.day.isoformat()}</Dt></BookgDt>{reference}"
        f"<NtryDtls>{details or _detail('', entry)}</NtryDtls></Ntry>\n"
    )


def _detail(money, entry):
    return (
        f"<TxDtls><Refs><EndToEndId>{escape(entry.end_to_end)}</EndToEndId></Refs>{money}"
        f"<RltdPties><Dbtr><Pty><Nm>{escape(entry.payer)}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{escape(entry.text)}</Ustrd></RmtInf></TxDtls>"
    )
