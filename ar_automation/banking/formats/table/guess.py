"""Which profile a table fits, by its header.

A bank's profile is a candidate if the table has two thirds of its columns, among them those it
cannot do without (every bank has a date and an amount); a generic one if it knows all columns of
the table. The one that knows most columns is taken. If two know equally many, nobody but
the user can tell.

>>> from .profile import Columns, TableProfile
>>> plain = TableProfile("Plain", Columns(booking_date=("Date",), amount=("Amount",)))
>>> rich = TableProfile("Rich", Columns(booking_date=("Date",), amount=("Amount",),
...                                     balance=("Balance",)))
>>> guess_profile(b"Date,Amount,Balance\\n2026-03-02,1.00,2.00", [plain, rich]).name
'Rich'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....exceptions import StatementFileError
from .layout import SEARCHED_ROWS, find_layout
from .profile import TableProfile
from .reader import DELIMITERS
from .rows import HEAD_BYTES, Row, read_text_rows
from .workbook import is_workbook, read_workbook_rows


def guess_profile(content: bytes, profiles: Iterable[TableProfile]) -> TableProfile:
    """Return the profile that fits best.

    :raises StatementFileError: ``statement.profile_unknown`` if none fits,
        ``statement.profile_ambiguous`` if several fit equally well
    """
    ranked = rank_profiles(content, profiles)
    if not ranked:
        raise StatementFileError(
            "statement.profile_unknown",
            "",
            "",
            "this may be a table (CSV or XLSX), but its header fits none of the profiles",
            hint="Make a profile for this bank: copy one and set the names of its columns.",
        )
    best = [profile for score, profile in ranked if score == ranked[0][0]]
    if len(best) > 1:
        names = ", ".join(profile.name for profile in best[:5])
        raise StatementFileError(
            "statement.profile_ambiguous",
            "",
            "",
            f"the header of this table fits several profiles equally well: {names}",
            hint="Choose the profile on the journal.",
        )
    return best[0]


def rank_profiles(
    content: bytes, profiles: Iterable[TableProfile]
) -> list[tuple[int, TableProfile]]:
    """Return the profiles whose header the table has, with the number of known columns, best first.

    :raises StatementFileError: a workbook cannot be opened
    """
    workbook = read_workbook_rows(content)[:SEARCHED_ROWS] if is_workbook(content) else None
    heads: dict[tuple[str, str], Sequence[Row]] = {}
    ranked = []
    for profile in profiles:
        if not profile.has_header:
            continue
        scores = [0]
        for delimiter in (profile.delimiter,) if profile.delimiter else DELIMITERS:
            key = delimiter, profile.encoding
            if workbook is None and key not in heads:
                heads[key] = _head(content, *key)
            scores.append(_score(heads[key] if workbook is None else workbook, profile))
        if max(scores):
            ranked.append((max(scores), profile))
    return sorted(ranked, key=lambda pair: -pair[0])


def _score(rows: Sequence[Row], profile: TableProfile) -> int:
    try:
        layout = find_layout(rows, profile)
    except StatementFileError:
        return 0
    if profile.is_generic:
        return 0 if layout.unknown_titles else layout.score
    named = len(profile.columns.named()) + len(profile.columns.texts)
    found = len(layout.indexes) + len(layout.texts)
    return layout.score if found * 3 >= named * 2 else 0


def _head(content: bytes, delimiter: str, encoding: str) -> list[Row]:
    """Return the first rows, as far as they can be read."""
    rows: list[Row] = []
    end = HEAD_BYTES
    if len(content) > end:
        end = content.rfind(b"\n", 0, end) + 1 or end
    try:
        for row in read_text_rows(content[:end], delimiter, encoding):
            rows.append(row)
            if len(rows) >= SEARCHED_ROWS:
                break
    except StatementFileError:
        return rows
    return rows
