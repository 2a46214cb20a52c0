"""What can be known of a booking beside its amount, and how texts are put together again.

Banks cut texts into pieces of fixed width, in the middle of words. A piece of full width goes on
in the next one; a shorter one ended by itself:

>>> join_pieces(["Invoice INV/2026/00", "017 of March", "thank you"], width=19)
['Invoice INV/2026/00017 of March', 'thank you']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Field 86 has lines of 65 characters; some banks count the tag's four among those of the first.
LINE_WIDTH = 65
_FIRST_LINE_WIDTH = 61


@dataclass(frozen=True, slots=True)
class Detail:
    """The content of a field 86, all of it optional.

    ``lines`` is what the payer wrote; ``information`` what the bank calls the booking; ``code``
    the bank's number for this kind of booking, ``extension`` the number that refines it.
    """

    lines: tuple[str, ...] = ()
    information: str = ""
    name: str = ""
    account: str = ""
    bic: str = ""
    address: str = ""
    ultimate_name: str = ""
    creditor_identifier: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    owner_reference: str = ""
    bank_reference: str = ""
    structured_reference: str = ""
    return_code: str = ""
    return_text: str = ""
    code: str = ""
    extension: str = ""


def join_pieces(pieces: Iterable[str], width: int) -> list[str]:
    """Return the lines that pieces of fixed width make, with runs of blanks reduced to one."""
    lines: list[list[str]] = []
    is_open = False
    for piece in pieces:
        if is_open:
            lines[-1].append(piece)
        else:
            lines.append([piece])
        is_open = len(piece) >= width
    return [line for line in (one_line("".join(line)) for line in lines) if line]


def join_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines that those of a field 86 make, which the bank cut at its width."""
    if lines and len(lines[0]) == _FIRST_LINE_WIDTH:
        lines = [lines[0].rjust(LINE_WIDTH), *lines[1:]]
    return join_pieces(lines, LINE_WIDTH)


def one_line(text: str) -> str:
    """Return a text with its runs of blanks reduced to one."""
    return " ".join(text.split())


def account_number(text: str) -> str:
    """Return an account number without blanks, in upper case; ``""`` if it is all zeros."""
    number = "".join(text.split()).upper()
    return number if number.strip("0") else ""


def looks_like_iban(text: str) -> bool:
    """Tell whether a text is an IBAN, by its check digits (ISO 13616).

    >>> looks_like_iban("NL02ABNA0123456789"), looks_like_iban("NL03ABNA0123456789")
    (True, False)
    """
    if not (15 <= len(text) <= 34 and text.isascii() and text.isalnum()):
        return False
    if not (text[:2].isalpha() and text[2:4].isdigit() and text.isupper()):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
