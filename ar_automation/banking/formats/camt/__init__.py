"""camt: the account messages of ISO 20022, as banks all over the world send them.

- **camt.053** (``BkToCstmrStmt``) is the statement: booked entries between two balances;
- **camt.052** (``BkToCstmrAcctRpt``) is a report during the day, pending entries included;
- **camt.054** (``BkToCstmrDbtCdtNtfctn``) notifies of single movements, without balances.

Versions 01 to 13 are read. A message looks like this:

>>> content = b'''<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
... <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>2026-41</Id>
... <Acct><Id><IBAN>NL02ABNA0123456789</IBAN></Id><Ccy>EUR</Ccy></Acct>
... <Ntry><Amt Ccy="EUR">250.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
... <BookgDt><Dt>2026-03-02</Dt></BookgDt><NtryDtls><TxDtls>
... <RltdPties><Dbtr><Pty><Nm>Blue Ltd</Nm></Pty></Dbtr></RltdPties>
... <RmtInf><Ustrd>Invoice INV/2026/00017</Ustrd></RmtInf>
... </TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>'''
>>> [statement] = parse_camt(content, "march.xml")
>>> [line] = statement.transactions
>>> statement.account, line.amount, line.counterparty.name, line.remittance.text
('NL02ABNA0123456789', Decimal('250.00'), 'Blue Ltd', 'Invoice INV/2026/00017')
"""

from .reader import family_of, parse_camt, stream_camt

__all__ = ["family_of", "parse_camt", "stream_camt"]
