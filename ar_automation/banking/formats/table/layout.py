"""Where in a table things stand: above the header, which column is which, the rows below.

Many banks write some lines about the account before the header. So the header is the first row
that names every column that the profile cannot do without:

>>> from .profile import Columns, TableProfile
>>> profile = TableProfile("B", Columns(booking_date=("Date",), amount=("Amount (*",)))
>>> rows = [Row(1, ("Account", "NL02")), Row(2, ("date", "Amount (EUR)")), Row(3, ("1", "2"))]
>>> layout = find_layout(rows, profile)
>>> layout.indexes, layout.width, [row.number for row in layout.body]
({'booking_date': 0, 'amount': 1}, 2, [3])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....exceptions import StatementFileError
from .profile import Column, TableProfile
from .rows import Cell, Row

SEARCHED_ROWS = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """A table taken apart.

    ``indexes`` are the places, from 0, of the columns by what they hold, ``texts`` those of the
    texts. ``width`` is how many cells a whole row has.
    """

    indexes: dict[str, int]
    texts: tuple[int, ...]
    width: int
    header: Row | None
    preamble: tuple[Row, ...]
    body: tuple[Row, ...]

    @property
    def score(self) -> int:
        """How many columns of the header the profile knows."""
        return len({*self.indexes.values(), *self.texts})

    @property
    def unknown_titles(self) -> tuple[str, ...]:
        """The titles of the header that the profile does not know."""
        known = {*self.indexes.values(), *self.texts}
        cells = enumerate(self.header.cells if self.header else ())
        return tuple(str(cell) for index, cell in cells if cell != "" and index not in known)

    def title(self, name: str) -> str:
        """Return the header of a column, ``""`` if there is none."""
        index = self.indexes.get(name)
        return str(self.header.cells[index]) if self.header and index is not None else ""


def find_layout(rows: Sequence[Row], profile: TableProfile) -> Layout:
    """Take a table apart.

    :raises StatementFileError: ``statement.header`` if a column is missing that must be there
    """
    if not profile.has_header:
        return _without_header(rows, profile)
    missing: list[str] = list(profile.required)
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        names = [_plain(cell) for cell in row.cells]
        indexes = _find(profile, names)
        absent = [name for name in profile.required if name not in indexes]
        if not absent:
            width = max(index + 1 for index, name in enumerate(names) if name)
            texts = _find_texts(profile, names)
            return Layout(indexes, texts, width, row, tuple(rows[:place]), tuple(rows[place + 1 :]))
        missing = min(missing, absent, key=len)
    raise _no_header(profile, missing)


def _without_header(rows: Sequence[Row], profile: TableProfile) -> Layout:
    width = len(rows[0].cells) if rows else 0
    names = [""] * width
    indexes = _find(profile, names)
    absent = [name for name in profile.required if name not in indexes]
    if absent:
        raise _no_header(profile, absent)
    return Layout(indexes, _find_texts(profile, names), width, None, (), tuple(rows))


def _find(profile: TableProfile, names: list[str]) -> dict[str, int]:
    found = ((name, _index(column, names)) for name, column in profile.columns.named().items())
    return {name: index for name, index in found if index is not None}


def _find_texts(profile: TableProfile, names: list[str]) -> tuple[int, ...]:
    found = (_index(column, names) for column in profile.columns.texts)
    return tuple(dict.fromkeys(index for index in found if index is not None))


def _index(column: Column, names: list[str]) -> int | None:
    """Return the place of the first of a column's names that occurs."""
    for alternative in column:
        wanted = _plain(alternative)
        if wanted.startswith("#"):
            place = int(wanted[1:]) - 1 if wanted[1:].isdecimal() else -1
            if 0 <= place < len(names):
                return place
        elif wanted.endswith("*"):
            fitting = (i for i, name in enumerate(names) if name.startswith(wanted[:-1]))
            if (place_or_none := next(fitting, None)) is not None:
                return place_or_none
        elif wanted in names:
            return names.index(wanted)
    return None


def _plain(cell: Cell) -> str:
    return " ".join(str(cell).split()).casefold()


def _no_header(profile: TableProfile, missing: list[str]) -> StatementFileError:
    wanted = []
    for name in missing:
        column = profile.columns.named().get(name, ())
        titles = " or ".join(f"'{title}'" for title in column) or "none is set in the profile"
        wanted.append(f"{name.replace('_', ' ')} ({titles})")
    return StatementFileError(
        "statement.header",
        "",
        "",
        f"no row of the table is the header of the profile {profile.name}: "
        f"the column for {', '.join(wanted)} is missing",
        hint="Choose another profile, or copy this one and set the names of its columns.",
    )
