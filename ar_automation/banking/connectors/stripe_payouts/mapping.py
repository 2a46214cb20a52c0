"""From Stripe's balance transactions and payouts to lines of a bank feed.

>>> charge = {"id": "txn_1", "type": "charge", "amount": 10000, "fee": 320, "net": 9680,
...     "currency": "eur", "created": 1772445600, "available_on": 1772928000,
...     "reporting_category": "charge", "description": "INV/2026/0042"}
>>> [(line.provider_id, str(line.transaction.amount)) for line in to_lines(charge, "po_1")]
[('txn_1', '100.00'), ('txn_1:fee', '-3.20')]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from ...formats.statement import (
    BankCode,
    Batch,
    Exchange,
    Identifiers,
    Money,
    Party,
    Remittance,
    ReturnReason,
    Transaction,
)
from ..contract import FeedLine
from ..json_values import as_currency, as_record, broken, get_text, need_text, raw_json

# docs.stripe.com/currencies: how many decimals Stripe's whole numbers have; all others have two.
_NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_MAX_UNITS = 10**15
_MAX_SECONDS = 32503680000  # the year 3000
_REVERSALS = frozenset({"payout_failure", "payout_cancel"})


def decimals_of(currency: str) -> int:
    """Return how many decimals Stripe's whole numbers in a currency have."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def to_amount(units: object, currency: str, place: str) -> Decimal:
    """Return an amount in major units from Stripe's smallest units."""
    if isinstance(units, Decimal) and units == units.to_integral_value():
        units = int(units)
    if not isinstance(units, int) or isinstance(units, bool) or abs(units) > _MAX_UNITS:
        raise broken(place, f"{units!r} is no whole number of the smallest unit")
    return Decimal(units).scaleb(-decimals_of(currency))


def to_day(seconds: object, place: str) -> date:
    """Return the UTC day of a Unix time."""
    if isinstance(seconds, Decimal):
        seconds = int(seconds)
    if not isinstance(seconds, int) or not 0 < seconds < _MAX_SECONDS:
        raise broken(place, f"{seconds!r} is no Unix time")
    return datetime.fromtimestamp(seconds, tz=timezone.utc).date()


def to_lines(record: Mapping[str, Any], payout_id: str) -> tuple[FeedLine, ...]:
    """Return a balance transaction as a line of its gross amount and one of its fee, if any.

    :raises ConnectorError: ``protocol``, if gross less fee is not Stripe's net
    """
    identifier = need_text(record, "id", "balance transaction")
    place = f"balance transaction {identifier}"
    currency = as_currency(record.get("currency"), f"{place}: currency")
    gross, fee, net = (
        to_amount(record.get(key), currency, f"{place}: {key}") for key in ("amount", "fee", "net")
    )
    if gross - fee != net:
        raise broken(place, f"{gross} less a fee of {fee} is not {net}")
    line = _to_transaction(record, gross, payout_id, place)
    lines = [FeedLine(line, provider_id=identifier, raw=raw_json(record))] if gross else []
    if fee:
        lines.append(_fee_line(line, identifier, fee))
    return tuple(lines)


def to_payout_line(record: Mapping[str, Any]) -> FeedLine:
    """Return the transfer to the bank: the payout's amount leaves Stripe's balance."""
    identifier = need_text(record, "id", "payout")
    place = f"payout {identifier}"
    currency = as_currency(record.get("currency"), f"{place}: currency")
    arrival = to_day(record.get("arrival_date"), f"{place}: arrival_date")
    texts = [f"Payout {identifier}", get_text(record, "statement_descriptor", place)]
    by_hand = "" if record.get("automatic") else "Manual payout: Stripe does not tell its contents."
    transaction = Transaction(
        amount=-to_amount(record.get("amount"), currency, f"{place}: amount"),
        currency=currency,
        booking_date=to_day(record.get("created"), f"{place}: created"),
        value_date=arrival,
        bank_reference=identifier,
        entry_reference=identifier,
        remittance=Remittance(lines=tuple(text for text in texts if text)),
        additional_info=by_hand,
        bank_code=BankCode(proprietary="payout", issuer="Stripe"),
        batch=Batch(identifier=identifier),
    )
    return FeedLine(transaction, provider_id=identifier, raw=raw_json(record))


def to_reversal_lines(record: Mapping[str, Any]) -> tuple[FeedLine, ...]:
    """Return what brought a failed or cancelled payout back into Stripe's balance."""
    if record.get("failure_balance_transaction") is None:
        return ()
    place = f"payout {get_text(record, 'id', 'payout')}"
    back = as_record(record["failure_balance_transaction"], f"{place}: failure")
    reason = ReturnReason(
        code=get_text(record, "failure_code", place),
        text=get_text(record, "failure_message", place),
    )
    return tuple(
        replace(line, transaction=replace(line.transaction, return_reason=reason))
        for line in to_lines(back, get_text(record, "id", place))
    )


def check_sum(record: Mapping[str, Any], lines: Sequence[FeedLine]) -> None:
    """Prove that a payout is the sum of its contents.

    :param lines: the lines of its contents, without the payout's own
    :raises ConnectorError: ``protocol`` with the difference
    """
    identifier = need_text(record, "id", "payout")
    currency = as_currency(record.get("currency"), f"payout {identifier}: currency")
    foreign = {line.transaction.currency for line in lines} - {currency}
    if foreign:
        raise broken(f"payout {identifier}", f"its contents are in {', '.join(sorted(foreign))}")
    paid = to_amount(record.get("amount"), currency, f"payout {identifier}: amount")
    total = sum((line.transaction.amount for line in lines), Decimal(0))
    if paid != total:
        raise broken(
            f"payout {identifier}", f"{paid} {currency} were paid, its contents make {total}"
        )


def _to_transaction(
    record: Mapping[str, Any], gross: Decimal, payout_id: str, place: str
) -> Transaction:
    found = record.get("source")
    source = found if isinstance(found, dict) else {}
    kind = get_text(record, "type", place)
    identifier = get_text(record, "id", place)
    return Transaction(
        amount=gross,
        currency=as_currency(record.get("currency"), f"{place}: currency"),
        booking_date=to_day(record.get("created"), f"{place}: created"),
        value_date=to_day(record.get("available_on"), f"{place}: available_on"),
        bank_reference=identifier,
        entry_reference=get_text(source, "id", place) or identifier,
        identifiers=Identifiers(
            end_to_end_id=_identifier(source.get("payment_intent")),
            transaction_id=get_text(source, "id", place) if source else _identifier(found),
        ),
        remittance=Remittance(lines=_texts(record, source, place)),
        additional_info=_customer(source),
        counterparty=_payer(source, place),
        exchange=_exchange(record, source, gross, place),
        bank_code=BankCode(
            proprietary=get_text(record, "reporting_category", place) or kind, issuer="Stripe"
        ),
        is_reversal=kind in _REVERSALS,
        batch=Batch(identifier=payout_id),
    )


def _fee_line(line: Transaction, identifier: str, fee: Decimal) -> FeedLine:
    about = next(iter(line.remittance.lines), identifier)
    transaction = Transaction(
        amount=-fee,
        currency=line.currency,
        booking_date=line.booking_date,
        value_date=line.value_date,
        bank_reference=identifier,
        entry_reference=identifier,
        remittance=Remittance(lines=(f"Stripe fee for {about}",)),
        counterparty=Party(name="Stripe"),
        bank_code=BankCode(proprietary="fee", issuer="Stripe"),
        batch=line.batch,
    )
    return FeedLine(transaction, provider_id=f"{identifier}:fee")


def _texts(record: Mapping[str, Any], source: Mapping[str, Any], place: str) -> tuple[str, ...]:
    """The description, the invoice and what the shop wrote into the metadata name the invoice."""
    metadata = source.get("metadata")
    texts = [get_text(source, "description", place), get_text(record, "description", place)]
    texts.append(_identifier(source.get("invoice")))
    if isinstance(metadata, dict):
        texts += [f"{key}: {value}" for key, value in sorted(metadata.items()) if value]
    return tuple(dict.fromkeys(text for text in texts if text))


def _identifier(value: object) -> str:
    """Return an object's id, whether Stripe gave the object or only its id."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _payer(source: Mapping[str, Any], place: str) -> Party:
    details = source.get("billing_details")
    return Party(name=get_text(details, "name", place)) if isinstance(details, dict) else Party()


def _customer(source: Mapping[str, Any]) -> str:
    details = source.get("billing_details")
    mail = details.get("email") if isinstance(details, dict) else ""
    known = (_identifier(source.get("customer")), _identifier(mail or source.get("receipt_email")))
    return " ".join(text for text in known if text)


def _exchange(
    record: Mapping[str, Any], source: Mapping[str, Any], gross: Decimal, place: str
) -> Exchange:
    """What the customer paid, where that was in another currency than Stripe settles in."""
    currency = get_text(source, "currency", place).upper()
    if not currency or currency == get_text(record, "currency", place).upper():
        return Exchange()
    if source.get("amount") is None:
        return Exchange()
    paid = abs(to_amount(source["amount"], currency, f"{place}: source: amount"))
    rate = record.get("exchange_rate")
    return Exchange(
        foreign=Money(paid if gross >= 0 else -paid, currency),
        rate=Decimal(str(rate)) if rate is not None else None,
        source_currency=currency,
        target_currency=get_text(record, "currency", place).upper(),
    )
