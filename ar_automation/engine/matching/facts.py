"""What the matching knows of payments and open items, and what it answers.

Amounts are in the currency that stands beside them, exact, and positive for money that a
customer pays or owes; a credit note's open amount is negative. Nothing here knows Odoo: the
ids are whatever the caller uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from .references.numbers import named_keys

Verdict = Literal["matched", "proposed", "unmatched"]
Action = Literal[
    "full",  # the items are paid exactly
    "partial",  # a part of the items is paid; the rest stays open
    "short_pay",  # a little is missing, for a reason that is named; it stays open
    "overpay",  # the items are paid; the rest becomes the customer's credit
    "discount",  # the early-payment discount was taken
    "bank_charge",  # what is missing are a bank's charges, and the policy books them off
    "rounding",  # as above, a difference of rounding
    "write_off",  # as above, a difference within the customer's tolerance
    "currency_difference",  # paid in another currency than the items are in
    "on_account",  # the customer's money, for no item that could be told
    "duplicate",  # paid once already; the customer's credit
    "prepayment",  # for an order that is not invoiced yet; the customer's credit until it is
]
Allocation = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Advised:
    """A document that structured remittance data or a remittance advice lists.

    :ivar number: as the payer wrote it.
    :ivar amount: what is paid of it; negative for a credit note; ``None`` if not said.
    """

    number: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One bank transaction that brought money in.

    :ivar texts: everything the payer wrote, free and structured.
    :ivar payer_ids: customers that the paying account certainly belongs to.
    :ivar rejected: sets of item ids that a person has refused for this payment.
    :ivar payer_name: name of the payer as the bank tells it.
    :ivar day: when the money was there; early-payment discounts are judged by it.
    :ivar alias_ids: customers for whom this payer paid before (learnt from past matches).
    :ivar advised: documents that structured remittance data or an advice lists.
    :ivar converted: what the amount is worth in other currencies, by rate of the day or as the
        bank says: ``(("USD", Decimal("108.20")), …)``.
    :ivar advice_id: the remittance advice that ``advised`` is of; 0 if it is the bank's data.
    :ivar account_number: the payer's account as the bank writes it.
    """

    payment_id: int
    amount: Decimal
    currency: str
    texts: tuple[str, ...]
    payer_ids: frozenset[int] = frozenset()
    rejected: frozenset[frozenset[int]] = frozenset()
    payer_name: str = ""
    day: date | None = None
    alias_ids: frozenset[int] = frozenset()
    advised: tuple[Advised, ...] = ()
    converted: tuple[tuple[str, Decimal], ...] = ()
    advice_id: int = 0
    account_number: str = ""

    def named_keys(self) -> set[str]:
        """Return every normalised number that a text or an advice may name."""
        texts = (*self.texts, *(document.number for document in self.advised))
        return set().union(*map(named_keys, texts))


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One open item of a customer.

    :ivar residual: what is still owed, in ``currency``; negative for a credit note.
    :ivar keys: normalised numbers by which a payer may name it, each with the word that
        people know it by, e.g. ``(("INV202600012", "invoice number"), …)``.
    :ivar account_id: the receivable account it stands on.
    :ivar due: when it is due; the oldest is settled first.
    :ivar discount: what may be deducted until ``discount_until``, in ``currency``.
    :ivar document_id: instalments of one document share it.
    """

    item_id: int
    name: str
    customer_id: int
    residual: Decimal
    currency: str
    account_id: int
    keys: tuple[tuple[str, str], ...] = ()
    due: date | None = None
    discount: Decimal = Decimal(0)
    discount_until: date | None = None
    document_id: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order or quotation that is not fully invoiced, and may be paid in advance.

    :ivar amounts: what may be paid of it, each with its kind: ``total`` is what is neither
        invoiced nor paid in advance, ``prepayment`` is what the order asks for first.
    :ivar keys: normalised numbers by which a payer may name it.
    """

    order_id: int
    name: str
    customer_id: int
    currency: str
    amounts: tuple[tuple[str, Decimal], ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettledItem:
    """A document that is paid already: naming it is a mistake, a habit or a double payment."""

    name: str
    customer_id: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who may pay.

    :ivar names: name, trade names, names of contacts, learnt aliases.
    :ivar numbers: VAT number, customer number and the like that a text may quote.
    :ivar payer_of: customers whose invoices it pays habitually: children, factored clients.
    """

    customer_id: int
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    payer_of: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company allows to be booked unattended, and its tolerances.

    :ivar threshold: least probability of what is booked.
    :ivar least: proposals less probable than this are not shown.
    :ivar actions: what may be booked unattended.
    :ivar rounding: differences up to this (in the item's currency) are rounding.
    :ivar charge: differences up to this, and up to ``charge_share`` of the items, may be the
        charges of banks on the way.
    :ivar currency_share: how far a converted amount may be off, as a share.
    :ivar tolerance_short: what may be missing and is written off, where ``books_off`` has
        ``write_off``; in the item's currency.
    :ivar tolerance_over: likewise, what may be paid too much.
    :ivar tolerance_share: both at most this share of the items; 0 for no such limit.
    :ivar books_off: differences that have an account to be booked to; others stay open.
    :ivar discount_grace_days: how many days late a discount may still be taken.
    :ivar habits: what this customer usually keeps back; within the tolerances only.
    :ivar payout_share: the most that a payment provider keeps of what customers paid.
    :ivar payout_is_exact: it keeps exactly that.
    """

    threshold: float = 0.99
    least: float = 0.02
    actions: frozenset[str] = frozenset(
        {"full", "partial", "short_pay", "overpay", "discount", "bank_charge", "rounding"}
        | {"currency_difference", "write_off"}
    )
    rounding: Decimal = Decimal("0.05")
    charge: Decimal = Decimal(50)
    charge_share: Decimal = Decimal("0.05")
    currency_share: Decimal = Decimal("0.03")
    tolerance_short: Decimal = Decimal(0)
    tolerance_over: Decimal = Decimal(0)
    tolerance_share: Decimal = Decimal(0)
    books_off: frozenset[str] = frozenset()
    discount_grace_days: int = 0
    habits: frozenset[Decimal] = frozenset()
    payout_share: Decimal = Decimal("0.03")
    payout_is_exact: bool = False

    def tolerates(self, missing: Decimal, owed: Decimal) -> bool:
        """Whether a difference may be written off; ``missing`` is negative for too much.

        >>> policy = Policy(tolerance_short=Decimal(5), tolerance_share=Decimal("0.02"))
        >>> policy.tolerates(Decimal(3), Decimal(200)), policy.tolerates(Decimal(3), Decimal(100))
        (True, False)
        """
        most = self.tolerance_short if missing > 0 else self.tolerance_over
        if self.tolerance_share:
            most = min(most, owed * self.tolerance_share)
        return abs(missing) <= most


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside payments and open items.

    :ivar settled: by normalised number, the documents that are paid already.
    :ivar exceptions: customers for whom another policy holds.
    :ivar open_counts: how many items are open in each currency, beyond those that were given:
        the amount of one among a hundred thousand says less than of one among ten.
    :ivar orders: orders that payments name and that may be paid in advance.
    """

    customers: tuple[Customer, ...] = ()
    settled: Mapping[str, SettledItem] = field(default_factory=dict)
    policy: Policy = Policy()
    exceptions: Mapping[int, Policy] = field(default_factory=dict)
    open_counts: Mapping[str, int] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()

    def policy_for(self, customer_id: int) -> Policy:
        """Return the policy that holds for a customer's items."""
        return self.exceptions.get(customer_id, self.policy)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that speaks for or against a match.

    :ivar code: stable code; the sentence is made from it where it is shown.
    :ivar params: the values in the sentence.
    :ivar favourable: whether the fact speaks for the match.
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()
    favourable: bool = True

    @classmethod
    def of(cls, code: str, *, favourable: bool = True, **params: str) -> Evidence:
        """Build evidence with named values."""
        return cls(code, tuple(sorted(params.items())), favourable)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A set of items that the payment may settle.

    :ivar confidence: calibrated probability that this is what the payer meant.
    :ivar allocation: what each item is settled by, in its own currency.
    :ivar book: whether it is sure, unambiguous and allowed enough to be booked unattended.
    :ivar customer_id: whose money it is, also where no item is settled.
    :ivar reason: why less was paid, for ``short_pay``: ``charges``, ``rounding``, ``discount``,
        ``habit``, ``advice``.
    :ivar orders: the orders that are paid in advance, for ``prepayment``.
    :ivar provider_id: the payment provider that pays out the items; 0 if none does.
    """

    items: tuple[OpenItem, ...]
    confidence: float
    evidence: tuple[Evidence, ...]
    allocation: Allocation = ()
    action: Action = "full"
    book: bool = False
    customer_id: int = 0
    reason: str = ""
    orders: tuple[Order, ...] = ()
    provider_id: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what it is for; instalments of one document share theirs."""
        names = [item.name for item in self.items] + [order.name for order in self.orders]
        return tuple(dict.fromkeys(names))

    @property
    def item_ids(self) -> frozenset[int]:
        """Ids of the items."""
        return frozenset(item.item_id for item in self.items)

    @property
    def residual(self) -> Decimal:
        """Sum of what the items are still owed."""
        return sum((item.residual for item in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one payment, with the proposals ranked best first.

    :ivar settled: names of documents that the payment names and that are paid already.
    :ivar is_vendors: it is most probably what a vendor is owed, and no business of customers.
    """

    payment: Payment
    verdict: Verdict
    proposals: tuple[Proposal, ...] = ()
    settled: tuple[str, ...] = ()
    is_vendors: bool = False
