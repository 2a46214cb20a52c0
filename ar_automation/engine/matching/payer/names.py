"""Names of payers, comparable: without case, accents, legal forms and word order.

>>> normalise_name("Müller & Söhne GmbH & Co. KG") == normalise_name("MUELLER SOEHNE")
True
>>> normalise_name("Solar Nord UG (haftungsbesch") == normalise_name("Solar Nord UG")
True
>>> similarity(normalise_name("Jansen Bouw B.V."), normalise_name("JANSSEN BOUW BV")) > 0.9
True
>>> similarity(normalise_name("Nordwind AG"), normalise_name("Suedwind AG")) < 0.9
True
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from ..text import plain

# Below this, two names are two names.
SIMILAR = 0.88

_FORMS = """
    GMBH MBH AG KG OHG GBR UG SE EV EK EG KGAA CO COMPANY CORP CORPORATION INC INCORPORATED
    LLC LLP LP LTD LIMITED PLC PTY PVT SA SAS SARL SASU EURL SCI SNC SPA SRL SRLS SAPA BV NV VOF
    CV BVBA SPRL CVBA VZW ASBL AB HB AS ASA APS IS OY OYJ TMI SP SPOO ZOO SPZOO SRO KFT ZRT NYRT
    BT DOO DD DNO JDOO OOO OU UAB SIA LDA EIRL SL SLU SLL SAC CIA AND UND ET Y E EN OG THE HERR
    FRAU MR MRS MS DR SP Z O OO HAFTUNGSBESCHRANKT
"""
LEGAL_FORMS = frozenset(_FORMS.split())
_DOTTED = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")
# Banks cut names after 27, 35 or 70 characters, also within brackets.
_UNCLOSED = re.compile(r"\([^()]*$")
_WORDS = re.compile(r"[A-Z0-9]+")
# German and Nordic spellings without the letter itself: fold both sides to one vowel.
_SPELLINGS = (("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A"))


@lru_cache(maxsize=65536)
def normalise_name(name: str) -> str:
    """Return the words of a name that tell it from others, sorted."""
    words = _WORDS.findall(_DOTTED.sub("", _UNCLOSED.sub("", plain(name))))
    telling = [word for word in words if word not in LEGAL_FORMS] or words
    return " ".join(sorted({_fold(word) for word in telling}))


def similarity(one: str, other: str) -> float:
    """Compare two normalised names; 1 is equal, 0 has nothing in common."""
    return max(fuzz.token_sort_ratio(one, other), fuzz.ratio(one, other)) / 100


def _fold(word: str) -> str:
    for spelling, letter in _SPELLINGS:
        word = word.replace(spelling, letter)
    return word
