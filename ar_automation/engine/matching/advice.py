"""Which payment a remittance advice is about.

An advice lists documents and says what is paid in all; the bank says what came, and from whom.
They belong together if the sum is the same and the payer is the advice's customer, or the
payment's text quotes the advice's reference; and only if that is true of one advice and one
payment. Everything else is left for a person to say::

    >>> from decimal import Decimal
    >>> from .facts import Customer
    >>> advice = Advice(4, 7, Decimal(90), "EUR", (Advised("INV/1", Decimal(90)),), "AV-551")
    >>> people = Directory([Customer(7, ("Smith Ltd",))])
    >>> def pay(n, **vals): return Payment(n, Decimal(90), "EUR", (), **vals)
    >>> alone = [pay(1, payer_name="SMITH LTD")]
    >>> [payment.advice_id for payment in attach(alone, [advice], people)]
    [4]
    >>> both = [pay(1, payer_name="Smith Ltd"), pay(2, payer_name="Smith Ltd")]
    >>> [payment.advice_id for payment in attach(both, [advice], people)]
    [0, 0]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .facts import Advised, Payment
from .payer.directory import RANK, Directory
from .references.numbers import is_telling
from .text import normalise_key


@dataclass(frozen=True, slots=True)
class Advice:
    """A remittance advice that waits for its payment.

    :ivar customer_id: who sent it; 0 if that is not known.
    :ivar payment_id: the payment that a person said it is about; 0 if nobody did.
    """

    advice_id: int
    customer_id: int
    amount: Decimal
    currency: str
    documents: tuple[Advised, ...]
    reference: str = ""
    payment_id: int = 0


def attach(
    payments: Sequence[Payment], advices: Iterable[Advice], directory: Directory
) -> list[Payment]:
    """Give each payment the documents of the advice that is about it."""
    waiting = list(advices)
    chosen = {advice.payment_id: advice for advice in waiting if advice.payment_id}
    by_sum: dict[tuple[str, Decimal], list[Advice]] = defaultdict(list)
    for advice in waiting:
        if not advice.payment_id:
            by_sum[advice.currency, advice.amount].append(advice)
    fitting = {
        payment.payment_id: [
            advice
            for advice in by_sum.get((payment.currency, payment.amount), ())
            if _is_about(advice, payment, directory)
        ]
        for payment in payments
        if payment.payment_id not in chosen
    }
    claims: dict[int, int] = defaultdict(int)
    for found in fitting.values():
        for advice in found:
            claims[advice.advice_id] += 1
    for payment_id, found in fitting.items():
        if len(found) == 1 and claims[found[0].advice_id] == 1:
            chosen[payment_id] = found[0]
    return [_with(payment, chosen.get(payment.payment_id)) for payment in payments]


def _is_about(advice: Advice, payment: Payment, directory: Directory) -> bool:
    key = normalise_key(advice.reference)
    if is_telling(key) and key in payment.named_keys():
        return True
    kind = directory.identify(payment).get(advice.customer_id)
    return kind is not None and RANK[kind] <= RANK["shared"]


def _with(payment: Payment, advice: Advice | None) -> Payment:
    if advice is None:
        return payment
    documents = (*payment.advised, *advice.documents)
    return replace(payment, advised=documents, advice_id=advice.advice_id)
