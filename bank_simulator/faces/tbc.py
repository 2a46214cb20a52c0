"""TBC Bank's integration service (DBI): account movements by pages, with a UsernameToken.

``POST /dbi/dbiService``, operation *GetAccountMovements*. The period is that of the operation date;
the amounts are unsigned, ``debitCredit`` says which way money went (0 out, 1 in).
"""

import xml.etree.ElementTree as ET
from datetime import date

from ..face import Bank, Face, Request, Response
from ..ledger import Account, Shown
from .finnish_signing import SOAP, WSSE, element

NAMESPACE = "http://www.mygemini.com/schemas/mygemini"
USERNAME, PASSWORD = "tbc-user", "tbc-password"
_REQUEST = f"{{{NAMESPACE}}}"


class TbcBank(Face):
    """Settings: ``tbc.username``, ``tbc.password``, ``tbc.page`` (largest page)."""

    name = "tbc"

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer one message."""
        if request.path != "/dbi/dbiService":
            return Response(404)
        try:
            root = ET.fromstring(request.body)  # noqa: S314
        except ET.ParseError:
            return _fault("Client", "The message cannot be read.")
        if not self._is_known(bank, root) or request.has_fault("auth"):
            return _fault("wsse:FailedAuthentication", "USER_IS_BLOCKED or wrong credentials")
        wanted = root.find(f".//{_REQUEST}accountMovementFilterIo")
        if wanted is None:
            return _fault("Client", "Only GetAccountMovements is served.")
        return self._list(bank, request, wanted)

    def _is_known(self, bank: Bank, root: ET.Element) -> bool:
        token = root.find(f".//{{{WSSE}}}UsernameToken")
        given = (
            [token.findtext(f"{{{WSSE}}}{name}") for name in ("Username", "Password")]
            if (token is not None)
            else []
        )
        return given == [
            bank.setting("tbc.username", USERNAME),
            bank.setting("tbc.password", PASSWORD),
        ]

    def _list(self, bank: Bank, request: Request, wanted: ET.Element) -> Response:
        account = _account(bank, wanted)
        if account is None:
            return _fault("Client", "ACCOUNT_NOT_FOUND")
        index = int(wanted.findtext(f"{_REQUEST}pager/{_REQUEST}pageIndex") or 0)
        size = int(wanted.findtext(f"{_REQUEST}pager/{_REQUEST}pageSize") or 700)
        first, last = (
            date.fromisoformat((wanted.findtext(f"{_REQUEST}{name}") or "0001-01-01")[:10])
            for name in ("periodFrom", "periodTo")
        )
        lines = bank.ledger.show(
            account.iban, bank.clock.now(), from_date=first, to_date=last, status="booked"
        )
        if request.has_fault("duplicate_page"):
            index = max(0, index - 1)
        page = lines[index * size : (index + 1) * size]
        content = "".join(_movement(line, account) for line in page)
        total = element("totalCount", str(len(lines)))
        return _envelope(
            f'<GetAccountMovementsResponseIo xmlns="{NAMESPACE}"><result>{total}</result>'
            f"{content}</GetAccountMovementsResponseIo>"
        )


def _account(bank: Bank, wanted: ET.Element) -> Account | None:
    number = wanted.findtext(f"{_REQUEST}accountNumber")
    return next((each for each in bank.ledger.accounts() if each.iban == number), None)


def _movement(line: Shown, account: Account) -> str:
    movement = line.movement
    money = element("amount", str(abs(line.amount))) + element("currency", account.currency)
    parts = [
        element("movementId", line.identifier),
        element("externalPaymentId", movement.end_to_end_id),
        element("debitCredit", "1" if line.is_credit else "0"),
        element("valueDate", f"{line.booking_date}T00:00:00.000+04:00"),
        element("description", line.text),
        f"<amount>{money}</amount>",
        element("accountNumber", account.iban),
        element("partnerAccountNumber", movement.party.account),
        element("partnerName", movement.party.name),
        element("partnerBankCode", movement.party.bic),
    ]
    return f"<accountMovement>{''.join(parts)}</accountMovement>"


def _envelope(body: str, status: int = 200) -> Response:
    text = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'
    return Response.xml(text.encode(), status)


def _fault(code: str, text: str) -> Response:
    content = element("faultcode", code) + element("faultstring", text)
    return _envelope(f'<s:Fault xmlns:s="{SOAP}" xmlns:wsse="{WSSE}">{content}</s:Fault>', 500)
