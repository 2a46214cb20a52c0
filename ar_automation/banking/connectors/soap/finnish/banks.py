"""What differs between the Finnish banks: addresses, names of receivers, certificate services.

>>> find_bank("nordea").receiver
'{target_id}'
>>> find_bank("op").endpoint("TEST")
'https://wsk.asiakastesti.op.fi/services/CorporateFileService'
"""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import ConnectorError


@dataclass(frozen=True, slots=True)
class CertificateService:
    """How a bank makes certificates: its message namespace, and how the first one is asked for.

    ``proof`` is the element that carries the one-time code of the agreement: ``HMAC`` (a code
    over the request with the PIN as key) or ``TransferKey`` (the code itself).
    """

    wsdl: str
    namespace: str
    address: str
    test_address: str
    proof: str
    service: str


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank of the channel. ``receiver`` may hold ``{target_id}``, which the agreement names.

    ``has_user_info`` is whether the bank tells which files and accounts there are;
    ``has_target`` whether requests carry the TargetId of the agreement.
    """

    code: str
    name: str
    address: str
    test_address: str
    receiver: str
    has_user_info: bool = True
    has_target: bool = False
    certificates: CertificateService | None = None

    def endpoint(self, environment: str) -> str:
        """Return where the file service is, for ``PRODUCTION`` or ``TEST``; may be empty."""
        return self.test_address if environment == "TEST" else self.address


_OP_NAMESPACE = "http://op.fi/mlp/xmldata/"
_NORDEA_CERTIFICATES = CertificateService(
    wsdl="certificate_service_nordea.wsdl",
    namespace="http://filetransfer.nordea.com/xmldata/",
    address="https://filetransfer.nordea.com/services/CertificateService/sha2",
    test_address="https://filetransfer.nordea.com/services/CertificateService/sha2",
    proof="HMAC",
    service="service",
)
_OP_CERTIFICATES = CertificateService(
    wsdl="certificate_service_op.wsdl",
    namespace=_OP_NAMESPACE,
    address="https://wsk.op.fi/services/OPCertificateService",
    test_address="https://wsk.asiakastesti.op.fi/services/OPCertificateService",
    proof="TransferKey",
    service="MATU",
)
_SAMLINK_CERTIFICATES = CertificateService(
    wsdl="certificate_service_op.wsdl",
    namespace=_OP_NAMESPACE,
    address="https://ws.samlink.fi/wsdl/CertificateService.xml",
    test_address="",
    proof="TransferKey",
    service="MATU",
)

BANKS = (
    Bank(
        code="nordea",
        name="Nordea",
        address="https://filetransfer.nordea.com/services/CorporateFileService/sha2",
        test_address="https://filetransfer.nordea.com/services/CorporateFileService/sha2",
        receiver="{target_id}",
        has_target=True,
        certificates=_NORDEA_CERTIFICATES,
    ),
    Bank(
        code="op",
        name="OP",
        address="https://wsk.op.fi/services/CorporateFileService",
        test_address="https://wsk.asiakastesti.op.fi/services/CorporateFileService",
        receiver="OKOYFIHH",
        certificates=_OP_CERTIFICATES,
    ),
    Bank(
        code="samlink",
        name="Aktia, POP Pankki, Säästöpankki and others at Samlink",
        address="https://ws.samlink.fi/services/CorporateFileService",
        test_address="",
        receiver="SAMLINK",
        has_user_info=False,
        certificates=_SAMLINK_CERTIFICATES,
    ),
    Bank(
        code="other",
        name="Another bank of the channel",
        address="",
        test_address="",
        receiver="{target_id}",
        has_target=True,
    ),
)


def find_bank(code: str) -> Bank:
    """Return a bank by its code.

    :raises ConnectorError: ``config``
    """
    for bank in BANKS:
        if bank.code == code:
            return bank
    known = ", ".join(bank.code for bank in BANKS)
    raise ConnectorError("config", f"There is no bank {code!r} in the channel; choose {known}.")
