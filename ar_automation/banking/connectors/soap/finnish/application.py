"""The inner messages of the Finnish channel: ApplicationRequest and ApplicationResponse.

The order of the elements of a request is fixed by the banks' schema; only those that have a value
are written. A response is read from its signed bytes.

>>> write_request(CUSTOMER_NAMESPACE, "ApplicationRequest",
...               {"FileType": "TITO", "CustomerId": "11111111"})[0].tag
'{http://bxd.fi/xmldata/}CustomerId'
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from lxml import etree

from ...errors import ConnectorError

CUSTOMER_NAMESPACE = "http://bxd.fi/xmldata/"
MAX_CONTENT_BYTES = 256 * 1024 * 1024

# As in the schemas of ApplicationRequest and CertApplicationRequest.
_ORDERS = {
    "ApplicationRequest": (
        "CustomerId",
        "Command",
        "Timestamp",
        "StartDate",
        "EndDate",
        "Status",
        "ServiceId",
        "Environment",
        "FileReferences",
        "UserFilename",
        "TargetId",
        "ExecutionSerial",
        "Encryption",
        "Compression",
        "CompressionMethod",
        "SoftwareId",
        "FileType",
        "Content",
    ),
    "CertApplicationRequest": (
        "CustomerId",
        "Timestamp",
        "Environment",
        "SoftwareId",
        "Command",
        "Service",
        "Content",
        "TransferKey",
        "HMAC",
    ),
}


@dataclass(frozen=True, slots=True)
class FileDescriptor:
    """A file that waits at the bank, as the bank lists it."""

    reference: str
    file_type: str
    service: str = ""
    timestamp: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class FileService:
    """A file type that may be fetched for one service, which is mostly an account."""

    file_type: str
    service: str
    owner_name: str = ""


def write_request(namespace: str, name: str, values: Mapping[str, str]) -> etree._Element:
    """Return an inner request with its elements in the banks' order, empty ones left out.

    ``FileReferences`` is one reference, the only form that is used.
    """
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=cast("dict[str, str]", {None: namespace}))
    unknown = set(values) - set(_ORDERS[name])
    if unknown:
        raise ValueError(f"{name} has no {sorted(unknown)}")
    for field in _ORDERS[name]:
        value = values.get(field)
        if not value:
            continue
        element = etree.SubElement(root, f"{{{namespace}}}{field}")
        if field == "FileReferences":
            element = etree.SubElement(element, f"{{{namespace}}}FileReference")
        element.text = value
    return root


def text_of(element: etree._Element, name: str) -> str:
    """Return the text of a child by its local name, ``""`` if there is none."""
    return (element.findtext(f"{{*}}{name}") or "").strip()


def read_descriptors(response: etree._Element) -> Iterator[FileDescriptor]:
    """Yield the files that the bank lists.

    :raises ConnectorError: ``protocol``: a file without a reference cannot be fetched
    """
    for element in response.findall("{*}FileDescriptors/{*}FileDescriptor"):
        reference = text_of(element, "FileReference")
        if not reference:
            raise ConnectorError("protocol", "The bank lists a file without a reference.")
        yield FileDescriptor(
            reference=reference,
            file_type=text_of(element, "FileType"),
            service=text_of(element, "ServiceId"),
            timestamp=text_of(element, "FileTimestamp"),
            status=text_of(element, "Status"),
        )


def read_services(response: etree._Element) -> Iterator[FileService]:
    """Yield what may be fetched, as *GetUserInfo* tells it; uploads are left out."""
    for element in response.findall("{*}UserFileTypes/{*}UserFileType"):
        if text_of(element, "Direction").lower() not in ("download", ""):
            continue
        for service in element.findall("{*}FileTypeServices/{*}FileTypeService"):
            yield FileService(
                file_type=text_of(element, "FileType"),
                service=text_of(service, "ServiceId"),
                owner_name=text_of(service, "ServiceIdOwnerName"),
            )


def read_content(response: etree._Element) -> bytes:
    """Return the file in a response, unpacked where the bank has packed it.

    :raises ConnectorError: ``protocol``: no content, damaged, encrypted, or too large unpacked
    """
    if text_of(response, "Encrypted").lower() in ("true", "1"):
        raise ConnectorError(
            "protocol",
            "The bank sends an encrypted file, which is not supported.",
            hint="Have encryption switched off in the agreement with the bank.",
        )
    text = text_of(response, "Content")
    if not text:
        raise ConnectorError("protocol", "The bank's answer has no file in it.")
    content = decode_base64(text)
    is_packed = text_of(response, "Compressed").lower() in ("true", "1")
    return unpack(content) if is_packed or content.startswith(b"\x1f\x8b") else content


def decode_base64(text: str) -> bytes:
    """Return what a base64 text holds.

    :raises ConnectorError: ``protocol``
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        raise ConnectorError("protocol", "The bank's answer holds damaged base64.") from None


def unpack(content: bytes, limit: int = MAX_CONTENT_BYTES) -> bytes:
    """Unpack gzip (RFC 1952) or zlib data, at most ``limit`` bytes of it.

    >>> import gzip
    >>> unpack(gzip.compress(b"statement"))
    b'statement'

    :raises ConnectorError: ``protocol``: damaged, cut off, or larger
    """
    # Automatic choice between gzip and zlib.
    unpacker = zlib.decompressobj(wbits=47)
    try:
        data = unpacker.decompress(content, limit + 1)
    except zlib.error:
        raise ConnectorError("protocol", "The bank's packed file is damaged.") from None
    if len(data) > limit:
        raise ConnectorError(
            "protocol", f"The bank's packed file is larger than {limit // 1024 // 1024} MB."
        )
    if not unpacker.eof or unpacker.unused_data:
        raise ConnectorError("protocol", "The bank's packed file is damaged.")
    return data
