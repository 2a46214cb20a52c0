"""Invoice numbers and payment references, as people and banks write them.

A number like ``INV/2026/00012`` arrives as ``INV-2026-00012``, ``inv 2026 00012`` or
``INV202600012``. So both sides are reduced to their letters and digits, and a text names a
number when some run of its words, joined, is that number. Whole words only: ``INV/1`` is not
found in ``INV/10``::

    >>> sorted(named_keys("Rg. INV-2026/00012 danke") & {"INV202600012", "INV20260001"})
    ['INV202600012']
    >>> "INV20260001" in named_keys("INV/2026/00012")
    False

Words are cut at everything that is neither letter nor digit, and where letters meet digits
they may be joined or not: ``RF18 5390 0754`` is found as ``RF1853900754``.
"""

from __future__ import annotations

import re
import unicodedata

# A number is written in at most so many pieces; longer runs are not looked at.
LONGEST_RUN = 8
# Shorter keys, or keys without a digit, occur in texts by chance.
SHORTEST_KEY = 5
LONGEST_KEY = 40

_WORD = re.compile(r"[A-Z0-9]+")


def normalise_key(text: str) -> str:
    """Return the letters and digits of a number, upper-case, accents removed.

    >>> normalise_key("inv/2026/00012")
    'INV202600012'
    """
    return "".join(_words(text))


def is_telling(key: str) -> bool:
    """Tell whether a key is long enough, and has digits enough, not to occur by chance.

    >>> is_telling("INV1"), is_telling("S00042"), is_telling("THANKS")
    (False, True, False)
    """
    digits = sum(char.isdigit() for char in key)
    return SHORTEST_KEY <= len(key) <= LONGEST_KEY and digits >= 3


def named_keys(text: str) -> set[str]:
    """Return every key that a text may name: all joined runs of its words that are telling."""
    words = _words(text)
    keys = set()
    for start in range(len(words)):
        joined = ""
        for word in words[start : start + LONGEST_RUN]:
            joined += word
            if len(joined) > LONGEST_KEY:
                break
            if is_telling(joined):
                keys.add(joined)
    return keys


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.upper())
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))
