"""MT940 and MT942: the account messages of SWIFT, which banks still send beside camt.

- **MT940** is the statement of one account: bookings between an opening and a closing balance;
- **MT942** is a report during the day: bookings so far, without balances.

A message is a list of fields. A field begins with its tag between colons at the start of a line
and goes on over the lines that follow. A file holds any number of messages, with or without the
envelope of the SWIFT network (``{1:...}{2:...}{4:`` before, ``-}`` after a message):

- ``:20:`` the sender's reference, with which a message begins; ``:25:`` the account;
  ``:28C:`` number and page of the statement;
- ``:60F:`` the opening balance (``60M``: carried over from the page before): credit or debit,
  date, currency, amount;
- ``:61:`` one booking: value date, booking date, direction, amount, type, references;
- ``:86:`` what is to be said about the booking before it, in the bank's own dialect;
- ``:62F:`` the closing balance (``62M``: to be continued on the next page); ``:64:`` and ``:65:``
  what of it is available. A ``:86:`` after them is about the account.

>>> content = b'''
... :20:STARTUMS
... :25:37040044/0532013000
... :28C:41/1
... :60F:C260227EUR100,00
... :61:2603020302C250,00NTRFNONREF//BANK-1
... :86:166?00CREDIT?20EREF+2026-0815?21SVWZ+Invoice INV/2026/00017
... ?31NL02ABNA0123456789?32Blue Ltd
... :62F:C260302EUR350,00
... -'''
>>> [statement] = parse_mt94x(content, "march.sta")
>>> [line] = statement.transactions
>>> line.amount, line.counterparty.name, line.remittance.text, statement.balance_gap
(Decimal('250.00'), 'Blue Ltd', 'Invoice INV/2026/00017', Decimal('0.00'))
"""

from .lines import is_mt94x
from .reader import parse_mt94x, stream_mt94x

__all__ = ["is_mt94x", "parse_mt94x", "stream_mt94x"]
