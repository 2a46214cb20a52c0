"""Numbers of documents, and the shorter forms in which payers write them.

Number sequences have a shape: letters, a scope (year, month) and a counter. From the shape
follows what remains when a payer drops the letters, the year or the zeros::

    >>> number = parse_number("INV/2026/00012")
    >>> number.letters, number.scope, number.counter
    ('INV', '2026', '00012')
    >>> sorted(number.short_forms())
    ['202600012', '2600012', 'INV00012', 'INV202612', 'INV2600012']
    >>> number.with_counter("15")
    'INV202600015'

Where a year stands last, the run before it counts::

    >>> number = parse_number("FV/0147/26")
    >>> number.counter, number.suffix, number.with_counter("9")
    ('0147', '26', 'FV014926')
"""

from __future__ import annotations

from typing import NamedTuple

from ..text import Word, split_words

# A number is written in at most so many pieces; longer runs are not looked at.
LONGEST_RUN = 10
# Shorter keys, or keys without a digit, occur in texts by chance.
SHORTEST_KEY = 5
FEWEST_DIGITS = 3
LONGEST_KEY = 40
# Six digits may be a date or a month.
SHORTEST_DIGITS_ONLY = 7

_NO_DIGITS = str.maketrans("", "", "0123456789")


class Number(NamedTuple):
    """A document's number in its parts; ``suffix`` is a year behind the counter."""

    letters: str
    scope: str
    counter: str
    suffix: str = ""

    @property
    def digits(self) -> str:
        """The number without its letters."""
        return self.scope + self.counter + self.suffix

    def short_forms(self) -> set[str]:
        """Keys that may mean this number, apart from the full one; all telling ones."""
        bare = self.counter.lstrip("0") or "0"
        forms = {
            self.letters + self.scope + bare + self.suffix,
            self.letters + self.counter,
            self.letters + bare,
            self.digits,
            self.scope + bare + self.suffix,
        }
        if len(self.scope) >= 4 and self.scope.startswith("20"):
            short = self.scope[2:]
            forms |= {self.letters + short + self.counter, short + self.counter}
        forms.discard(self.letters + self.digits)
        return {form for form in forms if _is_short_form(form)}

    def with_counter(self, tail: str) -> str:
        """Return the full key of the number whose counter ends in ``tail``."""
        counter = self.counter[: max(len(self.counter) - len(tail), 0)] + tail
        return self.letters + self.scope + counter + self.suffix


def parse_number(name: str) -> Number:
    """Take a document's number apart."""
    return number_of(split_words(name))


def number_of(words: list[Word]) -> Number:
    """Take a document's number apart whose words are known."""
    digits = [word.text for word in words if word.is_number]
    letters = "".join(word.text for word in words if not word.is_number)
    if not digits:
        return Number(letters, "", "")
    if len(digits) > 1 and _is_year(digits[-1]) and not _is_year(digits[-2]):
        return Number(letters, "".join(digits[:-2]), digits[-2], digits[-1])
    return Number(letters, "".join(digits[:-1]), digits[-1])


def _is_year(digits: str) -> bool:
    return len(digits) == 2 or len(digits) == 4 and digits.startswith("20")


def shape_of(words: list[Word]) -> tuple[str, tuple[int, ...]]:
    """Return the letters a number begins with and how long its runs of digits are.

    >>> shape_of(split_words("INV/2026/00012"))
    ('INV', (4, 5))
    """
    letters = words[0].text if words and not words[0].is_number else ""
    return letters, tuple(len(word.text) for word in words if word.is_number)


def is_telling(key: str) -> bool:
    """Tell whether a key is long enough, and has digits enough, not to occur by chance.

    >>> is_telling("INV1"), is_telling("S00042"), is_telling("THANKS")
    (False, True, False)
    """
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        return False
    return count_digits(key) >= FEWEST_DIGITS


def count_digits(key: str) -> int:
    """Return how many digits an ASCII key has."""
    return len(key) - len(key.translate(_NO_DIGITS))


def named_keys(text: str) -> set[str]:
    """Return every key that a text may name: all joined runs of its words that are telling."""
    pieces = [(word.text, len(word.text) if word.is_number else 0) for word in split_words(text)]
    keys = set()
    for start in range(len(pieces)):
        joined, digits = "", 0
        for piece, count in pieces[start : start + LONGEST_RUN]:
            joined += piece
            if len(joined) > LONGEST_KEY:
                break
            digits += count
            if digits >= FEWEST_DIGITS and len(joined) >= SHORTEST_KEY:
                keys.add(joined)
    return keys


def _is_short_form(key: str) -> bool:
    if key.isdigit():
        return SHORTEST_DIGITS_ONLY <= len(key) <= LONGEST_KEY
    return is_telling(key)
