"""Sort an answer to a reminder by what it says, and say by which words.

Only what the customer wrote is read, not the reminder that is repeated below it. Sorting is
by plain phrases (:mod:`reply_words`): a person can follow it, and it decides nothing but the
order of a list and a suggestion::

    >>> sorted_reply = sort_reply("Re: Reminder", "Hello, we will pay on 15.07.2026.")
    >>> sorted_reply.kind, sorted_reply.words
    ('promise', ('will pay',))
    >>> find_day("we will pay on 15.07.2026", date(2026, 7, 1))
    datetime.date(2026, 7, 15)

A negation right before a phrase takes it back, and where an answer says several things, what
a person must look at first wins::

    >>> sort_reply("", "The invoice has not been paid because the goods are damaged.").kind
    'dispute'
    >>> sort_reply("", "We have never disputed it.").kind
    'other'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .reply_words import (
    MONTHS,
    NEGATIONS,
    PHRASES,
    PRECEDENCE,
    QUOTE_ENDINGS,
    QUOTE_ENDINGS_NL,
    QUOTE_STARTS,
    TOMORROW,
    Kind,
)

# Nobody says what matters after so many characters, and a hostile mail costs no more than this.
LONGEST_READ = 8000
WORDS_BEFORE = 2
FARTHEST_DAYS = 370

_DAY_FIRST = re.compile(
    r"(?<![\d./,-])(\d{1,2})([./-])(\d{1,2})(?:[./-](\d{4}|\d{2}))?(?!\d|[,.]\d)"
)
# "guten Morgen" and "por la mañana" name no day
_TOMORROW = re.compile(rf"(?<!guten )(?<!goede )(?<!la )\b(?:{'|'.join(TOMORROW)})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:\.|st|nd|rd|th|er)? (?:de |of )?([a-z]{3,10})\b(?: (\d{4}))?"
)
_MONTH_DAY = re.compile(r"\b([a-z]{3,10}) (\d{1,2})(?:st|nd|rd|th)?\b(?! ?[.:]?\d)(?:,? (\d{4}))?")


@dataclass(frozen=True, slots=True)
class SortedReply:
    """What an answer says.

    :ivar words: the phrases that decided, folded as they were compared.
    :ivar also: other things that it says.
    """

    kind: Kind
    words: tuple[str, ...] = ()
    also: tuple[Kind, ...] = ()


def sort_reply(subject: str, text: str, *, is_automatic: bool = False) -> SortedReply:
    """Sort an answer.

    :param text: the mail's body as plain text, with what it quotes.
    :param is_automatic: the mail's headers say that a machine wrote it.

    >>> sort_reply("Abwesenheitsnotiz: Mahnung", "Ich bin bis 3.8. im Urlaub.").kind
    'out_of_office'
    >>> sort_reply("Re", "Nous avons déjà réglé cette facture.").words
    ('deja regle',)
    """
    folded = fold(f"{_own_subject(subject)} . {cut_quote(text)}"[:LONGEST_READ])
    if is_automatic:
        return SortedReply("out_of_office", _find("out_of_office", folded))
    found = {kind: words for kind in PRECEDENCE if (words := _find(kind, folded))}
    if not found:
        return SortedReply("other")
    kinds = tuple(found)
    return SortedReply(kinds[0], found[kinds[0]], kinds[1:])


def fold(text: str) -> str:
    """Lower case, without accents, with single spaces, apostrophes as spaces.

    >>> fold("Überwiesen  – C'est réglé!")
    'uberwiesen – c est regle!'
    """
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub("['’`]", " ", bare.lower()).split())


def cut_quote(text: str) -> str:
    """What was written anew: up to the first line that only introduces older text.

    >>> cut_quote("Paid.\\n\\nOn Mon, Jo wrote:\\n> please pay")
    'Paid.'
    """
    kept = []
    for line in text.splitlines():
        folded = fold(line)
        if folded.startswith(QUOTE_STARTS) or folded.endswith(QUOTE_ENDINGS + QUOTE_ENDINGS_NL):
            break
        if line.rstrip() == "--":
            break
        if not folded.startswith((">", "|")):
            kept.append(line)
    return "\n".join(kept).strip()


def find_day(text: str, received: date) -> date | None:
    """The first day after the answer that it names; None when there is none.

    A day without a year is the next such day. Numbers are read as day and month, as in Europe,
    unless only the other order is a day.

    >>> find_day("on 7/15", date(2026, 7, 1)), find_day("vom 3. August", date(2026, 7, 1))
    (datetime.date(2026, 7, 15), datetime.date(2026, 8, 3))
    >>> find_day("your invoice of 1.6.2026", date(2026, 7, 1)) is None
    True
    """
    folded = fold(cut_quote(text)[:LONGEST_READ])
    latest = received + timedelta(days=FARTHEST_DAYS)
    for day in _iter_days(folded, received):
        if received < day <= latest:
            return day
    return None


def _own_subject(subject: str) -> str:
    """Without the reminder's own subject: what stands after *Re:* is ours."""
    head, colon, _ours = subject.partition(":")
    return head if colon else subject


def _find(kind: Kind, folded: str) -> tuple[str, ...]:
    found: list[str] = []
    for phrase, pattern in _PATTERNS[kind]:
        for match in pattern.finditer(folded):
            said_no = NEGATIONS.intersection(match.group().split()) - set(phrase.split())
            if not said_no and not _is_negated(folded, match.start()):
                found.append(match.group())
                break
    return tuple(dict.fromkeys(found))


def _is_negated(folded: str, start: int) -> bool:
    sentence = re.split(r"[.!?;:,]", folded[max(start - 60, 0) : start])[-1]
    return bool(NEGATIONS.intersection(sentence.split()[-WORDS_BEFORE:]))


def _compile(phrase: str) -> re.Pattern[str]:
    """A star inside stands for up to five words, one at a word's end for any ending."""
    gap = r" (?:\S*(?:[^\s.!?;]|\d\.) ){0,5}?"
    escaped = re.escape(phrase).replace(r"\ \*\ ", gap).replace(r"\*", r"\w*")
    return re.compile(rf"(?<!\w){escaped}(?!\w)")


def _iter_days(folded: str, received: date) -> Iterator[date]:
    found = [*_numeric_days(folded, received), *_named_days(folded, received)]
    found += [(match.start(), received + timedelta(days=1)) for match in _TOMORROW.finditer(folded)]
    for _position, day in sorted(found):
        yield day


def _numeric_days(folded: str, received: date) -> Iterator[tuple[int, date]]:
    for match in _ISO.finditer(folded):
        year, month, day = match.groups()
        yield from _dated(match.start(), (day, month, year), received)
    for match in _DAY_FIRST.finditer(folded):
        first, mark, second, year = match.groups()
        swapped = mark == "/" and int(second) > 12
        order = (second, first) if swapped else (first, second)
        yield from _dated(match.start(), (*order, year), received)


def _named_days(folded: str, received: date) -> Iterator[tuple[int, date]]:
    for match in _DAY_MONTH.finditer(folded):
        day, name, year = match.groups()
        yield from _dated(match.start(), (day, str(MONTHS.get(name, 0)), year), received)
    for match in _MONTH_DAY.finditer(folded):
        name, day, year = match.groups()
        yield from _dated(match.start(), (day, str(MONTHS.get(name, 0)), year), received)


def _dated(
    position: int, parts: tuple[str, str, str | None], received: date
) -> Iterator[tuple[int, date]]:
    day, month, year = int(parts[0]), int(parts[1]), parts[2]
    full = received.year if year is None else int(year) + (2000 if len(year) == 2 else 0)
    for candidate in (full, full + 1) if year is None else (full,):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None or found > received:
            yield position, found
            return


_PATTERNS = {
    kind: [(phrase, _compile(phrase)) for phrases in by_language.values() for phrase in phrases]
    for kind, by_language in PHRASES.items()
}
