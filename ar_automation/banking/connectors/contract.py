"""What a bank connection is asked, and what it answers.

A *provider* is a way to reach banks (Enable Banking, a bank's own SOAP service, an SFTP
server). A *connector* is a provider opened with somebody's credentials. It lists accounts
and fetches each account's transactions page by page, oldest knowledge first:

* Every page carries the *cursor* from which fetching can go on once the page is stored. A page
  with an empty cursor is no place to resume: fetching starts again at the window's first day.
* A feed of *transactions* fills ``Page.lines``; a feed of *files* (SOAP file services,
  SFTP) fills ``Page.documents``, each of which is a statement file for ``banking.formats``.
* The window goes by whole days and overlaps what is known; telling new from known is not
  the connector's work.

>>> page = Page(cursor="42", is_last=True)
>>> page.lines, page.documents
((), ())
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from ..formats.statement import Balance, Transaction
from .http_client import HttpClient

SettingKind = Literal["text", "secret", "choice", "flag", "number", "pem", "data"]


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that a connection has to be told before it works.

    ``name`` is stable and stored; ``label`` and ``help`` are shown (English; the screen
    translates them). ``secret`` and ``pem`` (a private key or certificate in PEM) are readable by
    administrators alone and never logged. ``data`` is a JSON text (descriptions of generic
    providers). ``choices`` are (value, label) pairs.
    """

    name: str
    label: str
    help: str
    kind: SettingKind = "text"
    is_required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def is_secret(self) -> bool:
        """Whether only administrators may see the value."""
        return self.kind in ("secret", "pem")


@dataclass(frozen=True, slots=True)
class RemoteAccount:
    """An account as the provider knows it.

    ``identifier`` is the provider's own (it may change with a new consent), ``number`` the
    IBAN or other account number by which it is known for good, without blanks.
    """

    identifier: str
    number: str = ""
    currency: str = ""
    name: str = ""
    owner_name: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """Until when the account owner lets us read; ``valid_until`` carries a time zone."""

    valid_until: datetime | None = None
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """Which part of which account's story is wanted; both days are included.

    ``cursor`` is the last one that was stored, empty to begin at ``from_date``.
    """

    account: RemoteAccount
    from_date: date
    to_date: date
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One transaction, as a provider reports it now.

    ``provider_id`` is what the provider calls it, if that name is unique within the account and
    stays the same as long as the status (pending, booked) does; else it is empty.
    ``replaces_id`` is the provider's name of the pending transaction that this one books.
    ``raw`` is the provider's own text of it (JSON or XML), for administrators.
    """

    transaction: Transaction
    provider_id: str = ""
    replaces_id: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A statement file that a provider delivers; ``reference`` is the provider's name for it."""

    reference: str
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer of a provider tells, and where to go on.

    ``removed_ids`` are provider ids that the provider has withdrawn. ``balances`` are the
    account's balances as the bank states them now, booked ones to prove the feed by.
    """

    lines: tuple[FeedLine, ...] = ()
    removed_ids: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    balances: tuple[Balance, ...] = ()
    cursor: str = ""
    is_last: bool = False


class Credentials(Protocol):
    """Keeps what a connector was told and what it was given on the way (tokens, consents)."""

    def get(self, name: str) -> str:
        """Return a setting or a remembered value; ``""`` if there is none."""

    def remember(self, values: Mapping[str, str]) -> None:
        """Store values for good before returning, even if the work around fails later.

        Providers that give a new refresh token with every use would lock us out otherwise.
        """


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector works with; it reaches the world only through this.

    ``open_http`` makes a client for one base address, with the limits, TLS rules and log
    of this connection: ``open_http(base_url, cert=(certificate pem, key pem))``. ``now`` tells
    the time (with a time zone). ``is_test`` allows plain HTTP to the loopback
    address, nothing else.
    """

    credentials: Credentials
    open_http: Callable[..., HttpClient]
    now: Callable[[], datetime]
    is_test: bool = False


class Connector(Protocol):
    """A provider opened with somebody's credentials.

    Every method raises :class:`~.errors.ConnectorError` and nothing else for what the world
    does wrong.
    """

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the accounts that may be read. Proves the credentials as well."""

    def read_consent(self) -> Consent | None:
        """Return how long reading is allowed; None where no consent is needed."""

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield the pages of the window; the last one says so."""


class AuthorisingConnector(Connector, Protocol):
    """A connector whose user must allow reading in the bank's own web page first."""

    def start_authorisation(self, redirect_url: str, state: str) -> str:
        """Return the address to send the user to; the bank sends them back with ``state``."""

    def finish_authorisation(self, answer: Mapping[str, str]) -> None:
        """Take the query values of the way back and remember what reading needs."""


class AcknowledgingConnector(Connector, Protocol):
    """A connector that must hear what became of its documents (moved files, read messages)."""

    def acknowledge(self, document: Document, *, is_accepted: bool) -> None:
        """Tell the other side, after the document was stored (or refused) for good.

        May be called again for the same document after a crash.
        """


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to reach banks, as the registry lists it.

    ``open`` turns a context into a connector. ``daily_limit`` is how often a day an account
    may be read without its owner being present (0: no known limit; PSD2: 4).
    ``overlap_days`` is how far back-dated bookings are looked for. ``has_authorisation``
    says that the connector is an :class:`AuthorisingConnector`. ``certify`` is there if
    the bank itself makes and renews our certificate: called with a context, the company's name
    and the agreement's one-time code (``""`` to renew a certificate that is still valid), it
    returns the settings to store.
    """

    code: str
    name: str
    protocol: Literal["rest", "soap", "sftp"]
    settings: tuple[Setting, ...]
    open: Callable[[Context], Connector]
    summary: str = ""
    daily_limit: int = 0
    overlap_days: int = 10
    has_authorisation: bool = False
    certify: Callable[[Context, str, str], Mapping[str, str]] | None = None
    countries: tuple[str, ...] = field(default=())
