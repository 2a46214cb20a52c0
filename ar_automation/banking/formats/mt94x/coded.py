"""Coded field 86: ``166?00CREDIT?20...?31...?32...``, the dialect of German banks and its kin.

The three digits are the kind of business (GVC: 166 is a SEPA credit, 109 a returned debit). The
separator is whatever follows them (``?`` mostly, ``~``, ``^`` or ``>`` elsewhere). Subfields: 00
the bank's name for the booking, 10 its batch, 20 to 29 and 60 to 63 what the payer wrote, 30 bank,
31 account and 32, 33 name of the other side, 34 the refinement of the kind, 38 its IBAN.

Within what the payer wrote, SEPA has tags of its own: ``EREF+`` end-to-end reference, ``KREF+``
the owner's reference, ``MREF+`` mandate, ``CRED+`` creditor, ``ABWA+`` ultimate payer, ``SVWZ+``
the text itself, ``MTLG:`` a word of the bank. They are cut at the subfields' ends like all else:

>>> detail = read_coded("109?00RETURN?20EREF+2026-0815?21SVWZ+RETURN CODE MS03 Invoi?22ce 7"
...                     "?31NL02ABNA0123456789?32Blue ?33Ltd?34914")
>>> detail.end_to_end_id, detail.lines, detail.name, detail.return_code
('2026-0815', ('RETURN CODE MS03 Invoice 7',), 'Blue Ltd', '914')
"""

from __future__ import annotations

import re
from itertools import pairwise

from .detail import Detail, account_number, join_pieces, looks_like_iban, one_line
from .scalars import reference

# A subfield 20 to 29 or 60 to 63 holds 27 characters.
SUBFIELD_WIDTH = 27

_HEAD = re.compile(r"\s*(\d{3})([?~^>|!@<$#%&*+;])(?=\d\d|\s*$)", re.ASCII)
_TAGS = "EREF|KREF|MREF|BREF|RREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|MDAT|SQTP|MTLG"
_TAG = re.compile(rf"((?:{_TAGS})\+|MTLG:)")
_COLON_TAG = re.compile(rf"(?:^|(?<=\s))((?:{_TAGS}):)\s?")
_PURPOSE = tuple(f"{number}" for number in (*range(20, 30), *range(60, 64)))
# SEPA: returned business debit, returned debit, returned credit; before SEPA: 09 and 59.
_WITHOUT_CODE = "000"
_RETURNS = frozenset({"009", "059", "108", "109", "159"})


def is_coded(text: str) -> bool:
    """Tell whether a field 86 is in this dialect."""
    return _HEAD.match(text) is not None


def read_coded(text: str) -> Detail:
    """Return what a coded field 86 says.

    :param text: the whole field without line ends; it must be in this dialect
    """
    code, values = _subfields(text)
    if code == _WITHOUT_CODE:
        return _read_dutch(values)
    pieces = [piece for number in _PURPOSE for piece in values.get(number, ())]
    tagged, lines = _sepa(pieces)
    is_return = code in _RETURNS
    extension = one_line("".join(values.get("34", ())))
    return Detail(
        lines=tuple(lines),
        information=one_line(" ".join((*values.get("00", ()), tagged.get("MTLG", "")))),
        name=one_line("".join((*values.get("32", ()), *values.get("33", ())))),
        account=_account(values, tagged),
        bic=one_line("".join(values.get("30", ())) or tagged.get("BIC", "")),
        ultimate_name=tagged.get("ABWA") or tagged.get("ABWE", ""),
        creditor_identifier=tagged.get("CRED", ""),
        end_to_end_id=reference(tagged.get("EREF", "")),
        mandate_id=reference(tagged.get("MREF", "")),
        owner_reference=reference(tagged.get("KREF", "")),
        bank_reference=reference(tagged.get("BREF", "")),
        return_code=extension if is_return else "",
        return_text=(tagged.get("MTLG") or one_line(" ".join(lines))) if is_return else "",
        code=code,
        extension="".join((*values.get("10", ())[:1],)).strip(),
    )


def _read_dutch(values: dict[str, list[str]]) -> Detail:
    """Return what the Dutch variant says: 10 is the other account, 31 one's own.

    An international account stands in 21 then, with its bank in 20.
    """
    pieces = [piece for number in _PURPOSE for piece in values.get(number, ())]
    bic, account = "", account_number("".join(values.get("10", ())))
    if len(pieces) > 1 and looks_like_iban(pieces[1].strip()):
        bic, account, pieces = pieces[0].strip(), pieces[1].strip(), pieces[2:]
    return Detail(lines=tuple(join_pieces(pieces, SUBFIELD_WIDTH)), account=account, bic=bic)


def _subfields(text: str) -> tuple[str, dict[str, list[str]]]:
    """Return the code of the business and the texts of each subfield, in their order."""
    head = _HEAD.match(text)
    assert head is not None  # noqa: S101 - is_coded() has been asked
    parts = re.split(rf"{re.escape(head[2])}(\d\d)", text[head.end(1) :], flags=re.ASCII)
    values: dict[str, list[str]] = {}
    for number, value in zip(parts[1::2], parts[2::2], strict=True):
        values.setdefault(number, []).append(value)
    return head[1], values


def _account(values: dict[str, list[str]], tagged: dict[str, str]) -> str:
    for number in ("38", "31"):
        account = account_number("".join(values.get(number, ())))
        if account:
            return account
    return account_number(tagged.get("IBAN", ""))


def _sepa(pieces: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the SEPA tags with their values, and the lines of text that remain."""
    lines = join_pieces(pieces, SUBFIELD_WIDTH)
    found = _tagged(_joined(pieces), _TAG)
    if not found:
        colons = _tagged(_joined(pieces), _COLON_TAG)
        return {tag: value.split(" ")[0] for tag, value in colons.items()}, lines
    text = " ".join(part for part in (found.pop("", ""), found.get("SVWZ", "")) if part)
    return found, [text] if text else []


def _joined(pieces: list[str]) -> str:
    """Put the pieces together, with a blank where one is shorter than its width."""
    text = ""
    for piece, following in pairwise([*pieces, ""]):
        text += piece
        if len(piece) < SUBFIELD_WIDTH and following:
            text += " "
    return text


def _tagged(text: str, pattern: re.Pattern[str]) -> dict[str, str]:
    """Return the value of each tag (its first one), and the text before them under ``""``."""
    parts = pattern.split(text)
    if len(parts) == 1:
        return {}
    found = {"": one_line(parts[0])}
    for tag, value in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(tag[:-1], one_line(value))
    return found
