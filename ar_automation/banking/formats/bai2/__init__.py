"""BAI2: the cash management format of American, Canadian and Australian banks.

A file (01 … 99) holds groups (02 … 98), one per bank and day; a group holds accounts (03 … 49); an
account holds its balances and sums, in the 03 record, and its transactions (16). Any record may go
on in 88 records. Amounts have no decimal point, dates are YYMMDD:

>>> content = b'''01,121099999,ACME,260303,0600,1,80,,2/
... 02,ACME,121099999,1,260302,2359,USD,2/
... 03,999988,USD,010,10000,,,015,33000,,/
... 16,195,25000,V,260303,,B17,,BLUE LTD
... 88,INVOICE INV/2026/00017
... 16,475,2000,0,B18,1044/
... 49,70000,5/
... 98,70000,1,7/
... 99,70000,1,9/'''
>>> [statement] = parse_bai2(content, "march.bai")
>>> [payment, cheque] = statement.transactions
>>> payment.amount, payment.remittance.lines, cheque.amount, statement.balance_gap
(Decimal('250.00'), ('BLUE LTD', 'INVOICE INV/2026/00017'), Decimal('-20.00'), Decimal('0.00'))

Every level ends with a control total: the sum of all amounts in it, whatever they mean. What
does not agree with them stands in the statement's ``warnings``, since real banks get them wrong; a
file that stops before its 99 record is refused.
"""

from .reader import is_bai2, parse_bai2

__all__ = ["is_bai2", "parse_bai2"]
