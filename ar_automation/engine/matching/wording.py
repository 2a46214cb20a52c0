"""Evidence of a reading: every fact that its probability is made of, as code and values.

The sentences are made where they are shown, in the reader's language.
"""

from __future__ import annotations

from .candidates import Findings
from .confidence.features import Assessment
from .facts import Evidence, OpenItem, Proposal
from .references.scan import Strength
from .references.schemes import recognise

MOST_WORDS = 12
_NAMED_CODES = {
    Strength.FULL: "named",
    Strength.PART: "named_part",
    Strength.TAIL: "named_tail",
    Strength.NEAR: "named_near",
}
_AMOUNT_CODES = {
    "discount": "amount_discount",
    "habit": "amount_habit",
    "rounding": "amount_rounding",
    "charges": "amount_charges",
    "short": "amount_short",
    "over": "amount_over",
    "currency": "amount_converted",
}


def describe(told: Assessment, found: Findings, probability: float) -> Proposal:
    """Put a reading into words."""
    items = told.candidate.items
    facts = (
        *(_named(item, found) for item in items[:MOST_WORDS]),
        _currency(told, found),
        _amount(told),
        _payer(told),
        *_beside(told, found),
    )
    return Proposal(
        items,
        probability,
        facts,
        told.fit.allocation,
        told.fit.action,
        customer_id=items[0].customer_id,
        reason=told.fit.reason,
    )


def _named(item: OpenItem, found: Findings) -> Evidence:
    mention = found.mentions.get(item.item_id)
    if mention is None:
        return Evidence.of("not_named", favourable=False, number=item.name)
    schemes = recognise(mention.written) if mention.label == "payment reference" else ()
    if schemes and mention.strength is Strength.FULL:
        return Evidence.of(
            "named_structured", number=item.name, key=mention.written, scheme=schemes[0]
        )
    return Evidence.of(
        _NAMED_CODES[mention.strength],
        number=item.name,
        key=mention.written,
        label=mention.label,
    )


def _currency(told: Assessment, found: Findings) -> Evidence:
    owed = sorted({item.currency for item in told.candidate.items})
    paid = found.payment.currency
    if owed == [paid]:
        return Evidence.of("currency_equal", currency=paid)
    return Evidence.of("currency_differs", favourable=False, paid=paid, owed=", ".join(owed))


def _amount(told: Assessment) -> Evidence:
    fit = told.fit
    if fit.reason == "advice":
        return Evidence.of("amount_advised", paid=str(fit.paid), owed=str(fit.owed))
    if fit.kind == "exact":
        return Evidence.of("amount_equal", amount=str(fit.paid))
    if fit.kind == "mismatch":
        return Evidence.of("amount_unlike", favourable=False, owed=str(fit.owed))
    code = _AMOUNT_CODES[fit.kind]
    if fit.kind == "rounding" and fit.difference:
        code = "amount_short" if fit.difference > 0 else "amount_over"
    return Evidence.of(
        code,
        favourable=fit.kind in ("discount", "currency", "habit"),
        paid=str(fit.paid),
        owed=str(fit.owed),
        difference=str(abs(fit.difference)),
    )


def _payer(told: Assessment) -> Evidence:
    if told.other_payer:
        return Evidence.of("payer_other", favourable=False)
    if told.payer is None:
        return Evidence.of("payer_unknown", favourable=False)
    if told.payer == "account":
        return Evidence.of("payer_known")
    return Evidence.of(f"payer_{told.payer}")


def _beside(told: Assessment, found: Findings) -> list[Evidence]:
    """Facts about the set as a whole and about what else the text names."""
    items = told.candidate.items
    facts = []
    if len({item.customer_id for item in items}) > 1:
        facts.append(Evidence.of("several_customers", favourable=False))
    elif len(items) > 1:
        facts.append(Evidence.of("one_customer"))
    if len({item.account_id for item in items}) > 1:
        facts.append(Evidence.of("several_accounts", favourable=False))
    if told.left_out:
        facts.append(Evidence.of("named_left_out", favourable=False, count=str(told.left_out)))
    if told.settled:
        names = ", ".join(item.name for item in told.settled[:MOST_WORDS])
        facts.append(Evidence.of("settled_named", favourable=False, number=names))
    if found.reading.strangers:
        numbers = ", ".join(found.reading.strangers[:MOST_WORDS])
        facts.append(Evidence.of("stranger_named", favourable=False, number=numbers))
    return facts
