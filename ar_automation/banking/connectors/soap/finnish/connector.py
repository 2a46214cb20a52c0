"""The provider of the Finnish banks: lists accounts and statement files, and fetches them.

All files of the window are listed, downloaded ones too (*Status ALL*), since a file that was
fetched but could not be stored would be lost otherwise. What has been stored is remembered in the
cursor, as the references of the files that the bank still lists; so nothing is fetched twice,
and nothing is missed.

>>> account_of("NDEAFIHHXXX-FI1-EUR-FI7429501800000014", "Kauppa Oy").number
'FI7429501800000014'
>>> account_of("NDEAFIHHXXX-FI1-EUR-29501800000014").number
'29501800000014'
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta

from ...contract import (
    Consent,
    Context,
    Document,
    FetchRequest,
    Page,
    Provider,
    RemoteAccount,
    Setting,
)
from ...errors import ConnectorError
from ..client import open_client, service_address
from ..trust import Trust, not_after, read_certificates, read_key
from .application import FileDescriptor, read_content, read_descriptors, read_services
from .banks import BANKS, find_bank
from .certificates import certify
from .channel import Agreement, FileChannel, Signer

_ALL_FILES = "*"
DEFAULT_FILE_TYPES = "camt.053.001.02"


class FinnishConnector:
    """One agreement with one bank of the channel."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._get = context.credentials.get
        self._bank = find_bank(self._get("bank"))
        certificate = read_certificates(self._get("certificate"), "Our certificate")[0]
        self._signer = Signer(read_key(self._get("private_key"), "Our private key"), certificate)
        check_pair(self._signer)

    def list_accounts(self) -> list[RemoteAccount]:
        """Return the accounts for which statement files may be fetched.

        Where a bank does not tell its accounts, one account stands for all files of the
        agreement; their statements name their accounts themselves.
        """
        if not self._bank.has_user_info:
            self._list_files(None, {"Status": "NEW"})
            return [RemoteAccount(_ALL_FILES, name=f"All accounts of {self._get('customer_id')}")]
        response = self._channel().ask("getUserInfo", {}, self._trust())
        found: dict[str, RemoteAccount] = {}
        wanted = set(self._file_types())
        for each in read_services(response) if response is not None else ():
            if each.service and each.file_type in wanted:
                found.setdefault(each.service, account_of(each.service, each.owner_name))
        return list(found.values()) or [RemoteAccount(_ALL_FILES, name="All accounts")]

    def read_consent(self) -> Consent | None:
        """Return until when our certificate is valid: the channel knows no other consent."""
        certificate = self._signer.certificate
        return Consent(not_after(certificate), identifier=f"{certificate.serial_number:x}")

    def fetch(self, request: FetchRequest) -> Iterator[Page]:
        """Yield one page for each file of the window that the cursor does not know yet."""
        # A statement of a day is made on the day after, or later over a weekend.
        last_day = max(request.to_date, self._context.now().date()) + timedelta(days=1)
        window = {
            "StartDate": request.from_date.isoformat(),
            "EndDate": last_day.isoformat(),
            "Status": "ALL",
        }
        listed = self._list_files(request.account, window)
        known = set(request.cursor.split())
        stored = [each.reference for each in listed if each.reference in known]
        for each in listed:
            if each.reference in known:
                continue
            document = self._download(each)
            stored.append(each.reference)
            yield Page(documents=(document,), cursor=" ".join(stored))
        yield Page(cursor=" ".join(stored), is_last=True)

    def upload_file(self, content: bytes, file_type: str) -> None:
        """Send a file to the bank (a direct debit order, for instance).

        It is not repeated by itself: whether it has arrived is asked at the bank.
        """
        values = {"FileType": file_type, "Content": base64.b64encode(content).decode()}
        self._channel().ask("uploadFile", values, self._trust())

    def _list_files(
        self, account: RemoteAccount | None, values: dict[str, str]
    ) -> list[FileDescriptor]:
        service = account.identifier if account and account.identifier != _ALL_FILES else ""
        found: dict[str, FileDescriptor] = {}
        for file_type in self._file_types():
            asked = {**values, "FileType": file_type, "ServiceId": service}
            response = self._channel().ask("downloadFileList", asked, self._trust())
            for each in read_descriptors(response) if response is not None else ():
                if not service or each.service in ("", service):
                    found.setdefault(each.reference, each)
        return sorted(found.values(), key=lambda each: (each.timestamp, each.reference))

    def _download(self, descriptor: FileDescriptor) -> Document:
        values = {
            "FileReferences": descriptor.reference,
            "FileType": descriptor.file_type,
            "Status": "ALL",
            "Compression": "true",
            "CompressionMethod": "RFC1952",
        }
        response = self._channel().ask("downloadFile", values, self._trust())
        if response is None:
            raise ConnectorError(
                "protocol",
                f"The bank lists the file {descriptor.reference} but does not give it out.",
            )
        name = f"{descriptor.file_type or 'file'}-{descriptor.reference}"
        return Document(descriptor.reference, name, read_content(response))

    def _channel(self) -> FileChannel:
        environment = self._get("environment") or "PRODUCTION"
        address = self._bank.endpoint(environment)
        if not self._bank.address:
            address = self._get("address")
        if not address:
            raise ConnectorError(
                "config",
                f"The address of {self._bank.name} for this environment is not known.",
                hint="Enter the address of the bank's file service in the connection.",
            )
        target = self._get("target_id")
        agreement = Agreement(
            customer=self._get("customer_id"),
            receiver=self._bank.receiver.format(target_id=target),
            target=target if self._bank.has_target else "",
            environment=environment,
        )
        client = open_client(self._context, service_address(self._context, address))
        return FileChannel(client, agreement, self._signer)

    def _trust(self) -> Trust:
        pinned = read_certificates(self._get("bank_certificates"), "The bank's certificate")
        return Trust(pinned, self._context.now(), self._get("allows_weak") in ("1", "true", "True"))

    def _file_types(self) -> list[str]:
        text = self._get("file_types") or DEFAULT_FILE_TYPES
        return list(dict.fromkeys(text.replace(",", " ").split()))


def account_of(service: str, owner_name: str = "") -> RemoteAccount:
    """Return the account that a ServiceId names: ``<BIC>-<place>-<currency>-<number>``."""
    parts = service.split("-", 3)
    if len(parts) < 4:
        return RemoteAccount(service, number=service, owner_name=owner_name)
    bic, _place, currency, number = parts
    # Some services add a variant of the account's report behind a slash.
    number = number.partition("/")[0].removesuffix(currency)
    return RemoteAccount(
        service, number, currency, name=service, owner_name=owner_name, bic=bic.removesuffix("XXX")
    )


def check_pair(signer: Signer) -> None:
    """Prove that key and certificate belong together.

    :raises ConnectorError: ``config``
    """
    if signer.key.public_key() != signer.certificate.public_key():
        raise ConnectorError(
            "config",
            "Our certificate and our private key do not belong together.",
            hint="Enter the key with which the certificate was requested.",
        )


PROVIDER = Provider(
    code="finnish_ws",
    name="Finnish banks (Web Services)",
    protocol="soap",
    summary="Statement files of Nordea, OP, Aktia, POP Pankki, Säästöpankki by signed messages.",
    open=FinnishConnector,
    certify=certify,
    overlap_days=14,
    countries=("FI", "SE", "DK", "NO"),
    settings=(
        Setting(
            "bank",
            "Bank",
            "Danske Bank is not among them: it demands that requests be encrypted as well.",
            kind="choice",
            choices=tuple((bank.code, bank.name) for bank in BANKS),
        ),
        Setting("customer_id", "Customer number", "The user id of the agreement, as SenderId."),
        Setting(
            "target_id",
            "Target id",
            "Nordea: the TargetId of the agreement. Others: leave it empty.",
            is_required=False,
        ),
        Setting(
            "environment",
            "Environment",
            "Test only with a test agreement of the bank.",
            kind="choice",
            default="PRODUCTION",
            choices=(("PRODUCTION", "Production"), ("TEST", "Test")),
        ),
        Setting(
            "certificate",
            "Our certificate",
            "The certificate that the bank made for us, in PEM.",
            kind="pem",
        ),
        Setting("private_key", "Our private key", "The certificate's key, in PEM.", kind="pem"),
        Setting(
            "bank_certificates",
            "The bank's certificates",
            "Certificates with which the bank signs its answers, or those of their issuer (PEM, "
            "one after the other). Compare the fingerprints with the bank's.",
            kind="pem",
        ),
        Setting(
            "file_types",
            "File types",
            "What to fetch, separated by blanks: camt.053.001.02, camt.054.001.02, TITO, KTL, or "
            "as the bank calls them (Samlink: XT).",
            default=DEFAULT_FILE_TYPES,
        ),
        Setting(
            "address",
            "Address of the service",
            "Of another bank of the channel only; the addresses of the others are known.",
            is_required=False,
        ),
        Setting(
            "allows_weak",
            "Allow weak signatures",
            "Accept SHA-1 and keys below 2048 bits from the bank. They can be forged: only where "
            "the bank offers nothing better.",
            kind="flag",
            is_required=False,
        ),
    ),
)
