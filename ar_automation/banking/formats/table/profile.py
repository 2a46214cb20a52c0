"""A profile: how one bank writes its tables.

A table says nothing about itself: which column holds the amount, whether ``3/2`` is in March, or
whether money out has a minus sign is the bank's habit. A profile writes these habits down.

A column is named by its header, or by several where the bank changes language; ``*`` at the end
stands for any rest (``Amount (*`` fits ``Amount (EUR)``), ``#3`` is the third column:

>>> columns = Columns(booking_date=("Date", "Datum"), amount=("Amount (*",))
>>> TableProfile("My bank", columns).required
('booking_date', 'amount')
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Column = tuple[str, ...]

# signed: one column, money out negative. inverse: one column, money out positive (cards).
# columns: money out in one column, money in in another, both positive. signed_columns: the
# same, but money out is negative. flag: the amount is unsigned, another column says the direction.
Sign = Literal["signed", "inverse", "columns", "signed_columns", "flag"]
# none: there is no fee column, or it only informs. included: the amount is net of the fee.
# separate: the amount is gross; the fee becomes a transaction of its own.
FeeRule = Literal["none", "included", "separate"]
Order = Literal["auto", "oldest", "newest"]

TWO_COLUMNS = ("columns", "signed_columns")


def read_column(text: str) -> Column:
    """Return the alternative names in a text, which ``|`` separates.

    >>> read_column("Datum | Date")
    ('Datum', 'Date')
    """
    return tuple(filter(None, (name.strip() for name in text.split("|"))))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; an empty tuple stands for none.

    ``texts`` are joined into what the payment is for. ``payer_name`` is the other side of money in,
    ``payee_name`` of money out, ``party_name`` of both.
    """

    booking_date: Column = ()
    value_date: Column = ()
    amount: Column = ()
    debit: Column = ()
    credit: Column = ()
    direction: Column = ()
    fee: Column = ()
    currency: Column = ()
    account: Column = ()
    balance: Column = ()
    status: Column = ()
    party_name: Column = ()
    payer_name: Column = ()
    payee_name: Column = ()
    party_account: Column = ()
    party_bic: Column = ()
    bank_reference: Column = ()
    end_to_end_id: Column = ()
    structured_reference: Column = ()
    mandate_id: Column = ()
    foreign_amount: Column = ()
    foreign_currency: Column = ()
    kind: Column = ()
    texts: tuple[Column, ...] = ()

    @classmethod
    def of(cls, texts: str = "", **columns: str) -> Columns:
        """Return the columns that are named as ``Datum|Date``; ``texts`` has one per line."""
        found = {name: read_column(text) for name, text in columns.items()}
        lines = tuple(filter(None, (read_column(line) for line in texts.splitlines())))
        return cls(**found, texts=lines)

    def named(self) -> dict[str, Column]:
        """Return all columns that the profile names but the texts, by what they hold."""
        names = (each.name for each in fields(self) if each.name != "texts")
        return {name: column for name in names if (column := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class TableProfile:
    """The habits of one bank.

    ``delimiter`` may be empty: then the header tells. ``encoding`` is that of files which are no
    Unicode. ``date_formats`` are made of DD, MM, MMM (Jan), YY, YYYY and the marks between; the
    one that fits all dates counts. ``decimal_mark`` may be empty: then the amounts must tell.
    ``currency`` is for files without such a column. ``account_labels`` stand before the account
    number above the header, ``opening_labels`` and ``closing_labels`` before the balances. A
    status among ``pending_words`` is not booked yet, one among ``ignored_words`` never will be.
    Rows that begin with one of ``skip_words`` are no transactions. A generic profile is no single
    bank's: it is guessed only for tables of which it knows every column, since one that it does not
    know may turn the amounts around.
    """

    name: str
    columns: Columns
    delimiter: str = ""
    encoding: str = "cp1252"
    has_header: bool = True
    date_formats: tuple[str, ...] = ("YYYY-MM-DD",)
    decimal_mark: str = ""
    sign: Sign = "signed"
    debit_words: tuple[str, ...] = ()
    credit_words: tuple[str, ...] = ()
    fee_rule: FeeRule = "none"
    currency: str = ""
    account_labels: tuple[str, ...] = ()
    opening_labels: tuple[str, ...] = ()
    closing_labels: tuple[str, ...] = ()
    pending_words: tuple[str, ...] = ()
    ignored_words: tuple[str, ...] = ()
    order: Order = "auto"
    skip_words: tuple[str, ...] = ()
    is_generic: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """What no table of this bank can lack."""
        if self.sign in TWO_COLUMNS:
            return ("booking_date", "debit", "credit")
        if self.sign == "flag":
            return ("booking_date", "amount", "direction")
        return ("booking_date", "amount")
