"""The account's daily statements as files (ISO 20022 camt.053.001.02), as banks make them.

A statement is made once, in the night after its day, and never changes: it holds what was booked
on that day, late postings with their older booking date among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from xml.sax.saxutils import escape

from ..face import direction_of
from ..ledger import Account, Ledger, Shown, show


@dataclass(frozen=True)
class DayStatement:
    """What was booked on one day, between two balances."""

    account: Account
    day: date
    number: int
    opening: Decimal
    lines: tuple[Shown, ...]

    @property
    def closing(self) -> Decimal:
        """Return the balance at the end of the day."""
        return self.opening + sum((line.amount for line in self.lines), Decimal(0))


def made_at(day: date) -> datetime:
    """Return the moment from which on the statement of a day can be fetched."""
    return datetime.combine(day + timedelta(days=1), time(1), timezone.utc)


def make_statements(ledger: Ledger, account: Account, now: datetime) -> Iterator[DayStatement]:
    """Yield the statements that there are at a moment, oldest day first."""
    days: dict[date, list[Shown]] = {}
    for movement in ledger.movements(account.iban):
        day = movement.booked_at.date()
        shown = show(movement, made_at(day))
        if shown and shown.status == "booked" and made_at(day) <= now:
            days.setdefault(day, []).append(shown)
    opening = account.opening
    for number, day in enumerate(sorted(days), 1):
        lines = sorted(days[day], key=lambda line: (line.booking_date, line.movement.key))
        statement = DayStatement(account, day, number, opening, tuple(lines))
        yield statement
        opening = statement.closing


def write_camt053(statement: DayStatement) -> bytes:
    """Write a statement as a camt.053.001.02 file."""
    account, day = statement.account, statement.day.isoformat()
    entries = "".join(_entry(line, account.currency) for line in statement.lines)
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr>
<MsgId>{account.iban[-8:]}-{day}</MsgId><CreDtTm>{made_at(statement.day):%Y-%m-%dT%H:%M:%SZ}</CreDtTm>
</GrpHdr><Stmt><Id>{account.iban[-8:]}-{statement.number}</Id>
<ElctrncSeqNb>{statement.number}</ElctrncSeqNb>
<CreDtTm>{made_at(statement.day):%Y-%m-%dT%H:%M:%SZ}</CreDtTm>
<Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>{account.currency}</Ccy>
<Ownr><Nm>{escape(account.owner)}</Nm></Ownr>
<Svcr><FinInstnId><BIC>{account.bic}</BIC></FinInstnId></Svcr></Acct>
{_balance("OPBD", statement.opening, account.currency, day)}
{_balance("CLBD", statement.closing, account.currency, day)}
{entries}</Stmt></BkToCstmrStmt></Document>
"""
    return text.encode()


def _balance(kind: str, amount: Decimal, currency: str, day: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{direction_of(amount)}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(line: Shown, currency: str) -> str:
    movement = line.movement
    domain, family, sub_family = movement.code
    return f"""<Ntry><Amt Ccy="{currency}">{abs(line.amount)}</Amt>
<CdtDbtInd>{direction_of(line.amount)}</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>{line.booking_date}</Dt></BookgDt><ValDt><Dt>{line.value_date}</Dt></ValDt>
<AcctSvcrRef>{escape(line.identifier)}</AcctSvcrRef>
<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls>{_details(line)}</TxDtls></NtryDtls></Ntry>
"""


def _details(line: Shown) -> str:
    movement, role = line.movement, "Dbtr" if line.is_credit else "Cdtr"
    references = _element("EndToEndId", movement.end_to_end_id or "NOTPROVIDED")
    references += _element("MndtId", movement.mandate_id)
    parts = [f"<Refs>{references}</Refs>"]
    if movement.party.name:
        iban = _element("IBAN", movement.party.account)
        account = f"<{role}Acct><Id>{iban}</Id></{role}Acct>" if iban else ""
        name = f"<{role}>{_element('Nm', movement.party.name)}</{role}>"
        parts.append(f"<RltdPties>{name}{account}</RltdPties>")
    structured = ""
    if movement.reference:
        structured = (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
            f"{_element('Ref', movement.reference)}</CdtrRefInf></Strd>"
        )
    parts.append(f"<RmtInf>{_element('Ustrd', line.text)}{structured}</RmtInf>")
    if movement.return_code:
        parts.append(f"<RtrInf><Rsn><Cd>{movement.return_code}</Cd></Rsn></RtrInf>")
    return "".join(parts)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
