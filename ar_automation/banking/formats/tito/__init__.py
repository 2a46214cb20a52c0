"""TITO: the machine-readable statement of Finnish banks (konekielinen tiliote), fixed width.

A statement begins with a T00 record (account, opening balance); bookings (T10) come next, each
followed by what is known of it (T11: messages, invoice, names, foreign amount). T40 is the balance
after each day's bookings, T50 and T51 are sums, of all and of corrections. The last column of a T10
record is its level: a digit marks a part of the booking above, which must not be counted again.

>>> from decimal import Decimal
>>> head = "T00322100" + "29501800000014" + "041" + "060303" * 3 + "2359" + " " * 17 + "060302"
>>> head += "+" + "10000".zfill(18) + "000003" + "EUR"
>>> booking = "T10188" + "000001" + "060303258877A32102" + "060303" + "060306" + "060303" + "1710"
>>> booking += "Pano".ljust(35) + "+" + "2500".zfill(18) + " A" + "M[KEL[ OY".ljust(35) + "J"
>>> closing = "T40050060303" + ("+" + "12500".zfill(18)) * 2
>>> [statement] = parse_tito("\\r\\n".join([head, booking, closing]).encode(), "march.tito")
>>> [line] = statement.transactions
>>> line.amount, line.counterparty.name, line.bank_reference, statement.balance_gap
(Decimal('25.00'), 'MÄKELÄ OY', '060303258877A32102', Decimal('0.00'))

Source: Finance Finland, *Electronic account statement, service description* (the records).
"""

from .reader import is_tito, parse_tito

__all__ = ["is_tito", "parse_tito"]
