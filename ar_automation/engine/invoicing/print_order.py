"""In which order the post room gets letters.

Letters for one address lie together, so that they go into one envelope; addresses are sorted
by country, one's own first, then by postcode, as postal services ask of bulk mail::

    >>> letters = [
    ...     Letter(1, "FR", "75001", "Dupont", "INV/2"),
    ...     Letter(2, "DE", "D-80331", "Maier", "INV/4"),
    ...     Letter(3, "DE", "01067", "Adler", "INV/3"),
    ...     Letter(4, "DE", "80331", "Maier", "INV/1"),
    ... ]
    >>> [letter.key for letter in print_order(letters, home="DE")]
    [3, 4, 2, 1]
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """One document and where it goes.

    :ivar key: identifies the letter, e.g. the id of its record.
    :ivar country: two letters.
    :ivar postcode: as it was entered.
    :ivar recipient: name on the envelope.
    :ivar document: the document's number.
    """

    key: int
    country: str
    postcode: str
    recipient: str
    document: str


def print_order(letters: Iterable[Letter], *, home: str) -> list[Letter]:
    """Sort letters for printing.

    :param home: country of the sender.
    """
    return sorted(
        letters,
        key=lambda letter: (
            letter.country != home,
            letter.country,
            _plain_postcode(letter),
            letter.recipient.casefold(),
            letter.document,
            letter.key,
        ),
    )


def _plain_postcode(letter: Letter) -> str:
    """Drop blanks and the country's sign: ``D-80331`` and ``80331`` are one place."""
    code = re.sub(r"[^A-Z0-9]", "", letter.postcode.upper())
    return re.sub(r"^[A-Z]{1,2}(?=\d+$)", "", code)
