"""Writes small CAMT.053 files for tests, in the versions that banks send."""

from datetime import date
from decimal import Decimal

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}">
 <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr>{statements}
 </BkToCstmrStmt></Document>"""

STATEMENT = """
  <Stmt><Id>{identifier}</Id><CreDtTm>{day}T20:00:00</CreDtTm>
   <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>{balances}{entries}
  </Stmt>"""

BALANCE = """
   <Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>
    <CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"""

ENTRY = """
   <Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}
    <BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
    <NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{foreign}
     <RltdPties><Dbtr>{payer}</Dbtr><DbtrAcct><Id><IBAN>{account}</IBAN></Id></DbtrAcct></RltdPties>
     <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def entry(amount, text="", **values):
    """One entry; negative amounts are debits."""
    return {"amount": Decimal(str(amount)), "text": text, **values}


def statement(entries, *, opening="0", closing=None, **values):
    """One statement; it closes unless another closing balance is given."""
    total = sum((item["amount"] for item in entries), Decimal(opening))
    return {
        "entries": entries,
        "opening": Decimal(opening),
        "closing": total if closing is None else Decimal(closing),
        **values,
    }


def camt053(*statements, version=8, day=date(2026, 3, 2)):
    """The file as bytes."""
    bodies = "".join(_statement(item, version, day) for item in statements)
    return HEAD.format(version=version, day=day, statements=bodies).encode()


def _statement(item, version, day):
    values = {
        "currency": item.get("currency", "EUR"),
        "day": day,
        "iban": item.get("iban", "DE89370400440532013000"),
        "identifier": item.get("identifier", "2026-041"),
    }
    balances = "".join(
        _balance(kind, item[name], values)
        for kind, name in (("OPBD", "opening"), ("CLBD", "closing"))
    )
    entries = "".join(
        _entry(line, number, values, version) for number, line in enumerate(item["entries"], 1)
    )
    return STATEMENT.format(**values, balances=balances, entries=entries)


def _balance(kind, amount, values):
    return BALANCE.format(**values, kind=kind, amount=abs(amount), sign=_sign(amount))


def _entry(line, number, values, version):
    name = line.get("payer", "A Customer")
    status = line.get("status", "BOOK")
    return ENTRY.format(
        **{**values, "day": line.get("day", values["day"])},
        amount=abs(line["amount"]),
        sign=_sign(line["amount"]),
        status=f"<Sts><Cd>{status}</Cd></Sts>" if version >= 8 else f"<Sts>{status}</Sts>",
        reference=line.get("reference", f"REF{number}"),
        end_to_end=line.get("end_to_end", "NOTPROVIDED"),
        payer=f"<Pty><Nm>{name}</Nm></Pty>" if version >= 8 else f"<Nm>{name}</Nm>",
        account=line.get("account", "FR7630006000011234567890189"),
        text=line["text"],
        foreign=_foreign(line),
    )


def _foreign(line):
    """What was instructed in another currency, and the fee that was kept on the way."""
    if "instructed" not in line:
        return ""
    amount, currency = line["instructed"]
    details = f'<AmtDtls><InstdAmt><Amt Ccy="{currency}">{amount}</Amt></InstdAmt></AmtDtls>'
    if "fee" in line:
        details += (
            f'<Chrgs><Rcrd><Amt Ccy="{currency}">{line["fee"]}</Amt>'
            "<CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"
        )
    return details


def _sign(amount):
    return "CRDT" if amount >= 0 else "DBIT"
