"""What a bank tells about an account, whatever the file format: statements and transactions.

A *statement* is the account's story between two balances; a *transaction* is one movement in
it. Every reader (camt, MT940, OFX, BAI2, QIF) returns these classes, so that all that
follows knows one shape only. Amounts are ``Decimal`` and signed from the account owner's view:
money in is positive, money out negative. Absent texts are ``""``, absent values ``None``.

The proof of a statement is that its movements explain its balances:

>>> from datetime import date
>>> from decimal import Decimal
>>> day = date(2026, 3, 2)
>>> statement = Statement(
...     account="NL02ABNA0123456789", currency="EUR", identifier="2026-41",
...     opening=Balance(Decimal("100.00"), "EUR", day, "OPBD"),
...     closing=Balance(Decimal("350.00"), "EUR", day, "CLBD"),
...     transactions=(Transaction(Decimal("250.00"), "EUR", day),
...                   Transaction(Decimal("999.00"), "EUR", day, status="pending")),
... )
>>> statement.balance_gap
Decimal('0.00')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Status = Literal["booked", "pending", "information"]

# Messages that repeat or announce parts of what a statement will tell, or tell only parts of it.
PARTIAL_FORMATS = frozenset(
    {"camt.052", "camt.054", "MT942", "MT940 extract", "bai2.interim", "KTL"}
)
# Tables that banks export, read by a profile; most of them do not name their account.
TABLE_FORMATS = frozenset({"csv", "xlsx"})


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency (ISO 4217 code)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody on the other side of a payment.

    ``account`` is an IBAN or any other account number, without blanks, upper-case;
    ``identifier`` an organisation or person number (VAT, company register); ``country`` an
    ISO 3166 code; ``address`` the postal address, one line per line.
    """

    name: str = ""
    account: str = ""
    bic: str = ""
    address: str = ""
    country: str = ""
    identifier: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.account or self.identifier)


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance of the account; ``amount`` is negative when overdrawn.

    ``kind`` is the bank's own code (in camt: OPBD opening booked, PRCD previously closed,
    CLBD closing booked, ITBD intermediate, CLAV closing available, ...).
    """

    amount: Decimal
    currency: str
    balance_date: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The references that the parties and banks on the way gave to one payment.

    A placeholder of the schemes (``NOTPROVIDED`` and the like) is no reference and left out.
    """

    end_to_end_id: str = ""
    transaction_id: str = ""
    instruction_id: str = ""
    payment_information_id: str = ""
    message_id: str = ""
    mandate_id: str = ""
    cheque_number: str = ""
    uetr: str = ""
    detail_reference: str = ""


@dataclass(frozen=True, slots=True)
class StructuredReference:
    """A creditor reference that the payer copied from the invoice.

    ``kind`` is the type the bank gives (``SCOR``, ``QRR``, ``ISR Reference``, ... or empty);
    ``amount`` is the part of the payment meant for it, where the payer said so.
    """

    value: str
    kind: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class ReferredDocument:
    """An invoice or credit note that the remittance information names.

    ``kind`` is the document type code (CINV commercial invoice, CREN credit note, ...). The
    amounts are unsigned, as the payer stated them: due and payable, discount taken, credit
    note deducted, tax, and remitted.
    """

    number: str
    kind: str = ""
    document_date: date | None = None
    due: Money | None = None
    discount: Money | None = None
    credit_note: Money | None = None
    tax: Money | None = None
    remitted: Money | None = None


@dataclass(frozen=True, slots=True)
class Remittance:
    """What the payer wrote: free text lines, structured references, invoices named."""

    lines: tuple[str, ...] = ()
    references: tuple[StructuredReference, ...] = ()
    documents: tuple[ReferredDocument, ...] = ()

    @property
    def text(self) -> str:
        """The free text, one line per line."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee of a bank; negative when the account owner pays it.

    ``included`` says whether the transaction's amount already contains it (None: unknown).
    """

    amount: Decimal
    currency: str
    included: bool | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Amounts before conversion and charges.

    ``instructed`` (what the payer ordered) and ``transaction`` (what was moved between the banks)
    are unsigned, as stated. ``foreign`` is the one in another currency than the transaction,
    signed like it. ``rate`` is the bank's figure from ``source_currency`` to ``target_currency``.
    """

    instructed: Money | None = None
    transaction: Money | None = None
    foreign: Money | None = None
    rate: Decimal | None = None
    source_currency: str = ""
    target_currency: str = ""


@dataclass(frozen=True, slots=True)
class BankCode:
    """What kind of movement it is, by ISO 20022 (PMNT/RCDT/ESCT) or by the bank's own list."""

    domain: str = ""
    family: str = ""
    subfamily: str = ""
    proprietary: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """Why a payment came back, and which one.

    ``code`` is an ISO 20022 external return reason (AC04 account closed, MD06 refund asked by
    the debtor, ...) or the bank's own.
    """

    code: str = ""
    text: str = ""
    original_end_to_end_id: str = ""
    original_transaction_id: str = ""
    original_instruction_id: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Where a transaction stands in a collective booking.

    ``size`` is how many payments the booking holds (0: it is no collective booking). ``position``
    counts from 1 when the booking was split into its payments and is 0 when it was kept as
    one line, because the bank did not give the payments or they do not add up to it.
    """

    identifier: str = ""
    size: int = 0
    position: int = 0


NO_PARTY = Party()
NO_IDENTIFIERS = Identifiers()
NO_REMITTANCE = Remittance()
NO_EXCHANGE = Exchange()
NO_BANK_CODE = BankCode()
NO_BATCH = Batch()


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement on the account.

    ``amount`` is signed and in the account's currency; ``currency`` is the code the file gives with
    it. ``booking_date`` is always set: where a bank leaves it out it is the value date, else
    the statement's own date. ``entry_number`` counts the entries of the statement from 1;
    the payments of one split collective booking share it. ``bank_reference`` is the account
    servicer's reference, empty if the bank gave none; ``entry_reference`` is the best one to
    show a person. ``is_reversal`` says that the entry undoes another; it does not change the
    sign.
    """

    amount: Decimal
    currency: str
    booking_date: date
    value_date: date | None = None
    status: Status = "booked"
    entry_number: int = 0
    bank_reference: str = ""
    entry_reference: str = ""
    identifiers: Identifiers = NO_IDENTIFIERS
    remittance: Remittance = NO_REMITTANCE
    additional_info: str = ""
    counterparty: Party = NO_PARTY
    ultimate_counterparty: Party = NO_PARTY
    charges: tuple[Charge, ...] = ()
    exchange: Exchange = NO_EXCHANGE
    bank_code: BankCode = NO_BANK_CODE
    is_reversal: bool = False
    return_reason: ReturnReason | None = None
    batch: Batch = NO_BATCH


@dataclass(frozen=True, slots=True)
class Statement:
    """One account between two moments.

    ``source_format`` is the message family (``camt.053`` or ``MT940`` statement, ``camt.052`` or
    ``MT942`` report during the day, ``camt.054`` notification of single movements) and
    ``source_version`` its version. ``information`` is what the bank says about the account.
    ``sequence_number`` is the bank's running number, ``page`` the page of a statement that was cut
    into several (0: not said). ``created_at`` carries a time zone if the bank gave one.
    ``entry_count`` counts the bank's entries, before collective bookings are split. ``warnings``
    are sentences on what in the file contradicts itself though its lines can be read (a control
    total that is wrong): whoever imports must show them.
    """

    account: str = ""
    currency: str = ""
    owner_name: str = ""
    bic: str = ""
    identifier: str = ""
    message_id: str = ""
    sequence_number: str = ""
    page: int = 0
    is_last_page: bool = True
    created_at: datetime | None = None
    from_date: date | None = None
    to_date: date | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    balances: tuple[Balance, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    entry_count: int = 0
    source_format: str = ""
    source_version: str = ""
    information: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def is_account_story(self) -> bool:
        """Whether it tells all that happened; other messages only repeat or announce parts."""
        return self.source_format not in PARTIAL_FORMATS

    @property
    def booked(self) -> tuple[Transaction, ...]:
        """The transactions that moved money; the others only announce or inform."""
        return tuple(line for line in self.transactions if line.status == "booked")

    @property
    def booked_sum(self) -> Decimal:
        """Sum of the booked transactions, in the account's currency."""
        return sum((line.amount for line in self.booked), Decimal(0))

    @property
    def balance_gap(self) -> Decimal | None:
        """Closing balance minus (opening balance plus booked transactions).

        Zero proves the statement. None means that it cannot be proven: a balance is missing, or
        the two are in different currencies.
        """
        return balance_gap(self.opening, self.closing, self.booked_sum)

    @property
    def stated_currencies(self) -> frozenset[str]:
        """Every currency that the account, its balances or its booked lines are given in."""
        stated = {self.currency}
        stated.update(balance.currency for balance in self.balances)
        stated.update(line.currency for line in self.booked)
        return frozenset(stated - {""})


def balance_gap(
    opening: Balance | None, closing: Balance | None, booked_sum: Decimal
) -> Decimal | None:
    """Return closing minus (opening plus booked); None where the balances prove nothing."""
    if opening is None or closing is None or opening.currency != closing.currency:
        return None
    return closing.amount - (opening.amount + booked_sum)
