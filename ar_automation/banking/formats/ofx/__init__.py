"""OFX: what banks in America and elsewhere offer for personal finance programs (also ``.qfx``).

Version 1 is SGML: header lines, then tags of which only those around other tags must be closed.
Version 2 is XML, in theory; banks mix both. So one reader takes both. A file looks like this:

>>> content = b'''OFXHEADER:100
... DATA:OFXSGML
... VERSION:102
... CHARSET:1252
...
... <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD
... <BANKACCTFROM><BANKID>121099999<ACCTID>999988</BANKACCTFROM>
... <BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT
... <DTPOSTED>20260302233000.000[-5:EST]<TRNAMT>250.00<FITID>A17
... <NAME>Blue Ltd<MEMO>Invoice INV/2026/00017
... </STMTTRN></BANKTRANLIST>
... <LEDGERBAL><BALAMT>350.00<DTASOF>20260303</LEDGERBAL>
... </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>'''
>>> [statement] = parse_ofx(content, "march.ofx")
>>> [line] = statement.transactions
>>> statement.account, line.amount, line.booking_date.isoformat(), line.bank_reference
('999988', Decimal('250.00'), '2026-03-02', 'A17')
>>> statement.opening, statement.closing.amount
(None, Decimal('350.00'))

The format has no opening balance, so a statement cannot be proven. Bank accounts
(``BANKMSGSRSV1``) and cards (``CREDITCARDMSGSRSV1``) are read, investment accounts are not.
"""

from .markup import is_ofx
from .reader import parse_ofx

__all__ = ["is_ofx", "parse_ofx"]
