"""Writes the camt.053 files that the benchmarks read: one statement, any number of entries.

Two kinds of entry, as banks send them: *full* ones of 1.3 KB with all that a bank can say of a
credit transfer, and *short* ones of 0.6 KB.
"""

from datetime import date, timedelta
from pathlib import Path

IBAN = "NL02ABNA0123456789"
FIRST_DAY = date(2026, 1, 5)

HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-06-30T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>2026-1</Id><CreDtTm>2026-06-30T20:00:00</CreDtTm>
<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>%(currency)s</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="%(currency)s">0</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-05</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="%(currency)s">%(total)s</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-30</Dt></Dt></Bal>
"""
BOOKING = """<Ntry>%(number)s<Amt Ccy="%(currency)s">%(amount)s</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts>BOOK</Sts><BookgDt><Dt>%(day)s</Dt></BookgDt><ValDt><Dt>%(day)s</Dt></ValDt>
<AcctSvcrRef>REF%(n)010d</AcctSvcrRef>%(details)s</Ntry>
"""
SHORT = """<NtryDtls><TxDtls><Refs><EndToEndId>E2E-%(n)s</EndToEndId></Refs>
<RltdPties><Dbtr><Nm>Customer number %(n)s Ltd</Nm></Dbtr></RltdPties>
<RmtInf><Ustrd>Payment of invoice INV/2026/%(n)05d thank you</Ustrd></RmtInf>
</TxDtls></NtryDtls>"""
FULL = """<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>
<Prtry><Cd>166</Cd><Issr>DK</Issr></Prtry></BkTxCd>
<NtryDtls><TxDtls><Refs><MsgId>MSG%(n)s</MsgId><EndToEndId>E2E-%(n)s</EndToEndId><TxId>TX%(n)s</TxId>
<MndtId>MANDATE%(n)s</MndtId></Refs>
<AmtDtls><InstdAmt><Amt Ccy="%(currency)s">%(amount)s</Amt></InstdAmt>
<TxAmt><Amt Ccy="%(currency)s">%(amount)s</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Nm>Customer number %(n)s Ltd</Nm><PstlAdr><Ctry>DE</Ctry>
<AdrLine>Street %(n)s</AdrLine><AdrLine>%(n)05d Town</AdrLine></PstlAdr></Dbtr>
<DbtrAcct><Id><IBAN>DE%(n)020d</IBAN></Id></DbtrAcct><Cdtr><Nm>Our Company</Nm></Cdtr>
<CdtrAcct><Id><IBAN>NL02ABNA0123456789</IBAN></Id></CdtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><BIC>DEUTDEFFXXX</BIC></FinInstnId></DbtrAgt></RltdAgts>
<RmtInf><Ustrd>Payment of invoice INV/2026/%(n)05d thank you</Ustrd></RmtInf>
</TxDtls></NtryDtls>"""


def write_camt(path, count, *, is_full=True, currency="EUR"):
    """Write a statement that adds up, with ``count`` incoming payments over 150 days."""
    details = FULL if is_full else SHORT
    total = sum(_cents(n) for n in range(count))
    with Path(path).open("w", encoding="utf-8") as file:
        file.write(HEAD % {"currency": currency, "total": _money(total)})
        for n in range(count):
            values = {
                "n": n,
                "currency": currency,
                "amount": _money(_cents(n)),
                "day": FIRST_DAY + timedelta(days=n * 150 // count),
                "number": f"<NtryRef>{n}</NtryRef>" if is_full else "",
            }
            file.write(BOOKING % (values | {"details": details % values}))
        file.write("</Stmt></BkToCstmrStmt></Document>")


def _cents(n):
    return 10_000 + n % 900_000


def _money(cents):
    return f"{cents // 100}.{cents % 100:02d}"
