"""Tiny writers of OFX, BAI2 and QIF, to prove the readers against what nobody thought of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

OFX_HEADER = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
XML_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'


@dataclass
class Line:
    amount: Decimal
    day: date = date(2026, 3, 2)
    reference: str = ""
    text: str = ""
    payer: str = ""


def write_ofx(lines, *, account="999988", currency="USD", closing=Decimal("350.00"), xml=False):
    """Return the bytes of an OFX file with one statement, SGML without or XML with end tags."""

    def tag(name, text):
        return f"<{name}>{escape(text)}" + (f"</{name}>" if xml else "\n")

    body = "".join(
        "<STMTTRN>"
        + tag("TRNTYPE", "CREDIT" if line.amount > 0 else "DEBIT")
        + tag("DTPOSTED", f"{line.day:%Y%m%d}120000[-5:EST]")
        + tag("TRNAMT", str(line.amount))
        + tag("FITID", line.reference)
        + tag("NAME", line.payer)
        + tag("MEMO", line.text)
        + "</STMTTRN>\n"
        for line in lines
    )
    return (
        (XML_HEADER if xml else OFX_HEADER)
        + "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
        + tag("CURDEF", currency)
        + f"<BANKACCTFROM>{tag('BANKID', '121099999')}{tag('ACCTID', account)}</BANKACCTFROM>\n"
        + f"<BANKTRANLIST>{tag('DTSTART', '20260301')}{tag('DTEND', '20260331')}{body}"
        + f"</BANKTRANLIST>\n<LEDGERBAL>{tag('BALAMT', str(closing))}{tag('DTASOF', '20260331')}"
        + "</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode()


def write_bai2(lines, *, account="999988", currency="USD", opening=0, exponent=2):
    """Return the bytes of a BAI2 file with one account on the day of its first line."""
    units = [int(line.amount.scaleb(exponent)) for line in lines]
    day = lines[0].day if lines else date(2026, 3, 2)
    records = [f"03,{account},{currency},010,{opening},,,015,{opening + sum(units)},,/"]
    for line, amount in zip(lines, units, strict=True):
        code = "195" if amount >= 0 else "495"
        records.append(f"16,{code},{abs(amount)},Z,{line.reference},,{line.payer}")
        records.append(f"88,{line.text}/")
    total = 2 * opening + sum(units) + sum(map(abs, units))
    count = len(records) + 1
    return "\r\n".join(
        [
            "01,121099999,ACME,260303,0600,1,80,,2/",
            f"02,ACME,121099999,1,{day:%y%m%d},2359,{currency},2/",
            *records,
            f"49,{total},{count}/",
            f"98,{total},1,{count + 2}/",
            f"99,{total},1,{count + 4}/",
        ]
    ).encode()


def write_qif(lines, *, order="%d/%m/%Y"):
    """Return the bytes of a QIF file with one account."""
    return (
        "!Type:Bank\n"
        + "".join(
            f"D{line.day.strftime(order)}\nT{line.amount}\nP{line.payer}\nM{line.text}\n^\n"
            for line in lines
        )
    ).encode()
