"""Reads a payment's texts for numbers of open items.

Four strengths are told apart. *Full*: the whole number stands there. *Part*: enough of it to be
unmistakable (prefix or year dropped), or it was completed from a list or range. *Tail*: only
the counter; it counts only for items that payer or amount point to anyway. *Near*: a number of
our shape that nobody has, one slip away from this one; never enough by itself.

A number of our shape that belongs to no open item is remembered: as *settled* if it is paid
already, as a *stranger* if nobody has it. Both warn against guessing by amount::

    >>> numbers = NumberIndex([(7, (("INV202600012", "invoice number"),), "INV/2026/00012"),
    ...                        (8, (("INV202600013", "invoice number"),), "INV/2026/00013")], {})
    >>> reading = read_texts(("Rg INV-2026-00012 u. 13 ", ), numbers)
    >>> {item: mention.strength.name for item, mention in reading.mentions.items()}
    {7: 'FULL', 8: 'PART'}
    >>> read_texts(("INV/2026/00019",), numbers).strangers
    ('INV202600019',)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from ..text import Word, split_words
from .numbers import (
    FEWEST_DIGITS,
    LONGEST_KEY,
    LONGEST_RUN,
    Number,
    count_digits,
    is_telling,
    number_of,
    shape_of,
)
from .schemes import canonical_forms

Keys = tuple[tuple[str, str], ...]
LONGEST_RANGE = 50
# Shorter numbers of digits only may be anything: a postcode, a customer number, a date.
SHORTEST_SURE_DIGITS = 8
# One form that so many items share tells nothing about any of them.
MOST_OF_ONE_FORM = 12
# Words that stand before a number and are no part of it.
_GENERIC = """
    RE RG RGNR RNR RECHNUNG RECHNUNGSNR RECHNR BELEG NR NO NUM NUMMER NUMERO N INV INVOICE
    INVOICES INVS BILL FACTURE FACTURES FACT FAC FA FT FATTURA FATT FV FAKTURA FAKTURY LASKU FACTURA
    FACTUUR FACTUURNR FAKT REF REFERENCE SVWZ EREF KREF ROC RFB USTD STRD PMT PAYMENT FOR
    RF SCOR CINV OF VOM DU DEL VAN ZAHLUNG REGLEMENT PAGO PAGAMENTO BETALING
"""
GENERIC = frozenset(_GENERIC.split())
# Words that say that the number after them is the payer's own, or no document's.
_FOREIGN = """
    PO ORDER ORDERS BESTELLUNG BESTELLNR AUFTRAG AUFTRAGSNR KD KDNR KUNDENNR KUNDE CUSTOMER CLIENT
    COMMANDE PEDIDO ORDINE CONTRACT VERTRAG VERTRAGSNR CONTRAT CONTRATO TEL PHONE MOBIL FAX IBAN
    BLZ KTO KONTO STEUERNR VAT MANDATE MREF CRED DATUM DATE
"""
FOREIGN = frozenset(_FOREIGN.split())
_RANGE_WORDS = frozenset({"BIS", "TO", "TOT", "AU", "AL", "TIL", "TILL", "THRU", "THROUGH"})
_RANGE_SIGNS = frozenset({"-", "–", " - ", " – ", "..", "..."})
_LIST_WORDS = frozenset({"U", "UND", "AND", "ET", "E", "Y", "EN", "OG", "OCH", "I", "JA"})
_LOOKALIKE = str.maketrans("OILSBZ", "011582")


class Strength(IntEnum):
    """How surely a text names an item."""

    NEAR = 1
    TAIL = 2
    PART = 3
    FULL = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """One item that a text names."""

    strength: Strength
    label: str
    written: str


@dataclass(slots=True)
class Reading:
    """What the texts of one payment name."""

    mentions: dict[int, Mention] = field(default_factory=dict)
    settled: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    oddities: tuple[str, ...] = ()

    def add(self, item_id: int, mention: Mention) -> None:
        """Keep the strongest mention of an item."""
        known = self.mentions.get(item_id)
        if known is None or known.strength < mention.strength:
            self.mentions[item_id] = mention


class NumberIndex:
    """The numbers of all open items, the forms they are written in, and their shapes."""

    def __init__(
        self, items: Iterable[tuple[int, Keys, str]], settled: Mapping[str, object]
    ) -> None:
        self.full: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.part: dict[str, list[int]] = defaultdict(list)
        self.settled = settled
        self.shapes: set[tuple[str, tuple[int, ...]]] = set()
        self.numbers: dict[int, Number] = {}
        for item_id, keys, name in items:
            self._add(item_id, keys, name)
        self.letters = {letters for letters, _digits in self.shapes if letters}

    def _add(self, item_id: int, keys: Keys, name: str) -> None:
        for key, label in keys:
            if is_telling(key):
                self.full[key].append((item_id, label))
                for form in canonical_forms(key):
                    self.full[form].append((item_id, label))
        words = split_words(name)
        shape = shape_of(words)
        number = self.numbers[item_id] = number_of(words)
        if len(number.digits) >= 4:
            self.shapes.add(shape)
        for form in number.short_forms():
            self.part[form].append(item_id)


def read_texts(texts: Iterable[str], numbers: NumberIndex) -> Reading:
    """Read all texts of a payment."""
    scan = _Scan(numbers)
    for text in texts:
        scan.take_text(split_words(text))
    return scan.result()


class _Scan:
    """One pass over the texts of one payment."""

    def __init__(self, numbers: NumberIndex) -> None:
        self.numbers = numbers
        self.reading = Reading()
        self.settled: dict[str, None] = {}
        self.strangers: dict[str, None] = {}
        self.tails: dict[str, None] = {}
        self.oddities: dict[str, None] = {}
        self.counter: Number | None = None

    def take_text(self, words: list[Word]) -> None:
        place = 0
        self.counter = None
        while place < len(words):
            taken = self._longest_run(words, place)
            if not taken:
                self._note_odd(words, place)
                taken = self._continue_list(words, place)
            place += taken or 1

    def result(self) -> Reading:
        self.reading.settled = tuple(self.settled)
        self.reading.strangers = tuple(self.strangers)
        self.reading.tails = tuple(self.tails)
        self.reading.oddities = tuple(self.oddities)
        return self.reading

    def _longest_run(self, words: list[Word], place: int) -> int:
        """Take the longest run that is a number of ours; return how many words it has."""
        runs = _runs(words, place)
        for count in range(len(runs), 0, -1):
            key = runs[count - 1]
            if self._take(key, words, place):
                return count
        return self._take_stranger(runs, words, place)

    def _take(self, key: str, words: list[Word], place: int) -> bool:
        bare = key.lstrip("0") if key.isdigit() else key
        found = self.numbers.full.get(key) or (self.numbers.full.get(bare) if bare else None)
        if found and self._is_apart(words, place, key):
            weak = key.isdigit() and (
                len(key) < SHORTEST_SURE_DIGITS
                and not _is_spelt_like(words, place, self.numbers.numbers[found[0][0]])
                or _is_foreign(words, place, self.numbers.letters)
            )
            strength = Strength.PART if weak else Strength.FULL
            for item_id, label in found:
                self.reading.add(item_id, Mention(strength, label, key))
            self.counter = self.numbers.numbers[found[0][0]] if len(found) == 1 else None
            return True
        if key in self.numbers.settled and len(key) >= 5:
            self.settled[key] = None
            return True
        part = self.numbers.part.get(key)
        if part and not _is_foreign(words, place, self.numbers.letters):
            self._take_part(part, key)
            return True
        return False

    def _is_apart(self, words: list[Word], place: int, key: str) -> bool:
        """Digits glued to letters of ours are another number; short ones need an own word."""
        if not key[0].isdigit() or place == 0 or words[place].before:
            return True
        return words[place - 1].text in GENERIC

    def _take_part(self, part: list[int], key: str) -> None:
        strength = Strength.PART if len(part) == 1 else Strength.TAIL
        for item_id in part[:MOST_OF_ONE_FORM]:
            self.reading.add(item_id, Mention(strength, "invoice number", key))
        if len(part) == 1:
            self.counter = self.numbers.numbers[part[0]]

    def _take_stranger(self, runs: list[str], words: list[Word], place: int) -> int:
        """Note a number of our shape that no open item has."""
        if words[place].text not in self.numbers.letters:
            return 0
        for count in range(len(runs), 1, -1):
            if shape_of(words[place : place + count]) in self.numbers.shapes and all(
                word.is_number for word in words[place + 1 : place + count]
            ):
                self.strangers[runs[count - 1]] = None
                self.counter = None
                return count
        return 0

    def _note_odd(self, words: list[Word], place: int) -> None:
        """Remember what looks like a mistyped number of ours, and bare counters."""
        word = words[place]
        if word.is_number:
            self.tails[word.text] = None
            if len(word.text) >= 6:
                self.oddities[word.text] = None
        elif word.text.translate(_LOOKALIKE) != word.text or word.text in self.numbers.letters:
            for run in _runs(words, place)[1:5]:
                if len(run) >= 6 and count_digits(run) >= FEWEST_DIGITS:
                    self.oddities[run] = None

    def _continue_list(self, words: list[Word], place: int) -> int:
        """Complete ``… -15``, ``…, 13``, ``… u. 15`` from the number before it."""
        word, number = words[place], self.counter
        if number is None:
            return 0
        if not word.is_number:
            if word.text not in _LIST_WORDS | _RANGE_WORDS | GENERIC:
                self.counter = None
            return 0
        is_range = word.before in _RANGE_SIGNS or words[place - 1].text in _RANGE_WORDS
        if _begins_date(words, place) or not (is_range or self._is_listed(words, place, number)):
            # Here a date or an amount begins: what follows are its parts.
            self.counter = None
            return 0
        if len(word.text) > len(number.counter):
            return 0
        tails = _range(number, word.text) if is_range else [word.text]
        hits = [self.numbers.full.get(number.with_counter(tail)) for tail in tails]
        if not any(hits):
            return 0
        for tail, found in zip(tails, hits, strict=True):
            for item_id, label in found or ():
                self.reading.add(item_id, Mention(Strength.PART, label, tail))
        return 1

    def _is_listed(self, words: list[Word], place: int, number: Number) -> bool:
        """Tell a list's next counter from a date or an amount that follows the number."""
        word = words[place]
        if not word.before.strip() and words[place - 1].text not in _LIST_WORDS:
            return False
        if place + 1 == len(words):
            return True
        after = words[place + 1]
        if not after.is_number or after.before not in (".", ",", "/", ":"):
            return True
        return after.before in ",/" and number.with_counter(after.text) in self.numbers.full


def _begins_date(words: list[Word], place: int) -> bool:
    """Tell whether a date stands there: ``2026-09-14``, ``14/9/26``, ``14 Sep 2026``.

    >>> [_begins_date(split_words(text), 0) for text in ("2026-09-14", "14.9.26", "14 Sept 2026")]
    [True, True, True]
    >>> _begins_date(split_words("0012, 0013, 0014"), 0)
    False
    """
    if len(words) < place + 3 or not (words[place].is_number and words[place + 2].is_number):
        return False
    first, middle, last = (word.text for word in words[place : place + 3])
    if not words[place + 1].is_number:
        return len(first) <= 2 and len(middle) >= 3 and len(last) == 4 and last.startswith("20")
    joints = {words[place + 1].before, words[place + 2].before}
    if len(joints) > 1 or not joints <= {"-", ".", "/"} or len(middle) > 2 or int(middle) > 12:
        return False
    if len(first) == 4:
        return first.startswith("20") and len(last) == 2
    return len(first) <= 2 and (len(last) == 2 or len(last) == 4 and last.startswith("20"))


def _is_spelt_like(words: list[Word], place: int, number: Number) -> bool:
    """Whether digits are grouped as in the number itself: ``26.03835`` is no chance."""
    parts = (number.scope, number.counter, number.suffix)
    runs = tuple(part for part in parts if part)
    written = tuple(word.text for word in words[place : place + len(runs)])
    return len(runs) > 1 and written == runs


def _range(number: Number, tail: str) -> list[str]:
    counter = number.counter[: max(len(number.counter) - len(tail), 0)] + tail
    first, last = int(number.counter), int(counter)
    if not first < last <= first + LONGEST_RANGE:
        return [tail]
    width = len(number.counter)
    return [str(value).zfill(width) for value in range(first + 1, last + 1)]


def _runs(words: list[Word], place: int) -> list[str]:
    """Join the words from one place on, one more each time."""
    runs = []
    joined = ""
    for word in words[place : place + LONGEST_RUN]:
        joined += word.text
        if len(joined) > LONGEST_KEY:
            break
        runs.append(joined)
    return runs


def _is_foreign(words: list[Word], place: int, letters: set[str]) -> bool:
    """Tell whether digits belong to somebody else's number: ``PO/2026/00012``."""
    if place == 0 or not words[place].is_number:
        return False
    before, joint = words[place - 1], words[place].before
    if before.is_number:
        return joint in ("", "/", "-", "_", ".")
    if before.text in FOREIGN:
        return True
    if joint not in ("", "/", "-", "_"):
        return False
    return before.text not in GENERIC and before.text not in letters


def is_near(written: str, key: str) -> bool:
    """Tell whether one slip lies between two numbers: a digit wrong, swapped, more or fewer.

    >>> is_near("INV202600021", "INV202600012"), is_near("INV2O2600012", "INV202600012")
    (True, True)
    >>> is_near("INV202600099", "INV202600012")
    False
    """
    if abs(len(written) - len(key)) > 1 or len(key) < 6:
        return False
    written, key = written.translate(_LOOKALIKE), key.translate(_LOOKALIKE)
    if written == key:
        return True
    start = 0
    while start < min(len(written), len(key)) and written[start] == key[start]:
        start += 1
    rest, wanted = written[start:], key[start:]
    swapped = len(rest) > 1 and rest[1::-1] + rest[2:] == wanted
    return swapped or rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:]
