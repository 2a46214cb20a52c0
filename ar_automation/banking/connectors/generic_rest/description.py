"""What a description says, as values: where to ask, how to log in, what stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Literal

from ..contract import RemoteAccount
from ..errors import Kind
from ..json_path import Path

AuthKind = Literal["none", "header", "basic", "bearer", "oauth2"]
PagingKind = Literal["none", "page", "offset", "cursor", "next_link", "link_header"]


@dataclass(frozen=True, slots=True)
class Auth:
    """How one logs in. ``header`` and ``template`` are for ``header`` and ``bearer``."""

    kind: AuthKind = "none"
    header: str = "Authorization"
    template: str = ""
    token_url: str = ""
    scope: str = ""
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request, with placeholders in path, query values, headers and JSON body."""

    path: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class DayFormat:
    """How a day is written: ``iso``, ``unix``, ``unix_ms`` or a pattern like ``%d.%m.%Y``.

    With ``zone`` a moment is turned into the day there; without, the day is taken as written.
    """

    pattern: str = "iso"
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class DayField:
    """Where a day stands, and how it is written."""

    path: Path
    format: DayFormat = DayFormat()


@dataclass(frozen=True, slots=True)
class AmountField:
    """Where an amount stands and how its sign is told.

    Either ``path`` (signed, or unsigned with ``indicator``) or ``credit`` and ``debit``, of which
    one is filled. ``minor_units`` is how many decimals a whole number has behind its
    end (2: cents). ``is_inverted``: money out is positive (cards).
    """

    path: Path | None = None
    credit: Path | None = None
    debit: Path | None = None
    indicator: Path | None = None
    debit_values: frozenset[str] = frozenset()
    credit_values: frozenset[str] = frozenset()
    minor_units: int = 0
    decimal_mark: str = "."
    is_inverted: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """True where the text at ``path`` is one of ``values``."""

    path: Path
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Paging:
    """How one gets from page to page.

    ``path`` leads to the cursor or the link; ``has_more`` and ``total`` (pages or items) end it.
    """

    kind: PagingKind = "none"
    size: int = 100
    first: int = 1
    path: Path | None = None
    has_more: Path | None = None
    total: Path | None = None


@dataclass(frozen=True, slots=True)
class TransactionFields:
    """Where each value of a transaction stands."""

    booking_date: DayField
    amount: AmountField
    identifier: Path | None = None
    value_date: DayField | None = None
    currency: Path | None = None
    pending: Flag | None = None
    ignored: Flag | None = None
    remittance: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    additional_info: tuple[Path, ...] = ()
    texts: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transactions:
    """How transactions are asked for, and what they consist of."""

    request: Request
    items: Path
    fields: TransactionFields
    paging: Paging = Paging()
    date_format: str = "%Y-%m-%d"
    is_end_exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Accounts:
    """How accounts are asked for."""

    request: Request
    items: Path
    fields: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Balances:
    """Where balances stand: in an answer of their own, or in the last page of transactions."""

    items: Path
    amount: AmountField
    request: Request | None = None
    currency: Path | None = None
    day: DayField | None = None
    kind: Path | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What kind of error an answer with this text means."""

    kind: Kind
    flag: Flag


@dataclass(frozen=True, slots=True)
class Description:
    """A whole description."""

    name: str
    base_url: str
    transactions: Transactions
    auth: Auth = Auth()
    accounts: Accounts | None = None
    fixed_accounts: tuple[RemoteAccount, ...] = ()
    balances: Balances | None = None
    refusals: tuple[Refusal, ...] = ()
