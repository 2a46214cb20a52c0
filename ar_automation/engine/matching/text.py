"""Words of a remittance text, as numbers are looked for in them.

A text is upper-cased, its accents and separators are taken away, and it is cut wherever letters
meet digits. Each word remembers what stood before it, because ``00012-15`` (a range) and
``00012 15`` are read differently::

    >>> [(word.text, word.before) for word in split_words("Re. INV-2026/00012")]
    [('RE', ''), ('INV', '. '), ('2026', '-'), ('00012', '/')]

Time is linear in the length of the text; of texts longer than ``LONGEST_TEXT`` characters only
the beginning is read.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST_TEXT = 20_000

_WORD = re.compile(r"([A-Z]+|[0-9]+)")
# Letters that decompose into nothing by themselves.
_LETTERS = str.maketrans(
    {"ß": "SS", "ẞ": "SS", "Æ": "AE", "Ø": "O", "Œ": "OE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH"}
)


class Word(NamedTuple):
    """A run of letters or a run of digits; ``before`` is what separates it from the last one."""

    text: str
    before: str

    @property
    def is_number(self) -> bool:
        """Whether it consists of digits."""
        return self.text[0] <= "9"


def plain(text: str) -> str:
    """Return the text in upper case without accents.

    >>> plain("Günther Łódź")
    'GUNTHER LODZ'
    """
    if text.isascii():
        return text[:LONGEST_TEXT].upper()
    upper = text[:LONGEST_TEXT].upper().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", upper)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def split_words(text: str) -> list[Word]:
    """Cut a text into runs of letters and runs of digits."""
    parts = _WORD.split(plain(text))
    return list(map(Word, parts[1::2], parts[::2]))


def normalise_key(text: str) -> str:
    """Return the letters and digits of a number, upper-case, accents removed.

    >>> normalise_key("inv/2026/00012")
    'INV202600012'
    """
    return "".join(_WORD.findall(plain(text)))
