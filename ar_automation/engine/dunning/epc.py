"""The code on a letter that a banking app turns into a filled-in transfer.

The European Payments Council's guideline EPC069-12 says which lines the code holds: service
tag, version, character set (1 is UTF-8), kind of transfer, BIC (not needed), payee, account,
amount, purpose, structured reference, text::

    >>> iban = "DE89 3704 0044 0532 0130 00"
    >>> print(build_epc_payload("Acme GmbH", iban, Decimal("12.3"), "INV/7"))
    BCD
    002
    1
    SCT
    <BLANKLINE>
    Acme GmbH
    DE89370400440532013000
    EUR12.30
    <BLANKLINE>
    <BLANKLINE>
    INV/7
"""

from __future__ import annotations

import re
from decimal import Decimal

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", re.ASCII)
MAX_NAME = 70
MAX_TEXT = 140
MAX_AMOUNT = Decimal("999999999.99")


def is_iban(account: str) -> bool:
    """Whether the account number, without blanks, is an IBAN by form and check digits (ISO 13616).

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    if not IBAN.fullmatch(account):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def build_epc_payload(payee: str, iban: str, amount: Decimal, text: str) -> str:
    """The code's content for a transfer in euro; empty when the guideline allows none.

    :param amount: in euro; above 0 and at most 999,999,999.99.
    :param text: what the payer's bank passes on; cut after 140 characters.
    """
    account = "".join(iban.split()).upper()
    name, reference = (" ".join(value.split()) for value in (payee, text))
    if not name or not is_iban(account) or not 0 < amount <= MAX_AMOUNT:
        return ""
    lines = ("BCD", "002", "1", "SCT", "", name[:MAX_NAME], account, f"EUR{amount:.2f}", "", "")
    return "\n".join((*lines, reference[:MAX_TEXT])).rstrip("\n")
