"""Who may sign a bank's answers: certificates that were pinned, never those in the answer.

Every signed answer brings its certificate along. That proves nothing, since anybody can make one.
It must be one that was *pinned* when the connection was set up, or be issued directly by a
pinned certificate of an authority, be valid at the time, and its key must be strong
enough. SHA-1 and short keys, which some old channels still use, are refused unless the
connection says otherwise.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ..errors import ConnectorError

# What the parts of a damaged certificate raise when they are read.
_DAMAGED = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, binascii.Error)
MIN_KEY_BITS = 2048
MIN_WEAK_KEY_BITS = 1024


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count, at which time (with a time zone).

    ``allows_weak`` admits SHA-1 and RSA keys of 1024 bits and more.
    """

    pinned: tuple[x509.Certificate, ...]
    at: datetime
    allows_weak: bool = False

    def choose(self, offered: Sequence[x509.Certificate]) -> x509.Certificate:
        """Return the certificate among the offered ones that may sign.

        Where a signature names no certificate (``offered`` is empty) the one pinned leaf is it.

        :raises ConnectorError: ``auth``: none of them is trusted, or not at this time
        """
        candidates = list(offered) or [each for each in self.pinned if not _is_authority(each)]
        trusted = [each for each in candidates if self._is_trusted(each)]
        if not trusted:
            raise _untrusted(candidates)
        for certificate in trusted:
            self._check_usable(certificate)
        return trusted[0]

    def _is_trusted(self, certificate: x509.Certificate) -> bool:
        if certificate in self.pinned:
            return True
        return any(
            _is_authority(issuer) and self._is_valid(issuer) and self._issued(issuer, certificate)
            for issuer in self.pinned
        )

    def _issued(self, issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
        algorithm = certificate.signature_hash_algorithm
        if isinstance(algorithm, hashes.SHA1) and not self.allows_weak:
            return False
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def _is_valid(self, certificate: x509.Certificate) -> bool:
        return not_before(certificate) <= self.at <= not_after(certificate)

    def _check_usable(self, certificate: x509.Certificate) -> None:
        if not self._is_valid(certificate):
            raise ConnectorError(
                "auth",
                f"The bank signed with the certificate {describe(certificate)}, which is valid from"
                f" {not_before(certificate):%Y-%m-%d} to {not_after(certificate):%Y-%m-%d} only.",
                hint="Get the bank's present certificate and enter it in the connection.",
            )
        if not _may_sign(certificate):
            raise ConnectorError(
                "auth",
                f"The bank's certificate {describe(certificate)} is not made for signatures.",
            )
        key = certificate.public_key()
        least = MIN_WEAK_KEY_BITS if self.allows_weak else MIN_KEY_BITS
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < least:
            raise ConnectorError(
                "auth",
                f"The key of the bank's certificate {describe(certificate)} is no RSA key of at "
                f"least {least} bits.",
                hint="Ask the bank for its present service; only as a last resort allow weak "
                "algorithms in the connection.",
            )


def read_certificates(pem: str, what: str = "The certificate") -> tuple[x509.Certificate, ...]:
    """Return all certificates of a PEM text, at least one.

    :raises ConnectorError: ``config``: the text holds none, or a damaged one
    """
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
        return tuple(_whole(each.public_bytes(serialization.Encoding.DER)) for each in found)
    except _DAMAGED:
        raise ConnectorError(
            "config",
            f"{what} cannot be read: it must be a PEM text that begins with "
            "-----BEGIN CERTIFICATE-----.",
        ) from None


def read_key(pem: str, what: str = "The private key") -> rsa.RSAPrivateKey:
    """Return an RSA private key from its unencrypted PEM text.

    :raises ConnectorError: ``config``
    """
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ConnectorError(
            "config", f"{what} cannot be read: it must be an RSA key in PEM without a password."
        )
    return key


def read_embedded(text: str) -> x509.Certificate:
    """Return the certificate that an answer carries in base64 (DER, or PEM once more encoded).

    :raises ConnectorError: ``protocol``
    """
    try:
        return _whole(base64.b64decode("".join(text.split()), validate=True))
    except _DAMAGED:
        raise ConnectorError("protocol", "The bank's answer holds a damaged certificate.") from None


def _whole(data: bytes) -> x509.Certificate:
    """Return a certificate all of whose parts can be read; they are parsed at their first use."""
    is_pem = data.lstrip().startswith(b"-----BEGIN")
    load = x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate
    certificate = load(data)
    certificate.public_key()
    certificate.subject.rfc4514_string()
    certificate.issuer.rfc4514_string()
    if certificate.signature_hash_algorithm is None or not list(certificate.subject):
        raise ValueError("a certificate without a subject or an algorithm")
    return certificate


def to_base64(certificate: x509.Certificate) -> str:
    """Return a certificate as XML signatures carry it: DER in base64 without line breaks."""
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def to_pem(certificate: x509.Certificate) -> str:
    """Return a certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def describe(certificate: x509.Certificate) -> str:
    """Name a certificate for people: its subject and the beginning of its fingerprint."""
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()[:16]
    return f"'{certificate.subject.rfc4514_string()[:120]}' (SHA-256 {fingerprint}…)"


def not_before(certificate: x509.Certificate) -> datetime:
    """Return from when a certificate is valid, in UTC."""
    # not_valid_before_utc is not in the oldest cryptography that Odoo runs with.
    if hasattr(certificate, "not_valid_before_utc"):
        return certificate.not_valid_before_utc
    return certificate.not_valid_before.replace(tzinfo=timezone.utc)


def not_after(certificate: x509.Certificate) -> datetime:
    """Return until when a certificate is valid, in UTC."""
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_after_utc
    return certificate.not_valid_after.replace(tzinfo=timezone.utc)


def is_signature_by(
    certificate: x509.Certificate, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm
) -> bool:
    """Tell whether the certificate's key made the signature (RSA, PKCS#1 v1.5) over the data."""
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return True
    return usage.digital_signature or usage.content_commitment


def _untrusted(candidates: Sequence[x509.Certificate]) -> ConnectorError:
    if not candidates:
        return ConnectorError(
            "config",
            "The bank's answer names no certificate, and the connection knows none of the bank's.",
            hint="Enter the bank's signing certificate in the connection.",
        )
    named = ", ".join(describe(each) for each in candidates[:3])
    return ConnectorError(
        "auth",
        f"The answer is signed by {named}, which is not among the bank's certificates in the "
        "connection. Nothing of it was used.",
        hint="If the bank has announced this certificate, enter it (or its issuer's) in the "
        "connection after comparing the fingerprint with the bank's.",
    )
