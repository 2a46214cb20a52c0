"""Free field 86, and the other ways in which banks tell of a booking without tags.

Most of it is left as the text that it is. What can be told for certain is taken out of it:

- an IBAN with which the text begins is the other side's account (Dutch banks before 2014), and
  so is one after ``REK:``, with the name after ``/NAAM:``;
- Polish banks name the parts in words: ``Z RACH.:`` account, ``OD:`` payer, ``TYT.:`` text,
  ``TNR:`` the bank's number;
- the field ``:NS:`` of some German and Hungarian banks has numbered lines: 01 to 14 text, 15 and 16
  name, 17 the bank's name for the booking, 33 bank and 34 account of the other side.

>>> detail = read_free(["911 COLLECT; Z RACH.: ", "56114010810000267002001001; OD: JAN NOWAK; "
...                     "TYT.: FAKTURA 7; TNR: 17.01"])
>>> detail.account, detail.name, detail.lines, detail.bank_reference
('56114010810000267002001001', 'JAN NOWAK', ('FAKTURA 7',), '17.01')
>>> read_numbered(["01Invoice 7", "15Blue Ltd", "3412345"]).name
'Blue Ltd'
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .detail import Detail, account_number, join_lines, looks_like_iban, one_line

_WORDS = re.compile(r"(?:^|(?<=[\s;]))(Z RACH\.|NA RACH\.|OD|DLA|TYT\.|TNR|ID IPH):")
_POLISH = re.compile(r"\b(?:Z|NA) RACH\.:|\bTYT\.:")
_LEADING_ACCOUNT = re.compile(r"(?:\d{10} )?\s*([A-Z]{2}\d\d[A-Z0-9]{11,30})(?:\s|$)", re.ASCII)
_ACCOUNT_AND_NAME = re.compile(r"REK: ?(\w{8,34})/NAAM: ?(.+)", re.ASCII)
_NUMBERED = re.compile(r"(\d\d)(.*)", re.ASCII | re.DOTALL)
_TEXT_NUMBERS = frozenset(f"{number:02}" for number in range(1, 15))


def read_free(lines: Sequence[str]) -> Detail:
    """Return what a free field 86 says."""
    texts = join_lines(lines)
    if any(_POLISH.search(text) for text in texts):
        return _read_words(" ".join(texts))
    found = _LEADING_ACCOUNT.match(texts[0]) if texts else None
    account = found[1] if found and looks_like_iban(found[1]) else ""
    named = next((each for text in texts if (each := _ACCOUNT_AND_NAME.fullmatch(text))), None)
    if named:
        texts.remove(named[0])
        return Detail(lines=tuple(texts), account=account_number(named[1]), name=named[2])
    return Detail(lines=tuple(texts), account=account)


def _read_words(text: str) -> Detail:
    parts = _WORDS.split(text)
    values = {
        word: one_line(value.strip(" ;"))
        for word, value in zip(parts[1::2], parts[2::2], strict=True)
    }
    title = values.get("TYT.", "")
    return Detail(
        lines=(title,) if title else (),
        information=one_line(parts[0].strip(" ;")),
        name=values.get("OD") or values.get("DLA", ""),
        account=account_number(values.get("Z RACH.") or values.get("NA RACH.", "")),
        bank_reference=values.get("TNR", ""),
    )


def read_numbered(lines: Sequence[str]) -> Detail:
    """Return what the numbered lines of a field ``:NS:`` say of a booking."""
    values = numbered(lines)
    return Detail(
        lines=tuple(text for number, text in values if number in _TEXT_NUMBERS and text),
        information=_of("17", values),
        name=one_line(f"{_of('15', values)} {_of('16', values)}"),
        bic=_of("33", values),
        account=account_number(_of("34", values)),
    )


def numbered(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return number and text of each numbered line."""
    found = (_NUMBERED.fullmatch(line) for line in lines)
    return [(each[1], one_line(each[2])) for each in found if each]


def _of(number: str, values: list[tuple[str, str]]) -> str:
    return next((text for each, text in values if each == number), "")
