"""Whether two account numbers, written in different ways, are the same account.

Older formats name an account in the national way, while the company keeps its IBAN. An IBAN is
the national number with its country before it, so it can be told whether it fits:

- Germany: bank code of eight digits and account, ``37040044/0532013000``;
- the Netherlands: the account alone, of up to ten digits, with or without points.

>>> is_same_account("37040044/532013000", "DE89 3704 0044 0532 0130 00")
True
>>> is_same_account("41.71.64.300", "NL91ABNA0417164300"), is_same_account("", "")
(True, False)
"""

from __future__ import annotations

import re

_GERMAN = re.compile(r"(\d{8})/(\d{1,10})", re.ASCII)
_DUTCH = re.compile(r"\d[\d.]{5,14}", re.ASCII)


def is_same_account(stated: str, own: str) -> bool:
    """Tell whether the account that a bank states is one's own."""
    number = _plain(own)
    if not number:
        return False
    if _plain(stated) == number:
        return True
    compact = "".join(stated.split())
    german = _GERMAN.fullmatch(compact)
    if german:
        return number[:2] == "DE" and number[4:] == german[1] + german[2].zfill(10)
    if _DUTCH.fullmatch(compact):
        return number[:2] == "NL" and number[8:] == _plain(compact).zfill(10)
    return False


def _plain(number: str) -> str:
    return "".join(char for char in number.upper() if char.isalnum())
