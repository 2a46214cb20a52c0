"""Who is on the other side of a payment.

A camt detail names a debtor and a creditor; one of them is the owner of the account. The other
one is found by the direction of the money, turned round for returns, since they keep the roles of
the payment that they undo; and where the party found that way has the account's own
number or no data, the remaining one is taken.

>>> detail = Node({"RltdPties": [Node({"Dbtr": [Node({"Nm": ["Blue Ltd"]})]})]})
>>> read_counterparty(detail, is_incoming=True, own_account="NL02")[0].name
'Blue Ltd'
"""

from __future__ import annotations

from ..statement import NO_PARTY, Party
from ..xml_node import EMPTY, Node
from .scalars import account_number, one_line


def read_counterparty(detail: Node, *, is_incoming: bool, own_account: str) -> tuple[Party, Party]:
    """Return the counterparty and the ultimate counterparty (``NO_PARTY`` where not given).

    :param detail: a ``TxDtls`` element
    :param is_incoming: whether the payment, or the payment it undoes, came in
    :param own_account: the statement's account, to recognise ourselves
    """
    parties = detail.node("RltdPties")
    if not parties:
        return NO_PARTY, NO_PARTY
    agents = detail.node("RltdAgts")
    roles = ("Dbtr", "Cdtr") if is_incoming else ("Cdtr", "Dbtr")
    for role in roles:
        party = _read_role(parties, agents, role)
        if party and not (own_account and party.account == own_account):
            return party, read_party(parties.node("Ultmt" + role))
    party = _read_role(parties, agents, roles[0])
    return party or NO_PARTY, read_party(parties.node("Ultmt" + roles[0]))


def _read_role(parties: Node, agents: Node, role: str) -> Party:
    account = read_account_number(parties.node(role + "Acct", "Id"))
    bic = read_bic(agents.node(role + "Agt", "FinInstnId"))
    return read_party(parties.node(role), account=account, bic=bic)


def read_party(node: Node, *, account: str = "", bic: str = "") -> Party:
    """Return a party; from version 08 on it is wrapped in ``Pty``, or a bank in ``Agt``."""
    if not node:
        return Party(account=account, bic=bic) if account or bic else NO_PARTY
    inner = node.node("Pty") or node.node("Agt", "FinInstnId") or node
    inner_name = inner.node("NmAndAdr") or inner
    address = inner_name.node("PstlAdr")
    identity = inner.node("Id")
    return Party(
        name=one_line(inner_name.text("Nm")),
        account=account,
        bic=bic or read_bic(inner) or _any_bic(identity),
        address=_address(address) if address else "",
        country=address.text("Ctry"),
        identifier=_identifier(identity) if identity else "",
    )


def _identifier(identity: Node) -> str:
    return identity.text("OrgId", "Othr", "Id") or identity.text("PrvtId", "Othr", "Id")


def _any_bic(identity: Node) -> str:
    organisation = identity.node("OrgId")
    return organisation.text("AnyBIC") or organisation.text("BICOrBEI") or organisation.text("BIC")


def _address(node: Node) -> str:
    lines = [one_line(line) for line in node.texts("AdrLine")]
    for first, second in (("StrtNm", "BldgNb"), ("PstCd", "TwnNm")):
        if first in node or second in node:
            lines.append(one_line(f"{node.text(first)} {node.text(second)}"))
    return "\n".join([line for line in lines if line])


def read_account_number(identity: Node) -> str:
    """Return the account number of an ``Acct/Id``: IBAN, else whatever the bank calls it."""
    number = (
        identity.text("IBAN")
        or identity.text("Othr", "Id")
        or identity.text("BBAN")
        or identity.text("PrtryAcct", "Id")
        or identity.text("UPIC")
    )
    return account_number(number) if number else ""


def read_bic(institution: Node) -> str:
    """Return the BIC of a ``FinInstnId``: ``BIC`` until version 03, ``BICFI`` since 04."""
    if institution is EMPTY:
        return ""
    return (
        institution.text("BICFI") or institution.text("BIC") or institution.text("CmbndId", "BIC")
    ).upper()
