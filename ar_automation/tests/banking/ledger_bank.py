"""A bank for tests: a ledger in memory, told through the contract of connectors.

Set :data:`BANK` up, register with :func:`registered`, and let a connection of the provider
``ledger`` fetch from it. What the bank does wrong is switched on attributes.
"""

import contextlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from decimal import Decimal

from ...banking.connectors import registry
from ...banking.connectors.contract import (
    Consent,
    Document,
    FeedLine,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from ...banking.connectors.errors import ConnectorError
from ...banking.formats.statement import (
    Balance,
    Identifiers,
    Party,
    Remittance,
    Transaction,
)

IBAN = "DE89370400440532013000"
CODE = "ledger"
SECRET = "s3cr3t-marker-91"


def entry(amount, day, name="ACME", text="", **facts):
    """A booked transaction of March 2026."""
    return Transaction(
        amount=Decimal(str(amount)),
        currency="EUR",
        booking_date=date(2026, 3, day) if isinstance(day, int) else day,
        counterparty=Party(name=name),
        remittance=Remittance(lines=(text or f"Payment {name}",)),
        identifiers=Identifiers(end_to_end_id=facts.pop("e2e", "")),
        **facts,
    )


@dataclass
class LedgerBank:
    """What the bank has booked, and how it tells of it."""

    lines: list = field(default_factory=list)
    opening: Decimal = Decimal(0)
    page_size: int = 100
    has_balance: bool = True
    has_cursor: bool = False
    removed: list = field(default_factory=list)
    documents: list = field(default_factory=list)
    acknowledged: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    error: ConnectorError = None
    error_on_page: int = 0
    repeat_page: int = 0
    consent_until: datetime = None
    accounts: tuple = (RemoteAccount("acc-1", IBAN, "EUR", "Main account"),)

    def book(self, *transactions, ids=True):
        """Book transactions; with ``ids`` each gets a name."""
        for transaction in transactions:
            name = f"id-{len(self.lines) + 1}" if ids else ""
            self.lines.append(FeedLine(transaction, name, raw=f'{{"n": {len(self.lines)}}}'))

    def change(self, index, **facts):
        """Tell a transaction differently from now on."""
        line = self.lines[index]
        self.lines[index] = replace(line, transaction=replace(line.transaction, **facts))

    @property
    def balance(self):
        booked = [item.transaction for item in self.lines if item.transaction.status == "booked"]
        return self.opening + sum((item.amount for item in booked), Decimal(0))


BANK = LedgerBank()


class LedgerConnector:
    """Tells the ledger page by page."""

    def __init__(self, context):
        self.context = context

    def list_accounts(self):
        self._fail(0)
        return list(BANK.accounts)

    def read_consent(self):
        return Consent(BANK.consent_until) if BANK.consent_until else None

    def fetch(self, request):
        BANK.requests.append(request)
        self._fail(0)
        told = BANK.lines
        if BANK.has_cursor and request.cursor:
            told = told[int(request.cursor) :]
        elif not BANK.has_cursor:
            told = [
                line
                for line in told
                if request.from_date <= line.transaction.booking_date <= request.to_date
            ]
        skipped = len(BANK.lines) - len(told) if BANK.has_cursor else 0
        pages = [told[at : at + BANK.page_size] for at in range(0, len(told), BANK.page_size)]
        pages = pages or [[]]
        if BANK.repeat_page:
            pages.insert(BANK.repeat_page, pages[BANK.repeat_page - 1])
        for number, lines in enumerate(pages, 1):
            self._fail(number)
            is_last = number == len(pages)
            cursor = str(skipped + number * BANK.page_size) if BANK.has_cursor else ""
            if is_last and BANK.has_cursor:
                cursor = str(len(BANK.lines))
            yield Page(
                lines=tuple(lines),
                removed_ids=tuple(BANK.removed) if is_last else (),
                documents=tuple(BANK.documents) if is_last else (),
                balances=self._balances() if is_last else (),
                cursor=cursor,
                is_last=is_last,
            )

    def acknowledge(self, document, *, is_accepted):
        BANK.acknowledged.append((document.reference, is_accepted))

    def start_authorisation(self, redirect_url, state):
        return f"https://bank.example/allow?state={state}&back={redirect_url}"

    def finish_authorisation(self, answer):
        if answer.get("code") != "good":
            raise ConnectorError("auth", "The bank does not know the code.")
        self.context.credentials.remember({"token": SECRET})

    def _fail(self, page):
        if BANK.error and BANK.error_on_page == page:
            raise BANK.error

    def _balances(self):
        if not BANK.has_balance:
            return ()
        return (Balance(BANK.balance, "EUR", None, "interimBooked"),)


PROVIDER = Provider(
    code=CODE,
    name="Ledger bank",
    protocol="rest",
    settings=(
        Setting("user", "User", "Name of the user."),
        Setting("key", "Key", "Secret key.", kind="secret"),
    ),
    open=LedgerConnector,
    overlap_days=10,
    has_authorisation=True,
)


@contextlib.contextmanager
def registered(**facts):
    """Make the provider known, with an empty ledger."""
    registry._providers[CODE] = replace(PROVIDER, **facts)
    reset()
    try:
        yield BANK
    finally:
        del registry._providers[CODE]


def reset():
    """Begin with an empty ledger."""
    BANK.__init__()


def document(reference, content):
    return Document(reference, f"{reference}.xml", content)


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)
