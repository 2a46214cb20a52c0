"""Signing requests with a company's electronic seal, as the Berlin Group asks for it.

A bank may want each request signed: a digest of the body, and a signature over that digest and some
headers (draft-cavage-http-signatures), with the certificate beside it so that the bank can
check it (NextGenPSD2 Implementation Guidelines 1.3, chapter 12).

>>> digest(b"")
'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from .errors import ConnectorError
from .signed_token import sign_rs256

# Signed in this order, those of them that the request has.
_SIGNED = ("digest", "x-request-id", "date", "psu-id", "psu-corporate-id", "tpp-redirect-uri")


def digest(body: bytes) -> str:
    """Return the header ``Digest`` of a body."""
    return f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}"


def seal(headers: Mapping[str, str], body: bytes, certificate: str, key: str) -> dict[str, str]:
    """Return the headers that a seal adds to a request.

    :param headers: the request's own, with lower-case names
    :param certificate: the seal's certificate (QSealC) as PEM text, and its private ``key``
    :raises ConnectorError: ``config`` if they are none
    """
    parsed = _certificate(certificate)
    signed = {**headers, "digest": digest(body)}
    names = [name for name in _SIGNED if name in signed]
    content = "\n".join(f"{name}: {signed[name]}" for name in names)
    signature = base64.b64encode(sign_rs256(content.encode(), key)).decode()
    key_id = f"SN={parsed.serial_number:x},CA={parsed.issuer.rfc4514_string()}".replace('"', "'")
    return {
        "Digest": signed["digest"],
        "Signature": (
            f'keyId="{key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",'
            f'signature="{signature}"'
        ),
        "TPP-Signature-Certificate": base64.b64encode(parsed.public_bytes(Encoding.DER)).decode(),
    }


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(text.strip().encode())
    except ValueError:
        raise ConnectorError(
            "config",
            "The seal's certificate is not a certificate in PEM.",
            hint="Upload the QSealC as a text that begins with -----BEGIN CERTIFICATE-----.",
        ) from None
