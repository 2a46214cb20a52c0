"""From Ponto's JSON:API resources to accounts and lines of a bank feed.

>>> resource = {"id": "7e6d", "attributes": {"amount": "-12.5", "currency": "EUR",
...     "executionDate": "2026-03-02T00:00:00.000Z", "counterpartName": "Blue Ltd",
...     "remittanceInformationType": "structured",
...     "remittanceInformation": "+++090/9337/55493+++"}}
>>> transaction = to_line(resource).transaction
>>> transaction.amount, transaction.remittance.references[0].value
(Decimal('-12.5'), '+++090/9337/55493+++')
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ...formats.statement import (
    Balance,
    BankCode,
    Charge,
    Identifiers,
    Party,
    Remittance,
    Status,
    StructuredReference,
    Transaction,
)
from ..contract import FeedLine, RemoteAccount
from ..json_values import (
    as_amount,
    as_currency,
    as_day,
    as_moment,
    as_record,
    broken,
    get_text,
    need_text,
    raw_json,
)

_ADDITIONAL = ("description", "additionalInformation", "internalReference", "purposeCode")


def to_account(resource: Mapping[str, Any]) -> RemoteAccount:
    """Return an account."""
    identifier = need_text(resource, "id", "account")
    place = f"account {identifier}"
    known = as_record(resource.get("attributes"), place)
    return RemoteAccount(
        identifier=identifier,
        number=get_text(known, "reference", place).replace(" ", "").upper(),
        currency=as_currency(known.get("currency"), f"{place}: currency"),
        name=get_text(known, "description", place) or get_text(known, "product", place),
        owner_name=get_text(known, "holderName", place),
    )


def to_balances(resource: Mapping[str, Any], today: date) -> tuple[Balance, ...]:
    """Return an account's balances: booked, and what may be spent."""
    known = as_record(resource.get("attributes"), "account")
    currency = as_currency(known.get("currency"), "account: currency")
    found = []
    for name, kind in (("currentBalance", "ITBD"), ("availableBalance", "ITAV")):
        if known.get(name) is None:
            continue
        amount = as_amount(known[name], f"account: {name}")
        stated = known.get(f"{name}ReferenceDate")
        day = as_day(stated, f"account: {name}ReferenceDate") if stated else today
        found.append(Balance(amount, currency, day, kind))
    return tuple(found)


def authorised_until(resource: Mapping[str, Any]) -> datetime | None:
    """Return when the owner's consent for an account ends, None if Ponto does not say."""
    known = as_record(resource.get("attributes"), "account")
    stated = known.get("authorizationExpirationExpectedAt")
    return as_moment(stated, "account: authorizationExpirationExpectedAt") if stated else None


def to_line(resource: Mapping[str, Any], status: Status = "booked") -> FeedLine:
    """Return one transaction, booked or pending.

    A pending one keeps its id only until the bank books it or withdraws it, so the id is not
    given on as a name.
    """
    identifier = need_text(resource, "id", "transaction")
    place = f"transaction {identifier}"
    known = as_record(resource.get("attributes"), place)
    value = known.get("valueDate")
    value_day = as_day(value, f"{place}: valueDate") if value else None
    transaction = Transaction(
        amount=as_amount(known.get("amount"), f"{place}: amount"),
        currency=as_currency(known.get("currency"), f"{place}: currency"),
        booking_date=_booking_day(known, value_day, place),
        value_date=value_day,
        status=status,
        bank_reference=identifier if status == "booked" else "",
        entry_reference=get_text(known, "internalReference", place),
        identifiers=Identifiers(
            end_to_end_id=_end_to_end_id(known, place),
            mandate_id=get_text(known, "mandateId", place),
        ),
        remittance=_remittance(known, place),
        additional_info=_additional(known, place),
        counterparty=Party(
            name=get_text(known, "counterpartName", place),
            account=get_text(known, "counterpartReference", place).replace(" ", "").upper(),
        ),
        charges=_charges(known, place),
        bank_code=BankCode(
            proprietary=get_text(known, "bankTransactionCode", place)
            or get_text(known, "proprietaryBankTransactionCode", place)
        ),
    )
    name = identifier if status == "booked" else ""
    return FeedLine(transaction, provider_id=name, raw=raw_json(resource))


def _booking_day(known: Mapping[str, Any], value_day: date | None, place: str) -> date:
    if known.get("executionDate"):
        return as_day(known["executionDate"], f"{place}: executionDate")
    if value_day is None:
        raise broken(f"{place}: executionDate", "it is missing")
    return value_day


def _end_to_end_id(known: Mapping[str, Any], place: str) -> str:
    text = get_text(known, "endToEndId", place)
    return "" if text.upper().replace(" ", "") in ("NOTPROVIDED", "NOTAVAILABLE") else text


def _remittance(known: Mapping[str, Any], place: str) -> Remittance:
    text = get_text(known, "remittanceInformation", place)
    if not text:
        return Remittance()
    if get_text(known, "remittanceInformationType", place) == "structured":
        return Remittance(references=(StructuredReference(text),))
    return Remittance(lines=tuple(line for line in text.splitlines() if line.strip()))


def _additional(known: Mapping[str, Any], place: str) -> str:
    texts = (get_text(known, name, place) for name in _ADDITIONAL)
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _charges(known: Mapping[str, Any], place: str) -> tuple[Charge, ...]:
    """Ponto states a fee that the bank kept back, without a sign."""
    if known.get("fee") is None:
        return ()
    fee = as_amount(known["fee"], f"{place}: fee")
    currency = as_currency(known.get("currency"), f"{place}: currency")
    return (Charge(-abs(fee), currency, included=True),) if fee else ()
