"""Tables that banks export: CSV texts and XLSX workbooks, read by a *profile* of the bank.

A table is the poorest of all statements: nothing in it says what a column means, and nothing
proves that its last row is there. So what a profile does not say and the table does not tell
without doubt is refused, never guessed; and a column with balances is used as proof.

- ``profile`` says what can be said of a bank's table, ``banks`` holds those that are shipped;
- ``rows`` and ``workbook`` make rows of bytes, ``layout`` finds the header, ``values`` reads dates
  and amounts, ``entry`` one row, ``reader`` the whole;
- ``guess`` chooses the profile by the header;
- ``cells`` hands out any other table as it stands.

>>> from .banks import BANKS
>>> content = b'''"Datum","Bedrag","Rekening","Tegenrekening","Naam","Omschrijving"
... "2026-03-02","250,00","NL02ABNA0123456789","NL91ABNA0417164300","Blue Ltd","INV/2026/00017"
... '''
>>> profile = guess_profile(content, BANKS)
>>> [statement] = parse_table(content, profile, "march.csv")
>>> profile.name, statement.account, statement.transactions[0].amount
('bunq', 'NL02ABNA0123456789', Decimal('250.00'))
"""

from .cells import CellTable, read_amounts, read_cells, read_days
from .guess import guess_profile, rank_profiles
from .profile import Columns, TableProfile
from .reader import parse_table
from .workbook import is_workbook

__all__ = [
    "CellTable",
    "Columns",
    "TableProfile",
    "guess_profile",
    "is_workbook",
    "parse_table",
    "rank_profiles",
    "read_amounts",
    "read_cells",
    "read_days",
]
