"""A statement as camt.053.001.08 (ISO 20022), written as text in the schema's order."""

from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from ..face import direction_of
from ..ledger import Party, Shown
from .period import Period

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def write(period: Period) -> bytes:
    """Return the file."""
    account = period.account
    identifier = f"{account.iban[-8:]}-{period.first:%y%m%d}-{period.last:%y%m%d}"
    made = period.made_at.isoformat()
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt>',
        f"<GrpHdr><MsgId>M{identifier}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>",
        f"<Stmt><Id>S{identifier}</Id><CreDtTm>{made}</CreDtTm>",
        f"<FrToDt><FrDtTm>{period.first}T00:00:00</FrDtTm>",
        f"<ToDtTm>{period.last}T23:59:59</ToDtTm></FrToDt>",
        f"<Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>{account.currency}</Ccy>",
        f"<Ownr><Nm>{escape(account.owner)}</Nm></Ownr>",
        f"<Svcr><FinInstnId><BICFI>{account.bic}</BICFI></FinInstnId></Svcr></Acct>",
        _balance("OPBD", period.opening, account.currency, period.first),
        _balance("CLBD", period.closing, account.currency, period.last),
        *(_entry(line, account.currency) for line in period.lines),
        "</Stmt></BkToCstmrStmt></Document>\n",
    ]
    return "".join(parts).encode()


def _money(amount: Decimal, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{direction_of(amount)}</CdtDbtInd>'


def _balance(kind: str, amount: Decimal, currency: str, day: date) -> str:
    code = f"<Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{code}{_money(amount, currency)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _entry(line: Shown, currency: str) -> str:
    movement = line.movement
    domain, family, sub = movement.code
    code = (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd>"
        f"<SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    )
    return (
        f"<Ntry>{_money(line.amount, currency)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.booking_date}</Dt></BookgDt><ValDt><Dt>{line.value_date}</Dt></ValDt>"
        f"<AcctSvcrRef>{escape(line.identifier)}</AcctSvcrRef>{code}"
        f"<NtryDtls><TxDtls>{_detail(line, currency)}</TxDtls></NtryDtls></Ntry>"
    )


def _detail(line: Shown, currency: str) -> str:
    movement = line.movement
    mandate = f"<MndtId>{escape(movement.mandate_id)}</MndtId>" if movement.mandate_id else ""
    end_to_end = escape(movement.end_to_end_id or "NOTPROVIDED")
    parts = [
        f"<Refs><EndToEndId>{end_to_end}</EndToEndId>{mandate}</Refs>",
        _money(line.amount, currency),
        _party(line, movement.party),
        f"<RmtInf>{_text(line)}{_reference(movement.reference)}</RmtInf>",
    ]
    if movement.return_code:
        parts.append(f"<RtrInf><Rsn><Cd>{movement.return_code}</Cd></Rsn></RtrInf>")
    return "".join(parts)


def _party(line: Shown, party: Party) -> str:
    """Name the other side; in a return the roles stay those of the first payment."""
    role = "Dbtr" if line.is_credit != bool(line.movement.return_code) else "Cdtr"
    account = f"<{role}Acct><Id><IBAN>{party.account}</IBAN></Id></{role}Acct>"
    agent = f"<{role}Agt><FinInstnId><BICFI>{party.bic}</BICFI></FinInstnId></{role}Agt>"
    return (
        f"<RltdPties><{role}><Pty><Nm>{escape(party.name)}</Nm></Pty></{role}>"
        f"{account if party.account else ''}</RltdPties>"
        f"{f'<RltdAgts>{agent}</RltdAgts>' if party.bic else ''}"
    )


def _text(line: Shown) -> str:
    return f"<Ustrd>{escape(line.text)}</Ustrd>" if line.text else ""


def _reference(reference: str) -> str:
    if not reference:
        return ""
    kind = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
    return f"<Strd><CdtrRefInf>{kind}<Ref>{escape(reference)}</Ref></CdtrRefInf></Strd>"
