"""KTL: incoming reference payments of Finnish banks (saapuvat viitemaksut), in rows of 90 columns.

The statement shows reference payments in one sum a day; this list says who paid with which
reference number. It tells parts of the account's story only. A header (0) is followed by
payments (3), direct debits (5) and a row (9) with counts and sums: of what was paid, of
corrections, of direct debits that failed. What does not agree with it is refused, since the sums
are all that proves the list.

>>> rows = ["0" + "060303" + "2359" + "2 " + "011111111" + "1",
...     "3" + "19503000000010" + "060303" * 2 + "03031950AA123185" + "455435".zfill(20)
...     + "TUTTU TIMO".ljust(12) + "1K" + "0000077640" + "0K0",
...     "9" + "000001" + "00000077640" + "000000" + "00000000000"]
>>> [listed] = parse_ktl("\\r\\n".join(rows).encode(), "march.ktl")
>>> [line] = listed.transactions
>>> listed.account, line.amount, line.remittance.references[0].value, listed.is_account_story
('FI4819503000000010', Decimal('776.40'), '455435', False)

Source: Finance Finland, *Incoming reference payments, service description* 2.1.
"""

from .reader import is_ktl, parse_ktl

__all__ = ["is_ktl", "parse_ktl"]
