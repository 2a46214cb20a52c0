"""What a match that a person made teaches.

Who pays from which account and under which name, how he writes our numbers, how much he usually
keeps back, and which texts are booked to which account without paying anything::

    >>> from decimal import Decimal
    >>> done = Done(("RG-00012",), Decimal(95), "J. Smith", "DE02", 7, ("Smith Ltd",),
    ...             ("INV/2026/00012",), Decimal(5))
    >>> [(lesson.kind, lesson.key) for lesson in draw_lessons(done)]
    [('payer_account', 'DE02'), ('payer_name', 'J SMITH'), ('reference', 'RG{counter}'), \
('tolerance', '5')]
    >>> interest = Done(("Interest 03/2026",), Decimal(3), account_id=70)
    >>> [(lesson.kind, lesson.key) for lesson in draw_lessons(interest)]
    [('booking', 'interest'), ('not_customer', 'interest')]
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .habits import learn_habit
from .payer.names import normalise_name

LessonKind = Literal[
    "payer_account", "payer_name", "reference", "tolerance", "booking", "not_customer"
]
# A shorter name of a payer is anybody's.
SHORTEST_NAME = 4
# What is kept back beyond this share is a part payment, not a habit.
MOST_SHORT = Decimal("0.05")
SHORTEST_PHRASE = 5
LONGEST_PHRASE = 60
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Done:
    """A bank transaction as a person booked it.

    :ivar customer_id: the one customer whose items it settled; 0 if none or several.
    :ivar customer_names: names by which the customer is known anyway.
    :ivar documents: numbers of what it settled.
    :ivar short: by how much less was paid than was owed.
    :ivar account_id: the one account it was booked to if it settled nothing; 0 otherwise.
    """

    texts: tuple[str, ...]
    amount: Decimal
    payer_name: str = ""
    account_number: str = ""
    customer_id: int = 0
    customer_names: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    short: Decimal = Decimal(0)
    account_id: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing learnt: under ``key`` it is found again."""

    kind: LessonKind
    key: str
    customer_id: int = 0
    account_id: int = 0


def draw_lessons(done: Done) -> tuple[Lesson, ...]:
    """Return what a booked transaction teaches."""
    if done.customer_id and done.amount > 0:
        return tuple(_of_payment(done))
    phrase = phrase_of(done.texts[0]) if done.texts else ""
    if not done.account_id or not phrase:
        return ()
    lessons = [Lesson("booking", phrase, account_id=done.account_id)]
    if done.amount > 0:
        lessons.append(Lesson("not_customer", phrase))
    return tuple(lessons)


def _of_payment(done: Done) -> list[Lesson]:
    customer = done.customer_id
    lessons = []
    if done.account_number:
        lessons.append(Lesson("payer_account", done.account_number, customer))
    name = normalise_name(done.payer_name)
    known = {normalise_name(known) for known in done.customer_names}
    if len(name) >= SHORTEST_NAME and name not in known:
        lessons.append(Lesson("payer_name", name, customer))
    habits = {learn_habit(done.texts, number) for number in done.documents}
    lessons += [Lesson("reference", habit, customer) for habit in sorted(habits) if habit]
    if 0 < done.short <= (done.amount + done.short) * MOST_SHORT:
        lessons.append(Lesson("tolerance", f"{done.short.normalize():f}", customer))
    return lessons


def phrase_of(text: str) -> str:
    """Return the longest run of words without digits, in lower case; ``""`` if there is none.

    Numbers, dates and references change from month to month; the words between them do not.

    >>> phrase_of("03/2026 ENTGELT KONTOFUEHRUNG 0815 Nr. 4711")
    'entgelt kontofuehrung'
    >>> phrase_of("4711 0815")
    ''
    """
    runs: list[list[str]] = [[]]
    for word in text[:_LONGEST_TEXT].casefold().split():
        if any(char.isdigit() for char in word):
            runs.append([])
        else:
            runs[-1].append(word)
    longest = max((" ".join(run) for run in runs), key=len).strip(" .,:;/-+*")
    if len(longest) > LONGEST_PHRASE:
        longest = longest[:LONGEST_PHRASE].rpartition(" ")[0] or longest[:LONGEST_PHRASE]
    return longest if len(longest) >= SHORTEST_PHRASE else ""
