"""From a booking (field 61) and what is said about it (fields 86) to a transaction.

The two tell the same things in different places. The more exact one wins: a reference in its own
tag before one that stands in field 61, an account in field 86 before one beside the booking.

>>> from .fields import Field
>>> from .movement import parse_movement
>>> movement = parse_movement(["140102C400,00N541NONREF", "NL66RABO0160878799"])
>>> line = read_booking(movement, [Field("86", 2, ["/NAME/R. SMITH/REMI/March"])], 1, "", "EUR")
>>> line.counterparty.account, line.counterparty.name, line.bank_code.proprietary
('NL66RABO0160878799', 'R. SMITH', 'N541')
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..statement import (
    NO_EXCHANGE,
    BankCode,
    Identifiers,
    Party,
    Remittance,
    ReturnReason,
    StructuredReference,
    Transaction,
)
from .detail import Detail, account_number, looks_like_iban, one_line
from .details import read_detail
from .fields import Field
from .free import read_numbered
from .movement import Movement, read_charges, read_exchange
from .scalars import reference as known_reference

# Dutch banks write accounts of ten digits, those of the former giro with a P before them.
_DUTCH_ACCOUNT = re.compile(r"P?\d{9,10}", re.ASCII)
_ACCOUNT_AND_NAME = re.compile(r"(P?\d{9,10}|NONREF)\s+(\S.*)", re.ASCII | re.DOTALL)


def read_booking(
    movement: Movement, texts: Sequence[Field], number: int, account: str, currency: str
) -> Transaction:
    """Return one booking.

    :param texts: the fields 86 and NS that follow it
    :param number: its position in the statement, from 1
    :param account: the statement's own account, which is no counterparty
    :param currency: that of the account
    """
    detail = _read_texts(texts)
    party, owner_reference, supplement = _read_party(movement, detail, account)
    lines = detail.lines
    if party and lines[:1] == (f"{party.account} {party.name}",):
        lines = lines[1:]
    owner_reference = detail.owner_reference or owner_reference
    bank_reference = movement.bank_reference or detail.bank_reference
    text = "".join((*movement.supplement, *(line for field in texts for line in field.lines)))
    references = (StructuredReference(detail.structured_reference),)
    return Transaction(
        amount=movement.amount,
        currency=currency,
        booking_date=movement.booking_date,
        value_date=movement.value_date,
        status=movement.status,
        entry_number=number,
        bank_reference=bank_reference,
        entry_reference=bank_reference or owner_reference,
        identifiers=_read_identifiers(movement, detail, owner_reference),
        remittance=Remittance(
            lines=lines, references=references if detail.structured_reference else ()
        ),
        additional_info="\n".join(text for text in (detail.information, *supplement) if text),
        counterparty=party,
        ultimate_counterparty=Party(name=detail.ultimate_name),
        charges=read_charges(text),
        exchange=read_exchange(text, movement.amount, currency)
        if "/OCMT/" in text
        else NO_EXCHANGE,
        bank_code=_read_code(movement, detail),
        is_reversal=movement.is_reversal,
        return_reason=_read_return(detail),
    )


def _read_texts(texts: Sequence[Field]) -> Detail:
    """Return what is said about a booking; some banks begin a field 86 for each line of it."""
    numbered = [line for field in texts if field.tag == "NS" for line in field.lines]
    if numbered:
        return read_numbered(numbered)
    return read_detail([line for field in texts if field.tag == "86" for line in field.lines])


def _read_party(
    movement: Movement, detail: Detail, own_account: str
) -> tuple[Party, str, tuple[str, ...]]:
    """Return the other side, and what remains of the reference and the supplement of field 61."""
    reference, supplement = movement.owner_reference, movement.supplement
    beside, name = "", ""
    old_style = _ACCOUNT_AND_NAME.fullmatch(reference)
    if old_style:
        beside, name, reference = old_style[1], one_line(old_style[2]), ""
        beside = known_reference(beside)
    elif _is_account(reference) and _starts_with(detail.lines, reference):
        beside, name, reference = reference, " ".join(supplement), ""
        supplement = ()
    elif supplement and _is_account(supplement[0]):
        beside, supplement = supplement[0], supplement[1:]
    account = detail.account or account_number(beside.removeprefix("P"))
    party = Party(
        name=detail.name or name,
        account="" if own_account.endswith(account) else account,
        bic=detail.bic,
        address=detail.address,
        identifier=detail.creditor_identifier,
    )
    return party, reference, supplement


def _is_account(text: str) -> bool:
    return looks_like_iban(text) or _DUTCH_ACCOUNT.fullmatch(text) is not None


def _starts_with(lines: Sequence[str], text: str) -> bool:
    return bool(lines) and lines[0].startswith(text)


def _read_identifiers(movement: Movement, detail: Detail, owner_reference: str) -> Identifiers:
    is_cheque = movement.kind[1:] in ("CHK", "CHG", "TCK")
    return Identifiers(
        end_to_end_id=detail.end_to_end_id,
        instruction_id="" if is_cheque else owner_reference,
        mandate_id=detail.mandate_id,
        cheque_number=owner_reference if is_cheque else "",
    )


def _read_code(movement: Movement, detail: Detail) -> BankCode:
    """Return the type of the booking, as German banks give it in camt too: ``NTRF+166+931``."""
    parts = [movement.kind, detail.code, detail.extension]
    return BankCode(proprietary="+".join(part for part in parts if part), issuer="SWIFT")


def _read_return(detail: Detail) -> ReturnReason | None:
    if not (detail.return_code or detail.return_text):
        return None
    return ReturnReason(
        code=detail.return_code,
        text=detail.return_text,
        original_end_to_end_id=detail.end_to_end_id,
    )
