"""The movements in an answer, as lines of the feed, by the paths of a description."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from ....formats.statement import (
    BankCode,
    Identifiers,
    Party,
    Remittance,
    StructuredReference,
    Transaction,
)
from ...contract import FeedLine
from ...errors import ConnectorError
from .description import Description, Lines
from .values import read_amount, read_day, text_at

MAX_RAW = 20_000


def read_lines(body: etree._Element, description: Description, currency: str) -> list[FeedLine]:
    """Return the movements of an answer.

    :param currency: the account's, where the answer does not tell one
    :raises ConnectorError: ``protocol``: a movement lacks day or amount, or its sign is unknown
    """
    if description.lines is None:
        return []
    spaces = description.namespaces
    found = body.findall(description.lines.path, dict(spaces))
    return [_line(each, description.lines, spaces, currency) for each in found]


def _line(
    element: etree._Element, lines: Lines, spaces: Mapping[str, str], currency: str
) -> FeedLine:
    told = {name: text_at(element, path, spaces) for name, path in lines.paths.items()}
    amount = read_amount(told["amount"], lines.decimal)
    if lines.sign is not None:
        said = text_at(element, lines.sign.path, spaces)
        if said in lines.sign.debit:
            amount = -abs(amount)
        elif said in lines.sign.credit:
            amount = abs(amount)
        else:
            raise ConnectorError(
                "protocol", f"The bank's answer does not say which way money went ({said[:20]!r})."
            )
    value = told.get("value_date", "")
    reference = told.get("reference", "")
    texts = tuple(filter(None, (told.get("text", ""), told.get("more_text", ""))))
    transaction = Transaction(
        amount=amount,
        currency=told.get("currency", "") or currency,
        booking_date=read_day(told["booking_date"], lines.date_format),
        value_date=read_day(value, lines.date_format) if value else None,
        bank_reference=told.get("bank_reference", "") or told.get("id", ""),
        identifiers=Identifiers(end_to_end_id=told.get("end_to_end_id", "")),
        remittance=Remittance(
            lines=texts,
            references=(StructuredReference(reference),) if reference else (),
        ),
        counterparty=_party(told),
        bank_code=BankCode(proprietary=told.get("code", "")),
    )
    raw = etree.tostring(element, encoding="unicode", with_tail=False)[:MAX_RAW]
    return FeedLine(transaction, provider_id=told.get("id", ""), raw=raw)


def _party(told: Mapping[str, str]) -> Party:
    return Party(
        name=told.get("name", ""),
        account=told.get("account", "").replace(" ", "").upper(),
        bic=told.get("bic", ""),
        identifier=told.get("party_id", ""),
    )
