"""What the payer wrote, and the references that a payment carries.

Three kinds of remittance information occur together: free text (``Ustrd``), a creditor reference
(``Strd/CdtrRefInf``) and documents paid or deducted (``Strd/RfrdDocInf`` with ``RfrdDocAmt``).

>>> reference = Node({"CdtrRefInf": [Node({"Ref": ["RF18539007547034"]})]})
>>> detail = Node({"RmtInf": [Node({"Ustrd": ["Invoice 7"], "Strd": [reference]})]})
>>> remittance = read_remittance(detail)
>>> remittance.text, remittance.references[0].value
('Invoice 7', 'RF18539007547034')
"""

from __future__ import annotations

from ..statement import (
    NO_IDENTIFIERS,
    NO_REMITTANCE,
    Identifiers,
    Money,
    ReferredDocument,
    Remittance,
    ReturnReason,
    StructuredReference,
)
from ..xml_node import EMPTY, Node
from .scalars import lenient_date, one_line, read_money, reference

_IDENTIFIERS = {
    "EndToEndId": "end_to_end_id",
    "TxId": "transaction_id",
    "InstrId": "instruction_id",
    "PmtInfId": "payment_information_id",
    "MsgId": "message_id",
    "MndtId": "mandate_id",
    "ChqNb": "cheque_number",
    "UETR": "uetr",
    "AcctSvcrRef": "detail_reference",
}


def read_remittance(detail: Node) -> Remittance:
    """Return the remittance information of a ``TxDtls``.

    Additional free text of the structured part (``AddtlRmtInf``) follows the free text.
    """
    information = detail.node("RmtInf")
    if not information:
        return NO_REMITTANCE
    lines = information.texts("Ustrd")
    references: list[StructuredReference] = []
    documents: list[ReferredDocument] = []
    for structured in information.nodes("Strd"):
        lines.extend(structured.texts("AddtlRmtInf"))
        amounts = structured.node("RfrdDocAmt")
        paid = structured.nodes("RfrdDocInf")
        references.extend(_references(structured, amounts if not paid else EMPTY))
        # Amounts beside several documents belong to all of them together, so to none.
        documents.extend(_document(each, amounts if len(paid) == 1 else EMPTY) for each in paid)
    return Remittance(
        lines=tuple(one_line(line) for line in lines),
        references=tuple(references),
        documents=tuple(documents),
    )


def _references(structured: Node, amounts: Node) -> list[StructuredReference]:
    found = []
    for information in structured.nodes("CdtrRefInf"):
        value = reference(information.text("Ref") or information.text("CdtrRef"))
        if value:
            kind = _kind(information.node("Tp") or information.node("CdtrRefTp"))
            found.append(StructuredReference(value, kind, _amount(amounts, "RmtdAmt")))
    return found


def _document(information: Node, amounts: Node) -> ReferredDocument:
    return ReferredDocument(
        number=reference(information.text("Nb") or information.text("RfrdDocNb")),
        kind=_kind(information.node("Tp") or information.node("RfrdDocTp")),
        document_date=lenient_date(information.text("RltdDt") or information.text("RltdDt", "Dt")),
        due=_amount(amounts, "DuePyblAmt"),
        discount=_amount(amounts, "DscntApldAmt"),
        credit_note=_amount(amounts, "CdtNoteAmt"),
        tax=_amount(amounts, "TaxAmt"),
        remitted=_amount(amounts, "RmtdAmt"),
    )


def _kind(type_node: Node) -> str:
    chosen = type_node.node("CdOrPrtry") or type_node
    return chosen.text("Cd") or chosen.text("Prtry")


def _amount(amounts: Node, name: str) -> Money | None:
    """Return an amount; since version 04 discount and tax are wrapped with their type."""
    money = read_money(amounts, name)
    return money if money is not None else read_money(amounts.node(name), "Amt")


def read_identifiers(detail: Node, batch: Identifiers = NO_IDENTIFIERS) -> Identifiers:
    """Return the references of a ``TxDtls``.

    :param batch: the references of the collective booking that it is part of
    """
    refs = detail.node("Refs")
    if not refs:
        return batch
    found = {}
    for name in refs:
        field = _IDENTIFIERS.get(name)
        if field is not None:
            found[field] = reference(refs.text(name))
    if batch is not NO_IDENTIFIERS:
        found["message_id"] = found.get("message_id") or batch.message_id
        found["payment_information_id"] = (
            found.get("payment_information_id") or batch.payment_information_id
        )
    return Identifiers(**found)


def read_return(detail: Node) -> ReturnReason | None:
    """Return why a payment came back; None if the detail does not say that it did.

    The references of a return are those of the payment that came back, unless the bank gives
    them separately.
    """
    information = detail.node("RtrInf")
    if not information:
        return None
    reason = information.node("Rsn")
    plain = information.text("Rsn") or information.text("RtrRsn") or information.text("Cd")
    return ReturnReason(
        code=reason.text("Cd") or reason.text("Prtry") or plain,
        text=one_line(" ".join(information.texts("AddtlInf"))),
        original_end_to_end_id=reference(
            detail.search("OrgnlEndToEndId") or detail.text("Refs", "EndToEndId")
        ),
        original_transaction_id=reference(
            detail.search("OrgnlTxId") or detail.text("Refs", "TxId")
        ),
        original_instruction_id=reference(
            detail.search("OrgnlInstrId") or detail.text("Refs", "InstrId")
        ),
    )
