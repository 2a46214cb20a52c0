"""QIF: the oldest export format of personal finance programs, still offered by some banks.

Every line begins with a letter that says what it is; ``^`` ends a transaction. A file looks so:

>>> content = b'''!Type:Bank
... D31.12.2025
... T1,250.00
... PBlue Ltd
... MInvoice INV/2026/00017
... ^
... '''
>>> [statement] = parse_qif(content, "march.qif")
>>> [line] = statement.transactions
>>> line.amount, line.booking_date.isoformat(), line.counterparty.name, line.remittance.text
(Decimal('1250.00'), '2025-12-31', 'Blue Ltd', 'Invoice INV/2026/00017')

The format knows no account number, no currency, no balances and no identifiers, and leaves open
whether 3/2 is a day in March or in February. Nothing is guessed: the file as a whole must allow
one reading only. That a file was cut off between two transactions cannot be seen.
"""

from .reader import is_qif, parse_qif

__all__ = ["is_qif", "parse_qif"]
