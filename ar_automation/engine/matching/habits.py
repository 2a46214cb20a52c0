"""How a customer writes our numbers in a way of his own, learnt once and read ever after.

A customer who calls INV/2026/00012 "RG-00012" does so every month. The habit is kept as a
template; where the customer's next payment has the number that it makes of an open item, the
payment is read as if it had named the item::

    >>> habit = learn_habit(("paid RG-00012, thanks",), "INV/2026/00012")
    >>> habit
    'RG{counter}'
    >>> key_by_habit(habit, "INV/2026/00345")
    'RG00345'

It counts for that customer's payments only: another one may mean something else by "RG-00012".
What is too short, or has no letters of its own, is no habit::

    >>> learn_habit(("12",), "INV/2026/00012"), learn_habit(("INV 00012",), "INV/2026/00012")
    ('', '')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .facts import OpenItem, Payment
from .payer.directory import RANK, Directory
from .references.numbers import is_telling, parse_number
from .text import Word, split_words

# Letters and digits of one number stand close together.
_LONGEST_GAP = 2
_LONGEST_LETTERS = 12


def learn_habit(texts: Iterable[str], number: str) -> str:
    """Return the template by which the texts name a number of ours; ``""`` if by none."""
    own = parse_number(number)
    parts = {own.counter: "{counter}", own.counter.lstrip("0"): "{bare}"}
    parts[own.digits] = "{digits}"
    for text in texts:
        words = split_words(text)
        for before, word in zip(words, words[1:], strict=False):
            if _is_prefix(before, word, own.letters) and word.text in parts:
                template = before.text + parts[word.text]
                if is_telling(key_by_habit(template, number)):
                    return template
    return ""


def _is_prefix(before: Word, word: Word, letters: str) -> bool:
    if before.is_number or not word.is_number or before.text == letters:
        return False
    return len(word.before) <= _LONGEST_GAP and 2 <= len(before.text) <= _LONGEST_LETTERS


def key_by_habit(template: str, number: str) -> str:
    """Return what a template makes of a number of ours."""
    own = parse_number(number)
    key = template.replace("{counter}", own.counter).replace("{digits}", own.digits)
    return key.replace("{bare}", own.counter.lstrip("0"))


def spell_out(
    payments: Sequence[Payment],
    items: Iterable[OpenItem],
    habits: Mapping[int, Sequence[str]],
    directory: Directory,
) -> list[Payment]:
    """Add to payments the numbers that their payers mean by a habit.

    :param habits: templates by customer id.
    """
    if not habits:
        return list(payments)
    names: dict[int, dict[str, str]] = {}
    for item in items:
        for template in habits.get(item.customer_id, ()):
            key = key_by_habit(template, item.name)
            names.setdefault(item.customer_id, {})[key] = item.name
    return [_spelt_out(payment, names, directory) for payment in payments]


def _spelt_out(
    payment: Payment, names: Mapping[int, Mapping[str, str]], directory: Directory
) -> Payment:
    payers = [
        payer
        for payer, kind in directory.identify(payment).items()
        if RANK[kind] <= RANK["name"] and payer in names
    ]
    if len(payers) != 1:
        return payment
    own = names[payers[0]]
    meant = sorted(own[key] for key in payment.named_keys() & own.keys())
    return replace(payment, texts=(*payment.texts, *meant)) if meant else payment
